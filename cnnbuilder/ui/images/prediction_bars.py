"""The classes' probabilities as bars that keep their places, so that one sees them move."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.session.run_text import percent
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

ROW = 22
MOST = 10
"""With more classes than this, the likeliest ten are shown."""


class PredictionBars(QWidget):
    """One bar a class, in the order of the data set; the likeliest in ink."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = ()
        self._shares: dict[str, float] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("What the network takes it for"))
        theme.changed.connect(self.update)
        theme.changed.connect(self._limit)
        self._limit()

    @property
    def likeliest(self) -> str | None:
        """The class with the longest bar."""
        return max(self._shares, key=lambda name: self._shares[name], default=None)

    def set_classes(self, classes: Sequence[str]) -> None:
        """The classes that there are; empties the bars where they are others than before."""
        if tuple(classes) != self._classes:
            self._classes = tuple(classes)
            self.show_guess(())
            self._limit()

    def show_guess(self, guess: Sequence[tuple[str, float]]) -> None:
        """The probabilities of all classes, likeliest first; nothing empties the bars."""
        self._shares = dict(guess)
        said = ", ".join(f"{name} {percent(share)}" for name, share in guess[:3])
        self.setAccessibleDescription(said)
        self.update()

    def _limit(self) -> None:
        rows = min(MOST, len(self._classes) or MOST)
        self.setMaximumHeight(rows * theme.px(ROW))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        rows = min(MOST, len(self._classes) or MOST)
        return QSize(theme.px(130), rows * theme.px(16))

    def minimumSizeHint(self) -> QSize:
        rows = min(MOST, len(self._classes) or MOST)
        return QSize(theme.px(96), rows * theme.px(12))

    def _shown(self) -> tuple[str, ...]:
        if len(self._classes) <= MOST:
            return self._classes
        return (
            tuple(sorted(self._shares, key=lambda name: -self._shares[name])[:MOST]) or self._classes[:MOST]
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._shown()
        if not shown:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tall = min(theme.px(ROW), self.height() / len(shown))
        size = NORMAL if tall >= theme.px(18) else SMALL
        plain, bold = QFontMetricsF(theme.font(size)), QFontMetricsF(theme.font(size, bold=True))
        label = min(0.6 * self.width(), max(bold.horizontalAdvance(name) for name in shown)) + 8
        number = bold.horizontalAdvance("99.9 %") + 5
        best = self.likeliest
        for row, name in enumerate(shown):
            share, first = self._shares.get(name), name == best
            y = row * tall
            painter.setFont(theme.font(size, bold=first))
            painter.setPen(theme.color("ink" if first or share is None else "secondary"))
            metrics = bold if first else plain
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, label - 6)
            painter.drawText(QRectF(0, y, label, tall), Qt.AlignmentFlag.AlignVCenter, text)
            track = QRectF(label, y + tall / 2 - 2.5, max(8.0, self.width() - label - number), 5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("border", 110))
            painter.drawRoundedRect(track, 2.5, 2.5)
            if share is None:
                continue
            painter.setBrush(theme.color("ink" if first else "field_border"))
            if share * track.width() >= 1:
                painter.drawRoundedRect(QRectF(track.left(), track.top(), share * track.width(), 5), 2.5, 2.5)
            painter.setPen(theme.color("ink" if first else "secondary"))
            right = QRectF(track.right(), y, number, tall)
            text = _short(share)
            painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


def _short(share: float) -> str:
    """A share in the room of "99.9 %": all but nothing is nothing here, all but everything is not everything."""
    if share < 0.001:
        return "0 %"
    return percent(share if share == 1 else min(share, 0.999))
