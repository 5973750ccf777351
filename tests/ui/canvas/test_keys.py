"""The keyboard alone is enough."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnbuilder.network.file import dumps
from cnnbuilder.network.project import Project
from cnnbuilder.ui.canvas.view import CanvasView
from tests.ui.canvas.conftest import Person, kinds

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_arrows_walk_along_wires(view: CanvasView, person: Person) -> None:
    person.key(Qt.Key.Key_Down)
    assert view.selection.ids == {"b1"}
    person.key(Qt.Key.Key_Down)
    person.key(Qt.Key.Key_Down)
    assert view.selection.ids == {"b3"}
    person.key(Qt.Key.Key_Up)
    assert view.selection.ids == {"b2"}
    person.key(Qt.Key.Key_Down, SHIFT)
    assert view.selection.ids == {"b2", "b3"}


def test_delete_heals_and_the_selection_goes_on(view: CanvasView, person: Person) -> None:
    view.selection.select(["b4"])
    person.key(Qt.Key.Key_Delete)
    assert kinds(view.document)[:4] == ["Input", "Conv2d", "ReLU", "Conv2d"]
    assert view.document.undo_stack.undoText() == "Delete pool"
    assert view.selection.ids == {"b5"}
    person.key(Qt.Key.Key_Backspace)
    assert kinds(view.document)[:4] == ["Input", "Conv2d", "ReLU", "ReLU"]


def test_control_and_arrows_move_the_block(view: CanvasView, person: Person) -> None:
    view.selection.select(["b4"])
    person.key(Qt.Key.Key_Down, CONTROL)
    assert kinds(view.document)[:6] == ["Input", "Conv2d", "ReLU", "Conv2d", "MaxPool2d", "ReLU"]
    person.key(Qt.Key.Key_Up, CONTROL)
    assert kinds(view.document)[:5] == ["Input", "Conv2d", "ReLU", "MaxPool2d", "Conv2d"]
    assert view.selection.ids == {"b4"}


def test_copy_and_paste_go_through_text(view: CanvasView, person: Person) -> None:
    view.selection.select(["b2", "b3", "b4"])
    person.key(Qt.Key.Key_C, CONTROL)
    assert '"Conv2d"' in QGuiApplication.clipboard().text()
    view.selection.select(["b10"])
    person.key(Qt.Key.Key_V, CONTROL)
    assert kinds(view.document)[9:14] == ["MaxPool2d", "Conv2d", "ReLU", "MaxPool2d", "Flatten"]
    assert len(view.selection.ids) == 3
    assert view.document.undo_stack.count() == 1


def test_pasting_a_second_input_says_why_nothing_came(view: CanvasView, person: Person, qtbot: QtBot) -> None:
    view.selection.select(["b1"])
    person.key(Qt.Key.Key_C, CONTROL)
    with qtbot.waitSignal(view.status_hint) as said:
        person.key(Qt.Key.Key_V, CONTROL)
    assert said.args == ["Nothing was pasted: the network has its Input already."]
    assert view.document.undo_stack.count() == 0


def test_pasting_a_project_without_blocks_says_so(view: CanvasView, person: Person, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText(dumps(Project()))
    with qtbot.waitSignal(view.clipboard_refused) as said:
        person.key(Qt.Key.Key_V, CONTROL)
    assert said.args == ["The clipboard holds neither blocks nor PyTorch layers. Copy some first."]


def test_pasting_a_shopping_list_says_so(view: CanvasView, person: Person, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("milk, eggs")
    with qtbot.waitSignal(view.clipboard_refused) as said:
        person.key(Qt.Key.Key_V, CONTROL)
    assert said.args == ["The clipboard holds neither blocks nor PyTorch layers. Copy some first."]
    assert view.document.undo_stack.count() == 0


def test_cut_and_duplicate(view: CanvasView, person: Person) -> None:
    view.selection.select(["b3"])
    person.key(Qt.Key.Key_D, CONTROL)
    assert kinds(view.document)[:5] == ["Input", "Conv2d", "ReLU", "ReLU", "MaxPool2d"]
    view.selection.select(["b3"])
    person.key(Qt.Key.Key_X, CONTROL)
    assert kinds(view.document)[:4] == ["Input", "Conv2d", "ReLU", "MaxPool2d"]
    assert view.document.undo_stack.undoText() == "Cut relu1"


def test_control_a_selects_everything_and_escape_nothing(view: CanvasView, person: Person) -> None:
    person.key(Qt.Key.Key_A, CONTROL)
    assert len(view.selection.ids) == 12
    person.key(Qt.Key.Key_Escape)
    assert view.selection.ids == set()


def test_space_searches_and_enter_adds_behind_the_selection(view: CanvasView, person: Person) -> None:
    view.selection.select(["b4"])
    person.key(Qt.Key.Key_Space)
    assert view.overlays.quick_add.isVisible()
    person.type("drop")
    person.key(Qt.Key.Key_Return)
    assert not view.overlays.quick_add.isVisible()
    assert kinds(view.document)[:5] == ["Input", "Conv2d", "ReLU", "MaxPool2d", "Dropout"]
    assert view.selection.ids == {"b13"}
    assert QApplication.focusWidget() is view


def test_space_then_escape_goes_back(view: CanvasView, person: Person) -> None:
    person.key(Qt.Key.Key_Space)
    person.type("conv")
    person.key(Qt.Key.Key_Escape)
    assert not view.overlays.quick_add.isVisible()
    assert QApplication.focusWidget() is view
    assert view.document.undo_stack.count() == 0


def test_quick_add_answers_a_miss_with_the_nearest(view: CanvasView, person: Person) -> None:
    person.key(Qt.Key.Key_Space)
    person.type("liniar")
    person.key(Qt.Key.Key_Return)
    assert kinds(view.document)[-1] == "Linear"


def test_quick_add_walks_its_list_by_arrows(view: CanvasView, person: Person) -> None:
    person.key(Qt.Key.Key_Space)
    person.type("pool")
    first = view.overlays.quick_add.list.currentItem().text()
    person.key(Qt.Key.Key_Down)
    assert view.overlays.quick_add.list.currentItem().text() != first


def test_quick_add_joins_what_is_selected(view: CanvasView, person: Person) -> None:
    view.selection.select(["b2", "b3"])
    person.key(Qt.Key.Key_Space)
    person.type("concat")
    person.key(Qt.Key.Key_Return)
    (new,) = view.selection.ids
    assert view.document.project.network.by_id[new].kind() == "Concat"
    assert len(view.document.project.network.incoming[new]) == 2


def test_quick_add_of_what_joins_draws_a_wire_from_the_one_that_is_selected(
    view: CanvasView, person: Person
) -> None:
    view.selection.select(["b5"])
    person.key(Qt.Key.Key_Space)
    person.type("concat")
    person.key(Qt.Key.Key_Return)
    assert view.interaction.gesture is not None
    assert view.document.undo_stack.count() == 0
    while "32 × 16 × 16" not in view.interaction.verdict.words.text():
        person.key(Qt.Key.Key_Down)
    person.key(Qt.Key.Key_Return)
    assert view.document.undo_stack.undoText() == "Join with Concat"


def test_letters_in_quick_add_are_letters(view: CanvasView, person: Person) -> None:
    before = view.camera.zoom
    person.key(Qt.Key.Key_Space)
    person.type("f+-")
    person.key(Qt.Key.Key_A, CONTROL)
    person.key(Qt.Key.Key_Delete)
    assert view.camera.zoom == before
    assert len(view.document.project.network.blocks) == 12


def test_enter_asks_for_the_fields(view: CanvasView, person: Person, qtbot: QtBot) -> None:
    view.selection.select(["b5"])
    with qtbot.waitSignal(view.edit_requested) as asked:
        person.key(Qt.Key.Key_Return)
    assert asked.args == ["b5"]


def test_tidy_puts_everything_back_in_the_stack(view: CanvasView, person: Person) -> None:
    from msgspec.structs import replace

    from cnnbuilder.network import edits

    project = view.document.project
    moved = edits.set_positions(project.network, {"b4": (600.0, 40.0)})
    view.document.edit("move", replace(project, network=moved))
    person.key(Qt.Key.Key_L, CONTROL)
    assert view.document.project.network.by_id["b4"].position is None
    assert view.document.undo_stack.undoText() == "Tidy up"


def test_a_screen_reader_hears_what_is_selected(view: CanvasView, person: Person) -> None:
    view.selection.select(["b5"])
    assert view.accessibleName() == "Canvas"
    assert view.accessibleDescription() == "Conv2d conv2, 32 × 16 × 16"


def test_actions_say_what_they_do(view: CanvasView) -> None:
    for menu in ("edit", "network", "view"):
        for action in view.menu_actions(menu):
            assert action.text() and action.statusTip()
            assert not action.shortcut().isEmpty()
            assert action.shortcut().toString() in action.toolTip()
            assert action in view.actions()


def test_the_context_menu_offers_what_can_be_done(view: CanvasView) -> None:
    view.selection.select(["b2"])
    on_block = view.commands.context_menu(True)
    assert view.commands.edit.delete in on_block.actions()
    on_ground = view.commands.context_menu(False)
    assert view.commands.network.tidy in on_ground.actions()
    assert view.commands.edit.delete not in on_ground.actions()


def test_home_and_end_go_to_the_first_and_the_last_block(view: CanvasView, person: Person) -> None:
    person.key(Qt.Key.Key_End)
    assert view.selection.ids == {"b12"}
    person.key(Qt.Key.Key_Home)
    assert view.selection.ids == {"b1"}


def test_page_keys_scroll(view: CanvasView, person: Person) -> None:
    view.camera.zoom_to(2.0)
    before = view.verticalScrollBar().value()
    person.key(Qt.Key.Key_PageDown)
    assert view.verticalScrollBar().value() > before + 100
    person.key(Qt.Key.Key_PageUp)
    assert abs(view.verticalScrollBar().value() - before) <= 1
