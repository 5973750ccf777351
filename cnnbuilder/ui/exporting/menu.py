"""File > Export: the dialog, each form by its name, and the comparison."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from cnnbuilder.text import _
from cnnbuilder.ui.exporting.forms import FORMS

if TYPE_CHECKING:
    from cnnbuilder.ui.window import Window


def export_menu(window: Window) -> QMenu:
    """The submenu, with its actions."""
    actions, exporter = window.actions_by_name, window.exporter
    menu = QMenu(_("&Export"), window)
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
        menu.addAction(
            actions.add(f"export-{form.key}", f"{form.title}…", form.line, partial(exporter.ask, form.key))
        )
    menu.addSeparator()
    tip = _("Compare what is exported with the network in training")
    menu.addAction(actions.add("check-export", _("&Check export…"), tip, exporter.check))
    return menu
