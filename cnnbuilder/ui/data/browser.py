"""What the child has said of the data sets: asked for once, kept, and handed on as it comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import shiboken6
from msgspec.structs import replace
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
from cnnbuilder.network.data import Augmentation, Data
from cnnbuilder.text import _
from cnnbuilder.ui.session.session import Session

Shape = tuple[int, int, int]
Wish = tuple[Data, Shape | None, PartName, int, int]
"""An image: data set, Input's shape, part, class, place in that class and part."""
STEP = 16
"""Small images are asked for in so many a class at once: a window that grows a little asks for nothing."""
AT_ONCE = 3
"""So many classes are asked for at a time: those that are scrolled past meanwhile are not asked for at all."""


def looked_at(data: Data) -> Data:
    """The data as far as it matters for looking: another augmentation shows the same images."""
    return replace(data, augmentation=Augmentation(), normalisation="set", balance="none")


class RowKey(NamedTuple):
    """The images of one class in one part."""

    data: Data
    part: PartName
    label: int


class DataBrowser(QObject):
    """Asks as soon as the child is up. While a run is under way another child answers, and the run goes on."""

    row_known = Signal(object)
    """Small images of this `RowKey` have come, and with them the counts of its data."""
    cover_known = Signal(object)
    """One image of this `Data` has come, for lists."""
    image_known = Signal(object)
    """`ImageBrowsed`: the image that was asked for last."""
    failed = Signal(object)
    """This `Data` cannot be looked through; `failure` says why."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child = session.child
        self._tasks = session.tasks
        self._rows: dict[RowKey, DataBrowsed] = {}
        self._asked: dict[RowKey, tuple[int, int]] = {}
        """How many a class were asked for, and how large."""
        self._wanted: list[tuple[RowKey, int, int]] = []
        """The rows in sight that are not asked for yet, the first one first."""
        self._rows_in_flight = 0
        self._counts: dict[Data, tuple[tuple[int, int, int], ...]] = {}
        self._covers: dict[Data, ImageBrowsed] = {}
        self._covers_asked: set[Data] = set()
        self._failures: dict[Data, str] = {}
        self._wish: Wish | None = None
        self._in_flight: Wish | None = None
        self._child.device_known.connect(self._child_up)
        self._child.heard.connect(self._heard)

    # --- what is known ----------------------------------------------------------------------------

    def row(self, key: RowKey) -> DataBrowsed | None:
        """What is known of the images of a class."""
        return self._rows.get(key)

    def counts(self, data: Data) -> tuple[tuple[int, int, int], ...]:
        """Of each class, how many images each part has; empty before anything is known."""
        return self._counts.get(data, ())

    def cover(self, data: Data) -> ImageBrowsed | None:
        """One image of a data set."""
        return self._covers.get(data)

    def failure(self, data: Data) -> str:
        """Why a data set cannot be looked through; empty where it can."""
        return self._failures.get(data, "")

    # --- asking -----------------------------------------------------------------------------------

    def ask_rows(self, data: Data, part: PartName, labels: Sequence[int], count: int, side: int) -> None:
        """Asks for the small images of the classes in sight, unless so many are known or on their way.

        What was asked for before and has not been sent yet is out of sight by now, and is not sent.
        """
        count = -(-count // STEP) * STEP
        self._wanted = []
        if data in self._failures:
            return
        for label in labels:
            key = RowKey(data, part, label)
            asked, asked_side = self._asked.get(key, (0, 0))
            if count > asked or side > asked_side:
                self._wanted.append((key, max(count, asked), max(side, asked_side)))
        self._send_rows()

    def ask_cover(self, data: Data) -> None:
        """Asks for one image of a data set, once."""
        if data in self._covers_asked:
            return
        self._covers_asked.add(data)
        if self._up:
            self._send_cover(data)

    def ask_image(self, wish: Wish) -> None:
        """Asks for one image and what a network gets of it; only the last one that was asked for is handed on."""
        self._wish = wish
        if self._up and self._in_flight is None:
            self._send_image()

    def try_again(self, data: Data) -> None:
        """Asks once more what failed, whether or not the child is up: that starts it."""
        self._failures.pop(data, None)
        self._in_flight = None
        again = [key for key in self._asked if key.data == data and key not in self._rows]
        for key in again:
            self._send_row(key, *self._asked[key])
        if self._wish is not None:
            self._send_image()

    @property
    def _up(self) -> bool:
        """Whether an answer can be expected: the child is loaded, or a second one is started for us."""
        return self._child.ready is not None or self._child.busy

    def _send_rows(self) -> None:
        while self._up and self._wanted and self._rows_in_flight < AT_ONCE:
            self._send_row(*self._wanted.pop(0))

    def _send_row(self, key: RowKey, count: int, side: int) -> None:
        self._asked[key] = count, side
        self._rows_in_flight += 1

        def answered(answer: Answer | Failed) -> None:
            if not shiboken6.isValid(self):
                return  # answers may outlive whoever asked
            self._rows_in_flight -= 1
            if isinstance(answer, DataBrowsed):
                self._rows[key] = answer
                self._counts[key.data] = answer.counts
                self._failures.pop(key.data, None)
                self.row_known.emit(key)
            elif _came_to_nothing(answer):
                self._asked.pop(key, None)
                self._wanted.append((key, count, side))  # the next child is asked when it is up
                return
            else:
                self._fail(key.data, answer)
            self._send_rows()

        data, part, label = key
        self._tasks.ask(lambda number: BrowseData(number, data, part, label, 0, count, side), answered)

    def _send_cover(self, data: Data) -> None:
        def answered(answer: Answer | Failed) -> None:
            if isinstance(answer, ImageBrowsed) and shiboken6.isValid(self):
                self._covers[data] = answer
                self.cover_known.emit(data)

        self._tasks.ask(lambda number: BrowseImage(number, data), answered)

    def _send_image(self) -> None:
        wish = self._wish
        if wish is None:
            return
        self._in_flight = wish
        data, shape, part, label, place = wish

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
                self._fail(data, answer)

        self._tasks.ask(lambda number: BrowseImage(number, data, shape, part, label, place), answered)

    # --- what becomes of it -----------------------------------------------------------------------

    def _fail(self, data: Data, answer: object) -> None:
        reason = answer.reason if isinstance(answer, Failed) else ""
        self._failures[data] = reason or _("The process that reads the images has ended.")
        self._wanted = [wanted for wanted in self._wanted if wanted[0].data != data]
        self.failed.emit(data)

    def _child_up(self) -> None:
        self._send_rows()
        for data in self._covers_asked - set(self._covers):
            self._send_cover(data)
        if self._wish is not None and self._in_flight is None:
            self._send_image()

    def _heard(self, events: Sequence[AnyEvent]) -> None:
        """A child that ends before it is up answers nothing of what waits for it."""
        for event in events:
            if isinstance(event, ProcessExited) and self._wanted:
                for data in {key.data for key, _count, _side in self._wanted}:
                    self._fail(data, Failed(event.reason))


def _came_to_nothing(answer: Answer | Failed) -> bool:
    """Whether the child was ended on purpose, by whoever stopped a run: the next one is on its way."""
    return isinstance(answer, Failed) and not answer.reason
