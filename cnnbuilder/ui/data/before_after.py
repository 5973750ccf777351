"""One image twice: as it is, and as the network gets it, their pixels equally large."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnbuilder.engine.messages import ImageBrowsed
from cnnbuilder.text import _
from cnnbuilder.ui.data.words import size_text
from cnnbuilder.ui.images.pixels import Shape, image_of, paint_image, whole_zoom
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

BETWEEN, LINES = 28, 2
"""Room for the arrow, and lines of text below each image."""


class BeforeAfter(QWidget):
    """Two images with an arrow between; below each what it is and its size."""

    def __init__(self, least: int, parent: QWidget | None = None) -> None:
        """`least`: the room of one image, at 100 % text; it takes more where there is more."""
        super().__init__(parent)
        self._least = least
        self._images: list[QImage | None] = [None, None]
        self._shapes: list[Shape | None] = [None, None]
        self._sizes = ["", ""]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("An image, and as the network gets it"))
        theme.changed.connect(self.updateGeometry)

    def show_sizes(self, shape: Shape, wanted: Shape | None) -> None:
        """The sizes, as far as they are known; None: there is no Input."""
        self._shapes = [shape, wanted]
        self._sizes = [size_text(shape), size_text(wanted) if wanted else "–"]
        self.setAccessibleDescription(" → ".join(self._sizes))
        self.update()

    def show_original(self, image: QImage) -> None:
        """The image as it is, which is here already, while the other form is on its way."""
        self._images = [image, None]
        self.update()

    def show_image(self, answer: ImageBrowsed | None, wanted: Shape | None) -> None:
        """The image in both forms; None while it is on its way."""
        self._images = [None, None]
        if answer is not None:
            # One's own images are of many sizes: this one's own is said.
            self.show_sizes(answer.shape, wanted)
            self._images[0] = image_of(answer.pixels, answer.shape)
            if answer.prepared is not None and wanted is not None:
                self._images[1] = image_of(answer.prepared, wanted)
        self.update()

    @property
    def shown(self) -> tuple[QImage | None, QImage | None]:
        """The two images that can be seen."""
        return self._images[0], self._images[1]

    def _text_height(self) -> int:
        return 6 + LINES * (QFontMetrics(theme.font(SMALL)).height() + 2)

    def sizeHint(self) -> QSize:
        side = theme.px(self._least)
        return QSize(2 * side + theme.px(BETWEEN), side + self._text_height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        between, below = theme.px(BETWEEN), self._text_height()
        side = min((self.width() - between) / 2, float(self.height() - below))
        left = (self.width() - 2 * side - between) / 2
        squares = [QRectF(left, 0, side, side), QRectF(left + side + between, 0, side, side)]
        zooms = self._zooms(side, painter.device().devicePixelRatioF())
        titles = (_("as it is"), _("as the network gets it"))
        for place, square in enumerate(squares):
            image = self._images[place]
            shape = self._shapes[place]
            if image is None:
                if shape is not None:  # on its way
                    end = QRectF(QPointF(), QSizeF(shape[2], shape[1]) * zooms[place])
                    end.moveCenter(square.center())
                    painter.fillRect(end, theme.color("sunken"))
            else:
                end = paint_image(painter, image, square, zooms[place])
                # A frame, or the border of a dark image on a dark ground would not be seen.
                painter.setPen(QPen(theme.color("border"), 1))
                painter.drawRect(end.adjusted(-0.5, -0.5, 0.5, 0.5))
            words = QRectF(square.left() - between / 2, square.bottom() + 6, side + between, below - 6)
            self._caption(painter, words, titles[place], self._sizes[place])
        self._arrow(painter, QRectF(squares[0].right(), 0, between, side))
        painter.end()

    def _zooms(self, side: float, ratio: float) -> list[float]:
        """One for both where both fit with whole pixels: then a border is seen as what it is."""
        own = [whole_zoom(shape[1], shape[2], side, ratio) if shape else 1.0 for shape in self._shapes]
        known = [zoom for zoom, shape in zip(own, self._shapes, strict=True) if shape]
        smallest = min(known, default=1.0)
        if smallest * ratio >= 1 and max(known, default=1.0) <= 2.5 * smallest:
            return [smallest, smallest]
        return own

    def _caption(self, painter: QPainter, place: QRectF, title: str, size: str) -> None:
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        height = place.height() / 2
        painter.setFont(theme.font(SMALL))
        metrics = QFontMetrics(painter.font())
        painter.setPen(theme.color("ink"))
        shown = metrics.elidedText(size, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(QRectF(place.left(), place.top(), place.width(), height), flags, shown)
        painter.setPen(theme.color("secondary"))
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(QRectF(place.left(), place.top() + height, place.width(), height), flags, shown)
        if not self.toolTip():
            self.setToolTip(_("Left the image as it is, right as the network gets it"))

    def _arrow(self, painter: QPainter, place: QRectF) -> None:
        painter.setFont(theme.font(NORMAL))
        painter.setPen(theme.color("secondary"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "→")
