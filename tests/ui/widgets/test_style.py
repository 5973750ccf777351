"""Both themes: every text is readable on its ground, every field and line is seen."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from PySide6.QtGui import QColor
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from cnnbuilder.resources import resource
from cnnbuilder.ui.widgets import style
from cnnbuilder.ui.widgets.theme import DARK, LIGHT, Tokens, theme

THEMES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])

TEXTS = [
    *((text, ground) for text in ("ink", "secondary") for ground in ("window", "raised", "sunken", "canvas", "field", "line")),
    ("ink", "sunken_on_raised"),
    ("validation", "window"), ("validation", "raised"),
    ("on_ink", "ink"),
    ("on_ink", "ink_hover"),
    ("on_ink", "secondary"),
    ("on_problem", "problem"),
    ("problem_text", "window"),
    ("problem_text", "sunken"),
    ("problem_text", "canvas"),
    ("problem_text", "raised"),
]  # fmt: skip
"""Which text stands on which ground: 4.5 to 1."""
GRAPHICS = [
    *((mark, "raised") for mark in ("convolution", "pooling", "activation", "dense", "other", "problem")),
    *((mark, "canvas") for mark in ("wire", "problem", "focus", "ink")),
    ("good", "window"), ("field_border", "window"), ("field_border", "field"), ("focus", "window"),
    ("focus_on_ink", "ink"),
]  # fmt: skip
"""Lines, marks and borders of fields: 3 to 1. Family colours stand on cards."""


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.1."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@THEMES
@pytest.mark.parametrize("pair", TEXTS, ids="-on-".join)
def test_text_is_readable(tokens: Tokens, pair: tuple[str, str]) -> None:
    colours = style.colours(tokens)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 4.5


@THEMES
@pytest.mark.parametrize("pair", GRAPHICS, ids="-on-".join)
def test_marks_and_fields_are_seen(tokens: Tokens, pair: tuple[str, str]) -> None:
    colours = style.colours(tokens)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 3.0


@THEMES
def test_runs_are_seen_in_a_plot_and_are_neither_families_nor_validation(tokens: Tokens) -> None:
    taken = {
        tokens.validation,
        tokens.convolution,
        tokens.pooling,
        tokens.activation,
        tokens.dense,
        tokens.other,
    }
    assert not taken & set(tokens.runs)
    assert tokens.validation not in {
        tokens.family(name) for name in ("convolution", "pooling", "activation", "dense")
    }
    assert len(set(tokens.runs)) == len(tokens.runs)
    assert all(contrast(run, tokens.window) >= 3.0 for run in tokens.runs)


@THEMES
def test_every_colour_of_the_sheet_is_one_of_the_theme(tokens: Tokens) -> None:
    known = {value.upper() for value in style.colours(tokens).values()} | {
        str(value).upper() for value in asdict(tokens).values()
    }
    used = {found.upper() for found in re.findall(r"#[0-9A-Fa-f]{6}", style.sheet(tokens))}
    assert used <= known
    assert "@" not in style.sheet(tokens).split("*/", 1)[1]


@THEMES
def test_the_sheets_small_drawings_have_the_themes_colours(tokens: Tokens) -> None:
    name = "dark" if tokens.dark else "light"
    wanted = {"up": tokens.secondary, "down": tokens.secondary, "right": tokens.secondary,
              "check": tokens.on_ink, "tick": tokens.ink}  # fmt: skip
    for drawing, colour in wanted.items():
        path = resource(f"icons/style/{drawing}-{name}.svg")
        assert colour in path.read_text(encoding="utf-8")
        assert QSvgRenderer(str(path)).isValid()


def test_switching_the_theme_restyles_what_is_open(qapp: QApplication) -> None:
    theme.set_mode("light")
    assert QApplication.palette().window().color().name().upper() == LIGHT.window
    theme.set_mode("dark")
    assert QApplication.palette().window().color().name().upper() == DARK.window
    assert DARK.ink in qapp.styleSheet()


def test_text_grows_with_the_scale_and_buttons_with_it(qtbot: object) -> None:
    button, title = QPushButton("Train"), QLabel("Conv2d")
    title.setProperty("role", "title")
    for widget in (button, title):
        qtbot.addWidget(widget)  # type: ignore[attr-defined]
        widget.show()
    small = (button.sizeHint().height(), title.sizeHint().height())
    theme.set_scale(2.0)
    QApplication.processEvents()
    assert button.sizeHint().height() >= 1.4 * small[0]
    assert title.sizeHint().height() >= 1.8 * small[1]
    assert small[0] >= 24
