"""The entry point: opens the window, or hands a command to the command line. Loads either only when asked.

Nothing heavy stands at the top: the child process of the window imports this file again.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cnnbuilder.network.project import Project


def main() -> int:
    """Runs the program and returns its exit status."""
    if getattr(sys, "frozen", False):
        # In a bundle a spawned child starts here too; elsewhere it does nothing, and its import costs 20 ms.
        from multiprocessing import freeze_support

        freeze_support()
    arguments = sys.argv[1:]
    if not _wants_window(arguments):
        from cnnbuilder import cli

        return cli.run(arguments, _paint)
    return _open_window(arguments)


def _wants_window(arguments: list[str]) -> bool:
    """Whether this is `cnnbuilder [FILE]`. A word without a dot that is no file is a command, or mistyped."""
    if not arguments:
        return True
    first = arguments[0]
    if len(arguments) > 1 or first.startswith("-"):
        return False
    from cnnbuilder.cli.commands import COMMANDS

    return first not in COMMANDS and (Path(first).suffix != "" or Path(first).exists())


def _paint(project: Project, out: Path, figure: Literal["canvas", "volumes"]) -> None:
    """Draws a figure; this is where a command loads Qt, which needs libraries of the system but no display."""
    from cnnbuilder.cli import display, failures

    try:
        from cnnbuilder.ui.figures import draw
    except ImportError as error:
        if not display.is_library(error):
            raise
        raise failures.RefusedError(display.library_sentence(error)) from error
    draw(project, out, figure)


def _open_window(arguments: list[str]) -> int:
    from cnnbuilder.cli import display, failures

    def open_it() -> int:
        if arguments:
            failures.require_file(Path(arguments[0]))
        reason = display.why_no_window()
        if reason:
            raise failures.RefusedError(display.no_window_sentence(reason))
        try:
            from cnnbuilder.ui.app import run
        except ImportError as error:
            if not display.is_library(error):
                raise
            reason = display.library_sentence(error)
            raise failures.RefusedError(display.no_window_sentence(reason)) from error
        return run(arguments)

    return failures.guarded(open_it)


if __name__ == "__main__":
    sys.exit(main())
