"""The same work as the window's, without one: each command is a small file, loaded when it is asked for."""

from __future__ import annotations


def run(argv: list[str]) -> int:
    """Runs one command. The exit status: 0; 1 after a sentence on standard error; 2 for wrong usage."""
    from cnnbuilder.cli.commands import parse
    from cnnbuilder.cli.failures import guarded

    def command() -> int:
        return parse(argv)()

    return guarded(command)
