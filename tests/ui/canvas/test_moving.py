"""Moving, selecting and panning with the mouse."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnbuilder.network import edits
from cnnbuilder.network.loose import loose_text
from cnnbuilder.ui.canvas.edge_scroll import REST
from cnnbuilder.ui.canvas.view import CanvasView
from cnnbuilder.ui.session.document import Document
from tests.ui.canvas.conftest import MIDDLE, Person, kinds

DIGITS = [
    "Input",
    "Conv2d",
    "ReLU",
    "MaxPool2d",
    "Conv2d",
    "ReLU",
    "MaxPool2d",
    "Conv2d",
    "ReLU",
    "MaxPool2d",
    "Flatten",
    "Linear",
]
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def test_a_click_selects_and_empty_ground_selects_nothing(view: CanvasView, person: Person) -> None:
    person.click(person.center("b2"))
    assert view.selection.ids == {"b2"}
    person.click(person.aside("b2"))
    assert view.selection.ids == set()


def test_shift_adds_and_control_toggles(view: CanvasView, person: Person) -> None:
    person.click(person.center("b2"))
    person.click(person.center("b4"), SHIFT)
    assert view.selection.ids == {"b2", "b4"}
    person.click(person.center("b2"), CONTROL)
    assert view.selection.ids == {"b4"}


def test_a_click_inside_a_selection_of_several_selects_the_one(view: CanvasView, person: Person) -> None:
    view.selection.select(["b2", "b4", "b7"])
    person.click(person.center("b4"))
    assert view.selection.ids == {"b4"}


def test_the_rubber_band_selects_what_it_touches(view: CanvasView, person: Person) -> None:
    start, end = person.aside("b2") - QPoint(0, 10), person.center("b4")
    person.carry(start, end)
    assert view.selection.ids == {"b2", "b3", "b4"}
    assert view.document.undo_stack.count() == 0


def test_escape_takes_the_rubber_band_back(view: CanvasView, person: Person) -> None:
    view.selection.select(["b12"])
    start = person.aside("b2")
    person.press(start)
    person.drag(start + QPoint(20, 0), person.center("b4"))
    assert view.selection.ids != {"b12"}
    person.key(Qt.Key.Key_Escape)
    assert view.selection.ids == {"b12"}


@pytest.mark.parametrize("back", [True, False])
def test_the_rubber_band_brings_back_nothing_that_is_gone(
    view: CanvasView, person: Person, back: bool
) -> None:
    view.append("ReLU")
    start = person.aside("b2")
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, SHIFT, start)
    person.drag(start + QPoint(20, 0), person.center("b4"))
    assert "b13" in view.selection.ids
    view.document.undo_stack.undo()
    person.drag(person.center("b3"))
    if back:
        person.key(Qt.Key.Key_Escape)
    person.release(person.center("b3"))
    assert view.selection.ids <= view.document.project.network.by_id.keys()


def test_a_block_moved_over_another_wire_is_rethreaded_in_one_step(view: CanvasView, person: Person) -> None:
    person.carry(person.center("b4"), person.above("b11"))
    assert kinds(view.document) == [
        *(["Input", "Conv2d", "ReLU", "Conv2d", "ReLU", "MaxPool2d", "Conv2d", "ReLU", "MaxPool2d"]),
        *(["MaxPool2d", "Flatten", "Linear"]),
    ]
    assert view.document.undo_stack.count() == 1
    assert view.document.undo_stack.undoText() == "Move pool"
    view.document.undo_stack.undo()
    assert kinds(view.document) == DIGITS


def test_a_card_takes_its_strips_along(view: CanvasView, person: Person) -> None:
    person.carry(person.center("b2"), person.above("b7") + QPoint(0, -2))
    assert kinds(view.document)[:6] == ["Input", "MaxPool2d", "Conv2d", "ReLU", "Conv2d", "ReLU"]


def test_a_strip_alone_moves_alone(view: CanvasView, person: Person) -> None:
    person.carry(person.center("b3"), person.below("b4"))
    assert kinds(view.document)[:5] == ["Input", "Conv2d", "MaxPool2d", "ReLU", "Conv2d"]


def test_a_move_of_some_pixels_changes_nothing(view: CanvasView, person: Person) -> None:
    start = person.center("b4")
    person.carry(start, start + QPoint(4, 14))
    assert view.document.undo_stack.count() == 0
    assert view.scene().ghosts == set()


def test_elsewhere_it_gets_a_place_of_its_own(view: CanvasView, person: Person) -> None:
    person.carry(person.center("b12"), QPoint(840, 500))
    block = view.document.project.network.by_id["b12"]
    assert block.position is not None
    assert block.position[0] % 8 == 0 and block.position[1] % 8 == 0
    assert kinds(view.document) == DIGITS


def test_escape_in_mid_drag_puts_it_back(view: CanvasView, person: Person) -> None:
    before = dict(view.scene().arrangement.boxes)
    person.press(person.center("b4"))
    person.drag(person.center("b4") + QPoint(0, 12), person.above("b11"))
    assert view.scene().arrangement.boxes != before
    assert view.scene().ghosts == {"b4"}
    person.key(Qt.Key.Key_Escape)
    assert view.scene().arrangement.boxes == before
    assert view.scene().ghosts == set()
    person.release(person.above("b11"))
    assert view.document.undo_stack.count() == 0
    assert kinds(view.document) == DIGITS


def test_the_document_is_untouched_until_one_lets_go(view: CanvasView, person: Person) -> None:
    person.press(person.center("b4"))
    person.drag(person.center("b4") + QPoint(0, 12), person.above("b11"))
    assert kinds(view.document) == DIGITS
    assert view.document.undo_stack.count() == 0
    person.release(person.above("b11"))
    assert view.document.undo_stack.count() == 1


def test_several_move_together_and_keep_their_order(view: CanvasView, person: Person) -> None:
    view.selection.select(["b4", "b2", "b3"])
    person.carry(person.center("b4"), person.above("b11"))
    assert kinds(view.document) == [
        *(
            [
                "Input",
                "Conv2d",
                "ReLU",
                "MaxPool2d",
                "Conv2d",
                "ReLU",
                "MaxPool2d",
                "Conv2d",
                "ReLU",
                "MaxPool2d",
                "Flatten",
                "Linear",
            ]
        )
    ]
    order = [row.block.id for row in view.document.analysis.rows.values()]
    assert order == ["b1", "b5", "b6", "b7", "b8", "b9", "b10", "b2", "b3", "b4", "b11", "b12"]


def test_a_loose_block_dropped_on_a_wire_goes_in(view: CanvasView, person: Person) -> None:
    project = view.document.project
    loose = edits.place_loose(project.network, edits.create("Dropout", project.network), (450.0, 40.0))
    view.document.edit("loose", replace(project, network=loose))
    person.carry(person.center("b13"), person.above("b12"))
    assert kinds(view.document)[-2:] == ["Dropout", "Linear"]
    assert view.document.project.network.by_id["b13"].position is None


@pytest.mark.parametrize("steps", [1, 2])
def test_undo_in_mid_drag_is_safe(view: CanvasView, person: Person, steps: int) -> None:
    view.append("ReLU")
    view.append("Linear")
    person.press(person.center("b14"))
    person.drag(person.center("b14") + QPoint(0, 12), person.above("b11"))
    for _step in range(steps):
        view.document.undo_stack.undo()
    assert set(view.scene().blocks) == set(view.document.project.network.by_id)
    person.drag(person.above("b4"))
    person.release(person.above("b4"))
    assert view.scene().ghosts == set()
    # The carried block was undone away: the gesture ended with it.
    assert kinds(view.document)[:12] == DIGITS


def test_a_drag_goes_on_when_the_document_changes_elsewhere(view: CanvasView, person: Person) -> None:
    person.press(person.center("b4"))
    person.drag(person.center("b4") + QPoint(0, 12), person.above("b12"))
    project = view.document.project
    view.document.edit("other", replace(project, network=edits.remove(project.network, ["b8", "b9"])))
    person.drag(person.above("b12"))
    person.release(person.above("b12"))
    assert kinds(view.document) == [
        "Input",
        "Conv2d",
        "ReLU",
        "Conv2d",
        "ReLU",
        "MaxPool2d",
        "MaxPool2d",
        "Flatten",
        "MaxPool2d",
        "Linear",
    ]
    assert view.document.undo_stack.count() == 2


def test_the_wire_under_the_pointer_may_vanish(view: CanvasView, person: Person) -> None:
    person.press(person.center("b4"))
    person.drag(person.center("b4") + QPoint(0, 12), person.above("b12"))
    project = view.document.project
    view.document.edit("gone", replace(project, network=edits.remove(project.network, ["b11", "b12"])))
    person.release(QPoint(30, 30))
    assert view.scene().ghosts == set()
    assert set(view.scene().blocks) == set(view.document.project.network.by_id)


def test_a_lost_release_ends_the_drag_without_an_edit(view: CanvasView, person: Person) -> None:
    person.press(person.center("b4"))
    person.drag(person.center("b4") + QPoint(0, 12), person.above("b11"))
    person.drift(person.above("b8"))
    assert view.scene().ghosts == set()
    assert view.document.undo_stack.count() == 0


def test_a_window_that_loses_the_keyboard_ends_the_drag(view: CanvasView, person: Person) -> None:
    person.press(person.center("b4"))
    person.drag(person.center("b4") + QPoint(0, 12), person.above("b11"))
    QApplication.sendEvent(view, QEvent(QEvent.Type.WindowDeactivate))
    assert view.scene().ghosts == set()
    person.release(person.above("b11"))
    assert view.document.undo_stack.count() == 0


def test_another_button_ends_the_drag(view: CanvasView, person: Person) -> None:
    person.press(person.center("b4"))
    person.drag(person.center("b4") + QPoint(0, 12), person.above("b11"))
    person.press(person.above("b11"), Qt.MouseButton.RightButton)
    assert view.scene().ghosts == set()
    assert view.document.undo_stack.count() == 0


def test_the_middle_button_pans(view: CanvasView, person: Person) -> None:
    before = view.mapToScene(QPoint(100, 100))
    person.press(QPoint(300, 300), MIDDLE)
    person.drag(QPoint(340, 320), button=MIDDLE)
    person.release(QPoint(340, 320), MIDDLE)
    moved = view.mapToScene(QPoint(140, 120)) - before
    assert moved.manhattanLength() < 2
    assert view.selection.ids == set()


def test_space_held_pans_and_does_not_ask_for_a_block(view: CanvasView, person: Person) -> None:
    before = view.mapToScene(QPoint(100, 100))
    QTest.keyPress(view, Qt.Key.Key_Space)
    person.press(person.center("b4"))
    person.drag(person.center("b4") + QPoint(50, 30))
    person.release(person.center("b4") + QPoint(50, 30))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert (view.mapToScene(QPoint(150, 130)) - before).manhattanLength() < 2
    assert not view.overlays.quick_add.isVisible()
    assert view.document.undo_stack.count() == 0


def test_near_the_edge_the_canvas_scrolls_while_carrying(
    view: CanvasView, person: Person, qtbot: QtBot
) -> None:
    view.camera.zoom_to(2.0, QPointF(10, 10))
    first = view.verticalScrollBar().value()
    person.press(person.center("b2"))
    edge = QPoint(person.center("b2").x(), view.viewport().height() - 6)
    person.drag(person.center("b2") + QPoint(0, 12), edge)
    qtbot.waitUntil(lambda: view.verticalScrollBar().value() > first + 40, timeout=3000)
    person.key(Qt.Key.Key_Escape)
    here = view.verticalScrollBar().value()
    qtbot.wait(60)
    assert view.verticalScrollBar().value() == here


def test_a_double_click_asks_for_the_fields(view: CanvasView, person: Person, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.edit_requested) as asked:
        QTest.mouseDClick(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, person.center("b5")
        )
    assert asked.args == ["b5"]


def test_opening_another_document_in_mid_drag_is_safe(
    view: CanvasView, person: Person, document: Document
) -> None:
    from cnnbuilder.network.templates import TEMPLATES

    person.press(person.center("b4"))
    person.drag(person.center("b4") + QPoint(0, 12), person.above("b11"))
    document.replace(TEMPLATES["quiz-130"].make(), None)
    person.drag(person.center("b2"))
    person.release(person.center("b2"))
    assert kinds(document) == ["Input", "Conv2d", "MaxPool2d", "Conv2d", "MaxPool2d"]
    assert document.undo_stack.count() == 0


def test_moving_one_block_aside_moves_no_other(view: CanvasView, person: Person) -> None:
    before = dict(view.scene().arrangement.boxes)
    person.carry(person.center("b12"), QPoint(860, 300))
    after = view.scene().arrangement.boxes
    assert {id_ for id_ in before if before[id_] != after[id_]} == {"b12"}


def test_a_block_dragged_out_of_the_middle_is_loose_and_the_chain_heals(
    view: CanvasView, person: Person
) -> None:
    before = view.document.project
    person.carry(person.center("b4"), QPoint(860, 300))
    network, rows = view.document.project.network, view.document.analysis.rows
    assert [wire.from_ for wire in network.incoming["b5"]] == ["b3"]
    assert not network.incoming["b4"] and not network.outgoing["b4"]
    assert network.by_id["b4"].position is not None
    assert not rows["b4"].connected and rows["b12"].connected
    assert loose_text(view.document.analysis) == f"{rows['b4'].name} is not joined to the network"
    assert view.document.undo_stack.count() == 1
    view.document.undo_stack.undo()
    assert view.document.project == before


def test_dragged_out_and_back_in_it_stands_where_it_stood(view: CanvasView, person: Person) -> None:
    before = view.document.project
    start = person.center("b4")
    person.carry(start, QPoint(860, 300), QPoint(700, 300), start)
    assert view.document.project == before
    assert view.document.undo_stack.count() == 0


def test_a_card_dragged_out_takes_its_strips_along_and_keeps_them(view: CanvasView, person: Person) -> None:
    person.carry(person.center("b5"), QPoint(860, 300))
    network = view.document.project.network
    assert [wire.to for wire in network.outgoing["b5"]] == ["b6"]
    assert not network.outgoing["b6"]
    assert [wire.from_ for wire in network.incoming["b7"]] == ["b4"]


def test_an_input_goes_into_no_wire(view: CanvasView, person: Person) -> None:
    person.carry(person.center("b1"), person.above("b11"))
    assert kinds(view.document) == DIGITS
    assert view.document.project.network.by_id["b1"].position is not None
    person.key(Qt.Key.Key_L, CONTROL)
    assert view.document.project.network.by_id["b1"].position is None


def test_what_comes_in_over_an_edge_scrolls_nothing(view: CanvasView, qtbot: QtBot) -> None:
    view.camera.zoom_to(2.0, QPointF(10, 10))
    view.begin_palette_drag("ReLU", view.viewport().mapToGlobal(QPoint(-40, 300)))
    here = view.mapToScene(0, 0)
    for x in (2, 10, 20, 30):
        view.move_palette_drag(view.viewport().mapToGlobal(QPoint(x, 300)))
    qtbot.wait(REST + 100)  # as long as a pointer that had been inside would have to rest
    assert view.mapToScene(0, 0) == here
    view.cancel_palette_drag()


def test_a_pointer_that_passes_the_edge_scrolls_nothing(
    view: CanvasView, person: Person, qtbot: QtBot
) -> None:
    view.camera.zoom_to(2.0, QPointF(10, 10))
    here = view.mapToScene(0, 0)
    person.press(person.center("b2"))
    edge = view.viewport().height() - 6
    for x in range(100, 700, 20):
        person.drag(QPoint(400, 300), QPoint(x, edge))
        QApplication.processEvents()
    assert view.mapToScene(0, 0) == here
    person.key(Qt.Key.Key_Escape)
