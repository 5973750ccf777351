"""Finding a kind of block by what a person types: its name, a word for what it does, or a slip of the pen."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from cnnbuilder.blocks import KINDS, OFFERED
from cnnbuilder.blocks.base import Block

SEARCHED: tuple[type[Block], ...] = (*OFFERED, *(kind for kind in KINDS.values() if kind.arity[0] > 1))
"""What can be found: also what joins several blocks, which is put in by a command and not by itself."""
ALIKE = 0.7
"""Below this likeness a suggestion reads as a guess: "merge" is no Conv2d."""


def find(query: str, kinds: Iterable[type[Block]]) -> list[type[Block]]:
    """The kinds in which every word of the query begins a word, best first.

    A name counts most, then the few words under it, then keywords; "pool" finds "MaxPool2d" inside its name.
    """
    words = query.casefold().split()
    ranked = []
    for place, kind in enumerate(kinds):
        ranks = [_rank(word, kind) for word in words]
        if None not in ranks:
            ranked.append((max(rank for rank in ranks if rank is not None), place, kind))
    return [kind for _rank_, _place, kind in sorted(ranked, key=lambda entry: entry[:2])]


def _rank(word: str, kind: type[Block]) -> int | None:
    name = kind.kind().casefold()
    if name.startswith(word):
        return 0
    if word in name:
        return 1
    for rank, text in ((2, kind.title), (3, kind.keywords), (4, kind.family)):
        if any(other.startswith(word) for other in text.casefold().split()):
            return rank
    return None


def nearest(query: str, kinds: Iterable[type[Block]]) -> type[Block] | None:
    """The kind whose name, or one of whose keywords, is most like a query that found nothing."""
    wanted = query.casefold().replace(" ", "")
    best, best_likeness = None, ALIKE
    for kind in kinds:
        name = kind.kind().casefold()
        spellings = [name, name.removesuffix("2d"), *kind.keywords.casefold().split()]
        likeness = max(difflib.SequenceMatcher(None, wanted, spelling).ratio() for spelling in spellings)
        if likeness > best_likeness:
            best, best_likeness = kind, likeness
    return best
