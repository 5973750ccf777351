"""The list of problems: sentence, place, fix."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnbuilder.network.edits import remove
from cnnbuilder.ui.build.problems import ProblemsView
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.selection import Selection
from cnnbuilder.ui.session.session import Session


@pytest.fixture
def view(document: Document, session: Session, show) -> ProblemsView:
    view = ProblemsView(session)
    show(view, 600, 240)
    return view


def _break(document: Document) -> None:
    document.edit("", replace(document.project, network=remove(document.project.network, ["b11"])))


def test_no_problems_is_said(view: ProblemsView) -> None:
    assert view.empty.isVisible()
    assert view.empty.text() == "No problems."


def test_a_problem_appears_with_its_fix_and_a_press_mends_it(
    view: ProblemsView, document: Document, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.count_changed) as counted:
        _break(document)
    assert counted.args == [1]
    (card,) = view.cards
    assert "Linear needs a flat vector" in card.accessibleName()
    with qtbot.waitSignal(view.count_changed) as counted:
        qtbot.mouseClick(card.buttons[0], Qt.MouseButton.LeftButton)
    assert counted.args == [0]
    assert document.analysis.problems == ()
    assert view.empty.isVisible()


@pytest.mark.parametrize("by", ["click", "enter"])
def test_choosing_a_problem_selects_its_block_and_asks_for_it(
    view: ProblemsView, document: Document, session: Session, selection: Selection, qtbot: QtBot, by: str
) -> None:
    _break(document)
    (card,) = view.cards
    with qtbot.waitSignal(session.problem_requested) as asked:
        if by == "click":
            qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=card.rect().topRight() + QPoint(-20, 20))
        else:
            card.setFocus()
            qtbot.keyClick(card, Qt.Key.Key_Return)
    assert asked.args[0] == document.analysis.problems[0]
    assert selection.single == "b12"


def test_the_fix_can_be_focused(view: ProblemsView, document: Document) -> None:
    _break(document)
    view.focus_fix(document.analysis.problems[0])
    assert QApplication.focusWidget() is view.cards[0].buttons[0]


def test_a_hidden_list_still_counts(view: ProblemsView, document: Document) -> None:
    view.hide()
    _break(document)
    assert view.count == 1
    view.show()
    assert len(view.cards) == 1
