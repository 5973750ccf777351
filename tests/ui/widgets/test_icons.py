"""Every icon is there, is drawn with one stroke weight, and shows something at the smallest size."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from cnnbuilder.blocks import KINDS
from cnnbuilder.resources import resource
from cnnbuilder.ui.widgets.icons import renderer

ICONS = sorted(
    {path.stem for path in resource("icons").glob("*.svg")} - {"app"}
)  # the program's own is no sign


def test_every_block_has_its_icon() -> None:
    assert {kind.icon for kind in KINDS.values()} <= set(ICONS)


def test_icons_are_drawn_in_the_house_style() -> None:
    for name in ICONS:
        text = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
        assert 'viewBox="0 0 24 24"' in text, name
        assert 'stroke="currentColor"' in text, name
        assert 'stroke-width="1.75"' in text, name
        assert not re.findall(r"#[0-9A-Fa-f]{3,8}", text), (
            f"{name}: a colour of its own would not follow the theme"
        )


@pytest.mark.parametrize("side", [16, 24])
def test_icons_show_something_at_small_sizes(qapp: QApplication, side: int) -> None:
    for name in ICONS:
        image = QImage(side, side, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        renderer(name, "#1B2330").render(painter, QRectF(0, 0, side, side))
        painter.end()
        inked = sum(image.pixelColor(x, y).alpha() > 100 for x in range(side) for y in range(side))
        assert inked >= side // 2, f"{name} is hardly there"
