"""What leaves the program: the network as code, in the exchange formats, or as a folder with all it needs.

Loads torch only for the forms that hold weights. Figures are the window's part of the house and not among these.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cnnbuilder.engine.export.export_path import (
    FOLDER,
    PROGRAMS,
    TABLES,
    WEIGHTED,
    ExportProblem,
    form_of,
    require_folder,
    require_place,
    write_file,
    write_folder,
)
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import CannotGenerateError, Style, source
from cnnbuilder.network.project import Project
from cnnbuilder.text import _

__all__ = ["Choices", "ExportProblem", "Written", "export", "require_right"]


class Choices(NamedTuple):
    """How an export is to be."""

    runs_folder: Path | None = None
    """Where the project's runs lie: the newest finished one of an equal network gives the weights."""
    run: Path | None = None
    """This run's weights instead."""
    model_only: bool = False
    """A .py of the network alone."""
    style: Style = "module"
    """Of a network alone, and of the names of weights in .safetensors and the folder."""
    normalise: bool = False
    """ONNX: the normalisation is part of the graph, which then takes values from 0 to 1."""


class Written(NamedTuple):
    """What an export left."""

    path: Path
    remarks: tuple[str, ...] = ()
    """Which weights it has, how they were checked: one sentence each."""


def export(project: Project, out: str, choices: Choices = Choices()) -> Written:  # noqa: B008  a constant
    """Writes the project in the form that the ending of `out` asks for, in one step.

    Raises `ExportProblem`, `CannotGenerateError`, `CannotTrainError`, `DataProblem`, `RunProblem` and
    `WeightsProblem`, each with one sentence; nothing half-written is left.
    """
    form = form_of(out)
    path = Path(out)
    (require_folder if form == FOLDER else require_place)(path)
    require_right(project)
    if form == FOLDER:
        from cnnbuilder.engine.export.folder import files
        from cnnbuilder.engine.export.weights import weighted

        found = weighted(project, choices.runs_folder, choices.run)
        write_folder(path, files(project.network, found, choices.style))
        return Written(path, found.remarks)
    content, remarks = _content(project, path, form, choices)
    write_file(path, content)
    return Written(path, remarks)


def require_right(project: Project) -> None:
    """Raises `CannotGenerateError` where the network has a problem, with its sentence."""
    problems = analyse(project.network).problems
    if problems:
        raise CannotGenerateError(problems[0].message)


def _content(project: Project, path: Path, form: str, choices: Choices) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of a file of this form, and what is to be said of it."""
    if form == ".py" and choices.model_only:
        return source(project.network, choices.style).text.encode(), ()
    if form in PROGRAMS:
        return _program(project, path, form, choices)
    if form in TABLES:
        from cnnbuilder.network.table import WRITERS

        return WRITERS[form](analyse(project.network), project.training).encode(), ()
    if form in WEIGHTED:
        return _with_weights(project, form, choices)
    raise ExportProblem(_("{form} is a figure: the window and the command line draw it.").format(form=form))


def _program(project: Project, path: Path, form: str, choices: Choices) -> tuple[bytes, tuple[str, ...]]:
    """The training script or the notebook, and one sentence on how it computes."""
    from cnnbuilder.engine.export.run_selection import conditions

    found, remark = conditions(project, choices.runs_folder, choices.run)
    if form == ".ipynb":
        from cnnbuilder.engine.export.notebook import notebook

        return notebook(project, **found._asdict()).encode(), (remark,)
    from cnnbuilder.engine.export.script import training_script

    return training_script(project, name=path.stem, **found._asdict()).encode(), (remark,)


def _with_weights(project: Project, form: str, choices: Choices) -> tuple[bytes, tuple[str, ...]]:
    if form == ".onnx":
        from cnnbuilder.engine.export.onnx import require_onnx

        require_onnx()
    from cnnbuilder.engine.export import portable
    from cnnbuilder.engine.export.weights import weighted

    found = weighted(project, choices.runs_folder, choices.run)
    if form == ".safetensors":
        return portable.safetensors(project.network, found, choices.style), found.remarks
    if form == ".pt2":
        return portable.pt2(project.network, found), found.remarks
    from cnnbuilder.engine.export.onnx import onnx_file

    made, checked = onnx_file(project.network, found, choices.normalise)
    return made, (*found.remarks, checked)
