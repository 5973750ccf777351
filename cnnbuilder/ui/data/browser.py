"""What the child has said of the data sets: asked for once, kept, and handed on as it comes."""

from __future__ import annotations

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import QObject, Signal

from cnnbuilder.engine.messages import (
    Answer,
    AnyEvent,
    BrowseData,
    BrowseImage,
    DataBrowsed,
    Failed,
    ImageBrowsed,
    PartName,
    ProcessExited,
)
from cnnbuilder.text import _
from cnnbuilder.ui.session.session import Session

Shape = tuple[int, int, int]
Wish = tuple[str, Shape | None, PartName, int, int]
"""An image: data set, Input's shape, part, class, place in that class and part."""
STEP = 16
"""Small images are asked for in so many a class at once: a window that grows a little asks for nothing."""


class DataBrowser(QObject):
    """Asks as soon as the child is up. While a run is under way another child answers, and the run goes on."""

    classes_known = Signal(str)
    """Counts and small images of this data set have come."""
    cover_known = Signal(str)
    """One image of this data set has come, for lists."""
    image_known = Signal(object)
    """`ImageBrowsed`: the image that was asked for last."""
    failed = Signal(str)
    """This data set cannot be looked through; `failure` says why."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = session.child
        self._tasks = session.tasks
        self._known: dict[tuple[str, PartName], DataBrowsed] = {}
        self._asked: dict[tuple[str, PartName], tuple[int, int]] = {}
        """How many a class were asked for, and how large."""
        self._covers: dict[str, ImageBrowsed] = {}
        self._covers_asked: set[str] = set()
        self._failures: dict[str, str] = {}
        self._wish: Wish | None = None
        self._in_flight: Wish | None = None
        self._waiting: list[tuple[str, PartName]] = []
        """What is asked for once the child is up."""
        self._child.device_known.connect(self._child_up)
        self._child.heard.connect(self._heard)

    # --- what is known ----------------------------------------------------------------------------

    def classes(self, name: str, part: PartName) -> DataBrowsed | None:
        """What is known of a data set's part."""
        return self._known.get((name, part))

    def counts(self, name: str) -> tuple[tuple[int, int, int], ...]:
        """Of each class, how many images each part has; empty before anything is known."""
        return next((answer.counts for (data, _part), answer in self._known.items() if data == name), ())

    def cover(self, name: str) -> ImageBrowsed | None:
        """One image of a data set."""
        return self._covers.get(name)

    def failure(self, name: str) -> str:
        """Why a data set cannot be looked through; empty where it can."""
        return self._failures.get(name, "")

    # --- asking -----------------------------------------------------------------------------------

    def ask_classes(self, name: str, part: PartName, per_class: int, side: int) -> None:
        """Asks for the small images of a part, unless so many are known or on their way."""
        per_class = -(-per_class // STEP) * STEP
        asked, asked_side = self._asked.get((name, part), (0, 0))
        if name in self._failures or (per_class <= asked and side <= asked_side):
            return
        self._asked[name, part] = max(per_class, asked), max(side, asked_side)
        if self._up:
            self._send_classes(name, part)
        elif (name, part) not in self._waiting:
            self._waiting.append((name, part))

    def ask_cover(self, name: str) -> None:
        """Asks for one image of a data set, once."""
        if name in self._covers_asked:
            return
        self._covers_asked.add(name)
        if self._up:
            self._send_cover(name)

    def ask_image(self, wish: Wish) -> None:
        """Asks for one image and what a network gets of it; only the last one that was asked for is handed on."""
        self._wish = wish
        if self._up and self._in_flight is None:
            self._send_image()

    def try_again(self, name: str) -> None:
        """Asks once more what failed, whether or not the child is up: that starts it."""
        self._failures.pop(name, None)
        self._in_flight = None
        for key in [key for key in self._asked if key[0] == name and key not in self._known]:
            self._send_classes(*key)
        self._waiting = [key for key in self._waiting if key[0] != name]
        if self._wish is not None:
            self._send_image()

    @property
    def _up(self) -> bool:
        """Whether an answer can be expected: the child is loaded, or a second one is started for us."""
        return self._child.ready is not None or self._child.busy

    def _send_classes(self, name: str, part: PartName) -> None:
        per_class, side = self._asked[name, part]

        def answered(answer: Answer | Failed) -> None:
            if not shiboken6.isValid(self):
                return  # answers may outlive whoever asked
            if isinstance(answer, DataBrowsed):
                self._known[name, part] = answer
                self._failures.pop(name, None)
                self.classes_known.emit(name)
            elif _came_to_nothing(answer):
                self._waiting.append((name, part))
            else:
                self._fail(name, answer)

        self._tasks.ask(lambda number: BrowseData(number, name, part, per_class, side), answered)

    def _send_cover(self, name: str) -> None:
        def answered(answer: Answer | Failed) -> None:
            if isinstance(answer, ImageBrowsed) and shiboken6.isValid(self):
                self._covers[name] = answer
                self.cover_known.emit(name)

        self._tasks.ask(lambda number: BrowseImage(number, name), answered)

    def _send_image(self) -> None:
        wish = self._wish
        if wish is None:
            return
        self._in_flight = wish
        name, shape, part, label, place = wish

        def answered(answer: Answer | Failed) -> None:
            if not shiboken6.isValid(self):
                return
            self._in_flight = None
            if isinstance(answer, ImageBrowsed) and self._wish == wish:
                self.image_known.emit(answer)
            elif _came_to_nothing(answer):
                pass  # the next child is asked when it is up
            elif self._wish != wish:
                self._send_image()
            else:
                self._fail(name, answer)

        self._tasks.ask(lambda number: BrowseImage(number, name, shape, part, label, place), answered)

    # --- what becomes of it -----------------------------------------------------------------------

    def _fail(self, name: str, answer: object) -> None:
        reason = answer.reason if isinstance(answer, Failed) else ""
        self._failures[name] = reason or _("The process that reads the images has ended.")
        self.failed.emit(name)

    def _child_up(self) -> None:
        waiting, self._waiting = self._waiting, []
        for key in waiting:
            self._send_classes(*key)
        for name in self._covers_asked - set(self._covers):
            self._send_cover(name)
        if self._wish is not None and self._in_flight is None:
            self._send_image()

    def _heard(self, events: Sequence[AnyEvent]) -> None:
        """A child that ends before it is up answers nothing of what waits for it."""
        for event in events:
            if isinstance(event, ProcessExited) and self._waiting:
                for name in {name for name, _part in self._waiting}:
                    self._fail(name, Failed(event.reason))


def _came_to_nothing(answer: Answer | Failed) -> bool:
    """Whether the child was ended on purpose, by whoever stopped a run: the next one is on its way."""
    return isinstance(answer, Failed) and not answer.reason
