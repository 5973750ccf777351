"""Colours, pens, fonts and icons as the canvas' painters need them, made once a theme.

The canvas is drawn at 100 % and the view's transform enlarges it, zoom and text size alike: what fits at one size fits
at all. Fonts here are therefore never scaled themselves, and unhinted, so that widths grow in proportion.
"""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPaintEngine, QPainter, QPen, QPixmap

from cnnbuilder.ui.widgets.icons import renderer
from cnnbuilder.ui.widgets.theme import LARGE, NORMAL, Tokens, theme

VECTOR = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf)
"""What figures are drawn on: there an icon stays lines."""


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """A colour between two: `share` 0 gives the first, 1 the second."""
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * share,
        one.greenF() + (other.greenF() - one.greenF()) * share,
        one.blueF() + (other.blueF() - one.blueF()) * share,
    )


class Faces:
    """The colours of one solid: opaque, so that a solid hides what stands behind it."""

    def __init__(self, family: QColor, ground: QColor, ink: QColor, dark: bool) -> None:
        self.face = QBrush(mix(ground, family, 0.26 if dark else 0.22))
        self.side = QBrush(mix(ground, family, 0.40 if dark else 0.36))
        self.top = QBrush(mix(ground, family, 0.58 if dark else 0.56))
        # On the light ground some families alone are too pale for a line: a little ink takes them past 3:1.
        line = family if dark else mix(family, ink, 0.18)
        self.edge = QPen(line, 1.0)
        self.edge.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.bar = QBrush(line)


class CanvasStyle:
    """Everything that is painted with, in one theme."""

    def __init__(self, tokens: Tokens) -> None:
        color = {
            name: QColor(getattr(tokens, name))
            for name in ("ink", "secondary", "problem", "canvas", "raised")
        }
        self.tokens = tokens
        self.canvas = color["canvas"]
        self.raised = QBrush(color["raised"])
        self.raised_color = color["raised"]
        self.ink = color["ink"]
        self.secondary = color["secondary"]
        self.problem = color["problem"]
        # As small text on the dark ground the problem colour needs more light.
        self.problem_text = (
            mix(color["problem"], QColor("#FFFFFF"), 0.35) if tokens.dark else color["problem"]
        )
        self.border = QPen(QColor(tokens.border), 1.0)
        self.hover = QPen(QColor(tokens.field_border), 1.0)
        self.selected = QPen(color["ink"], 2.0)
        self.broken = QPen(color["problem"], 2.0)
        self.ghost = QPen(color["ink"], 1.5, Qt.PenStyle.CustomDashLine)
        self.ghost.setDashPattern([4, 3])
        self.ghost_fill = QBrush(mix(color["canvas"], color["raised"], 0.6))
        for pen in (self.border, self.hover, self.selected, self.broken, self.ghost):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.far_selected, self.far_broken = QPen(color["ink"], 2.0), QPen(color["problem"], 2.0)
        self.far_wire = QPen(QColor(tokens.wire), 1.0)
        self.far_wire.setCosmetic(True)
        for pen in (self.far_selected, self.far_broken):
            pen.setCosmetic(True)
        self.separator = QPen(mix(color["raised"], QColor(tokens.border), 0.7), 1.0)
        self.wire = QPen(QColor(tokens.wire), 1.5)
        self.wire.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.lit_wire = QPen(color["ink"], 2.0)
        self.lit_wire.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.broken_wire = QPen(color["problem"], 2.0, Qt.PenStyle.CustomDashLine)
        self.broken_wire.setDashPattern([2, 1.5])
        self.broken_wire.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.leader = QPen(QColor(tokens.border), 1.5, Qt.PenStyle.CustomDashLine)
        self.leader.setDashPattern([0.01, 3.0])
        self.leader.setCapStyle(Qt.PenCapStyle.RoundCap)
        self.flash = QColor(color["ink"])
        self.band = QPen(color["secondary"], 0.0)
        self.band_fill = QColor(color["ink"])
        self.band_fill.setAlpha(20)
        self._faces: dict[str, Faces] = {}
        self._families: dict[str, QBrush] = {}
        self._far_fills: dict[str, QBrush] = {}

    def family(self, family: str) -> QBrush:
        """The colour of a family of blocks, as a brush."""
        brush = self._families.get(family)
        if brush is None:
            brush = self._families[family] = QBrush(QColor(self.tokens.family(family)))
        return brush

    def far_fill(self, family: str) -> QBrush:
        """What a card is filled with from far away."""
        brush = self._far_fills.get(family)
        if brush is None:
            tint = mix(self.raised_color, QColor(self.tokens.family(family)), 0.45)
            brush = self._far_fills[family] = QBrush(tint)
        return brush

    def faces(self, family: str) -> Faces:
        """How a solid made by a block of this family is coloured."""
        faces = self._faces.get(family)
        if faces is None:
            color = QColor(self.tokens.family(family))
            faces = self._faces[family] = Faces(color, self.canvas, self.ink, self.tokens.dark)
        return faces


