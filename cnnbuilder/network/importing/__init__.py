"""Reads PyTorch source into a network, without running any of it: whole files, classes, and fragments of them."""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.importing.network_builder import (
    InputShape,
    LineHints,
    NetworkBuilder,
    Remark,
    TooLargeError,
    disagreements,
    settled,
)
from cnnbuilder.network.importing.parsing import MOST_CHARACTERS, CannotReadError, looks_like_layers, parsed
from cnnbuilder.network.importing.reader import Reader
from cnnbuilder.network.project import Network
from cnnbuilder.text import _

__all__ = [
    "MOST_CHARACTERS",
    "CannotReadError",
    "Fragment",
    "Imported",
    "Remark",
    "disagreements",
    "looks_like_layers",
    "read",
    "read_fragment",
    "settled",
]  # fmt: skip


class Imported(NamedTuple):
    """What was read. `remarks` are what a person should know of it, by line."""

    network: Network
    analysis: Analysis
    remarks: tuple[Remark, ...]


class Fragment(NamedTuple):
    """Layers to be put into a network that is there. `network` begins with an Input, which stands for what arrives."""

    network: Network
    remarks: tuple[Remark, ...]
    shape_hints: dict[str, LineHints]
    """What the source says of what arrives, by block."""


def read(text: str, shape: InputShape | None = None) -> Imported:
    """The network in PyTorch source; `shape` is C × H × W of the images, where it is known.

    Never runs any of the source. Raises `CannotReadError` with one sentence.
    """
    builder = _drawn(text)
    network = builder.finish(shape)
    return Imported(network, analyse(network), _remarks(builder))


def read_fragment(text: str, rank: int | None = 3) -> Fragment:
    """The layers in PyTorch source; `rank`: how many axes arrive, without the batch, where that is known.

    Raises `CannotReadError` with one sentence.
    """
    builder = _drawn(text, rank)
    return Fragment(builder.part(), _remarks(builder), builder.shape_hints)


def _drawn(text: str, rank: int | None = 3) -> NetworkBuilder:
    tree = parsed(text)
    reader = Reader(text, rank)
    try:
        reader.read(tree)
    except TooLargeError as error:
        raise CannotReadError(str(error)) from None
    except OverflowError:
        raise CannotReadError(_("The source makes a list of layers that is too long.")) from None
    except RecursionError:
        raise CannotReadError(_("The source is nested too deeply to be read.")) from None
    if len(reader.builder.blocks) == 1:
        raise CannotReadError(_nothing(_remarks(reader.builder)))
    return reader.builder


def _remarks(builder: NetworkBuilder) -> tuple[Remark, ...]:
    """By line, each with the block that its line makes, where it makes one."""
    found = [
        remark._replace(block=remark.block or builder.lines.get(remark.line)) for remark in builder.remarks
    ]
    return tuple(sorted(found, key=lambda remark: remark.line))


def _nothing(remarks: tuple[Remark, ...]) -> str:
    said = next((remark for remark in remarks if remark.line), None)
    if said is None:
        return _("There is no PyTorch layer in this source.")
    return _("There is no layer that can be read in this source; line {line}: {message}.").format(
        line=said.line, message=said.message
    )
