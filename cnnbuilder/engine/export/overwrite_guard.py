"""What a command, which cannot ask as the window does, never replaces: the project itself, and a folder's own files."""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.engine.export.export_path import FOLDER, LABELS, MODEL, PREDICT, WEIGHTS, ExportProblem
from cnnbuilder.engine.export.predicting import is_predict_script
from cnnbuilder.text import _


def require_no_overwrite(project: Path, out: Path, form: str) -> None:
    """Raises `ExportProblem` where an export of the file `project` would destroy what nobody named."""
    if out.exists() and out.samefile(project):
        raise ExportProblem(_("{path} is what is exported: choose another name.").format(path=out))
    if form != FOLDER or is_predict_script(out / PREDICT):  # an earlier export is replaced by the next
        return
    for name in (MODEL, WEIGHTS, LABELS, PREDICT):
        if (out / name).exists():
            raise ExportProblem(
                _("{folder} has a {name} that no export wrote: choose another folder.").format(
                    folder=out, name=name
                )
            )
