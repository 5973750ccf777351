"""File > Export: the dialog, each form by its name, and the comparison."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.exporting.exporter import Exporter
from cnnbuilder.ui.exporting.forms import FORMS
from cnnbuilder.ui.window.actions import Actions


def export_menu(actions: Actions, exporter: Exporter, parent: QWidget) -> QMenu:
    """The submenu, with its actions."""
    menu = QMenu(_("&Export"), parent)
    menu.addAction(
        actions.add(
            "export",
            _("&Export…"),
            _("Take the network away in another form"),
            exporter.ask,
            "Ctrl+E",
            "export",
        )
    )
    menu.addSeparator()
    for form in FORMS.values():
        action = menu.addAction(f"{form.title}…")
        action.setStatusTip(form.line)
        action.setToolTip(form.line)
        action.triggered.connect(lambda _checked=False, key=form.key: exporter.ask(key))
    menu.addSeparator()
    tip = _("Compare what is exported with the network in training")
    menu.addAction(actions.add("check-export", _("&Check export…"), tip, exporter.check, "Ctrl+Shift+E"))
    return menu
