"""Prints the network as plain PyTorch source: the very source that is trained."""

from __future__ import annotations

import argparse
from pathlib import Path

from cnnbuilder.cli.options import add_project, one_of
from cnnbuilder.cli.projects import read_project
from cnnbuilder.network.code import source
from cnnbuilder.text import _


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder code`."""
    add_project(parser)
    parser.add_argument(
        "--style",
        type=one_of("module", "sequential"),
        default="module",
        metavar="module|sequential",
        help=_("module (the default): named layers and a forward; sequential: nn.Sequential, for chains"),
    )


def run(options: argparse.Namespace) -> int:
    """Prints the source."""
    print(source(read_project(Path(options.file)).network, options.style).text, end="")
    return 0
