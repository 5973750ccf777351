"""Reads PyTorch source into a new project, without running any of it."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from cnnbuilder.cli.failures import RefusedError, require_file
from cnnbuilder.cli.new import require_new
from cnnbuilder.text import _, number


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder import`."""
    parser.add_argument("source", metavar="SOURCE", help=_("a .py file"))
    parser.add_argument("out", metavar="OUT.cnn", help=_("the file to make"))
    parser.add_argument(
        "--input",
        metavar="CxHxW",
        type=_shape,
        help=_("channels, height and width of the images, where the source does not tell: 3x224x224"),
    )


def run(options: argparse.Namespace) -> int:
    """Reads the source and writes the project; what could not be read is said by line on standard error."""
    from cnnbuilder.network.file import save
    from cnnbuilder.network.importing import read
    from cnnbuilder.network.project import Data, Project

    if options.source.startswith("torchvision:"):
        raise RefusedError(_("Networks of torchvision cannot be read yet; give a .py file."))
    path, out = Path(options.source), Path(options.out)
    require_file(path)
    require_new(out)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise RefusedError(_("{path} is not a text file.").format(path=path)) from None
    imported = read(text, options.input)
    save(Project(imported.network, Data(None)), out)
    for remark in imported.remarks:
        print(f"{path}:{remark.line}: {remark.message}", file=sys.stderr)
    print(
        _("Made {path}: {blocks} blocks, {params} parameters.").format(
            path=out, blocks=number(len(imported.network.blocks)), params=number(imported.analysis.params)
        )
    )
    return 0


def _shape(text: str) -> tuple[int, int, int]:
    """3x224x224 as numbers; argparse turns the error into a sentence."""
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})[x×](\d{1,5})", text)
    sizes = tuple(int(size) for size in found.groups()) if found else ()
    if len(sizes) != 3 or not all(1 <= size <= 65536 for size in sizes):
        raise argparse.ArgumentTypeError(
            _("{text} is no channels x height x width, such as 3x224x224").format(text=text)
        )
    return sizes[0], sizes[1], sizes[2]
