"""Makes a project from PyTorch source, which is read and never run, or from a network of torchvision."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cnnbuilder.cli.failures import RefusedError, require_file
from cnnbuilder.cli.new import require_new
from cnnbuilder.cli.projects import runs_folder
from cnnbuilder.network.analysis import analyse
from cnnbuilder.text import _, number

if TYPE_CHECKING:
    from cnnbuilder.network.importing import Imported
    from cnnbuilder.network.project import Network

Shape = tuple[int, int, int]
Sizes = Shape | tuple[int]
"""Of images, or of flat vectors."""


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder import`."""
    parser.add_argument(
        "source", metavar="SOURCE", help=_("a .py file or .ipynb notebook, or torchvision:NAME")
    )
    parser.add_argument("out", metavar="OUT.cnn", help=_("the file to make"))
    parser.add_argument(
        "--input",
        metavar="CxHxW",
        type=_shape,
        help=_(
            "channels, height and width of the images, where SOURCE tells none or you want others: 3x224x224;"
            " one number for flat vectors"
        ),
    )
    parser.add_argument(
        "--network", metavar="CALL", help=_('which network of SOURCE, where it has several: "ResNet18()"')
    )
    parser.add_argument(
        "--run",
        action="store_true",
        help=_("run SOURCE, code that you trust, in a process of its own, and read what it makes"),
    )
    parser.add_argument(
        "--weights", metavar="FILE", help=_("with --run: weights in a .pth, .pt or .safetensors file")
    )


def run(options: argparse.Namespace) -> int:
    """Makes the project; what a person should know of it is said on standard error, a line each."""
    source, out = str(options.source), Path(options.out)
    if source.startswith("torchvision:"):
        network, params = _from_torchvision(source.removeprefix("torchvision:"), out, _images(options.input))
    elif options.run:
        network, params = _from_running(Path(source), out, options)
    else:
        if options.weights:
            raise RefusedError(_("{option} needs the file to be run: add --run.").format(option="--weights"))
        network, params = _from_file(Path(source), out, options.input, options.network)
    text = _("Made {path}: {blocks} blocks, {params} parameters.")
    if analyse(network).partial:
        text = _("Made {path}: {blocks} blocks, {params} parameters up to the problem.")
    print(text.format(path=out, blocks=number(len(network.blocks)), params=number(params)))
    return 0


def _from_file(path: Path, out: Path, shape: Sizes | None, which: str | None) -> tuple[Network, int]:
    """Reads PyTorch source; what could not be read is said by line. The network, and its parameters."""
    require_file(path)
    require_new(out)
    from cnnbuilder.network.data import Data
    from cnnbuilder.network.file import save
    from cnnbuilder.network.importing import read
    from cnnbuilder.network.importing.source_files import beside, text_of
    from cnnbuilder.network.project import Project

    try:
        text = text_of(path)
    except UnicodeDecodeError:
        raise RefusedError(_("{path} is not a text file.").format(path=path)) from None
    imported = read(text, shape, which, beside(path))
    save(Project(imported.network, Data(None)), out)
    if imported.others and which is None:
        _say_networks(path, imported)
    for remark in imported.remarks:
        place = f"{path}:{remark.line}" if remark.line else path
        print(f"{place}: {remark.message}", file=sys.stderr)
    return imported.network, imported.analysis.params


def _say_networks(path: Path, imported: Imported) -> None:
    """Which network was read, which others there are, and how to ask for one."""
    listed = ", ".join(imported.others[:10]) + (", …" if len(imported.others) > 10 else "")
    message = _("{path}: read {name}; there are also {others}. Take another with {option}.")
    option = f"--network {shlex.quote(imported.others[0])}"
    print(
        message.format(path=path, name=imported.chosen, others=listed, option=option),
        file=sys.stderr,
    )


def _from_running(path: Path, out: Path, options: argparse.Namespace) -> tuple[Network, int]:
    """Runs a file in a process of its own and reads the network that it makes; its weights become the first run."""
    require_file(path)
    require_new(out)
    weights = None if options.weights is None else Path(options.weights)
    if weights is not None:
        require_file(weights)
    from cnnbuilder.engine.running import CannotRunError, keep, read_by_running
    from cnnbuilder.network.file import save

    try:
        ran = read_by_running(path, options.network, weights, options.input)
    except CannotRunError as error:
        raise RefusedError(str(error)) from None
    save(ran.project, out)
    for remark in ran.answer.remarks:
        print(remark, file=sys.stderr)
    print(
        _(
            "Checked against the original in evaluation: the largest difference of the logits is {n:.2g}."
        ).format(n=ran.answer.difference),
        file=sys.stderr,
    )
    run = keep(ran, runs_folder(out))
    print(_("Its weights are run {run}.").format(run=out.with_suffix(".runs") / run.name), file=sys.stderr)
    return ran.project.network, ran.answer.params


def _from_torchvision(name: str, out: Path, shape: Shape | None) -> tuple[Network, int]:
    """Reads a network of torchvision; weights that are on this machine become the project's first run."""
    from cnnbuilder.engine.torchvision_models import find

    find(name)  # a mistyped name is answered before PyTorch is loaded
    require_new(out)
    from cnnbuilder.engine import tracing
    from cnnbuilder.network.file import save

    found = tracing.read(name, shape)
    save(found.project, out)
    for remark in found.remarks:
        print(remark, file=sys.stderr)
    run = tracing.keep(found, runs_folder(out))
    if run is not None:
        print(_("They are run {run}.").format(run=out.with_suffix(".runs") / run.name), file=sys.stderr)
    return found.project.network, found.analysis.params


def _shape(text: str) -> Sizes:
    """3x224x224, or 784 for flat vectors, as numbers; argparse turns the error into a sentence."""
    found = re.fullmatch(r"(\d{1,5})(?:[x×](\d{1,5})[x×](\d{1,5}))?", text)
    sizes = tuple(int(size) for size in found.groups() if size is not None) if found else ()
    if not sizes or not all(1 <= size <= 65536 for size in sizes):
        raise argparse.ArgumentTypeError(
            _("{text} is no channels x height x width, such as 3x224x224").format(text=text)
        )
    return (sizes[0],) if len(sizes) == 1 else (sizes[0], sizes[1], sizes[2])


def _images(shape: Sizes | None) -> Shape | None:
    """The shape where it is that of images. Raises `RefusedError` for flat vectors."""
    if shape is not None and len(shape) == 1:
        raise RefusedError(
            _("Flat vectors of {n} go into a network that is run: add --run.").format(n=shape[0])
        )
    return shape
