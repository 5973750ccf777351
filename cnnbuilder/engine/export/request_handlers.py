"""Answers the window's requests for exports, in the child process."""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.engine.export import Choices, export, require_right
from cnnbuilder.engine.messages import CheckExport, Export, ExportChecked, Exported
from cnnbuilder.network.file import loads


def exported(request: Export) -> Exported:
    """Writes what is asked for. Raises what `export` raises."""
    choices = Choices(
        runs_folder=_path(request.runs_folder),
        run=_path(request.run),
        model_only=request.model_only,
        style="sequential" if request.sequential else "module",
        normalise=request.normalise,
    )
    written = export(loads(request.project), request.out, choices)
    return Exported(request.number, str(written.path), written.remarks)


def checked(request: CheckExport) -> ExportChecked:
    """Compares every form with the network. Raises what `weighted` raises."""
    from cnnbuilder.engine.export.check import Check
    from cnnbuilder.engine.export.weights import weighted

    project = loads(request.project)
    require_right(project)
    found = weighted(project, _path(request.runs_folder), _path(request.run))
    check = Check(project.network, found)
    return ExportChecked(request.number, check.forms(), (*found.remarks, check.remark))


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
