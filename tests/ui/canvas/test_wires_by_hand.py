"""Wires drawn by hand: skips in one gesture, ends carried elsewhere, circles refused; by mouse, by clicks, by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnbuilder.network.analysis import analyse
from cnnbuilder.ui.canvas.view import CanvasView
from cnnbuilder.ui.session.document import Document
from tests.ui.canvas.conftest import Person, kinds


class Hand(Person):
    """One that knows where ports and wires are."""

    def port_below(self, id_: str) -> QPoint:
        box = self.view.scene().arrangement.boxes[id_]
        return self.view.mapFromScene(QPointF(box.x + 24, box.bottom + 2))

    def port_above(self, id_: str) -> QPoint:
        box = self.view.scene().arrangement.boxes[id_]
        return self.view.mapFromScene(QPointF(box.x + 24, box.y - 3))

    def port_beside(self, id_: str) -> QPoint:
        box = self.view.scene().arrangement.boxes[id_]
        return self.view.mapFromScene(QPointF(box.right, box.y + box.height / 2))

    def label_below(self, id_: str) -> QPoint:
        """On the shape that stands on the wire out of a block."""
        box = self.view.scene().arrangement.boxes[id_]
        return self.view.mapFromScene(QPointF(box.x + 60, box.bottom + 12))

    def wire_below(self, id_: str) -> QPoint:
        box = self.view.scene().arrangement.boxes[id_]
        return self.view.mapFromScene(QPointF(box.x + 24, box.bottom + 11))

    def ground(self) -> QPoint:
        """Far from everything."""
        return QPoint(20, 20)


@pytest.fixture
def hand(view: CanvasView) -> Hand:
    return Hand(view)


def shown_equals_document(view: CanvasView, document: Document) -> bool:
    network = document.project.network
    arrangement = view.scene().arrangement
    fresh = analyse(network)
    return (
        arrangement.network is network
        and set(view.scene().blocks) == set(network.by_id)
        and {id_: row.output for id_, row in fresh.rows.items()}
        == {id_: row.output for id_, row in document.analysis.rows.items()}
    )


def skip(hand: Hand, document: Document) -> None:
    """From the first ReLU onto the wire behind the second convolution's ReLU."""
    hand.carry(hand.port_beside("b3"), hand.ground(), hand.wire_below("b6"))


