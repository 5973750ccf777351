"""Work for a child that is not the run: exporting, checking, reading networks of torchvision.

While no run is active the run's own child does it, which is warm; else a second child, which ends when it has been
idle for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from cnnbuilder.engine.client import Client
from cnnbuilder.engine.messages import (
    Answer,
    AnyEvent,
    AnyRequest,
    CancelData,
    DataProgress,
    Failed,
    ProcessExited,
)
from cnnbuilder.text import _
from cnnbuilder.ui.session.engine_child import Engine, EngineChild, MakeEngine

IDLE_MS = 60_000
"""How long the second child is kept after its last answer."""

Answered = Callable[[Answer | Failed], None]
Progressed = Callable[[DataProgress], None]


class BackgroundTasks(QObject):
    """Asks, and hands each answer to whoever asked. Every question is answered, if only with a `Failed`."""

    _arrived = Signal(int, list)

    def __init__(
        self,
        child: EngineChild,
        engine: MakeEngine = Client,
    ) -> None:
        super().__init__(child)
        self._child = child
        self._make_engine = engine
        self._second: Engine | None = None
        self._generation = 0
        """Counts the second children, so that what an ended one still said is not taken for the next one's."""
        self._at_first: dict[int, Answered] = {}
        self._at_second: dict[int, Answered] = {}
        self._progressed: dict[int, Progressed] = {}
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._end_second)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        child.heard.connect(self._heard_first)
        child.killed.connect(self._first_killed)

    @property
    def pending(self) -> int:
        """How many questions are open."""
        return len(self._at_first) + len(self._at_second)

    def ask(
        self, make: Callable[[int], AnyRequest], answered: Answered, progressed: Progressed | None = None
    ) -> int:
        """Sends the request that `make` builds with its number; `answered` is called once, on the window's thread.

        `progressed` hears how far it is, as often as the child says it. Returns the number, for `cancel`.
        """
        number = self._child.number()
        if progressed is not None:
            self._progressed[number] = progressed
        if not self._child.busy:
            self._at_first[number] = answered
            self._child.send(make(number))
            return number
        if self._second is None:
            self._generation += 1
            generation = self._generation
            self._second = self._make_engine(lambda events: self._arrived.emit(generation, events))
        self._idle.stop()
        self._at_second[number] = answered
        self._second.send(make(number))
        return number

    def cancel(self, number: int) -> None:
        """Gives up what was asked under this number, where it can be: the child stops, and nobody is answered."""
        self._progressed.pop(number, None)
        if self._at_first.pop(number, None) is not None:
            self._child.send(CancelData(number))
        elif self._at_second.pop(number, None) is not None and self._second is not None:
            self._second.send(CancelData(number))

    def shutdown(self) -> None:
        """Ends the second child for good; open questions are dropped with the window that asked them."""
        self._at_first.clear()
        self._at_second.clear()
        self._end_second()

    def _heard_first(self, events: Sequence[AnyEvent]) -> None:
        for event in events:
            if isinstance(event, ProcessExited):
                self._first_ended(event.reason)
            elif isinstance(event, Answer | Failed):
                self._hand_over(self._at_first, event)
            elif isinstance(event, DataProgress) and event.number in self._progressed:
                self._progressed[event.number](event)

    def _first_killed(self) -> None:
        self._first_ended("")

    def _first_ended(self, reason: str) -> None:
        """What the child took with it is answered with its end."""
        waiting, self._at_first = self._at_first, {}
        for number, answered in waiting.items():
            self._progressed.pop(number, None)
            answered(Failed(reason, number=number))

    def _take(self, generation: int, events: Sequence[AnyEvent]) -> None:
        if generation != self._generation or self._second is None:
            return
        for event in events:
            if isinstance(event, ProcessExited):
                reason = event.reason or _("The helper process ended. Try again.")
                self._end_second()
                waiting, self._at_second = self._at_second, {}
                for number, answered in waiting.items():
                    self._progressed.pop(number, None)
                    answered(Failed(reason, number=number))
                return
            if isinstance(event, Answer | Failed):
                self._hand_over(self._at_second, event)
            elif isinstance(event, DataProgress) and event.number in self._progressed:
                self._progressed[event.number](event)
        if not self._at_second:
            self._idle.start()

    def _end_second(self) -> None:
        self._idle.stop()
        if self._second is not None:
            second, self._second = self._second, None
            second.close()

    def _hand_over(self, waiting: dict[int, Answered], answer: Answer | Failed) -> None:
        """Calls whoever asked, once; answers that nobody waits for are a run's own failures."""
        if answer.number is not None and answer.number in waiting:
            self._progressed.pop(answer.number, None)
            waiting.pop(answer.number)(answer)
