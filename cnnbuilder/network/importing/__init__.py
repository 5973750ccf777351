"""Reads PyTorch source into a network, without running any of it: whole files, classes, and fragments of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple

from cnnbuilder.blocks.input import Input
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.importing.calls import Sources
from cnnbuilder.network.importing.candidates import CLASS, MADE_INSIDE, NEEDS_ARGUMENTS, Candidate, used_names
from cnnbuilder.network.importing.leftovers import parameters
from cnnbuilder.network.importing.network_builder import (
    USUAL_SIZES,
    Arriving,
    NetworkBuilder,
    TooLargeError,
)
from cnnbuilder.network.importing.parsing import MOST_CHARACTERS, CannotReadError, looks_like_layers, parsed
from cnnbuilder.network.importing.reader import Reader
from cnnbuilder.network.importing.shape_hints import LineHints, Remark, disagreements, settled
from cnnbuilder.network.project import Network
from cnnbuilder.text import _, number

__all__ = [
    "MOST_CHARACTERS",
    "CannotReadError",
    "Fragment",
    "Imported",
    "Reading",
    "Remark",
    "disagreements",
    "looks_like_layers",
    "read",
    "read_fragment",
    "settled",
]  # fmt: skip


LARGER_SIZES = (64, 96, 224, 299, 331)
"""Of images, tried where a network has no room for the usual ones."""


class Imported(NamedTuple):
    """What was read. `remarks` are what a person should know of it, by line."""

    network: Network
    analysis: Analysis
    remarks: tuple[Remark, ...]
    chosen: str = ""
    """Which network of the source it is: "ResNet18()"; empty for lines without a class."""
    others: tuple[str, ...] = ()
    """The other networks of the source, the likeliest first."""
    weights_asked: bool = False
    """Whether the source asks for weights of torchvision's, which only running it brings."""


class Fragment(NamedTuple):
    """Layers to be put into a network that is there. `network` begins with an Input, which stands for what arrives."""

    network: Network
    remarks: tuple[Remark, ...]
    shape_hints: dict[str, LineHints]
    """What the source says of what arrives, by block."""


def read(
    text: str, shape: Arriving | None = None, network: str | None = None, sources: Sources | None = None
) -> Imported:
    """The network in PyTorch source; `shape` is C × H × W of the images, where it is known.

    `network`: which of several, as a person writes it, "ResNet18()"; None: the likeliest. `sources` gives the text of
    modules beside the file. Never runs any of the source. Raises `CannotReadError` with one sentence.
    """
    return Reading(text, sources).read(shape, network)


def read_fragment(text: str, rank: int | None = 3) -> Fragment:
    """The layers in PyTorch source; `rank`: how many axes arrive, without the batch, where that is known.

    Raises `CannotReadError` with one sentence.
    """
    with _one_sentence():
        reader = Reader(text, rank)
        reader.evaluate(parsed(text))
        builder = reader.builder
        if not reader.fragment:
            found = reader.candidates()
            if found:
                builder = reader.draw(found[0])
        if len(builder.blocks) == 1:
            raise CannotReadError(_nothing(_remarks(builder)))
        return Fragment(builder.part(), _remarks(builder), builder.shape_hints)


