"""Finding a kind of block by what a person types: its name, a word for what it does, or a slip of the pen."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from cnnbuilder.blocks import OFFERED
from cnnbuilder.blocks.base import Block
from cnnbuilder.text import _

SEARCHED: tuple[type[Block], ...] = OFFERED
"""What can be found: also what joins several values, which asks for the second one."""
ALIKE = 0.7
"""Below this likeness a suggestion reads as a guess: "merge" is no Conv2d."""
_IMAGES = _("The images to learn from are chosen in Data (Ctrl+2).")
_RUNS = _("Trainings are kept as runs: Train (Ctrl+3) lists, compares and goes on with them.")
_DRAWING = _("Digits are drawn in Train (Ctrl+3), under Try it.")
_HELP = _("F1 lists every key, Ctrl+K does anything by its name, and every field explains itself at its “?”.")
_TRAINING = _("Learning starts with Train (F5).")
ELSEWHERE = {
    **dict.fromkeys(_("draw digit digits try test pen write").split(), _DRAWING),
    **dict.fromkeys(_("folder picture pictures own image images photo photos dataset data").split(), _IMAGES),
    **dict.fromkeys(_("history resume continue compare run runs earlier").split(), _RUNS),
    **dict.fromkeys(_("help why manual how").split(), _HELP),
    **dict.fromkeys(_("learn train training").split(), _TRAINING),
}
"""Words that people look for among the blocks and that are no blocks: where what they mean is."""


def elsewhere(query: str) -> str | None:
    """Where a word of the query leads that is no block; None where none of them leads anywhere."""
    return next((ELSEWHERE[word] for word in query.casefold().split() if word in ELSEWHERE), None)


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
