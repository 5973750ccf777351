"""Below the data sets: the way to one's own images."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.elided_button import ElidedButton
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme


class AddImages(QWidget):
    """A folder by the button, a table or arrays by the link; or either dropped anywhere on the window."""

    folder_wanted = Signal()
    file_wanted = Signal()
    drawing_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder = ElidedButton(_("Add your images…"))
        self.folder.setIcon(icon("plus"))
        self.folder.set_tip(
            f"{self.folder.text()}\n" + _("A folder of pictures, best with one folder a class")
        )
        self.folder.clicked.connect(lambda _checked=False: self.folder_wanted.emit())
        self.file = ElidedButton(_("CSV or .npz…"))
        self.file.setProperty("role", "link")
        self.file.set_tip(f"{self.file.text()}\n" + _("A table of files and classes, or arrays"))
        self.file.clicked.connect(lambda _checked=False: self.file_wanted.emit())
        self.draw = ElidedButton(_("Draw your own…"))
        self.draw.setProperty("role", "link")
        self.draw.set_tip(f"{self.draw.text()}\n" + _("Name classes and draw examples of each"))
        self.draw.clicked.connect(lambda _checked=False: self.drawing_wanted.emit())
        self.note = QLabel(_("or drop a folder or a file anywhere here"))
        self.note.setProperty("role", "small")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 6)
        column.setSpacing(2)
        column.addWidget(self.folder)
        for link in (self.file, self.draw):
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.note)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.folder.setIconSize(QSize(theme.px(16), theme.px(16)))
