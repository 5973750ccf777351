"""A problem shows where it is, says what is wrong with the numbers in it, and a button mends it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from cnnbuilder.network import edits
from cnnbuilder.ui.canvas.tooltips import tip_at
from cnnbuilder.ui.canvas.view import CanvasView
from cnnbuilder.ui.widgets.theme import theme
from tests.ui.canvas.conftest import Person, kinds


def break_it(view: CanvasView) -> None:
    """Takes Flatten out: Linear gets a volume."""
    project = view.document.project
    view.document.edit("break", replace(project, network=edits.remove(project.network, ["b11"])))


def button(view: CanvasView) -> QPushButton:
    found = [b for b in view.overlays.popup.findChildren(QPushButton) if b.isVisible()]
    return found[0]


def test_block_wire_and_popup_show_it(view: CanvasView, person: Person) -> None:
    assert not view.overlays.popup.isVisible()
    break_it(view)
    assert view.scene().blocks["b12"].card.broken
    broken = [item.line for item in view.scene().wires.values() if item.line.broken]
    assert [line.label for line in broken] == ["64 × 4 × 4"]
    popup = view.overlays.popup
    assert popup.isVisible()
    assert "Linear needs a flat vector but gets 64 × 4 × 4" in popup.accessibleDescription()
    assert popup.geometry().left() > view.block_area("b12").right()
    assert view.rect().contains(popup.geometry())


def test_the_button_mends_it_as_one_step(view: CanvasView, person: Person) -> None:
    break_it(view)
    QTest.mouseClick(button(view), Qt.MouseButton.LeftButton)
    assert kinds(view.document)[-2:] == ["Flatten", "Linear"]
    assert view.document.undo_stack.count() == 2
    assert not view.overlays.popup.isVisible()
    assert not any(item.line.broken for item in view.scene().wires.values())
    assert QApplication.focusWidget() is view


def test_shown_from_elsewhere_the_fix_has_the_focus(view: CanvasView, person: Person) -> None:
    break_it(view)
    view.camera.zoom_to(3.0)
    view.show_problem(view.document.analysis.problems[0])
    assert view.selection.ids == {"b12"}
    assert view.viewport().geometry().contains(view.block_area("b12").center())
    assert QApplication.focusWidget() is button(view)
    person.key(Qt.Key.Key_Space)
    assert kinds(view.document)[-2:] == ["Flatten", "Linear"]


def test_escape_in_the_popup_goes_back_to_the_canvas(view: CanvasView, person: Person) -> None:
    break_it(view)
    view.show_problem(view.document.analysis.problems[0])
    person.key(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is view


def test_a_network_without_input_says_so(view: CanvasView, person: Person) -> None:
    view.selection.select(["b1"])
    person.key(Qt.Key.Key_Delete)
    assert view.overlays.popup.isVisible()
    QTest.mouseClick(button(view), Qt.MouseButton.LeftButton)
    assert kinds(view.document)[0] == "Input"
    assert view.document.analysis.problems == ()


def test_while_something_is_carried_the_popup_is_away(view: CanvasView, person: Person) -> None:
    break_it(view)
    person.press(person.center("b4"))
    person.drag(person.center("b4"), person.above("b8"))
    assert not view.overlays.popup.isVisible()
    person.key(Qt.Key.Key_Escape)
    assert view.overlays.popup.isVisible()


def test_what_lies_behind_says_why_it_is_unknown(view: CanvasView) -> None:
    break_it(view)
    view.append("ReLU")
    line = view.scene().arrangement.lines
    assert all(not placed.line.label or placed.line.label != "10" for placed in line.values())
    rows = view.document.analysis.rows
    assert rows["b13"].unknown == f"unknown, because of {rows['b12'].name}"


def test_the_popup_follows_the_canvas(view: CanvasView) -> None:
    break_it(view)
    before = view.overlays.popup.pos()
    view.camera.pan(0, -40)
    assert view.overlays.popup.pos().y() == before.y() - 40
    view.camera.pan(0, -5000)
    assert not view.overlays.popup.isVisible() or view.rect().intersects(view.overlays.popup.geometry())


def many_outputs(view: CanvasView) -> None:
    """1,024 outputs for 10 classes: right, but it learns badly."""
    network = view.document.project.network
    view.document.edit_network(
        "widen", edits.replace_block(network, network.by_id["b12"].with_fields(out_features=1024))
    )


def test_what_is_to_be_said_before_training_is_marked_on_its_block(view: CanvasView, person: Person) -> None:
    many_outputs(view)
    assert view.document.analysis.problems == ()
    card = view.scene().blocks["b12"].card
    assert card.warned and not card.broken
    assert [id_ for id_, item in view.scene().blocks.items() if item.card.warned] == ["b12"]
    assert "1,024 outputs for 10 classes" in tip_at(view.scene(), view.scene().block_rect("b12").center())
    assert not view.overlays.popup.isVisible()
    person.click(person.center("b12"))
    assert view.overlays.popup.isVisible()
    assert button(view).text() == "Use 10 outputs"
    QTest.mouseClick(button(view), Qt.MouseButton.LeftButton)
    assert view.document.project.network.by_id["b12"].out_features == 10
    assert not view.overlays.popup.isVisible()
    assert not view.scene().blocks["b12"].card.warned


def test_what_is_no_problem_goes_away_when_one_looks_elsewhere(view: CanvasView, person: Person) -> None:
    many_outputs(view)
    person.click(person.center("b12"))
    person.click(person.center("b4"))
    assert not view.overlays.popup.isVisible()
    person.click(person.center("b12"))
    button(view).setFocus()
    person.key(Qt.Key.Key_Escape)
    assert not view.overlays.popup.isVisible()
    assert QApplication.focusWidget() is view


def broken_twice(view: CanvasView) -> None:
    """A kernel larger than its image; once it is mended, the missing Flatten shows."""
    network = edits.remove(view.document.project.network, ["b11"])
    block = network.by_id["b2"].with_fields(kernel_size=(50, 50))
    view.document.edit_network("break", edits.replace_block(network, block))


def stands_well(view: CanvasView) -> None:
    popup, problem = view.overlays.popup, view.overlays.popup.problem
    assert popup.isVisible()
    assert view.viewport().geometry().contains(popup.geometry())
    assert not popup.geometry().intersects(view.block_area(problem.id))
    assert popup.height() >= popup.layout().totalHeightForWidth(popup.width())
    for child in popup.findChildren(QPushButton):
        if not child.isHidden():
            assert child.width() >= child.sizeHint().width()
            assert popup.rect().contains(QRect(child.mapTo(popup, QPoint(0, 0)), child.size()))


def test_a_mend_that_reveals_the_next_problem_shows_it_whole(view: CanvasView) -> None:
    broken_twice(view)
    stands_well(view)
    first = view.overlays.popup.problem
    # Clicked, and looked at before anything else has happened.
    QTest.mouseClick(button(view), Qt.MouseButton.LeftButton)
    assert view.overlays.popup.problem not in (first, None)
    stands_well(view)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("size", [(900, 640), (560, 420), (440, 300)])
def test_the_popup_is_whole_and_beside_its_block(
    view: CanvasView, size: tuple[int, int], zoom: float, scale: float
) -> None:
    theme.set_scale(scale)
    view.resize(*(round(pixels * (1 + scale) / 2) for pixels in size))
    view.camera.zoom_to(zoom)
    broken_twice(view)
    for problem in view.document.analysis.problems:
        view.show_problem(problem)
        stands_well(view)


def test_the_popup_has_room_at_every_text_size(view: CanvasView) -> None:
    break_it(view)
    for scale in (1.0, 1.5, 2.0):
        theme.set_scale(scale)
        view.show_problem(view.document.analysis.problems[0])
        popup = view.overlays.popup
        assert popup.isVisible()
        assert view.rect().contains(popup.geometry())
        assert button(view).width() >= button(view).sizeHint().width()
        assert popup.height() >= popup.layout().heightForWidth(popup.width())
