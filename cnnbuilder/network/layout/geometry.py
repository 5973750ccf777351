"""The measures of the layout, in canvas pixels at 100 %."""

from __future__ import annotations

from typing import NamedTuple

Point = tuple[float, float]
Route = tuple[Point, ...]
"""The corners of a wire from the block that it leaves to the one that it enters; each piece runs level or upright."""

CARD_WIDTH = 400.0
GAP = 24.0
"""Between the rows: room for the wire and the shape on it."""
COLUMN_GAP = 48.0
PORT = 23.0
"""How far from its left edge a wire enters and leaves a card."""


class Box(NamedTuple):
    """The place of a block in canvas pixels; y grows downwards."""

    x: float
    y: float
    width: float
    height: float
    strip: bool = False

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width
