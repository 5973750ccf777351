"""Names in the order in which people count: "2" before "10"."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"(\d+)", re.ASCII)

Key = tuple[list[tuple[int, int, str]], str]


def natural(name: str) -> Key:
    """A key to sort by: numbers by their value, letters without regard to capitals; equal only for equal names."""
    pieces = _DIGITS.split(name.casefold())
    # A number sorts before letters; the name itself decides between "a" and "A", "1" and "01".
    return [
        (0, int(piece), "") if at % 2 else (1, 0, piece) for at, piece in enumerate(pieces) if piece
    ], name
