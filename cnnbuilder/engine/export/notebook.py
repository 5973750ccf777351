"""Writes a project as a notebook: the training script in cells, with words between them and curves at the end."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from cnnbuilder.engine.export.export_path import ExportProblem
from cnnbuilder.engine.export.script import sorted_imports
from cnnbuilder.engine.export.script_sections import Conditions, Option, TrainingScript, compose, laid_out
from cnnbuilder.network.project import Project
from cnnbuilder.text import _


def notebook(
    project: Project,
    *,
    precision: str,
    threads: int,
    device: str = "cpu",
    limit_images: int | None = None,
) -> str:
    """A notebook as JSON, which runs from top to bottom; its losses are the program's, as the training script's are.

    Arguments and what is raised: see `training_script`; `ExportProblem` where nbformat is missing.
    """
    if find_spec("nbformat") is None:
        raise ExportProblem(_("Writing a notebook needs one more package: pip install nbformat brings it."))
    nbformat, v4 = import_module("nbformat"), import_module("nbformat.v4")
    pieces = compose(project, Conditions(precision, threads, device, limit_images), curves=True)
    settings = "\n".join(map(_setting, pieces.options))
    cells = [
        v4.new_markdown_cell(_beginning(pieces)),
        v4.new_code_cell(sorted_imports(pieces.imports).rstrip()),
        v4.new_markdown_cell(_SETTINGS),
        # The tag tells papermill where to put in others.
        v4.new_code_cell(settings, metadata={"tags": ["parameters"]}),
    ]
    for section in pieces.sections:
        cells.append(v4.new_markdown_cell(f"## {section.title}\n\n{section.words}"))
        codes = ("\n\n".join(section.definitions), laid_out(section.steps.replace("args.", "")))
        cells += [v4.new_code_cell(code.rstrip()) for code in codes if code]
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"  # not by chance: the same project gives the same file
    made = v4.new_notebook(cells=cells, metadata=_METADATA)
    nbformat.validate(made)
    return f"{nbformat.writes(made)}\n"


def _setting(option: Option) -> str:
    line = f"{option.name} = {option.default}"
    return f"{line}  # {option.help}" if option.help else line


def _beginning(pieces: TrainingScript) -> str:
    return _("# A network that learns from {title}\n\nWritten by cnnbuilder; needs {needs}.").format(
        title=pieces.data.title, needs=pieces.needs
    )


_SETTINGS = _(
    "## Settings\n\nThe project's own. "
    "With the same seed and threads, every loss on the CPU is cnnbuilder's, bit by bit."
)
_METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}
