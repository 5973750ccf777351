"""Branches under the hand: what is pressed and dragged in a network with skips and branches side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnbuilder.network import edits
from cnnbuilder.network.file import dumps, loads
from cnnbuilder.network.project import Project, Wire
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.canvas.view import CanvasView
from cnnbuilder.ui.session.document import Document
from tests.network.literature import Sketch, densenet, inception, mobilenet, shufflenet
from tests.ui.canvas.conftest import Person, show_canvas
from tests.ui.canvas.test_drawing import painted

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def small() -> Project:
    """b1 Input, b2 conv, b3 relu; a skip from b3 past b4 conv, b5 norm to b6 Add; beside it b7 conv joins at b8."""
    sketch = Sketch(8, 16)
    value = sketch.put("ReLU", sketch.put("Conv2d", sketch.image, out_channels=8, padding=(1, 1)))
    body = sketch.line(sketch.put("Conv2d", value, out_channels=8, padding=(1, 1)), "BatchNorm2d")
    added = sketch.put("Add", body, value)
    side = sketch.put("Conv2d", value, out_channels=8, kernel_size=(1, 1))
    sketch.classify(sketch.put("Concat", added, side), 10)
    return Project(sketch.network())


@pytest.fixture
def view(qtbot: QtBot, home: Path) -> Iterator[CanvasView]:
    made = show_canvas(qtbot, Document(small()))
    yield made
    made.close()
    shiboken6.delete(made)


@pytest.fixture
def person(view: CanvasView) -> Person:
    return Person(view)


def into(view: CanvasView, id_: str) -> list[str]:
    return [wire.from_ for wire in view.document.project.network.incoming[id_]]


def on_wire(view: CanvasView, wire: Wire, corner: int) -> QPoint:
    """The middle of the piece of a wire that ends in this corner."""
    route = view.scene().arrangement.layout.routes[wire]
    (ax, ay), (bx, by) = route[corner - 1], route[corner]
    return view.mapFromScene(QPointF((ax + bx) / 2, (ay + by) / 2))


def test_arrows_go_along_the_line_and_over_to_the_branch(view: CanvasView, person: Person) -> None:
    view.selection.select(["b3"])
    for expected in ("b4", "b5", "b6", "b8"):
        person.key(Qt.Key.Key_Down)
        assert view.selection.ids == {expected}
    person.key(Qt.Key.Key_Up)
    assert view.selection.ids == {"b6"}
    view.selection.select(["b4"])
    person.key(Qt.Key.Key_Left)
    assert view.selection.ids == {"b7"}
    person.key(Qt.Key.Key_Down)
    assert view.selection.ids == {"b8"}
    view.selection.select(["b7"])
    person.key(Qt.Key.Key_Right)
    assert view.selection.ids == {"b4"}
    view.selection.select(["b7"])
    person.key(Qt.Key.Key_Up)
    assert view.selection.ids == {"b3"}


def test_delete_in_a_branch_rejoins_it_and_undo_brings_it_back(view: CanvasView, person: Person) -> None:
    before = view.document.project
    person.click(person.center("b7"))
    person.key(Qt.Key.Key_Delete)
    assert into(view, "b8") == ["b6", "b3"]
    person.key(Qt.Key.Key_Z, CONTROL)  # the canvas alone has no undo key; the stack has
    view.document.undo_stack.undo()
    assert view.document.project == before
    view.document.undo_stack.redo()
    assert into(view, "b8") == ["b6", "b3"]
    assert not view.document.analysis.problems


def test_deleting_an_add_keeps_the_line(view: CanvasView, person: Person) -> None:
    person.click(person.center("b6"))
    person.key(Qt.Key.Key_Delete)
    assert into(view, "b8") == ["b5", "b7"]
    assert not view.document.analysis.problems


def test_what_is_selected_after_a_delete_is_there(view: CanvasView, person: Person) -> None:
    """With the second block of the line its Add goes as well, which would have been selected."""
    view.selection.select(["b4", "b5"])
    person.key(Qt.Key.Key_Delete)
    present = view.document.project.network.by_id
    assert "b6" not in present
    assert view.selection.ids <= present.keys()


def test_two_clicks_and_a_letter_make_a_skip(view: CanvasView, person: Person) -> None:
    person.click(person.center("b2"))
    person.click(person.center("b8"), CONTROL)
    person.key(Qt.Key.Key_C)
    (new,) = view.selection.ids
    assert view.document.project.network.by_id[new].kind() == "Concat"
    assert into(view, new) == ["b2", "b8"]
    assert view.document.undo_stack.undoText() == "Join with Concat"
    assert not view.document.analysis.problems
    view.document.undo_stack.undo()
    assert new not in view.document.project.network.by_id


def test_half_the_channels_are_sent_past_by_keys_alone(view: CanvasView, person: Person) -> None:
    """As in ShuffleNet: a Chunk, and its second piece joined further down."""
    view.document.replace(TEMPLATES["digits"].make(), None)
    view.selection.select(["b4"])
    person.key(Qt.Key.Key_Space)
    person.type("chunk")
    person.key(Qt.Key.Key_Return)
    (chunk,) = view.selection.ids
    person.key(Qt.Key.Key_Down)
    view.selection.select([chunk, "b6"])
    person.key(Qt.Key.Key_C)
    (new,) = view.selection.ids
    wires = view.document.project.network.incoming[new]
    assert [(wire.from_, wire.output) for wire in wires] == [(chunk, 1), ("b6", 0)]
    assert not view.document.analysis.problems


def test_what_cannot_be_added_is_a_problem_at_its_place(view: CanvasView, person: Person) -> None:
    person.click(person.center("b1"))
    person.click(person.center("b9"), CONTROL)
    person.key(Qt.Key.Key_A)
    (new,) = view.selection.ids
    assert view.scene().blocks[new].card.broken
    assert view.overlays.popup.isVisible()
    assert "equal shape" in view.overlays.popup.problem.message


def test_joining_wants_two(view: CanvasView, person: Person) -> None:
    person.click(person.center("b2"))
    assert not any(action.isEnabled() for action in view.commands.network.branches.joins)
    person.key(Qt.Key.Key_A)
    assert view.document.undo_stack.count() == 0


def test_a_grey_command_says_why_and_what_to_do_first(view: CanvasView, person: Person, qtbot: QtBot) -> None:
    person.click(person.center("b2"))
    add = view.commands.network.branches.joins[0]
    why = "Select two blocks first: a click with Ctrl adds one."
    assert why in add.toolTip() and why in add.statusTip()
    with qtbot.waitSignal(view.status_hint) as said:
        person.key(Qt.Key.Key_A)
    assert said.args == [why]
    person.click(person.center("b9"), CONTROL)
    assert add.isEnabled()
    assert why not in add.toolTip() and why not in add.statusTip()


def test_whatever_is_grey_says_why(view: CanvasView) -> None:
    for selected in ([], ["b2"], ["b2", "b9"], ["b2", "b3"]):
        view.selection.select(selected)
        for menu in ("edit", "network", "view"):
            for action in view.menu_actions(menu):
                assert action.isEnabled() != action.toolTip().endswith("."), action.text()


def test_a_skip_is_cut_from_its_menu(view: CanvasView, person: Person) -> None:
    at = on_wire(view, Wire("b3", "b6", 1), 3)
    QTest.mousePress(view.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, at)
    assert view.selection.ids == {"b3", "b6"}
    assert view.commands.network.branches.cut_wire in view.commands.context_menu(True).actions()
    view.commands.network.branches.cut_wire.trigger()
    # An Add of one value is none: it goes with its skip.
    assert "b6" not in view.document.project.network.by_id
    assert into(view, "b8") == ["b5", "b7"]
    assert view.document.undo_stack.count() == 1


def test_a_block_dropped_on_a_skip_goes_into_it(view: CanvasView, person: Person) -> None:
    at = on_wire(view, Wire("b3", "b6", 1), 3)
    view.begin_palette_drag("BatchNorm2d", view.viewport().mapToGlobal(at))
    view.move_palette_drag(view.viewport().mapToGlobal(at))
    view.end_palette_drag(view.viewport().mapToGlobal(at))
    (new,) = view.selection.ids
    assert into(view, new) == ["b3"]
    assert into(view, "b6") == ["b5", new]
    assert into(view, "b4") == ["b3"]


def test_space_between_two_joined_blocks_adds_there(view: CanvasView, person: Person) -> None:
    view.selection.select(["b3", "b6"])
    person.key(Qt.Key.Key_Space)
    person.type("batch")
    person.key(Qt.Key.Key_Return)
    (new,) = view.selection.ids
    assert into(view, new) == ["b3"]
    assert into(view, "b6") == ["b5", new]


def test_space_behind_a_block_that_several_read_serves_all(view: CanvasView, person: Person) -> None:
    person.click(person.center("b3"))
    person.key(Qt.Key.Key_Space)
    person.type("dropout")
    person.key(Qt.Key.Key_Return)
    (new,) = view.selection.ids
    readers = view.document.project.network.outgoing[new]
    assert {wire.to for wire in readers} == {"b4", "b6", "b7"}
    assert not view.document.analysis.problems


def test_a_block_is_carried_from_the_line_into_a_branch(view: CanvasView, person: Person) -> None:
    before = view.document.project
    person.carry(person.center("b4"), on_wire(view, Wire("b7", "b8", 1), 1))
    # With the strip that is joined to it.
    assert into(view, "b8") == ["b6", "b5"]
    assert into(view, "b4") == ["b7"]
    assert into(view, "b6") == ["b3", "b3"]
    assert view.document.undo_stack.count() == 1
    view.document.undo_stack.undo()
    assert view.document.project == before


def test_control_and_arrows_move_a_block_along_its_branch(view: CanvasView, person: Person) -> None:
    view.selection.select(["b5"])
    person.key(Qt.Key.Key_Up, CONTROL)
    assert into(view, "b5") == ["b3"]
    assert into(view, "b4") == ["b5"]
    view.selection.select(["b5"])
    person.key(Qt.Key.Key_Down, CONTROL)
    assert into(view, "b5") == ["b4"]


def test_what_cannot_move_says_so(view: CanvasView, person: Person, qtbot: QtBot) -> None:
    view.selection.select(["b3"])
    with qtbot.waitSignal(view.status_hint) as said:
        person.key(Qt.Key.Key_Down, CONTROL)
    assert said.args == ["relu1 cannot go further that way."]
    assert view.document.undo_stack.count() == 0


def test_a_part_with_a_skip_is_duplicated_and_pasted_whole(view: CanvasView, person: Person) -> None:
    view.selection.select(["b4", "b5", "b6"])
    person.key(Qt.Key.Key_D, CONTROL)
    assert not view.document.analysis.problems
    assert sum(row.block.kind() == "Add" for row in view.document.analysis.rows.values()) == 2
    person.key(Qt.Key.Key_C, CONTROL)
    person.key(Qt.Key.Key_V, CONTROL)
    assert not view.document.analysis.problems
    assert sum(row.block.kind() == "Add" for row in view.document.analysis.rows.values()) == 3


def test_the_rubber_band_takes_branches_too(view: CanvasView, person: Person) -> None:
    left, right = view.scene().block_rect("b7"), view.scene().block_rect("b4")
    start = view.mapFromScene(QPointF(left.left() - 12, left.top() - 6))
    person.carry(start, view.mapFromScene(QPointF(right.right() - 30, right.center().y())))
    assert view.selection.ids == {"b4", "b7"}


def test_wires_of_what_is_selected_are_set_off(view: CanvasView, person: Person) -> None:
    person.click(person.center("b6"))
    lit = {key for key, item in view.scene().wires.items() if item.lit}
    assert lit == {Wire("b3", "b6", 1), Wire("b6", "b8", 0)} | {
        wire for wire in view.document.project.network.incoming["b6"] if wire in view.scene().wires
    }
    person.click(person.aside("b1"))
    assert not any(item.lit for item in view.scene().wires.values())


def test_places_survive_the_file_and_tidy_takes_them_back_in_one_step(
    view: CanvasView, person: Person
) -> None:
    project = view.document.project
    moved = edits.set_positions(project.network, {"b7": (-900.0, 40.0), "b6": (-40.0, 400.0)})
    view.document.edit("move", replace(project, network=moved))
    again = loads(dumps(view.document.project))
    assert again.network.by_id["b7"].position == (-900.0, 40.0)
    assert view.scene().arrangement.boxes["b7"][:2] == (-900.0, 40.0)
    person.key(Qt.Key.Key_L, CONTROL)
    assert view.document.project == project
    assert view.document.undo_stack.count() == 2
    view.document.undo_stack.undo()
    assert view.scene().arrangement.boxes["b7"][:2] == (-900.0, 40.0)


def test_ports_stand_where_wires_end(view: CanvasView, person: Person) -> None:
    person.drift(person.center("b8"))
    ports = {(port.x(), port.y()) for port in view.scene().blocks["b8"].ports}
    assert {(23.0, 0.0), (23.0, 30.0)} < ports
    assert any(x == 0 for x, _y in ports)


@pytest.mark.parametrize(
    "make", [lambda: inception(2), lambda: densenet((4,)), lambda: mobilenet(3), lambda: shufflenet(2)]
)
def test_shapes_stand_on_every_wire_and_nothing_lies_over_them(view: CanvasView, make: object) -> None:
    network = make()  # type: ignore[operator]
    view.document.replace(Project(network), None)
    painted(view)
    rows = view.document.analysis.rows
    said = {placed.source for placed in view.scene().arrangement.lines.values() if placed.line.label}
    assert said == {id_ for id_ in view.scene().blocks if id_ not in view.scene().arrangement.strip_of}
    for placed in view.scene().arrangement.lines.values():
        if placed.line.label:
            assert placed.line.label == str(rows[placed.source].output)
    line = view.scene().arrangement.layout.line
    assert set(view.scene().tensors) == said & line


def test_a_wide_network_opens_at_its_line(view: CanvasView) -> None:
    view.document.replace(Project(inception(9)), None)
    seen = view.viewport().rect()
    assert seen.contains(view.mapFromScene(view.scene().block_rect("b1")).boundingRect())
    assert view.camera.zoom == 0.75
    view.fit()
    bounds = view.mapFromScene(view.scene().content_bounds()).boundingRect()
    assert seen.adjusted(-2, -2, 2, 2).contains(bounds)


def test_a_network_a_little_too_wide_opens_with_its_branches_whole(qtbot: QtBot, home: Path) -> None:
    view = show_canvas(qtbot, Document(small()))
    content = view.scene().content_bounds()
    view.resize(round(content.width() * 0.66) + 28, 300)
    view.camera.open()
    assert 0.6 <= view.camera.zoom < 0.75
    left = view.mapFromScene(content.topLeft()).x()
    assert 0 <= left < view.mapFromScene(content.topRight()).x() <= view.viewport().width()
    view.resize(round(content.width() * 0.4), 300)
    view.camera.open()
    assert view.camera.zoom == 0.75  # the branches are cut in any case
    view.close()
    shiboken6.delete(view)
