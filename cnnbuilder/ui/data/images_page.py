"""All images of a class, or the files of a finding: look at them, choose some, and decide about them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.network.data import PartName
from cnnbuilder.text import _, ngettext, number
from cnnbuilder.ui.data.words import PART_TITLES, PARTS
from cnnbuilder.ui.images.thumbnails import ThumbnailModel, ThumbnailView
from cnnbuilder.ui.widgets.flow_row import FlowRow

KEYS = "1234567890"
"""The keys of the first ten classes."""


class ImagesPage(QWidget):
    """Delete sets aside what is chosen, a class's key gives it to that class; the buttons do the same."""

    left = Signal()
    """Back to all classes."""
    opened = Signal(int)
    """The image at this place is to be seen large."""
    set_aside = Signal(list)
    """The images of these contents are not to be used."""
    given = Signal(list, str)
    """They are of the class of this name."""
    moved = Signal(list, str)
    """They belong to this part."""
    taken_back = Signal(list)
    """They are to be as their files have them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = ()
        self._editable = False
        self.model = ThumbnailModel(self)
        self.view = ThumbnailView(self.model)
        self.back = QPushButton(_("All classes"))
        self.back.setProperty("role", "link")
        self.back.setToolTip(_("Back to all classes (Escape)"))
        self.back.clicked.connect(lambda _checked=False: self.left.emit())
        self.title = QLabel()
        self.title.setProperty("role", "strong")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.hint = QLabel()
        self.hint.setProperty("role", "small")
        self.hint.setWordWrap(True)
        self.aside = QPushButton(_("Set aside"))
        self.aside.setToolTip(_("Do not use what is chosen (Delete); the files stay as they are"))
        self.to_class, self.to_part = QPushButton(_("Class")), QPushButton(_("Part"))
        self.to_class.setToolTip(_("Say of which class they are"))
        self.to_part.setToolTip(_("Say in which part they are"))
        self.restore = QPushButton(_("Take back"))
        self.restore.setToolTip(_("Take back what was decided about them"))
        self._class_menu, self._part_menu = QMenu(self), QMenu(self)
        self.to_class.setMenu(self._class_menu)
        self.to_part.setMenu(self._part_menu)
        for part in PARTS:
            action = self._part_menu.addAction(PART_TITLES[part])
            action.triggered.connect(lambda _checked=False, part=part: self._move(part))
        self.aside.clicked.connect(lambda _checked=False: self._set_aside())
        self.restore.clicked.connect(lambda _checked=False: self.taken_back.emit(self.contents()))
        self.view.removed.connect(self._set_aside)
        self.view.key_pressed.connect(self._key)
        self.view.opened.connect(self.opened)
        self.view.selectionModel().selectionChanged.connect(lambda *_changed: self._choice_changed())
        self.model.dataChanged.connect(lambda *_changed: self._choice_changed())
        self.model.modelReset.connect(self._choice_changed)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.title, 1)
        self.buttons = FlowRow(spacing=8)
        for button in (self.aside, self.to_class, self.to_part, self.restore):
            self.buttons.add(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 12, 8)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.buttons)
        column.addWidget(self.hint)
        column.addWidget(self.view, 1)

    def begin(self, title: str, count: int, classes: tuple[str, ...], *, editable: bool) -> None:
        """Shows so many images, which come page by page. `editable`: whether one can decide about them."""
        self.title.setText(title)
        self._editable = editable
        if classes != self._classes:
            self._classes = classes
            self._class_menu.clear()
            for place, name in enumerate(classes):
                keys = f"\t{KEYS[place]}" if place < len(KEYS) else ""
                action = self._class_menu.addAction(name.replace("&", "&&") + keys)
                action.triggered.connect(lambda _checked=False, name=name: self._give(name))
            self._class_menu.addSeparator()
            another = self._class_menu.addAction(_("Another class…"))
            another.triggered.connect(lambda _checked=False: self._give_another())
        self.buttons.setVisible(editable)
        self.model.begin(count)

    def contents(self) -> list[str]:
        """By what the chosen images are known, each once."""
        found = (self.model.at(place) for place in self.view.chosen())
        return list(
            dict.fromkeys(thumbnail.content for thumbnail in found if thumbnail and thumbnail.content)
        )

    def _choice_changed(self) -> None:
        count = len(self.view.chosen())
        for button in (self.aside, self.to_class, self.to_part, self.restore):
            button.setEnabled(self._editable and bool(self.contents()))
        if not self._editable:
            self.hint.setText(_("Enter or a double click shows an image large."))
        elif not count:
            self.hint.setText(
                _("Click to choose, with Shift or Ctrl several. Then Delete, or a class's key.")
            )
        else:
            chosen = ngettext("{n} image chosen", "{n} images chosen", count).format(n=number(count))
            keys = " · ".join(f"{key} {name}" for key, name in zip(KEYS, self._classes, strict=False))
            self.hint.setText(f"{chosen} · {keys}")

    def _set_aside(self) -> None:
        if self._editable and self.contents():
            self.set_aside.emit(self.contents())

    def _give(self, name: str) -> None:
        if self._editable and self.contents():
            self.given.emit(self.contents(), name)

    def _give_another(self) -> None:
        """To a class that there is not yet: how images that nobody has sorted get their classes."""
        name, taken = QInputDialog.getText(self, _("Another class"), _("Its name:"))
        if taken and name.strip():
            self._give(name.strip())

    def _move(self, part: PartName) -> None:
        if self._editable and self.contents():
            self.moved.emit(self.contents(), part)

    def _key(self, text: str) -> None:
        place = KEYS.find(text)
        if 0 <= place < len(self._classes):
            self._give(self._classes[place])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._choice_changed()
