"""Where a popup stands beside what it speaks of."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QRect, QSize

from cnnbuilder.ui.canvas.popup_placement import placement

AREA = QRect(0, 0, 800, 600)
POPUP = QSize(280, 110)


@pytest.mark.parametrize(
    ("beside", "side"),
    [
        (QRect(100, 100, 300, 44), "right"),
        (QRect(490, 100, 300, 44), "left"),
        (QRect(100, 100, 600, 44), "below"),
        (QRect(100, 540, 600, 44), "above"),
    ],
)
def test_it_takes_the_first_side_with_room(beside: QRect, side: str) -> None:
    assert placement(POPUP, beside, AREA).side == side


def test_it_is_inside_and_hides_nothing_wherever_a_side_has_room() -> None:
    widths, heights = (40, 300, 700, 900), (20, 44, 180)
    for x, y, width, height in product(range(-300, 800, 90), range(-40, 600, 50), widths, heights):
        beside = QRect(x, y, width, height)
        found = placement(POPUP, beside, AREA).area
        assert found.size() == POPUP
        assert AREA.contains(found)
        assert not found.intersects(beside)


def test_where_no_side_has_room_it_hides_the_least() -> None:
    beside = QRect(0, 20, 800, 560)
    found = placement(POPUP, beside, AREA)
    assert AREA.contains(found.area)
    assert found.side in ("below", "above")
    assert found.area.intersected(beside).height() == POPUP.height() - 20
