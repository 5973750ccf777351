"""Two small dialogs of the Help menu: every shortcut, and what this program is."""

from __future__ import annotations

import platform
from collections.abc import Sequence

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QMenu,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder import __version__
from cnnbuilder.text import _
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window.command_palette import actions_of


class ShortcutsDialog(QDialog):
    """Every action that has a shortcut, in the order of the menus."""

    def __init__(self, parent: QWidget, menus: Sequence[QMenu]) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard"))
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(24, 16, 24, 24)
        grid.setHorizontalSpacing(32)
        row = 0
        for name, action in actions_of(menus):
            keys = [
                shortcut.toString(QKeySequence.SequenceFormat.NativeText) for shortcut in action.shortcuts()
            ]
            if keys:
                label = QLabel(_(" or ").join(keys))
                label.setProperty("role", "mono")
                grid.addWidget(QLabel(name), row, 0)
                grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
                row += 1
        grid.setColumnStretch(0, 1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(inner.sizeHint().width() + scroll.verticalScrollBar().sizeHint().width())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(scroll)
        self.resize(self.sizeHint().width(), theme.px(560))


def show_shortcuts(parent: QWidget, menus: Sequence[QMenu]) -> None:
    """Shows the list until it is closed."""
    dialog = ShortcutsDialog(parent, menus)
    dialog.exec()
    dialog.deleteLater()


def show_about(parent: QWidget) -> None:
    """Says which version this is, and of what."""
    box = QMessageBox(parent)
    box.setWindowTitle(_("About cnnbuilder"))
    box.setText(f"<b>cnnbuilder {__version__}</b>")
    box.setInformativeText(
        _("Convolutional networks built by drag and drop, trained, and taken away as PyTorch code.")
        + "\n\n"
        + _("Python {python}, Qt {qt}. MIT licence.").format(python=platform.python_version(), qt=qVersion())
    )
    box.addButton(_("Close"), QMessageBox.ButtonRole.AcceptRole)
    box.exec()
    box.deleteLater()
