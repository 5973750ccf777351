"""The dialog of the Help menu that says what this program is."""

from __future__ import annotations

import platform

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from cnnbuilder import __version__
from cnnbuilder.text import _


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
