"""The palette: every kind of block, found by search, carried onto the canvas, or appended by Enter."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnbuilder.blocks import OFFERED
from cnnbuilder.blocks.base import Block
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.text import _
from cnnbuilder.ui.build.palette_card import Card, Heading, Row
from cnnbuilder.ui.build.palette_drag import DragGesture
from cnnbuilder.ui.fields.search import SEARCHED, elsewhere, find, nearest
from cnnbuilder.ui.widgets.search_field import SearchField

KindClass = type[Block]


class Palette(QWidget):
    """Basics first and open, the other families folded. Built from `OFFERED`; no kind is named here."""

    append_requested = Signal(str)
    """Double-click or Enter on a kind."""
    template_requested = Signal(str)
    """Double-click or Enter on a template, by its name."""
    drag_began = Signal(str, QPoint)
    drag_moved = Signal(QPoint)
    drag_ended = Signal(QPoint)
    drag_cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Blocks"))
        self._found: list[Card] = []
        self._gesture = DragGesture(self)
        self._gesture.began.connect(self.drag_began)
        self._gesture.moved.connect(self.drag_moved)
        self._gesture.ended.connect(self.drag_ended)
        self._gesture.cancelled.connect(self.drag_cancelled)

        self.search = SearchField(_("Search, e.g. shrink"))
        self.search.setAccessibleName(_("Search blocks"))
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)

        self._browse = self._all_kinds()
        self._results = QWidget()
        results = QVBoxLayout(self._results)
        results.setContentsMargins(0, 0, 0, 0)
        results.setSpacing(0)
        self._results.hide()

        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 0, 12, 16)
        column.addWidget(self._browse)
        column.addWidget(self._results)
        column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)

        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 10)
        top.addWidget(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._scroll)

    def focus_search(self) -> None:
        """Puts the caret into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # Building

    def _all_kinds(self) -> QWidget:
        area = QWidget()
        column = QVBoxLayout(area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        label = QLabel(_("Basics"))
        label.setProperty("role", "section")
        column.addWidget(label)
        for kind in _basics():
            column.addWidget(self._card(kind))
        column.addSpacing(8)
        families = QVBoxLayout()
        families.setSpacing(0)
        column.addLayout(families)
        for family, members in groupby(OFFERED, key=lambda kind: kind.family):
            kinds = list(members)
            if not all(kind.basic for kind in kinds):  # what stands in Basics whole is not said twice
                # The family's own word is its title: a new one needs no entry here, only a translation.
                self._section(families, _(family.capitalize()), kinds)
        if TEMPLATES:
            self._section(families, _("Templates"), list(TEMPLATES))
        return area

    def _section(self, column: QVBoxLayout, title: str, members: list[KindClass] | list[str]) -> None:
        heading = Heading(title, len(members))
        heading.installEventFilter(self)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 8)
        rows.setSpacing(0)
        body.hide()

        def unfold(opened: bool) -> None:
            if opened and not rows.count():  # cards of a folded family cost nothing until it is opened
                for member in members:
                    rows.addWidget(self._template(member) if isinstance(member, str) else self._card(member))
            body.setVisible(opened)
            if opened and self.isVisible():
                # How high it is, is known once it has been laid out.
                QTimer.singleShot(0, body, lambda: self._show_whole(heading, body))

        heading.toggled.connect(unfold)
        column.addWidget(heading)
        column.addWidget(body)

    def _show_whole(self, heading: QWidget, body: QWidget) -> None:
        """Scrolls to a section that was opened: all of it where there is room, its heading in any case."""
        self._scroll.ensureWidgetVisible(body, 0, 8)
        self._scroll.ensureWidgetVisible(heading, 0, 0)

    def _card(self, kind: KindClass) -> Card:
        card = Card(kind.kind(), kind.title, kind.icon, kind.family)
        card.setProperty("kind", kind.kind())
        card.setToolTip(
            _("{summary}\n{when}\nDrag it onto the canvas, or double-click to append it.").format(
                summary=kind.summary, when=kind.when
            )
        )
        card.setAccessibleDescription(kind.summary)
        card.installEventFilter(self)
        self._gesture.watch(card, kind.kind())
        return card

    def _template(self, name: str) -> Card:
        template = TEMPLATES[name]
        card = Card(template.title, "", "blocks", "other")
        card.setProperty("template", name)
        card.setToolTip(_("{summary}\nDouble-click to open it.").format(summary=template.summary))
        card.setAccessibleDescription(template.summary)
        card.setCursor(Qt.CursorShape.PointingHandCursor)
        card.installEventFilter(self)
        return card

    # Searching

    def _search(self, query: str) -> None:
        column = self._results.layout()
        assert column is not None
        while (item := column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._found = []
        wanted = query.strip()
        self._browse.setVisible(not wanted)
        self._results.setVisible(bool(wanted))
        if not wanted:
            return
        kinds = find(wanted, SEARCHED)
        place = elsewhere(wanted)
        if place is not None:
            self._say(place, column)  # type: ignore[arg-type]
        elif not kinds:
            kinds = self._missed(wanted, column)  # type: ignore[arg-type]
        self._found = [self._card(kind) for kind in kinds]
        for card in self._found:
            column.addWidget(card)
            card.show()  # a layout would show it only later, and Enter may come first
        if self._found:
            self._found[0].set_suggested(True)

    def _missed(self, query: str, column: QVBoxLayout) -> list[KindClass]:
        close = nearest(query, SEARCHED)
        if close is None:
            text = _("No block is called “{query}”. Try what it does: shrink, depth, dense.")
        else:
            text = _("No block is called “{query}”. {kind}?")
        self._say(text.format(query=query, kind=close.kind() if close else ""), column)
        return [close] if close else []

    def _say(self, text: str, column: QVBoxLayout) -> None:
        """A sentence above what was found."""
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", "secondary")
        label.setWordWrap(True)
        label.setContentsMargins(0, 4, 0, 4)
        column.addWidget(label)
        label.show()

    # Keyboard and double-click

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        if event.type() == QEvent.Type.MouseButtonDblClick and isinstance(watched, Card):
            self._take(watched)
            return True
        return super().eventFilter(watched, event)

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            return self._step(watched, 1 if key == Qt.Key.Key_Down else -1)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if watched is self.search and self._found:
                self._take(self._found[0])
            elif isinstance(watched, Card):
                self._take(watched)
            elif isinstance(watched, Heading):
                watched.toggle()
            return True
        if isinstance(watched, Heading) and key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            watched.setChecked(key == Qt.Key.Key_Right)
            return True
        if key == Qt.Key.Key_Escape and self.search.text() and not self._gesture.active:
            self.search.clear()
            self.search.setFocus()
            return True
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if isinstance(watched, Row) and plain and event.text().strip() and event.text().isprintable():
            # Typing on a card goes on in the search field.
            self.search.setFocus()
            self.search.setText(event.text())
            return True
        return False

    def _step(self, watched: QObject, by: int) -> bool:
        rows = self._rows()
        if watched is self.search:
            place = 0 if by > 0 else len(rows)
        else:
            place = rows.index(watched) + by if watched in rows else 0
        if place < 0:
            self.search.setFocus()
        elif place < len(rows):
            rows[place].setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(rows[place], 0, 24)
        return True

    def _rows(self) -> list[Row]:
        """What Up and Down walk through, from top to bottom."""
        if self._found:
            return list(self._found)
        rows = [row for row in self._browse.findChildren(Row) if row.isVisibleTo(self)]
        return sorted(rows, key=lambda row: row.mapTo(self._browse, QPoint(0, 0)).y())

    def _take(self, card: Card) -> None:
        if (kind := card.property("kind")) is not None:
            self.append_requested.emit(kind)
        elif (name := card.property("template")) is not None:
            self.template_requested.emit(name)


def _basics() -> Iterable[KindClass]:
    """The first section: what a first network is made of."""
    return (kind for kind in OFFERED if kind.basic)