def test_a_skip_is_one_gesture_and_its_convolution_comes_with_it(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    before = document.project.network
    skip(hand, document)
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Join with Add"
    network = document.project.network
    added = next(block for block in network.blocks if block.kind() == "Add")
    point = next(block for block in network.blocks if block.id not in before.by_id and block is not added)
    assert (point.kind(), point.out_channels, point.kernel_size, point.stride) == (
        "Conv2d", 32, (1, 1), (2, 2),
    )  # fmt: skip
    assert {wire.from_ for wire in network.incoming[added.id]} == {point.id, "b6"}
    assert [wire.to for wire in network.outgoing[added.id]] == ["b7"]
    assert not document.analysis.problems
    assert view.selection.ids == {added.id}
    assert shown_equals_document(view, document)
    document.undo_stack.undo()
    assert document.project.network == before


@pytest.mark.parametrize(("key", "kind"), [("C", "Concat"), ("M", "Multiply"), ("A", "Add")])
def test_a_letter_chooses_what_joins_while_the_wire_hangs(
    hand: Hand, document: Document, key: str, kind: str
) -> None:
    hand.press(hand.port_beside("b5"))
    there = hand.wire_below("b6")
    hand.drag(hand.ground(), there)
    hand.type(key.lower())
    hand.release(there)
    assert document.undo_stack.undoText() == f"Join with {kind}"
    assert kind in kinds(document)


def test_the_verdict_stands_at_the_pointer_before_the_button_is_let_go(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    hand.press(hand.port_beside("b3"))
    hand.drag(hand.ground(), hand.wire_below("b6"))
    verdict = view.interaction.verdict
    assert verdict.isVisible()
    assert verdict.title.text() == "Let go to join with Add"
    assert "16 × 32 × 32 and 32 × 16 × 16" in verdict.words.text()
    assert "→ 32 × 16 × 16" in verdict.words.text()
    assert view.scene().ghosts
    hand.drag(hand.ground())
    assert not verdict.isVisible()
    assert not view.scene().ghosts
    hand.key(Qt.Key.Key_Escape)
    assert document.undo_stack.count() == 0
    assert shown_equals_document(view, document)


def test_a_circle_is_refused_with_its_reason_and_what_cannot_be_reached_steps_back(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    hand.press(hand.port_beside("b8"))
    hand.drag(hand.ground(), hand.wire_below("b3"))
    verdict = view.interaction.verdict
    assert verdict.title.text() == "This cannot be"
    assert verdict.words.text() == "A circle: conv3 is made of what leaves pool"
    blocks = view.scene().blocks
    assert blocks["b2"].opacity() < 1 and blocks["b9"].opacity() == 1
    hand.release(hand.wire_below("b3"))
    assert document.undo_stack.count() == 0
    assert all(item.opacity() == 1 for item in blocks.values())


def test_the_end_of_a_wire_let_go_on_empty_ground_takes_the_wire_away(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    before = document.project.network
    hand.press(hand.port_above("b12"))
    hand.drag(hand.ground())
    assert document.project.network is before
    hand.release(hand.ground())
    assert document.undo_stack.undoText() == "Cut flatten1 from fc1"
    assert document.project.network.incoming["b12"] == ()
    document.undo_stack.undo()
    assert document.project.network == before


def test_the_end_of_a_wire_is_carried_to_another_input(hand: Hand, document: Document) -> None:
    # The second convolution takes what the first pool got, so the pool is passed by.
    hand.carry(hand.port_above("b4"), hand.ground(), hand.port_above("b5") + QPoint(0, 6))
    network = document.project.network
    assert [wire.from_ for wire in network.incoming["b5"]] == ["b3"]
    assert network.incoming["b4"] == ()
    assert document.undo_stack.count() == 1


def test_a_free_input_is_joined(view: CanvasView, hand: Hand, document: Document) -> None:
    hand.carry(hand.port_above("b12"), hand.ground())
    view.fit()
    hand.carry(hand.port_below("b11"), hand.ground(), hand.center("b12"))
    assert document.undo_stack.undoText() == "Join flatten1 to fc1"
    assert [wire.from_ for wire in document.project.network.incoming["b12"]] == ["b11"]
    assert not document.analysis.problems


def test_an_input_is_led_to_its_value(view: CanvasView, hand: Hand, document: Document) -> None:
    hand.carry(hand.port_above("b12"), hand.ground())
    view.fit()
    hand.carry(hand.port_above("b12"), hand.ground(), hand.center("b11"))
    assert [wire.from_ for wire in document.project.network.incoming["b12"]] == ["b11"]


def test_the_shape_on_a_wire_is_a_handle(view: CanvasView, hand: Hand, document: Document) -> None:
    hand.carry(hand.label_below("b4"), hand.ground(), hand.wire_below("b6"))
    assert document.undo_stack.undoText() == "Join with Add"


def test_from_click_to_click(view: CanvasView, hand: Hand, document: Document) -> None:
    hand.click(hand.port_beside("b3"))
    assert view.interaction.gesture is not None
    hand.drift(hand.ground())
    hand.drift(hand.wire_below("b6"))
    assert view.interaction.verdict.isVisible()
    hand.click(hand.wire_below("b6"))
    assert view.interaction.gesture is None
    assert document.undo_stack.undoText() == "Join with Add"


def test_the_panel_has_a_button_for_each_other_way_to_join(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    hand.click(hand.port_beside("b3"))
    hand.drift(hand.wire_below("b6"))
    QTest.mouseClick(view.interaction.verdict.buttons["Concat"], Qt.MouseButton.LeftButton)
    assert view.interaction.verdict.title.text() == "Let go to join with Concat"
    hand.key(Qt.Key.Key_Return)
    assert document.undo_stack.undoText() == "Join with Concat"


def test_by_keys_alone(view: CanvasView, hand: Hand, document: Document) -> None:
    view.selection.select(["b5"])
    hand.type("w")
    assert view.interaction.gesture is not None
    shown = []
    for _step in range(30):
        hand.key(Qt.Key.Key_Down)
        shown.append(view.interaction.verdict.words.text())
        if view.interaction.gesture.target[0] == next(
            wire for wire in document.project.network.wires if wire.from_ == "b6"
        ):
            break
    assert view.interaction.verdict.title.text() == "Let go to join with Add"
    hand.key(Qt.Key.Key_Return)
    assert document.undo_stack.undoText() == "Join with Add"
    assert shown_equals_document(view, document)


@pytest.mark.parametrize("way", ["escape", "right button", "undo", "window"])
def test_a_wire_in_the_hand_is_put_back(view: CanvasView, hand: Hand, document: Document, way: str) -> None:
    view.append("ReLU")
    steps = document.undo_stack.index()
    hand.press(hand.port_beside("b3"))
    hand.drag(hand.ground(), hand.wire_below("b6"))
    match way:
        case "escape":
            hand.key(Qt.Key.Key_Escape)
        case "right button":
            QTest.mousePress(view.viewport(), Qt.MouseButton.RightButton, pos=hand.wire_below("b6"))
        case "undo":
            document.undo_stack.undo()
            steps -= 1
        case "window":
            view.interaction.window_left()
    assert view.interaction.gesture is None
    assert document.undo_stack.index() == steps
    assert not view.interaction.verdict.isVisible()
    assert all(item.opacity() == 1 for item in view.scene().blocks.values())
    assert shown_equals_document(view, document)


def test_on_empty_ground_a_search_lists_what_fits_with_its_shape(
    view: CanvasView, hand: Hand, document: Document
) -> None:
    hand.carry(hand.port_beside("b3"), hand.ground())
    found = view.overlays.quick_add
    assert found.isVisible()
    rows = [found.list.item(place) for place in range(found.list.count())]
    assert "MaxPool2d: 16 × 16 × 16" in [row.data(Qt.ItemDataRole.AccessibleTextRole) for row in rows]
    assert "Linear" not in [row.text() for row in rows]
    hand.type("flatten")
    hand.key(Qt.Key.Key_Return)
    network = document.project.network
    new = next(block for block in network.blocks if block.id == "b13")
    assert new.kind() == "Flatten" and new.position is not None
    assert [wire.from_ for wire in network.incoming["b13"]] == ["b3"]
    assert document.undo_stack.count() == 1


def test_ports_are_shown_before_the_pointer_is_on_the_card(view: CanvasView, hand: Hand) -> None:
    box = view.scene().arrangement.boxes["b2"]
    hand.drift(view.mapFromScene(QPointF(box.right + 20, box.y + box.height / 2)))
    assert view.scene().blocks["b2"].state.hovered
    hand.drift(view.mapFromScene(QPointF(box.right + 30, box.y + box.height / 2)))
    assert not view.scene().blocks["b2"].state.hovered


def test_a_card_is_still_moved_by_its_icon(view: CanvasView, hand: Hand, document: Document) -> None:
    box = view.scene().arrangement.boxes["b4"]
    at = view.mapFromScene(QPointF(box.x + 24, box.y + box.height / 2))
    hand.press(at)
    hand.drag(at + QPoint(0, 12), at + QPoint(-200, 30))
    assert "WireDrag" not in type(view.interaction.gesture).__name__
    hand.key(Qt.Key.Key_Escape)
    QApplication.processEvents()
