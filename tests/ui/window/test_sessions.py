"""A window can be given another session: everything in it follows, and at most one run is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt

from cnnbuilder.network.edits import remove
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.window.window import Window
from tests.ui.test_layouts import NoEngine


@pytest.fixture
def window(make_window: Callable[[Document], Window], home: object) -> Window:
    window = make_window(Document(TEMPLATES["digits"].make()))
    window.child._engine = NoEngine()
    return window


@pytest.fixture
def other(window: Window) -> Iterator[Session]:
    """A second session that borrows the window's children, as a lesson's does."""
    session = Session(window.child, window.tasks, Document(TEMPLATES["lenet5"].make()), window)
    yield session
    session.document.undo_stack.setClean()
    session.file.decline()
    if session.runner.active:
        session.runner.stop_now()


def test_all_of_the_window_shows_the_other_session(window: Window, other: Session) -> None:
    first = window.session
    window.show_session(other)
    assert window.session is other
    assert "61,706 parameters" in window.status_bar.totals.text()
    assert window.build.canvas.document is other.document
    other.document.edit_network("Clear", TEMPLATES["empty"].make().network)
    assert window.host.actions["undo"].text() == "&Undo Clear"
    assert window.top_bar.edited.text() == "edited"
    window.host.actions["undo"].trigger()
    assert window.top_bar.edited.text() == ""
    window.show_session(first)
    assert "33,546 parameters" in window.status_bar.totals.text()
    assert not window.host.actions["undo"].isEnabled()


def test_each_session_keeps_its_place(window: Window, other: Session, qtbot) -> None:  # type: ignore[no-untyped-def]
    first = window.session
    qtbot.mouseClick(window.top_bar.switch.segments["train"], Qt.MouseButton.LeftButton)
    window.show_session(other)
    assert window.top_bar.switch.current == "build"
    window.show_session(first)
    assert window.top_bar.switch.current == "train"
    assert window.host.workspaces.currentWidget() is window.host.workspaces.made("train")


def test_what_one_session_says_is_not_said_over_the_other(window: Window, other: Session) -> None:
    first = window.session
    first.say("file", "The first speaks.")
    assert window.bars.bar("file") is not None
    window.show_session(other)
    assert window.bars.bar("file") is None
    first.say("file", "The first speaks again.")
    assert window.bars.bar("file") is None


def test_while_one_trains_the_other_waits_with_a_sentence(window: Window, other: Session) -> None:
    window.session.train()
    assert window.session.runner.active
    window.show_session(other)
    other.train()
    assert not other.runner.active
    assert "Another network of this window is training" in window.bars.bar("train").label.text()
    window._hosts[next(iter(window._hosts))].session.runner.stop_now()
    other.train()
    assert other.runner.active


def test_the_same_key_goes_back(window: Window) -> None:
    go = window.host.actions["go-data"]
    go.trigger()
    assert window.top_bar.switch.current == "data"
    go.trigger()
    assert window.top_bar.switch.current == "build"


def test_train_shows_its_workspace_and_ctrl_enter_stays(window: Window) -> None:
    window.host.actions["train-here"].trigger()
    assert window.session.runner.active
    assert window.top_bar.switch.current == "build"
    assert window.host.strip.isVisible()
    window.session.runner.stop_now()
    window.top_bar.train.click()
    assert window.top_bar.switch.current == "train"
    assert not window.host.strip.isVisible()


def test_with_a_problem_train_leads_to_it_from_any_workspace(window: Window) -> None:
    window.host.go_to("train")
    network = window.session.document.project.network
    flatten = next(block.id for block in network.blocks if block.kind() == "Flatten")
    window.session.document.edit_network("Delete", remove(network, [flatten]))
    window.top_bar.train.click()
    assert not window.session.runner.active
    assert window.top_bar.switch.current == "build"
    assert window.focusWidget().text() == "Insert Flatten"


def test_f6_walks_the_panels(window: Window) -> None:
    window.activateWindow()
    window.top_bar.data.setFocus()
    build = window.build
    expected = (build.left, build.area, build.right, build.drawer, window.status_bar, window.top_bar)
    window.session.selection.select([window.session.document.project.network.blocks[1].id])
    for panel in expected:
        window.host.actions["next-region"].trigger()
        assert panel.isAncestorOf(window.focusWidget())
    window.host.actions["previous-region"].trigger()
    assert window.status_bar.isAncestorOf(window.focusWidget())
