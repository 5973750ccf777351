"""What there is to know of a kind of block besides its fields: when to use it, usual values, where it comes from."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.writing import by_text
from cnnbuilder.text import _, number
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.popover import OverCard
from cnnbuilder.ui.widgets.theme import theme


class HelpButton(QToolButton):
    """Stands beside a block's name and opens its help."""

    def __init__(self, kind: type[Block], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self.setProperty("role", "inline")  # no higher than the line it stands in
        self.card: BlockHelp | None = None
        name = _("About {kind}").format(kind=kind.kind())
        self.setAccessibleName(name)
        self.setToolTip(_("{name}: when to use it, usual values, where it comes from").format(name=name))
        self.clicked.connect(self._open)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setIcon(icon("info", "secondary"))
        self.setIconSize(QSize(theme.px(16), theme.px(16)))

    def _open(self) -> None:
        if self.card is None:
            self.card = BlockHelp(self._kind, self)
        if self.card.isVisible():
            self.card.close_up()
            return
        self.card.open_beside(QRect(self.mapTo(self.window(), QPoint(0, 0)), self.size()))
        self.card.page.setFocus(Qt.FocusReason.OtherFocusReason)


class BlockHelp(OverCard):
    """What it is for, when to use it, usual values, the paper it comes from, and PyTorch's page."""

    def __init__(self, kind: type[Block], owner: QWidget) -> None:
        super().__init__(owner)
        self.setAccessibleName(_("About {kind}").format(kind=kind.kind()))
        column = self._column
        for name, text in _lines(kind):
            head, body = QLabel(name), QLabel(text)
            head.setProperty("role", "section")
            body.setWordWrap(True)
            column.addWidget(head)
            column.addWidget(body)
            column.addSpacing(4)
        self.page = QPushButton(_("PyTorch's page"))
        self.page.setProperty("role", "link")
        self.page.setToolTip(kind.page)
        self.page.setAccessibleDescription(kind.page)
        self.page.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(kind.page)))
        self.page.clicked.connect(self.close_up)
        column.addWidget(self.page, 0, Qt.AlignmentFlag.AlignLeft)
        self.page.setVisible(bool(kind.page))


def _lines(kind: type[Block]) -> list[tuple[str, str]]:
    """(heading, text), as far as there is something to say."""
    lines = [
        (_("What it is for"), kind.summary),
        (_("When to use it"), kind.when),
        (_("Usual values"), usual_values(kind)),
        (_("From"), kind.paper),
    ]
    return [(name, text) for name, text in lines if text]


def usual_values(kind: type[Block]) -> str:
    """For example "Filters 8, 16, 32 · Kernel size 1×1, 3×3"."""
    return " · ".join(
        f"{info.field.label} {', '.join(_shown(value) for value in info.field.usual)}"
        for info in kind.form_fields()
        if info.field.usual
    )


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return by_text(value) if len(value) == 2 else ", ".join(map(str, value))
    return number(value) if type(value) is int else str(value)
