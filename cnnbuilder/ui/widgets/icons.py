"""Our own SVG icons, painted in any colour and sharp at any scale. They draw with `stroke="currentColor"`."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from cnnbuilder.resources import resource
from cnnbuilder.ui.widgets.theme import theme


@cache
def renderer(name: str, color: str) -> QSvgRenderer:
    """The drawing of resources/icons/NAME.svg with `currentColor` replaced by `color` (#RRGGBB)."""
    text = resource(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)
    return QSvgRenderer(QByteArray(text.encode()))


class _Engine(QIconEngine):
    """Paints at the moment of showing, so that an icon follows the theme."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.setOpacity(0.4 if mode == QIcon.Mode.Disabled else 1.0)
        renderer(self._name, getattr(theme.tokens, self._token)).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._token)


def icon(name: str, token: str = "ink") -> QIcon:
    """An icon in the colour of one of the theme's tokens."""
    return QIcon(_Engine(name, token))