@cache
def _canvas_style(tokens: Tokens) -> CanvasStyle:
    return CanvasStyle(tokens)


def canvas_style() -> CanvasStyle:
    """What is painted with in the theme in use."""
    return _canvas_style(theme.tokens)


class Type:
    """The canvas' fonts, at 100 %, with their measures."""

    def __init__(self) -> None:
        self.text = _font(theme.font(NORMAL), NORMAL)
        self.name = _font(theme.font(NORMAL, bold=True), NORMAL)
        self.mono = _font(theme.font(NORMAL, mono=True), NORMAL)
        self.mono_bold = _font(theme.font(NORMAL, mono=True), NORMAL)
        self.mono_bold.setWeight(QFont.Weight.Bold)
        self.large = _font(theme.font(LARGE, bold=True), LARGE + 5)
        self.large_mono = _font(theme.font(LARGE, mono=True), LARGE + 4)
        self.mark = _font(theme.font(LARGE, bold=True), NORMAL)
        self.text_width = QFontMetricsF(self.text)
        self.name_width = QFontMetricsF(self.name)
        self.mono_width = QFontMetricsF(self.mono)
        self.mono_bold_width = QFontMetricsF(self.mono_bold)
        # Baselines are set by the height of capitals: centred on it, words and numbers look centred.
        self.rise = self.name_width.capHeight() / 2
        self.large_rise = QFontMetricsF(self.large).capHeight() / 2
        self.large_mono_rise = QFontMetricsF(self.large_mono).capHeight() / 2
        self.mono_rise = self.mono_width.capHeight() / 2


def _font(font: QFont, size: int) -> QFont:
    font.setPixelSize(size)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def fonts() -> Type:
    """The canvas' fonts; made at the first call, which needs a running QGuiApplication."""
    return Type()


@lru_cache(4096)
def label_width(label: str) -> float:
    """How wide a shape is on its wire."""
    return fonts().mono_bold_width.horizontalAdvance(label)


@lru_cache(512)
def _icon(name: str, color: str, pixels: int) -> QPixmap:
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer(name, color).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return pixmap


def draw_icon(painter: QPainter, name: str, color: str, area: QRectF) -> None:
    """Draws an icon, sharp at the painter's scale. Rendering SVG at each paint measured 60 µs; a kept picture 3 µs."""
    if painter.paintEngine().type() in VECTOR:
        renderer(name, color).render(painter, area)
        return
    pixels = round(area.width() * painter.worldTransform().m11() * painter.device().devicePixelRatioF())
    # Rounded up to even sizes, so that a pinch does not keep a picture for every size it passes.
    pixels = max(8, min(256, pixels + pixels % 2))
    painter.drawPixmap(area, _icon(name, color, pixels), QRectF(0, 0, pixels, pixels))
