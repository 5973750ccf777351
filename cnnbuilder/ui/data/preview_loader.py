"""Keeps the strip of six images true: asks for what it shows, one question at a time, the last wish counts."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from cnnbuilder.engine.messages import Answer, BatchPreviewed, Failed, PreviewBatch
from cnnbuilder.network.data import Data
from cnnbuilder.ui.data.preview_strip import PreviewStrip
from cnnbuilder.ui.images.pixels import image_of
from cnnbuilder.ui.session.session import Session

Wish = tuple[Data, tuple[int, int, int], int, int]
"""The data, the Input's shape, the epoch, the training's seed."""


class PreviewLoader(QObject):
    """Asks only for what is in use, and only while the strip can be seen."""

    def __init__(self, session: Session, strip: PreviewStrip, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._strip = strip
        self._shape: tuple[int, int, int] | None = None
        self._shown: Wish | None = None
        self._asking: Wish | None = None
        strip.epoch_changed.connect(self._ask)
        strip.seen_first.connect(self._ask)

    def show_for(self, shape: tuple[int, int, int] | None) -> None:
        """The Input's shape is this one, or the data has changed; None: there is nothing to see."""
        self._shape = shape
        if shape is None:
            self._shown = None
            self._strip.show_images([], [])
        self._ask()

    @property
    def _wish(self) -> Wish | None:
        if self._shape is None or not self._strip.isVisible():
            return None
        project = self._session.document.project
        return project.data, self._shape, self._strip.epoch, project.training.seed

    def _ask(self) -> None:
        wish = self._wish
        if wish is None or wish == self._shown or self._asking is not None:
            return
        if self._session.child.ready is None and not self._session.child.busy:
            return  # asked again once the workspace hears of the child
        self._asking = wish
        data, shape, epoch, seed = wish

        def answered(answer: Answer | Failed) -> None:
            if not shiboken6.isValid(self):
                return
            self._asking = None
            if isinstance(answer, BatchPreviewed):
                self._shown = wish
                self._strip.show_images(_images(answer.prepared, shape), _images(answer.seen, shape))
                self._ask()
            elif self._wish != wish:
                self._ask()

        self._session.tasks.ask(lambda number: PreviewBatch(number, data, shape, epoch, seed), answered)


def _images(pixels: bytes, shape: tuple[int, int, int]) -> list[QImage]:
    size = shape[0] * shape[1] * shape[2]
    return [image_of(pixels[at : at + size], shape) for at in range(0, len(pixels), size)]
