"""A block from the palette on its way onto the canvas: what one sees is what one gets."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnbuilder.network import edits
from cnnbuilder.network.project import Project
from cnnbuilder.ui.canvas.view import CanvasView
from cnnbuilder.ui.session.document import Document
from tests.ui.canvas.conftest import Person, kinds, show_canvas


def hover(view: CanvasView, kind: str, at: QPoint) -> None:
    view.begin_palette_drag(kind, view.mapToGlobal(QPoint(-200, 100)))
    view.move_palette_drag(view.viewport().mapToGlobal(at))


def drop(view: CanvasView, kind: str, at: QPoint) -> None:
    hover(view, kind, at)
    view.end_palette_drag(view.viewport().mapToGlobal(at))


def test_over_a_wire_the_wire_opens_and_the_ghost_sits_in(view: CanvasView, person: Person) -> None:
    below = view.scene().block_rect("b11").top()
    at = person.above("b11")
    hover(view, "Conv2d", at)
    assert view.scene().ghosts == {"b13"}
    assert view.scene().block_rect("b11").top() > below
    assert view.scene().blocks["b13"].card.label.startswith("128 filters")
    assert view.scene().wires
    assert view.document.undo_stack.count() == 0
    view.end_palette_drag(view.viewport().mapToGlobal(at))
    assert kinds(view.document)[-3:] == ["Conv2d", "Flatten", "Linear"]
    assert view.selection.ids == {"b13"}
    assert view.document.undo_stack.undoText() == "Add Conv2d"
    assert view.scene().ghosts == set()


def test_the_ghost_stays_while_the_pointer_is_over_it(view: CanvasView, person: Person) -> None:
    at = person.above("b11")
    hover(view, "MaxPool2d", at)
    boxes = view.scene().arrangement.boxes
    for step in range(0, 20, 2):
        view.move_palette_drag(view.viewport().mapToGlobal(at + QPoint(step, step)))
        assert view.scene().arrangement.boxes == boxes


def test_near_the_free_end_it_is_appended(view: CanvasView, person: Person) -> None:
    drop(view, "ReLU", person.below("b12") + QPoint(0, 20))
    assert kinds(view.document)[-2:] == ["Linear", "ReLU"]
    assert view.document.analysis.rows["b13"].connected


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.98])
def test_anywhere_below_the_open_end_it_is_appended(view: CanvasView, person: Person, share: float) -> None:
    view.camera.zoom_to(0.5)
    view.camera.pan(0, -150)
    at = QPoint(round(share * view.viewport().width()), view.viewport().height() - 4)
    assert at.y() > person.below("b12").y() + 60
    hover(view, "ReLU", at - QPoint(0, 2))
    boxes = view.scene().arrangement.boxes
    view.move_palette_drag(view.viewport().mapToGlobal(at))
    assert view.scene().arrangement.boxes == boxes  # the chain has grown towards the pointer: nothing jumps
    view.end_palette_drag(view.viewport().mapToGlobal(at))
    assert kinds(view.document)[-2:] == ["Linear", "ReLU"]
    assert view.document.analysis.rows["b13"].connected


def test_in_from_the_side_and_down_it_is_appended_too(view: CanvasView, person: Person) -> None:
    view.camera.zoom_to(0.5)
    view.camera.pan(0, -150)
    bottom = view.viewport().height() - 4
    hover(view, "ReLU", QPoint(840, 200))
    for y in range(200, bottom, 40):
        view.move_palette_drag(view.viewport().mapToGlobal(QPoint(840, y)))
    view.end_palette_drag(view.viewport().mapToGlobal(QPoint(840, bottom)))
    assert kinds(view.document)[-2:] == ["Linear", "ReLU"]


@pytest.mark.parametrize("width", [1366, 1920])
def test_one_block_after_the_other_at_the_same_place_makes_a_chain(
    qtbot: QtBot, home: object, width: int
) -> None:
    """The third one was left loose: the canvas had scrolled away while it was brought in."""
    view = show_canvas(qtbot, Document(Project()))
    view.resize(width - 520, 620)
    drop(view, "Input", QPoint(300, 200))
    at = view.mapFromScene(view.scene().block_rect("b1").center()) + QPoint(0, 150)
    chosen = ["Conv2d", "ReLU", "MaxPool2d", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear"]
    for kind in chosen:
        shown = view.mapToScene(0, 0)
        view.begin_palette_drag(kind, view.mapToGlobal(QPoint(-60, 300)))
        for step in range(20):
            passed = QPoint(-50 + (at.x() + 50) * step // 20, 300 + (at.y() - 300) * step // 20)
            view.move_palette_drag(view.viewport().mapToGlobal(passed))
            QApplication.processEvents()
        assert view.mapToScene(0, 0) == shown
        view.end_palette_drag(view.viewport().mapToGlobal(at))
        assert all(row.connected for row in view.document.analysis.rows.values())
    view.close()
    shiboken6.delete(view)


def test_elsewhere_it_stays_loose(view: CanvasView, person: Person) -> None:
    drop(view, "Dropout", QPoint(840, 300))
    assert not view.document.analysis.rows["b13"].connected
    assert view.document.project.network.by_id["b13"].position is not None


def test_between_a_card_and_its_strip(view: CanvasView, person: Person) -> None:
    rect = view.scene().block_rect("b3")
    seam = view.mapFromScene(rect.center().x(), rect.top())
    drop(view, "BatchNorm2d", seam)
    assert kinds(view.document)[:4] == ["Input", "Conv2d", "BatchNorm2d", "ReLU"]
    view.document.undo_stack.undo()
    drop(view, "MaxPool2d", person.center("b3"))
    assert kinds(view.document)[:4] == ["Input", "Conv2d", "ReLU", "MaxPool2d"]


def test_over_the_upper_half_of_the_input_it_goes_behind_it(view: CanvasView, person: Person) -> None:
    drop(view, "Conv2d", person.center("b1") - QPoint(0, 8))
    assert kinds(view.document)[:3] == ["Input", "Conv2d", "Conv2d"]


def test_outside_the_canvas_nothing_happens(view: CanvasView, person: Person) -> None:
    hover(view, "Conv2d", person.above("b11"))
    view.move_palette_drag(view.mapToGlobal(QPoint(-50, 50)))
    assert view.scene().ghosts == set()
    view.end_palette_drag(view.mapToGlobal(QPoint(-50, 50)))
    assert view.document.undo_stack.count() == 0


def test_escape_puts_it_back(view: CanvasView, person: Person) -> None:
    hover(view, "Conv2d", person.above("b11"))
    person.key(Qt.Key.Key_Escape)
    assert view.scene().ghosts == set()
    view.end_palette_drag(view.viewport().mapToGlobal(person.above("b11")))
    assert view.document.undo_stack.count() == 0
    assert "b13" not in view.scene().blocks


def test_the_palette_may_cancel(view: CanvasView, person: Person) -> None:
    hover(view, "Conv2d", person.above("b11"))
    view.cancel_palette_drag()
    assert "b13" not in view.scene().blocks


def test_undo_in_mid_drag_goes_on_with_what_is_there(view: CanvasView, person: Person) -> None:
    view.append("ReLU")
    at = person.above("b12")
    hover(view, "Dropout", at)
    view.document.undo_stack.undo()
    view.end_palette_drag(view.viewport().mapToGlobal(person.above("b4")))
    assert kinds(view.document).count("Dropout") == 1
    assert "b13" in view.scene().blocks and view.scene().ghosts == set()


def test_what_joins_several_asks_for_its_second_value(view: CanvasView, person: Person) -> None:
    drop(view, "Add", person.above("b7"))
    (new,) = view.selection.ids
    assert view.document.undo_stack.undoText() == "Add Add"
    assert view.interaction.gesture is not None
    person.drift(person.center("b5"))
    assert view.interaction.verdict.title.text() == "Let go to join"
    person.click(person.center("b5"))
    network = view.document.project.network
    assert {wire.from_ for wire in network.incoming[new]} == {"b5", "b6"}
    assert not view.document.analysis.problems


def test_what_joins_several_can_wait_for_its_second_value(view: CanvasView, person: Person) -> None:
    drop(view, "Add", person.above("b7"))
    person.key(Qt.Key.Key_Escape)
    assert view.interaction.gesture is None
    assert view.overlays.popup.isVisible()


def test_the_second_value_is_chosen_by_keys(view: CanvasView, person: Person) -> None:
    drop(view, "Add", person.above("b7"))
    (new,) = view.selection.ids
    person.key(Qt.Key.Key_Up)
    person.key(Qt.Key.Key_Return)
    network = view.document.project.network
    assert len(network.incoming[new]) == 2
    assert not view.document.analysis.problems


def test_the_numbers_of_the_preview_are_those_of_what_is_there_now(view: CanvasView, person: Person) -> None:
    hover(view, "Dropout", QPoint(840, 300))
    network = view.document.project.network
    wider = edits.replace_block(network, network.by_id["b2"].with_fields(out_channels=24))
    view.document.edit_network("widen", wider)
    view.move_palette_drag(view.viewport().mapToGlobal(QPoint(830, 290)))
    assert "b13" in view.scene().ghosts
    assert str(view.scene().arrangement.analysis.rows["b2"].output) == "24 × 32 × 32"
    view.cancel_palette_drag()


def test_onto_an_empty_canvas(qtbot: QtBot, home: object) -> None:
    view = show_canvas(qtbot, Document(Project()))
    drop(view, "Input", QPoint(300, 200))
    drop(view, "Conv2d", view.mapFromScene(view.scene().block_rect("b1").center()) + QPoint(0, 20))
    assert kinds(view.document) == ["Input", "Conv2d"]
    assert view.document.analysis.problems == ()
    view.close()
    shiboken6.delete(view)


def test_an_input_goes_before_everything(view: CanvasView, person: Person) -> None:
    view.selection.select(["b1"])
    person.key(Qt.Key.Key_Delete)
    drop(view, "Input", QPoint(840, 300))
    assert kinds(view.document)[:2] == ["Input", "Conv2d"]
    assert view.document.analysis.problems == ()


def test_it_says_what_letting_go_does(view: CanvasView, person: Person, qtbot: QtBot) -> None:
    said: list[str] = []
    view.status_hint.connect(said.append)
    hover(view, "Dropout", person.above("b12"))
    rows = view.document.analysis.rows
    assert said[-1] == f"Let go to put Dropout between {rows['b11'].name} and {rows['b12'].name}"
    view.cancel_palette_drag()
    assert said[-1] == ""


def test_below_a_loose_block_it_is_joined_to_it(view: CanvasView, person: Person) -> None:
    drop(view, "Conv2d", QPoint(840, 300))
    drop(view, "ReLU", person.below("b13") + QPoint(-200, 4))
    assert view.document.project.network.outgoing["b13"][0].to == "b14"


def test_without_an_input_blocks_still_form_a_chain(qtbot: QtBot, home: object) -> None:
    view = show_canvas(qtbot, Document(Project()))
    person = Person(view)
    drop(view, "Conv2d", QPoint(300, 200))
    drop(view, "ReLU", person.below("b1"))
    drop(view, "MaxPool2d", person.below("b2"))
    drop(view, "Input", QPoint(700, 500))
    assert kinds(view.document) == ["Input", "Conv2d", "ReLU", "MaxPool2d"]
    assert view.document.analysis.problems == ()
    view.close()
    shiboken6.delete(view)
