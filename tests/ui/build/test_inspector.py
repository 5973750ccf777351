"""The inspector, used as a person uses it: typing, stepping, undoing, pointing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from cnnbuilder.blocks.shared import Shared
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.edits import append, create, remove, replace_block
from cnnbuilder.network.number_formulas import sum_formula
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.build.block_page import BlockPage
from cnnbuilder.ui.build.inspector import Inspector
from cnnbuilder.ui.build.network_page import NetworkPage
from cnnbuilder.ui.build.problem_card import ProblemCard
from cnnbuilder.ui.build.several_page import SeveralPage
from cnnbuilder.ui.build.weight_bar import WeightBar
from cnnbuilder.ui.fields.editors import TypedEditor
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.selection import Selection
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import theme
from tests.ui.conftest import MakeSession

CONV2, POOL, LINEAR = "b5", "b7", "b12"


@pytest.fixture
def inspector(document: Document, session: Session, show) -> Inspector:
    inspector = Inspector(session)
    show(inspector)
    return inspector


@pytest.fixture
def page(inspector: Inspector, selection: Selection) -> BlockPage:
    """The page of the second convolution."""
    selection.select([CONV2])
    QApplication.processEvents()
    assert isinstance(inspector.page, BlockPage)
    return inspector.page


def _line(page: BlockPage, field: str):
    editor = page.form.rows[field].editor
    assert isinstance(editor, TypedEditor)
    return editor.line


def _type(qtbot: QtBot, line, text: str) -> None:
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)


def _conv(document: Document):
    return document.project.network.by_id[CONV2]


def test_one_block_shows_its_numbers(page: BlockPage) -> None:
    assert page.name.text() == "conv2"
    assert page.output.value.text() == "32 × 16 × 16"
    assert page.parameters.value.text() == "4,640"
    assert page.facts.macs.value.text() == "1.18 M"
    assert page.facts.field.value.text() == "8 × 8 of 32 × 32"
    assert page.facts.share.value.text() == "14 %"
    assert page.code.text() == "self.conv2 = nn.Conv2d(16, 32, 3, padding=1)"
    assert [box.formula.numbers for box in page.formulas] == [
        "⌊(16 − 3 + 2·1) / 1⌋ + 1 = 16",
        "32·3·3·16 + 32 = 4,640",
    ]


def test_typing_and_enter_is_one_undo_step(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    line = _line(page, "out_channels")
    _type(qtbot, line, "24")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert _conv(document).out_channels == 24
    assert page.parameters.value.text() == "3,480"
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Change out_channels of conv2"


def test_leaving_the_field_takes_what_was_typed(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    line = _line(page, "kernel_size")
    _type(qtbot, line, "3x5")
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    assert _conv(document).kernel_size == (3, 5)
    assert line.text() == "3, 5"


def test_a_pause_takes_what_was_typed_and_leaves_the_caret(
    page: BlockPage, document: Document, qtbot: QtBot
) -> None:
    line = _line(page, "out_channels")
    _type(qtbot, line, "24")
    line.setCursorPosition(1)
    with qtbot.waitSignal(document.changed):
        pass
    assert _conv(document).out_channels == 24
    assert line.hasFocus()
    assert line.cursorPosition() == 1


def test_a_bad_entry_is_kept_refused_and_explained(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    line = _line(page, "out_channels")
    _type(qtbot, line, "70000")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    sentence = page.form.rows["out_channels"].sentence
    assert sentence.isVisible()
    assert sentence.text() == "A whole number from 1 to 65,536."
    assert line.text() == "70000"
    assert document.undo_stack.count() == 0
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert line.text() == "32"
    assert not sentence.isVisible()


def test_mending_a_bad_entry_takes_the_sentence_away(
    page: BlockPage, document: Document, qtbot: QtBot
) -> None:
    line = _line(page, "stride")
    _type(qtbot, line, "0")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert page.form.rows["stride"].sentence.isVisible()
    _type(qtbot, line, "2")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert not page.form.rows["stride"].sentence.isVisible()
    assert _conv(document).stride == (2, 2)


def test_a_number_that_need_not_be_there_is_taken_out_again(
    inspector: Inspector, document: Document, selection: Selection, qtbot: QtBot
) -> None:
    network = append(document.project.network, create("AvgPool2d", document.project.network, CONV2), CONV2)
    document.edit("Add", replace(document.project, network=network))
    (added,) = (block for block in document.project.network.blocks if block.kind() == "AvgPool2d")
    selection.select([added.id])
    QApplication.processEvents()
    line = _line(inspector.page, "divisor_override")
    for text, value in (("3", 3), ("", None)):
        line.selectAll()
        qtbot.keyClicks(line, text) if text else qtbot.keyClick(line, Qt.Key.Key_Delete)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        assert document.project.network.by_id[added.id].divisor_override == value
        assert line.text() == text


def test_the_buttons_step_and_the_list_offers_usual_values(
    page: BlockPage, document: Document, qtbot: QtBot
) -> None:
    less, more, _usual = _line(page, "out_channels").sides
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert _conv(document).out_channels == 33
    qtbot.mouseClick(less, Qt.MouseButton.LeftButton)
    assert _conv(document).out_channels == 32
    menu = page.form.rows["out_channels"].editor.usual_menu()  # a popup cannot be shown without a screen
    assert [action.text() for action in menu.actions()] == ["8", "16", "32", "64", "128", "256"]
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["32"]
    menu.actions()[3].trigger()
    assert _conv(document).out_channels == 64


def test_arrow_keys_step(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    line = _line(page, "padding")
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Up)
    assert _conv(document).padding == (2, 2)
    qtbot.keyClick(line, Qt.Key.Key_Down)
    qtbot.keyClick(line, Qt.Key.Key_Down)
    qtbot.keyClick(line, Qt.Key.Key_Down)
    assert _conv(document).padding == (0, 0)


def test_the_switch_is_an_undo_step(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    switch = page.form.rows["bias"].editor.focusProxy()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert _conv(document).bias is False
    assert page.parameters.value.text() == "4,608"
    document.undo_stack.undo()
    assert switch.isChecked()
    assert document.undo_stack.count() == 1


def test_more_fields_are_folded_until_asked_for(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    row = page.form.rows["padding_mode"]
    assert not row.isVisible()
    button = next(button for button in page.findChildren(QPushButton) if button.text() == "More fields")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert row.isVisible()
    row.editor.focusProxy().setFocus()
    qtbot.keyClicks(row.editor.focusProxy(), "refl")
    qtbot.keyClick(row.editor.focusProxy(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: row.editor.focusProxy().currentText() == "reflect")


def test_a_choice_is_an_undo_step(page: BlockPage, document: Document) -> None:
    box = page.form.rows["padding_mode"].editor.focusProxy()
    box.setCurrentIndex(box.findText("circular"))
    box.activated.emit(box.currentIndex())
    assert _conv(document).padding_mode == "circular"


def _keep_link(page: BlockPage) -> QPushButton:
    return next(button for button in page.findChildren(QPushButton) if button.text() == "Keep the size")


def test_keep_the_size_sets_the_padding(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    document.edit("", _with(document, kernel_size=(5, 7), dilation=(1, 2)))
    qtbot.mouseClick(_keep_link(page), Qt.MouseButton.LeftButton)
    assert _conv(document).padding == (2, 6)
    assert page.output.value.text() == "32 × 16 × 16"


@pytest.mark.parametrize(
    ("change", "word"), [({"kernel_size": (2, 2)}, "even"), ({"stride": (2, 2)}, "stride")]
)
def test_keep_the_size_says_why_it_cannot(
    page: BlockPage, document: Document, qtbot: QtBot, change, word: str
) -> None:
    document.edit("", _with(document, **change))
    before = document.undo_stack.count()
    qtbot.mouseClick(_keep_link(page), Qt.MouseButton.LeftButton)
    assert word in page.form.rows["padding"].sentence.text()
    assert document.undo_stack.count() == before


def _with(document: Document, **fields) -> Project:
    network = replace_block(document.project.network, _conv(document).with_fields(**fields))
    return replace(document.project, network=network)


# Changes from elsewhere


def test_focus_and_caret_stay_when_something_else_changes(
    page: BlockPage, document: Document, qtbot: QtBot
) -> None:
    line = _line(page, "out_channels")
    _type(qtbot, line, "12")
    line.setCursorPosition(1)
    document.edit("elsewhere", _with(document, bias=False))
    assert line.text() == "12", "what is being typed is nobody else's"
    assert line.cursorPosition() == 1
    assert line.hasFocus()


def test_undo_while_editing_goes_to_the_project(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    undo = document.undo_stack.createUndoAction(page.window())
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    page.window().addAction(undo)
    line = _line(page, "out_channels")
    _type(qtbot, line, "24")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _conv(document).out_channels == 32
    assert line.text() == "32"
    assert line.hasFocus()
    document.undo_stack.redo()
    assert line.text() == "24"


def test_undo_of_what_is_only_typed_stays_in_the_field(
    page: BlockPage, document: Document, qtbot: QtBot
) -> None:
    line = _line(page, "out_channels")
    document.edit("elsewhere", _with(document, bias=False))
    _type(qtbot, line, "24")
    qtbot.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _conv(document).bias is False
    assert line.text() != "24"


def test_what_was_typed_is_taken_when_another_block_is_selected(
    page: BlockPage, document: Document, selection: Selection, qtbot: QtBot
) -> None:
    _type(qtbot, _line(page, "out_channels"), "24")
    selection.select(["b8"])
    assert _conv(document).out_channels == 24
    assert document.project.network.by_id["b8"].out_channels == 64
    assert _line(page, "out_channels").text() == "64"


def test_a_block_that_is_deleted_while_edited_leaves_the_network(
    page: BlockPage, inspector: Inspector, document: Document, qtbot: QtBot
) -> None:
    _type(qtbot, _line(page, "out_channels"), "24")
    document.edit("Delete", replace(document.project, network=remove(document.project.network, [CONV2])))
    assert isinstance(inspector.page, NetworkPage)
    document.undo_stack.undo()
    assert isinstance(inspector.page, BlockPage)
    assert _conv(document).out_channels == 32


def test_a_value_that_changed_flashes_once(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    document.edit("", _with(document, out_channels=48))
    assert page.parameters.value.flashing
    assert not page.facts.field.value.flashing
    qtbot.waitUntil(lambda: not page.parameters.value.flashing, timeout=1000)


def test_another_block_does_not_flash(page: BlockPage, selection: Selection) -> None:
    selection.select(["b8"])
    assert not page.parameters.value.flashing


# Formulas and code


def test_pointing_at_a_number_lights_its_field(page: BlockPage, qtbot: QtBot) -> None:
    box = page.formulas[1]
    (filters, *_rest) = box.rects_of("out_channels")
    qtbot.mouseMove(box, filters.center().toPoint())
    assert page.form.rows["out_channels"].lit
    assert not page.form.rows["kernel_size"].lit
    qtbot.mouseMove(box, box.rect().topLeft())
    assert not page.form.rows["out_channels"].lit


def test_height_and_width_have_formulas_of_their_own_where_they_differ(
    page: BlockPage, document: Document
) -> None:
    document.edit("", _with(document, kernel_size=(3, 5)))
    titles = [box.formula.title for box in page.formulas]
    assert len(titles) == 3
    assert len(set(titles)) == 3


def test_a_click_on_the_code_asks_for_the_code_tab(page: BlockPage, session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.page_requested) as asked:
        qtbot.mouseClick(page.code, Qt.MouseButton.LeftButton)
    assert asked.args == ["code"]
    assert session.selection.single == CONV2


# The name


def test_a_block_is_renamed_and_the_code_follows(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    page.name.setFocus()
    page.name.selectAll()
    qtbot.keyClicks(page.name, "Edge finder")
    qtbot.keyClick(page.name, Qt.Key.Key_Return)
    assert _conv(document).name == "Edge finder"
    assert page.name.text() == "edge_finder"
    assert page.code.text().startswith("self.edge_finder = ")
    assert document.undo_stack.undoText() == "Rename conv2"


def test_an_empty_name_goes_back_to_the_usual(page: BlockPage, document: Document, qtbot: QtBot) -> None:
    document.edit("", _with(document, name="mine"))
    page.name.setFocus()
    page.name.selectAll()
    qtbot.keyClick(page.name, Qt.Key.Key_Delete)
    qtbot.keyClick(page.name, Qt.Key.Key_Return)
    assert _conv(document).name is None
    assert page.name.text() == "conv2"


# Problems, several, none


def test_a_problem_stands_on_top_with_its_fix(
    inspector: Inspector, document: Document, selection: Selection, qtbot: QtBot
) -> None:
    document.edit("", replace(document.project, network=remove(document.project.network, ["b11"])))
    selection.select([LINEAR])
    page = inspector.page
    card = page.findChild(ProblemCard)
    assert card.isVisible()
    assert page.output.value.text() == "unknown"
    qtbot.mouseClick(card.buttons[0], Qt.MouseButton.LeftButton)
    assert document.analysis.problems == ()
    assert document.undo_stack.undoText() == "Insert Flatten"
    assert page.output.value.text() == "10"


def test_several_blocks_are_summed(inspector: Inspector, selection: Selection) -> None:
    selection.select(["b2", "b5", "b8"])
    page = inspector.page
    assert isinstance(page, SeveralPage)
    assert page.title.text() == "3 blocks"
    assert page.names.text() == "conv1, conv2, conv3"
    assert page.parameters.value.text() == "23,296"
    assert page.share.value.text() == "69 %"
    assert page.sum.formula.numbers == "18,496 + 4,640 + 160 = 23,296"
    assert page.share.formulas[0].numbers == "23,296 / 33,546 = 69 %"


def test_nothing_selected_shows_the_network(inspector: Inspector, selection: Selection, qtbot: QtBot) -> None:
    page = inspector.page
    assert isinstance(page, NetworkPage)
    assert page.parameters.value.text() == "33,546"
    assert page.totals.blocks.value.text() == "12"
    assert page.data_title.text() == "MNIST"
    assert "with a border of" in page.preparation.text()
    assert not page.mend.isVisible()
    heaviest = page.bars[0]
    assert heaviest.text() == "conv3"
    qtbot.mouseClick(heaviest, Qt.MouseButton.LeftButton)
    assert selection.single == "b8"


def test_a_network_that_is_no_classifier_can_be_made_one(
    document: Document, inspector: Inspector, qtbot: QtBot
) -> None:
    document.edit("", replace(document.project, network=remove(document.project.network, ["b11", "b12"])))
    page = inspector.page
    assert isinstance(page, NetworkPage)
    assert page.hint.text() == "Not yet a classifier: add Flatten and Linear\u00a0(10)."
    qtbot.mouseClick(page.mend, Qt.MouseButton.LeftButton)
    assert document.analysis.output.sizes == (10,)
    assert not page.hint.isVisible()


def test_an_empty_network_says_how_to_begin(make_session: MakeSession, show, qtbot: QtBot) -> None:
    document = Document()
    inspector = Inspector(make_session(document))
    show(inspector)
    page = inspector.page
    assert isinstance(page, NetworkPage)
    assert page.findChild(ProblemCard) is None, "a beginning is no fault"
    qtbot.mouseClick(page.begin, Qt.MouseButton.LeftButton)
    assert not page.begin.isVisible()
    assert [block.kind() for block in document.project.network.blocks] == ["Input"]


# Size


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("block", [CONV2, POOL, LINEAR])
def test_nothing_is_wider_than_the_panel(
    inspector: Inspector, selection: Selection, scale: float, block: str
) -> None:
    theme.set_scale(scale)
    inspector.window().resize(round(272 * scale), 600)
    selection.select([block])
    QApplication.processEvents()
    page = inspector.page
    assert page.width() <= inspector.viewport().width()
    for label in page.findChildren(QLabel):
        if label.isVisible():
            right = label.mapTo(page, label.rect().topRight()).x()
            assert right <= page.width(), label.text()
            assert label.wordWrap() or label.width() >= label.minimumSizeHint().width(), label.text()
            if label.hasHeightForWidth():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
    assert page.code.height() >= page.code.heightForWidth(page.code.width()) or not page.code.isVisible()


def test_every_field_has_a_name_for_a_screen_reader(page: BlockPage) -> None:
    for row in page.form.rows.values():
        target = row.editor.focusProxy()
        assert row.info.field.label in target.accessibleName()
        assert target.accessibleDescription() == row.info.field.help


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_block_of_every_template_can_be_inspected(
    template: str, make_session: MakeSession, show
) -> None:
    document = Document(TEMPLATES[template].make())
    inspector = Inspector(session := make_session(document))
    show(inspector)
    for block in document.project.network.blocks:
        session.selection.select([block.id])
        assert isinstance(inspector.page, BlockPage)


def test_a_further_use_of_a_layer_shows_and_edits_the_layer(
    inspector: Inspector, document: Document, selection: Selection, qtbot: QtBot
) -> None:
    network = document.project.network
    again = Shared(id="b99", of=CONV2)
    document.edit("Use again", replace(document.project, network=append(network, again, CONV2)))
    selection.select([again.id])
    QApplication.processEvents()
    assert isinstance(inspector.page, BlockPage)
    line = _line(inspector.page, "kernel_size")
    assert line.text() == "3"
    _type(qtbot, line, "5")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert _conv(document).kernel_size == (5, 5)
    assert document.project.network.by_id[again.id] == again


def test_a_further_use_whose_weights_do_not_fit_says_so_with_its_fix(
    inspector: Inspector, document: Document, selection: Selection, qtbot: QtBot
) -> None:
    network = document.project.network
    first = next(block for block in network.blocks if block.kind() == "Conv2d")
    document.edit(
        "Use again",
        replace(document.project, network=append(network, Shared(id="b99", of=first.id), first.id)),
    )
    selection.select(["b99"])
    QApplication.processEvents()
    card = inspector.page.findChild(ProblemCard)
    assert "is used again" in " ".join(label.text() for label in card.findChildren(QLabel))
    button = next(b for b in card.findChildren(QPushButton) if b.text() == "Give it weights of its own")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert document.project.network.by_id["b99"].kind() == "Conv2d"
    assert not document.analysis.problems


def test_what_is_unknown_is_not_counted_as_nothing(
    inspector: Inspector, document: Document, selection: Selection
) -> None:
    flatten = next(block.id for block in document.project.network.blocks if block.kind() == "Flatten")
    document.edit_network("Remove", remove(document.project.network, [flatten]))
    network = append(document.project.network, create("Linear", document.project.network))
    document.edit_network("Append", network)
    selection.select([block.id for block in network.blocks[-2:]])
    assert isinstance(inspector.page, SeveralPage)
    assert inspector.page.parameters.value.text().startswith("unknown")
    selection.select([network.blocks[1].id, network.blocks[-1].id])
    assert inspector.page.parameters.value.text() == "160 up to the problem"


def test_a_block_that_looks_at_everything_has_no_stride(inspector: Inspector, selection: Selection) -> None:
    selection.select([CONV2])
    assert not inspector.page.facts.steps.isHidden()
    selection.select([LINEAR])
    assert inspector.page.facts.steps.isHidden()


def test_a_long_name_among_the_heaviest_ends_before_its_number(qtbot: QtBot) -> None:
    network = TEMPLATES["digits"].make().network
    long = replace(network.by_id[LINEAR], name="denseblock4_denselayer24_conv1_with_more_words")
    analysis = analyse(replace_block(network, long))
    bar = WeightBar()
    qtbot.addWidget(bar)
    bar.resize(240, 40)
    bar.show_row(analysis.rows[LINEAR], 10_250, analysis.params)
    assert "…" in bar.shown
    assert long.name in bar.toolTip()
    bar.resize(900, 40)
    assert bar.shown == long.name


def test_a_sum_of_one_is_no_sum() -> None:
    formula = sum_formula("Parameters", [("fc", 10_250), ("relu", 0)], 10_250)
    assert formula.numbers == "10,250"
