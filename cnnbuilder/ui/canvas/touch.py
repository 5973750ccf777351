"""Two fingers on the canvas: on a touchpad that reports them, or on the screen itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

from cnnbuilder.ui.canvas.camera import Camera
from cnnbuilder.ui.canvas.interaction import InteractionController

TOUCH = (QEvent.Type.NativeGesture, QEvent.Type.Gesture)
"""The events that may be one."""


def handle_touch(event: QEvent, camera: Camera, interaction: InteractionController) -> bool:
    """Zooms and pans by gestures of two fingers; says whether the event was one."""
    if event.type() == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        at = camera.viewport_point(event.globalPosition().toPoint())
        camera.zoom_to(camera.zoom * (1.0 + event.value()), at)
        return True
    if event.type() == QEvent.Type.Gesture and isinstance(event, QGestureEvent):
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if isinstance(pinch, QPinchGesture):
            # One finger down began something else; two fingers mean the canvas.
            interaction.cancel()
            _follow_pinch(camera, pinch)
            return True
    return False


def _follow_pinch(camera: Camera, pinch: QPinchGesture) -> None:
    center, last = pinch.centerPoint(), pinch.lastCenterPoint()
    if pinch.state() == Qt.GestureState.GestureUpdated:
        camera.pan(center.x() - last.x(), center.y() - last.y())
        camera.zoom_to(camera.zoom * pinch.scaleFactor(), QPointF(center))
