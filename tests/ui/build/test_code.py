"""The Code tab: what is shown is what the generator writes; lines and blocks find each other."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QTextCursor
from pytestqt.qtbot import QtBot

from cnnbuilder.network.code import source
from cnnbuilder.network.edits import connect, create, place_loose, remove, replace_block
from cnnbuilder.network.project import Wire
from cnnbuilder.ui.build import highlight
from cnnbuilder.ui.build.code import CodeView
from cnnbuilder.ui.build.code_text import CodeText
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.selection import Selection
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import DARK, LIGHT, Tokens
from tests.ui.conftest import MakeSession


@pytest.fixture
def view(document: Document, session: Session, show) -> CodeView:
    view = CodeView(session)
    show(view, 700, 500)
    return view


def _line_with(view: CodeView, text: str) -> int:
    return next(number for number, line in enumerate(view.source.splitlines(), 1) if text in line)


def _click_line(view: CodeView, qtbot: QtBot, line: int) -> None:
    cursor = QTextCursor(view.text.document().findBlockByNumber(line - 1))
    place = view.text.cursorRect(cursor).center()
    qtbot.mouseClick(view.text.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_what_is_shown_is_what_is_trained(view: CodeView, document: Document) -> None:
    assert view.source == source(document.project.network).text
    assert view.text.toPlainText() == view.source.rstrip()


def test_the_other_style_is_one_click_away(view: CodeView, document: Document, qtbot: QtBot) -> None:
    qtbot.mouseClick(view.styles["sequential"], Qt.MouseButton.LeftButton)
    assert view.source == source(document.project.network, "sequential").text
    assert not view.styles["module"].isChecked()


def test_selecting_a_block_marks_its_lines(view: CodeView, selection: Selection) -> None:
    selection.select(["b5"])
    assert view.text.marked == {_line_with(view, "self.conv2 ="), _line_with(view, "F.relu(self.conv2")}
    selection.select([])
    assert view.text.marked == frozenset()


def test_clicking_a_line_selects_its_block(view: CodeView, selection: Selection, qtbot: QtBot) -> None:
    _click_line(view, qtbot, _line_with(view, "self.conv3 ="))
    assert selection.ids == {"b8"}
    _click_line(view, qtbot, _line_with(view, "import"))
    assert selection.ids == {"b8"}, "a line of no block changes nothing"


def test_enter_on_a_line_selects_its_block(view: CodeView, selection: Selection, qtbot: QtBot) -> None:
    view.text.setFocus()
    view.text.setTextCursor(
        QTextCursor(view.text.document().findBlockByNumber(_line_with(view, "self.fc1 =") - 1))
    )
    qtbot.keyClick(view.text, Qt.Key.Key_Return)
    assert selection.ids == {"b12"}


def test_the_code_follows_an_edit_and_undo(view: CodeView, document: Document) -> None:
    before = view.source
    document.edit("", replace(document.project, network=remove(document.project.network, ["b6"])))
    assert view.source != before
    document.undo_stack.undo()
    assert view.source == before


@given(
    texts=st.lists(
        st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=6).map("\n".join), min_size=1, max_size=8
    )
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_exchanging_lines_always_gives_the_new_text(texts: list[str], code_text: CodeText) -> None:
    for text in texts:
        code_text.show_source(text)
        assert code_text.toPlainText() == text


@pytest.fixture
def code_text(qtbot: QtBot) -> CodeText:
    text = CodeText()
    qtbot.addWidget(text)
    return text


def test_the_scroll_stays_when_a_line_changes(document: Document, session: Session, show) -> None:
    view = CodeView(session)
    show(view, 600, 160)
    view.text.verticalScrollBar().setValue(8)
    conv = document.project.network.by_id["b2"].with_fields(out_channels=12)
    document.edit("", replace(document.project, network=replace_block(document.project.network, conv)))
    assert "nn.Conv2d(1, 12, 3, padding=1)" in view.text.toPlainText()
    assert view.text.verticalScrollBar().value() == 8


def test_hidden_code_waits_until_it_is_seen(view: CodeView, document: Document) -> None:
    before = view.source
    view.hide()
    document.edit("", replace(document.project, network=remove(document.project.network, ["b6"])))
    assert view.source == before
    view.show()
    assert view.source == source(document.project.network).text


def test_a_selection_made_while_hidden_is_marked_when_seen(view: CodeView, selection: Selection) -> None:
    view.hide()
    selection.select(["b5"])
    view.show()
    assert view.text.marked == {_line_with(view, "self.conv2 ="), _line_with(view, "F.relu(self.conv2")}


def test_a_problem_is_named_and_the_code_goes_up_to_it(view: CodeView, document: Document) -> None:
    document.edit("", replace(document.project, network=remove(document.project.network, ["b11"])))
    assert view.sentence.isVisible()
    assert "Linear needs a flat vector" in view.sentence.text()
    assert "self.conv3" in view.source
    assert "Linear" not in view.source


def test_branches_have_no_sequential_form_and_it_says_why(
    view: CodeView, document: Document, qtbot: QtBot
) -> None:
    network = remove(document.project.network, ["b11", "b12"])
    extra = create("ReLU", network)
    network = connect(place_loose(network, extra, (0, 0)), Wire("b2", extra.id))
    document.edit("", replace(document.project, network=network))
    qtbot.mouseClick(view.styles["sequential"], Qt.MouseButton.LeftButton)
    assert not view.text.isVisible()
    assert view.empty.sentence
    assert not view.copy.isEnabled()


def test_an_empty_network_has_one_sentence_and_one_button(
    make_session: MakeSession, show, qtbot: QtBot
) -> None:
    document = Document()
    view = CodeView(make_session(document))
    show(view, 700, 400)
    assert view.empty.sentence == "Add a block to see its code."
    qtbot.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)
    assert view.empty.sentence == "Add a block to see its code."
    qtbot.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)
    assert "nn.Conv2d(1, 16, 3, padding=1)" in view.source
    assert document.undo_stack.undoText() == "Add Conv2d"


def test_copy_copies_all(view: CodeView, qtbot: QtBot) -> None:
    qtbot.mouseClick(view.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == view.source
    assert view.copy.text() == "Copied"


def test_export_asks_for_the_style_that_is_shown(view: CodeView, qtbot: QtBot) -> None:
    view.show_style("sequential")
    with qtbot.waitSignal(view.export_requested) as asked:
        qtbot.mouseClick(view.export, Qt.MouseButton.LeftButton)
    assert asked.args == ["sequential"]


def _luminance(colour: str) -> float:
    parts = QColor(colour).getRgbF()[:3]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_can_be_read_on_plain_and_on_marked_lines(tokens: Tokens) -> None:
    for name, colour in {**highlight.colours(tokens), "ink": tokens.ink}.items():
        for ground in (tokens.window, tokens.sunken):
            light, dark = sorted((_luminance(colour), _luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{name} on {ground}"
