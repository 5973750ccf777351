"""A data set that is made here: name the classes, draw examples of each, Next by key."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.storage import reason_of
from cnnbuilder.text import _, ngettext, number
from cnnbuilder.ui.images.drawing_field import DrawingField
from cnnbuilder.ui.session.drawn_set import LEAST, DrawnSet
from cnnbuilder.ui.widgets.flow_row import FlowRow
from cnnbuilder.ui.widgets.theme import theme

FIELD_LEAST, FIELD_MOST = 140, 320


class DrawnPage(QWidget):
    """Enter keeps the drawing and clears the field; 1 to 9 choose a class, Delete clears."""

    finished = Signal(object)
    """The folder that was made is to be looked at: its `Path`."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set = DrawnSet(_("my drawings"))
        self.back = QPushButton(_("Back"))
        self.back.setProperty("role", "link")
        self.back.clicked.connect(lambda _checked=False: self.left.emit())
        self.title = QLabel(_("A set made here"))
        self.title.setProperty("role", "heading")
        self.hint = QLabel(
            _("Name the classes. Draw examples of the one that is marked, and press Enter after each.")
        )
        self.hint.setProperty("role", "secondary")
        self.name = QLineEdit()
        self.name.setPlaceholderText(_("Name of a class"))
        self.name.setAccessibleName(_("Name of a class"))
        self.name.returnPressed.connect(self._add_class)
        self.add = QPushButton(_("Add class"))
        self.add.clicked.connect(lambda _checked=False: self._add_class())
        self.classes = QListWidget()
        self.classes.setAccessibleName(_("Classes, and how many drawings each has"))
        self.field = DrawingField()
        self.next = QPushButton(_("Next"))
        self.next.setToolTip(_("Next: keep the drawing and begin another (Enter)"))
        self.next.clicked.connect(lambda _checked=False: self._keep())
        self.again = QPushButton(_("Clear"))
        self.again.setToolTip(_("Clear: begin this drawing again (Delete)"))
        self.again.clicked.connect(lambda _checked=False: self.field.clear())
        self.take_back = QPushButton(_("Remove the last"))
        self.take_back.setToolTip(_("Remove the last: take away the last drawing of this class"))
        self.take_back.clicked.connect(lambda _checked=False: self._remove_last())
        self.say = QLabel()
        self.use = QPushButton(_("Use these drawings"))
        self.use.clicked.connect(lambda _checked=False: self.finished.emit(self.set.folder))
        for label in (self.title, self.hint, self.say):
            label.setWordWrap(True)
        self.field.changed.connect(self._state_changed)
        self.classes.currentRowChanged.connect(lambda _row: self._state_changed())
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        naming = QHBoxLayout()
        naming.setSpacing(8)
        naming.addWidget(self.name, 1)
        naming.addWidget(self.add)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(naming)
        left.addWidget(self.classes, 1)
        buttons = FlowRow(spacing=8)
        for button in (self.next, self.again, self.take_back):
            buttons.add(button)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.field, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(buttons)
        right.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left, 1)
        both.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.use)
        foot.addWidget(self.say, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.hint)
        column.addLayout(both, 1)
        column.addLayout(foot)

    # --- what is asked for ------------------------------------------------------------------------

    def begin(self) -> None:
        """Shows what is there of the set: one that was left unfinished is gone on with."""
        self.set = DrawnSet(_("my drawings"))
        self._fill(0)
        self._restyle()
        (self.field if self.set.classes else self.name).setFocus()

    @property
    def current(self) -> str | None:
        """The class that is drawn now."""
        item = self.classes.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else None

    def _fill(self, row: int) -> None:
        self.classes.clear()
        for name in self.set.classes:
            count = self.set.count(name)
            drawings = ngettext("{n} drawing", "{n} drawings", count).format(n=number(count))
            item = QListWidgetItem(f"{name} · {drawings}", self.classes)
            item.setData(Qt.ItemDataRole.UserRole, name)
        self.classes.setCurrentRow(min(row, self.classes.count() - 1))
        self._state_changed()

    def _state_changed(self) -> None:
        drawing = self.current is not None
        self.field.setEnabled(drawing)
        self.next.setEnabled(drawing and not self.field.empty)
        self.again.setEnabled(not self.field.empty)
        name = self.current
        self.take_back.setEnabled(name is not None and self.set.count(name) > 0)
        self.use.setEnabled(self.set.ready)
        ready = _("They lie in {folder}, one folder a class.").format(folder=self.set.folder)
        lacking = _("At least two classes, each with {n} drawings.").format(n=number(LEAST))
        self.say.setText(ready if self.set.ready else lacking)

    # --- what a person does -----------------------------------------------------------------------

    def _add_class(self) -> None:
        name = self.name.text().strip()
        if not name:
            self.name.setFocus()
            return
        try:
            made = self.set.add_class(name)
        except OSError as error:
            self._refused(error)
            return
        self.name.clear()
        self._fill(self.set.classes.index(made))
        self.field.setFocus()

    def _keep(self) -> None:
        name = self.current
        if name is None or self.field.empty:
            return
        try:
            self.set.add(name, _png(self.field))
        except OSError as error:
            self._refused(error)
            return
        self.field.clear()
        self._fill(self.classes.currentRow())
        self.field.setFocus()

    def _remove_last(self) -> None:
        name = self.current
        if name is not None:
            self.set.remove_last(name)
            self._fill(self.classes.currentRow())

    def _refused(self, error: OSError) -> None:
        self.say.setText(_("The drawing cannot be kept: {reason}.").format(reason=reason_of(error)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        place = key - Qt.Key.Key_1
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.name.hasFocus():
            self._keep()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif 0 <= place < min(9, self.classes.count()):
            self.classes.setCurrentRow(place)
        else:
            super().keyPressEvent(event)

    # --- where things stand -----------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._restyle()

    def _restyle(self) -> None:
        room = min(self.width() // 2 - 24, self.height() - theme.px(200))
        side = max(theme.px(FIELD_LEAST), min(room, theme.px(FIELD_MOST)))
        self.field.setFixedSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(2 * FIELD_LEAST), theme.px(FIELD_LEAST + 200))


def _png(field: DrawingField) -> bytes:
    """The drawing as a PNG: light ink on black, as MNIST's digits are."""
    pixels, (height, width, channels) = field.pixels()
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    image = QImage(pixels, width, height, width * channels, kind)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(content.data())
