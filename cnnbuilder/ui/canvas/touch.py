"""Two fingers on the canvas: on a touchpad that reports them, or on the screen itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

if TYPE_CHECKING:
    from cnnbuilder.ui.canvas.view import CanvasView


def handle_touch(view: CanvasView, event: QEvent) -> bool:
    """Zooms and pans by gestures of two fingers; says whether the event was one."""
    if event.type() == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        at = view.viewport().mapFromGlobal(event.globalPosition().toPoint())
        view.camera.zoom_to(view.camera.zoom * (1.0 + event.value()), QPointF(at))
        return True
    if event.type() == QEvent.Type.Gesture and isinstance(event, QGestureEvent):
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if isinstance(pinch, QPinchGesture):
            _follow_pinch(view, pinch)
            return True
    return False


def _follow_pinch(view: CanvasView, pinch: QPinchGesture) -> None:
    # One finger down began something else; two fingers mean the canvas.
    view.cancel_gesture()
    center, last = pinch.centerPoint(), pinch.lastCenterPoint()
    if pinch.state() == Qt.GestureState.GestureUpdated:
        view.camera.pan(center.x() - last.x(), center.y() - last.y())
        view.camera.zoom_to(view.camera.zoom * pinch.scaleFactor(), center)
