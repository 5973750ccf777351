"""Contrast on the canvas: text 4.5:1, lines and marks 3:1, in both themes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from cnnbuilder.ui.canvas.style import CanvasStyle
from cnnbuilder.ui.widgets.theme import DARK, LIGHT, Tokens

FAMILIES = ("input", "convolution", "pooling", "activation", "dense", "shape")


def luminance(color: QColor) -> float:
    parts = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in color.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_lines_can_be_seen(tokens: Tokens, qapp: QApplication) -> None:
    style = CanvasStyle(tokens)
    for text, ground in (
        (style.ink, style.canvas),
        (style.secondary, style.canvas),
        (style.problem_text, style.canvas),
        (style.ink, style.raised_color),
        (style.secondary, style.raised_color),
    ):
        assert contrast(text, ground) >= 4.5
    for line in (style.wire.color(), style.broken_wire.color(), style.selected.color(), style.problem):
        assert contrast(line, style.canvas) >= 3
    for family in FAMILIES:
        assert contrast(style.faces(family).edge.color(), style.canvas) >= 3
        assert contrast(style.faces(family).bar.color(), style.canvas) >= 3
        assert contrast(style.family(family).color(), style.raised_color) >= 3
