"""A canvas on screen with the Digits template, and hands that press what a person presses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnbuilder.ui.canvas.view import CanvasView
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.session import Session
from tests.ui.runs import quiet_session

LEFT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton


class Person:
    """Mouse and keys on one canvas. Points are pixels of its viewport."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view

    def center(self, id_: str) -> QPoint:
        """The middle of a block's card."""
        return self.view.mapFromScene(self.view.scene().block_rect(id_).center())

    def above(self, id_: str) -> QPoint:
        """On the wire just above a block."""
        rect = self.view.scene().block_rect(id_)
        return self.view.mapFromScene(QPointF(rect.center().x(), rect.top() - 10))

    def below(self, id_: str) -> QPoint:
        """Just below a block."""
        rect = self.view.scene().block_rect(id_)
        return self.view.mapFromScene(QPointF(rect.center().x(), rect.bottom() + 12))

    def aside(self, id_: str) -> QPoint:
        """On empty ground to the left of a block."""
        rect = self.view.scene().block_rect(id_)
        return self.view.mapFromScene(QPointF(rect.left() - 60, rect.center().y()))

    def click(self, at: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, modifiers, at)

    def press(self, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
        QTest.mousePress(self.view.viewport(), button, Qt.KeyboardModifier.NoModifier, at)

    def drag(self, *points: QPoint, button: Qt.MouseButton = LEFT) -> None:
        """Moves with the button down."""
        for at in points:
            self._move(at, button)

    def drift(self, at: QPoint) -> None:
        """Moves with no button down."""
        self._move(at, NONE)

    def _move(self, at: QPoint, buttons: Qt.MouseButton) -> None:
        # QTest.mouseMove tells of no buttons; a real drag does.
        viewport = self.view.viewport()
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(at),
            QPointF(viewport.mapToGlobal(at)),
            NONE,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, event)

    def release(self, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.view.viewport(), button, Qt.KeyboardModifier.NoModifier, at)

    def carry(self, start: QPoint, *points: QPoint) -> None:
        """A whole drag with the left button."""
        self.press(start)
        self.drag(start + QPoint(0, 12), *points)
        self.release(points[-1])

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.view, key, modifiers)

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget() or self.view, text)


def show_canvas(qtbot: QtBot, document: Document) -> CanvasView:
    session = quiet_session(document)
    view = CanvasView(session)
    session.setParent(view)
    view.resize(900, 640)
    view.show()
    qtbot.waitExposed(view)
    view.activateWindow()
    view.setFocus()
    QApplication.processEvents()
    return view


@pytest.fixture
def view(qtbot: QtBot, document: Document) -> Iterator[CanvasView]:
    made = show_canvas(qtbot, document)
    yield made
    made.close()
    made.findChild(Session).close()
    shiboken6.delete(made)


@pytest.fixture
def person(view: CanvasView) -> Person:
    return Person(view)


def kinds(document: Document) -> list[str]:
    """The blocks in the order in which they run."""
    return [row.block.kind() for row in document.analysis.rows.values()]
