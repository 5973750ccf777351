"""The forms that the window writes by itself: code, figures and tables. The others need PyTorch, and so the child."""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import CannotGenerateError, source
from cnnbuilder.network.file import FileProblemError, save_content
from cnnbuilder.network.project import Project
from cnnbuilder.network.table import WRITERS
from cnnbuilder.ui.exporting.atomic_output import CannotWriteError
from cnnbuilder.ui.exporting.forms import Choice


def write(choice: Choice, project: Project, out: Path) -> None:
    """Writes one of them. Raises `CannotWriteError`."""
    from cnnbuilder.ui.figures import CannotDrawError, draw

    try:
        match choice.form:
            case "model":
                save_content(source(project.network, choice.style).text.encode(), out)
            case "table":
                analysis = analyse(project.network)
                save_content(WRITERS[out.suffix.lower()](analysis, project.training).encode(), out)
            case "figure":
                draw(project, out, choice.figure, choice.scale)
    except (FileProblemError, CannotGenerateError, CannotDrawError) as problem:
        raise CannotWriteError(str(problem)) from None
