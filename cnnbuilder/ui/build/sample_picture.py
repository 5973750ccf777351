"""The real image at the head of the lane of volumes: asked of the child whenever it may have changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from cnnbuilder.engine.data.catalogue import resolve_or_none, unfit
from cnnbuilder.engine.messages import Failed, Sample
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.ui.canvas.view import CanvasView
from cnnbuilder.ui.images.pixels import image_of
from cnnbuilder.ui.session.session import Session

DELAY_MS = 300
"""Typing a size asks once, for the last of its digits."""


class SamplePicture(QObject):
    """Keeps the picture on the canvas that of the present data, at the Input's size."""

    def __init__(self, session: Session, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._document = document = session.document
        self._runner = runner = session.runner
        self._canvas = canvas
        self._wanted: object = None
        self._asked: int | None = None
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._ask)
        document.changed.connect(self._changed)
        runner.device_known.connect(self._timer.start)
        runner.sampled.connect(self._arrived)

    def _changed(self, before: Project, after: Project) -> None:
        if before.data != after.data or input_shape(before.network) != input_shape(after.network):
            self._timer.start()

    def _ask(self) -> None:
        project = self._document.project
        shape, info = input_shape(project.network), resolve_or_none(project.data)
        wanted = (shape, info.name) if shape and info else None
        if wanted == self._wanted and self._asked is None:
            return
        self._wanted = wanted
        if shape is None or info is None or unfit(shape) or not info.available():
            self._asked = None
            self._canvas.set_sample_image(None)
        elif self._runner.status.ready is not None:
            self._asked = self._runner.sample_image(project)
        else:
            self._wanted = None

    def _arrived(self, answer: Sample | Failed) -> None:
        if answer.number != self._asked:
            return
        self._asked = None
        if isinstance(answer, Failed):
            self._wanted = None
            self._canvas.set_sample_image(None)
        else:
            self._canvas.set_sample_image(image_of(answer.pixels, answer.shape), answer.label)