class Reading:
    """One source, of which one or several networks are drawn, each perhaps for several sizes of its images."""

    def __init__(self, text: str, sources: Sources | None = None) -> None:
        """Raises `CannotReadError` with one sentence."""
        self._text, self._sources = text, sources
        with _one_sentence():
            self._tree = parsed(text)
            self._reader = Reader(text, 3, sources)
            self._reader.evaluate(self._tree)
            self.candidates: list[Candidate] = [] if self._reader.fragment else self._reader.candidates()

    def read(self, shape: Arriving | None = None, network: str | None = None) -> Imported:
        """One of the networks. Raises `CannotReadError` with one sentence."""
        with _one_sentence():
            return self._read(shape, network)

    def _read(self, shape: Arriving | None, network: str | None) -> Imported:
        chosen = self._chosen(network)
        builder = self._draw(chosen, shape)
        if len(builder.blocks) == 1:
            raise CannotReadError(_nothing(_remarks(builder)))
        if shape is None and chosen is not None and (tried := self._reader.tried_shape(chosen)) is not None:
            shape = (tried[0], tried[1], tried[2])
            builder = self._draw(chosen, shape)
        flat = builder.flat_features()
        if flat is not None and shape != (flat,) and (shape is None or flat == math.prod(shape)):
            builder = self._draw(chosen, (flat,))
            network_ = builder.finish((flat,))
        elif shape is None and builder.wants_shape:
            builder, network_ = self._sized(chosen, builder)
        else:
            network_ = builder.finish(shape) if shape is not None else _fitted(builder)
        if params := parameters(builder.dropped):
            message = _("left out: {params} parameters of layers whose values forward does not give back")
            builder.remark(builder.dropped[0].line, message.format(params=number(params)))
        others = tuple(it.call for it in self.candidates if it != chosen and not self._is_part(it))
        if chosen is not None and network is None:
            self._say_others(builder, chosen)
        return Imported(
            network_,
            analyse(network_),
            _remarks(builder),
            "" if chosen is None else chosen.call,
            others,
            self._reader.weights_asked,
        )

    def _say_others(self, builder: NetworkBuilder, chosen: Candidate) -> None:
        found = [it for it in self.candidates if it.found <= CLASS and it != chosen]
        rivals = [it for it in found if self._is_rival(it, chosen)]
        if rivals:
            message = _("the file holds several networks; {name} is read, others are {others}")
            others = ", ".join(candidate.call for candidate in rivals[:6]) + (
                ", …" if len(rivals) > 6 else ""
            )
            builder.remark(chosen.line, message.format(name=chosen.call, others=others))

    def _is_rival(self, candidate: Candidate, chosen: Candidate) -> bool:
        """Whether this is a network of its own, and no part of the one that is read, nor its class."""
        template: Any = candidate.template or getattr(candidate.module, "template", None)
        mine = chosen.template or getattr(chosen.module, "template", None)
        if (
            candidate.found == CLASS
            and template
            and (template is mine or template.definition.name in self._used)
        ):
            return False
        return not (candidate.found == MADE_INSIDE and template is mine)

    def _is_part(self, candidate: Candidate) -> bool:
        """Whether this is a class that another of the file is built of, or one that wants arguments."""
        template = candidate.template
        named = template is not None and template.definition.name in self._used
        return candidate.found == NEEDS_ARGUMENTS or (candidate.found == CLASS and named)

    @cached_property
    def _used(self) -> set[str]:
        return used_names(self._tree)

    def _chosen(self, network: str | None) -> Candidate | None:
        if network is not None:
            listed = next((it for it in self.candidates if it.call == network), None)
            return listed or self._reader.named(network)
        if self._reader.fragment:
            return None
        if not self.candidates:
            raise CannotReadError(_nothing(_remarks(self._reader.builder)))
        return self.candidates[0]

    def _draw(self, chosen: Candidate | None, shape: Arriving | None) -> NetworkBuilder:
        if chosen is not None:
            return self._reader.draw(chosen, shape)
        if shape is None:
            return self._reader.builder
        reader = Reader(self._text, len(shape), self._sources)
        reader.evaluate(self._tree, shape)
        return reader.builder

    def _sized(self, chosen: Candidate | None, free: NetworkBuilder) -> tuple[NetworkBuilder, Network]:
        """The network for the size of images that fits it best, where what it holds depends on that size."""
        guess = free.finish(None).blocks[0]
        assert isinstance(guess, Input)
        first: Arriving = (guess.channels, guess.height, guess.width)
        sizes: dict[Arriving, None] = dict.fromkeys(
            [first, *((guess.channels, size, size) for size in USUAL_SIZES[:6])]
        )
        best: tuple[int, NetworkBuilder, Network, Arriving] | None = None
        for shape in list(sizes)[: 7 if len(free.blocks) < 300 else 4]:
            builder = self._draw(chosen, shape)
            network = builder.finish(shape)
            analysis = analyse(network)
            wrong = len(analysis.problems) + sum(1 for _r in disagreements(analysis, builder.shape_hints))
            if best is None or wrong < best[0]:
                best = (wrong, builder, network, shape)
            if wrong == 0:
                break
        assert best is not None
        _wrong, builder, network, shape = best
        said = [remark for remark in free.remarks if not remark.line]
        if shape == first and said:
            builder.remark(0, said[-1].message)
        else:
            message = _("The source does not say how large images are: {n} is put in.")
            builder.remark(0, message.format(n="×".join(map(str, shape[-2:]))))
        return builder, network


def _fitted(builder: NetworkBuilder) -> Network:
    """The network for images of the size that leaves nothing in it without room."""
    network = builder.finish(None)
    first = network.blocks[0]
    if not isinstance(first, Input) or not analyse(network).problems:
        return network
    for size in LARGER_SIZES:
        larger = builder.finish((first.channels, size, size))
        if not analyse(larger).problems:
            builder.remarks = [remark for remark in builder.remarks if remark.line]
            message = _("The source does not say how large images are: {n} is put in.")
            builder.remark(0, message.format(n=f"{size}×{size}"))
            return larger
    return network


@contextmanager
def _one_sentence() -> Iterator[None]:
    """What goes beyond the limits of a reading, said in one sentence."""
    try:
        yield
    except TooLargeError as error:
        raise CannotReadError(str(error)) from None
    except OverflowError:
        raise CannotReadError(_("The source makes a list of layers that is too long.")) from None
    except RecursionError:
        raise CannotReadError(_("The source is nested too deeply to be read.")) from None


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
