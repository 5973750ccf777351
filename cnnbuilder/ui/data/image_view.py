"""One image large, beside what the network gets of it; arrows go to the next one of its class."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from cnnbuilder.engine.data.catalogue import DataSetInfo
from cnnbuilder.engine.messages import ImageBrowsed, PartName
from cnnbuilder.text import _
from cnnbuilder.ui.data.before_after import BeforeAfter
from cnnbuilder.ui.data.words import image_text, title_text
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme

PICTURE = 120


class ImageView(QWidget):
    """Left and Right, Home and End walk through the class; Escape goes back."""

    left = Signal()
    """Back to all classes."""
    moved = Signal()
    """Another image of the class is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label, self.place, self._count = 0, 0, 0
        self._info: DataSetInfo | None = None
        self._part: PartName = "train"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.back = QPushButton(_("All classes"))
        self.back.setProperty("role", "link")
        self.back.setToolTip(_("Back to all classes (Escape)"))
        self.back.clicked.connect(self.left)
        self.title = QLabel()
        self.title.setProperty("role", "strong")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.before = _step("chevron-left", _("The image before (Left)"), lambda: self._go(self.place - 1))
        self.after = _step("chevron-right", _("The next image (Right)"), lambda: self._go(self.place + 1))
        self.pictures = BeforeAfter(PICTURE)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.title, 1)
        row.addWidget(self.before)
        row.addWidget(self.after)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 12, 8)
        column.setSpacing(12)
        column.addLayout(row)
        column.addWidget(self.pictures, 1)
        theme.changed.connect(self._restyle)
        self._restyle()

    def open(self, info: DataSetInfo, part: PartName, label: int, place: int, count: int) -> None:
        """Shows an image, `place` of `count` of its class and part."""
        self._info, self._part, self.label, self._count = info, part, label, count
        self.place = max(0, min(place, count - 1))
        self._name()

    def show_original(self, image: QImage, shape: tuple[int, int, int] | None) -> None:
        """The image as it is, which is here already, while the other form is on its way."""
        self.show_image(None, shape)
        self.pictures.show_original(image)

    def show_image(self, answer: ImageBrowsed | None, shape: tuple[int, int, int] | None) -> None:
        """The image has come; None while it is on its way."""
        if self._info is not None:
            self.pictures.show_sizes(self._info.shape, shape)
        self.pictures.show_image(answer, shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        places = {
            Qt.Key.Key_Left: self.place - 1,
            Qt.Key.Key_Right: self.place + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._count - 1,
        }
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in places:
            self._go(places[key])
        else:
            super().keyPressEvent(event)

    def _go(self, place: int) -> None:
        if 0 <= place < self._count and place != self.place:
            self.place = place
            self._name()
            self.moved.emit()

    def _name(self) -> None:
        if self._info is None:
            return
        text = image_text(self._info, self._part, self.label, self.place)
        self.title.setText(title_text(self._info, self._part, self.label, self.place, self._count))
        self.setAccessibleName(text)
        self.before.setEnabled(self.place > 0)
        self.after.setEnabled(self.place < self._count - 1)

    def _restyle(self) -> None:
        for button in (self.before, self.after):
            button.setIconSize(QSize(theme.px(16), theme.px(16)))


def _step(icon_name: str, tip: str, act: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the arrow keys where they are
    button.setAccessibleName(tip)
    button.clicked.connect(lambda _checked=False: act())
    return button
