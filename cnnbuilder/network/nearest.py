"""The nearest of some names to one that was mistyped."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str], likeness: float = 0.5) -> str | None:
    """The name that is most like `name`, whatever its case, or None where none is like it.

    `likeness`: how much of both must agree, from 0 to 1 (all).
    """
    lowered = {candidate.lower(): candidate for candidate in names}
    found = difflib.get_close_matches(name[:60].lower(), lowered, n=1, cutoff=likeness)
    return lowered[found[0]] if found else None
