"""The same work as the window's, without one: each command is a small file, loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cnnbuilder.network.project import Project

    Paint = Callable[[Project, Path, Literal["canvas", "volumes"]], None]
    """Draws a project into a file by its ending, .svg, .png or .pdf: (project, out, figure)."""


def run(argv: list[str], paint: Paint | None = None) -> int:
    """Runs one command. The exit status: 0; 1 after a sentence on standard error; 2 for wrong usage.

    `paint` comes from the entry point, because only the window's part of the program knows Qt. A command finds it as
    `options.paint` and calls `options.paint(project, out, "volumes")`; Qt is loaded by that call and by nothing before
    it, no display is needed, and what cannot be drawn or written is raised with one sentence.
    """
    from cnnbuilder.cli.commands import parse
    from cnnbuilder.cli.failures import guarded

    def command() -> int:
        return parse(argv, paint)()

    return guarded(command)
