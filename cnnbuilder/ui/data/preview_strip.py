"""Six training images as they are, and below them as the network sees them in some epoch."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from cnnbuilder.text import _, number
from cnnbuilder.ui.images.pixels import paint_image
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme

IMAGES = 6
GAP, LARGEST = 4, 64


class ImageRow(QWidget):
    """Images side by side, as large as the width lets them be."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.updateGeometry)

    @property
    def images(self) -> list[QImage]:
        """What is shown."""
        return self._images

    def show_images(self, images: list[QImage]) -> None:
        """Shows these; an empty list shows that they are on their way."""
        self._images = images
        self.update()

    def _side(self, width: int) -> float:
        return min((width - (IMAGES - 1) * GAP) / IMAGES, float(theme.px(LARGEST)))

    def heightForWidth(self, width: int) -> int:
        return max(8, round(self._side(width)))

    def sizeHint(self) -> QSize:
        width = theme.px(264)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = self._side(self.width())
        for place in range(IMAGES):
            square = QRectF(place * (side + GAP), 0, side, side)
            if place >= len(self._images):
                painter.fillRect(square, theme.color("sunken"))
                continue
            image = self._images[place]
            paint_image(painter, image, square, side / max(image.height(), image.width()))
        painter.end()


class PreviewStrip(QWidget):
    """`,` and `.` step the epoch; what is shown is exactly what that epoch will see."""

    epoch_changed = Signal()
    """Another epoch is wanted."""
    seen_first = Signal()
    """It has come into sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.epoch = 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Six training images, and as the network sees them"))
        self.prepared = ImageRow(_("Six training images, prepared"))
        self.seen = ImageRow(_("The same as the network sees them in this epoch"))
        self.before = _step("chevron-left", _("The epoch before (,)"), lambda: self.step(-1))
        self.after = _step("chevron-right", _("The next epoch (.)"), lambda: self.step(1))
        self.which = QLabel()
        self.which.setProperty("role", "strong")
        above, caption = QLabel(_("Six images, prepared")), QLabel(_("As the network sees them"))
        for label in (above, caption):
            label.setProperty("role", "small")
            label.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(caption, 1)
        for widget in (self.before, self.which, self.after):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(above)
        column.addWidget(self.prepared)
        column.addLayout(row)
        column.addWidget(self.seen)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._name()

    def step(self, by: int) -> None:
        """Shows the next epoch, or the one before."""
        epoch = max(1, self.epoch + by)
        if epoch != self.epoch:
            self.epoch = epoch
            self._name()
            self.epoch_changed.emit()

    def show_images(self, prepared: list[QImage], seen: list[QImage]) -> None:
        """The images have come; empty lists: they are on their way."""
        self.prepared.show_images(prepared)
        self.seen.show_images(seen)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen_first.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Comma: -1, Qt.Key.Key_Period: 1}
        if event.key() in steps:
            self.step(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _name(self) -> None:
        self.which.setText(_("epoch {n}").format(n=number(self.epoch)))
        self.before.setEnabled(self.epoch > 1)

    def _restyle(self) -> None:
        for button in (self.before, self.after):
            button.setIconSize(QSize(theme.px(16), theme.px(16)))


def _step(icon_name: str, tip: str, act: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.clicked.connect(lambda _checked=False: act())
    return button
