"""The kinds of arguments that commands share, each with a sentence for what does not fit."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from difflib import get_close_matches

from cnnbuilder.text import _, number


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two limits, both included."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(
                _("needs a whole number from {least} to {most}, not {text}").format(
                    least=number(least), most=number(most), text=repr(text)
                )
            )
        return value

    return read


def one_of(*names: str) -> Callable[[str], str]:
    """One of a few words; a mistyped one is answered with the nearest."""

    def read(text: str) -> str:
        if text in names:
            return text
        near = get_close_matches(text, names, n=1)
        hint = _("{text}: {near}?").format(text=text, near=near[0]) if near else ""
        raise argparse.ArgumentTypeError(
            hint or _("needs {names}, not {text}").format(names=_(" or ").join(names), text=repr(text))
        )

    return read


def add_json(parser: argparse.ArgumentParser) -> None:
    """Adds `--json`."""
    parser.add_argument(
        "--json", action="store_true", help=_("print JSON and nothing else on standard output")
    )


def add_project(parser: argparse.ArgumentParser, **named: str) -> None:
    """Adds FILE, a project or a run folder."""
    parser.add_argument("file", metavar="FILE", help=_("a project (.cnn) or a run folder"), **named)  # type: ignore[arg-type]
