"""Zoom to the pointer, pan, fit, and what happens to the view when the window or the text size changes."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnbuilder.network.edits import remove
from cnnbuilder.ui.canvas.view import CanvasView
from cnnbuilder.ui.widgets.theme import theme
from tests.ui.canvas.conftest import Person

NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def turn(
    view: CanvasView, at: QPoint, angle: int, modifiers: Qt.KeyboardModifier, pixels: QPoint | None = None
) -> None:
    viewport = view.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        pixels or QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


@pytest.mark.parametrize("at", [QPoint(100, 80), QPoint(500, 300), QPoint(880, 600)])
def test_control_and_wheel_zoom_to_the_pointer(view: CanvasView, at: QPoint) -> None:
    before = view.camera.scene_point(QPointF(at))
    for _notch in range(5):
        turn(view, at, 120, CONTROL)
    assert view.camera.percent > 200
    moved = view.camera.scene_point(QPointF(at)) - before
    assert moved.manhattanLength() * view.camera.scale < 4
    for _notch in range(5):
        turn(view, at, -120, CONTROL)
    assert (view.camera.scene_point(QPointF(at)) - before).manhattanLength() * view.camera.scale < 6


def test_the_plain_wheel_scrolls(view: CanvasView) -> None:
    zoom, before = view.camera.zoom, view.camera.scene_point(QPointF(0, 0))
    turn(view, QPoint(300, 300), -120, NONE)
    after = view.camera.scene_point(QPointF(0, 0))
    assert view.camera.zoom == zoom
    assert after.y() > before.y() and after.x() == before.x()


def test_a_touchpad_scrolls_by_its_own_pixels(view: CanvasView) -> None:
    before = view.mapToScene(QPoint(0, 0))
    turn(view, QPoint(300, 300), -30, NONE, QPoint(-12, -34))
    moved = (view.mapToScene(QPoint(0, 0)) - before) * view.camera.scale
    assert abs(moved.x() - 12) < 1.5 and abs(moved.y() - 34) < 1.5


def test_keys_zoom_and_fit(view: CanvasView, person: Person, qtbot: QtBot) -> None:
    view.camera.zoom_to(0.5)
    with qtbot.waitSignal(view.zoom_percent_changed):
        person.key(Qt.Key.Key_0, CONTROL)
    assert view.camera.percent == 100
    person.key(Qt.Key.Key_Plus)
    assert view.camera.percent == 110
    person.key(Qt.Key.Key_Minus)
    person.key(Qt.Key.Key_Minus)
    assert view.camera.percent == 90
    person.key(Qt.Key.Key_F)
    content = view.mapFromScene(view.scene().content_bounds()).boundingRect()
    assert view.viewport().rect().contains(content)
    assert view.overlays.zoom.text() == f"{view.camera.percent} %"


def test_zoom_has_ends(view: CanvasView) -> None:
    view.camera.zoom_to(100.0)
    assert view.camera.percent == 400
    view.camera.zoom_to(0.001)
    assert view.camera.percent == 2


def test_one_cannot_pan_away_from_the_network(view: CanvasView) -> None:
    for dx, dy in ((50_000, 0), (-100_000, 0), (0, 50_000), (0, -100_000)):
        view.camera.pan(dx, dy)
        content = view.mapFromScene(view.scene().content_bounds()).boundingRect()
        assert view.viewport().rect().intersects(content)


def test_a_window_that_grows_shows_more_until_one_looks_elsewhere(view: CanvasView) -> None:
    view.resize(700, 400)
    small = view.camera.percent
    view.resize(1100, 900)
    assert view.camera.percent > small
    view.camera.zoom_to(0.5)
    view.resize(700, 400)
    assert view.camera.percent == 50


def test_a_large_text_enlarges_the_whole_card(view: CanvasView) -> None:
    view.camera.zoom_to(1.0)
    width = view.block_area("b2").width()
    theme.set_scale(2.0)
    assert view.camera.percent == 100
    assert abs(view.block_area("b2").width() - 2 * width) <= 2


def test_the_zoom_button_goes_back_to_100(view: CanvasView, qtbot: QtBot) -> None:
    view.camera.zoom_to(0.5)
    qtbot.mouseClick(view.overlays.zoom, Qt.MouseButton.LeftButton)
    assert view.camera.percent == 100


def test_a_new_document_is_shown_from_its_beginning(view: CanvasView) -> None:
    from cnnbuilder.network.templates import TEMPLATES

    view.camera.zoom_to(3.0)
    view.document.replace(TEMPLATES["lenet5"].make(), None)
    assert view.camera.percent <= 100
    assert view.viewport().geometry().contains(view.block_area("b1"))


def test_a_pinch_on_a_touchpad_zooms_to_the_fingers(view: CanvasView) -> None:
    at = QPointF(300, 200)
    before = view.camera.scene_point(at)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        at,
        at,
        QPointF(view.viewport().mapToGlobal(at.toPoint())),
        0.25,
        QPointF(),
    )
    zoom = view.camera.zoom
    QApplication.sendEvent(view.viewport(), event)
    assert view.camera.zoom == pytest.approx(1.25 * zoom)
    assert (view.camera.scene_point(at) - before).manhattanLength() * view.camera.scale < 2


def test_two_fingers_on_the_screen_zoom_and_pan(view: CanvasView, qtbot: QtBot) -> None:
    device = QTest.createTouchDevice()
    viewport = view.viewport()
    zoom = view.camera.zoom
    one, two = QPoint(300, 250), QPoint(400, 250)
    QTest.touchEvent(viewport, device).press(0, one).press(1, two)
    for step in range(1, 12):
        apart = QPoint(8 * step, 0)
        QTest.touchEvent(viewport, device).move(0, one - apart).move(1, two + apart)
        qtbot.wait(5)
    QTest.touchEvent(viewport, device).release(0, one - apart).release(1, two + apart)
    assert view.camera.zoom > 1.5 * zoom
    assert view.document.undo_stack.count() == 0


def test_another_theme_moves_nothing(view: CanvasView) -> None:
    project = view.document.project
    view.document.edit("Delete", replace(project, network=remove(project.network, ["b11"])))
    before = view.camera.zoom
    theme.set_mode("dark" if theme.mode != "dark" else "light")
    assert view.camera.zoom == before
