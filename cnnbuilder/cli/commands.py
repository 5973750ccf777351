"""Which commands there are, and how arguments are read. Each command is the file of its name beside this."""

from __future__ import annotations

import argparse
import keyword
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import cnnbuilder
from cnnbuilder.text import _

if TYPE_CHECKING:
    from cnnbuilder.cli import Paint

COMMANDS = {
    "new": _("make a project from a template"),
    "summary": _("the table of blocks: shapes, parameters, MACs"),
    "code": _("the network as PyTorch source"),
    "import": _("a project from PyTorch source, or from a network of torchvision"),
    "export": _("the network as code, ONNX, weights, a figure, a table or a folder to take away"),
    "data": _("the data sets, and which are on this machine"),
    "train": _("train a network"),
    "evaluate": _("measure a trained network on test images"),
    "predict": _("name what is on a picture"),
    "doctor": _("what works here: versions, devices, display, data"),
}


class Parser(argparse.ArgumentParser):
    """argparse with whole option names only and with sentences of ours."""

    def __init__(self, **named: object) -> None:
        super().__init__(allow_abbrev=False, **named)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Prints the usage and what is wrong with it, and ends with status 2."""
        self.print_usage(sys.stderr)
        sys.stderr.write(f"{message[:1].upper()}{message[1:].rstrip('.')}.\n")
        sys.exit(2)


def parse(argv: list[str], paint: Paint | None = None) -> Callable[[], int]:
    """The command that the arguments ask for, ready to run. Ends with status 2 where they are wrong."""
    first = argv[0] if argv else "--help"
    if first in COMMANDS:
        # `import` is a word of Python's own, so its file has another name.
        module = import_module(f"cnnbuilder.cli.{first}{'_' if keyword.iskeyword(first) else ''}")
        parser = Parser(prog=f"cnnbuilder {first}", description=module.__doc__)
        module.declare(parser)
        options = parser.parse_args(argv[1:])
        options.paint = paint
        return lambda: int(module.run(options))
    if first in ("-h", "--help"):
        return _print(_overview())
    if first in ("-V", "--version"):
        return _print(f"cnnbuilder {cnnbuilder.__version__}")
    return _refuse(argv)


def _print(text: str) -> Callable[[], int]:
    def command() -> int:
        print(text)
        return 0

    return command


def _overview() -> str:
    width = max(len(name) for name in COMMANDS)
    lines = [
        _("usage: cnnbuilder [FILE]          open the window"),
        _("       cnnbuilder COMMAND …       the same work without a window"),
        "",
        *(f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()),
        "",
        _("cnnbuilder COMMAND --help says how each is called."),
    ]
    return "\n".join(lines)


def _refuse(argv: list[str]) -> Callable[[], int]:
    """A command that does not exist: names the nearest."""
    from difflib import get_close_matches

    def command() -> int:
        first = argv[0]
        if first.startswith("-"):
            text = _("There is no option {word}; cnnbuilder --help lists the commands.").format(word=first)
        elif near := get_close_matches(first, COMMANDS, n=1, cutoff=0.5):
            text = _("There is no command {word}: {near}?").format(word=first, near=near[0])
        else:
            text = _("There is no command {word}; there are {all}.").format(
                word=first, all=", ".join(COMMANDS)
            )
        print(text, file=sys.stderr)
        return 2

    return command
