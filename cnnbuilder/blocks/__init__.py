"""Every kind of block. A new kind is one class in this folder: it is found here, nothing else need know."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.declaration import complete


def _discover() -> list[type[Block]]:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return complete(_below(Block))


def _below(kind: type[Block]) -> Iterator[type[Block]]:
    """All kinds derived from a class, at any distance; a class with a title of its own, or that none derives from."""
    for derived in kind.__subclasses__():
        if derived.title or not derived.__subclasses__():
            yield derived
        yield from _below(derived)


KINDS: Mapping[str, type[Block]] = MappingProxyType({kind.kind(): kind for kind in _discover()})
"""Every kind by its name, by family in the palette's order, within one as its file defines them."""

OFFERED: tuple[type[Block], ...] = tuple(kind for kind in KINDS.values() if kind.offered)
"""The kinds that a person may choose, in the same order."""
