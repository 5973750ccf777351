"""Work for a child that is not the run: exporting, checking, reading networks of torchvision.

While no run is active the run's own child does it, which is warm; else a second child, which ends when it has been
idle for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from cnnbuilder.engine.client import Client
from cnnbuilder.engine.messages import Answer, AnyEvent, AnyRequest, Ended, Failed
from cnnbuilder.text import _
from cnnbuilder.ui.session.runner import Engine, Runner

IDLE_MS = 60_000
"""How long the second child is kept after its last answer."""

Answered = Callable[[Answer | Failed], None]


class Errands(QObject):
    """Asks, and hands each answer to whoever asked. Every question is answered, if only with a `Failed`."""

    _arrived = Signal(int, list)

    def __init__(
        self,
        runner: Runner,
        engine: Callable[[Callable[[list[AnyEvent]], None]], Engine] = Client,
    ) -> None:
        super().__init__(runner)
        self._runner = runner
        self._make_engine = engine
        self._second: Engine | None = None
        self._generation = 0
        """Counts the second children, so that what an ended one still said is not taken for the next one's."""
        self._numbers = count(1)
        self._at_first: dict[int, Answered] = {}
        self._at_second: dict[int, Answered] = {}
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._end_second)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        runner.answered.connect(self._answer_first)

    @property
    def pending(self) -> int:
        """How many questions are open."""
        return len(self._at_first) + len(self._at_second)

    def ask(self, make: Callable[[int], AnyRequest], answered: Answered) -> None:
        """Sends the request that `make` builds with its number; `answered` is called once, on the window's thread."""
        if not self._runner.active:
            self._at_first[self._runner.run_errand(make)] = answered
            return
        if self._second is None:
            self._generation += 1
            generation = self._generation
            self._second = self._make_engine(lambda events: self._arrived.emit(generation, events))
        self._idle.stop()
        number = next(self._numbers)
        self._at_second[number] = answered
        self._second.send(make(number))

    def shutdown(self) -> None:
        """Ends the second child for good; open questions are dropped with the window that asked them."""
        self._at_first.clear()
        self._at_second.clear()
        self._end_second()

    def _answer_first(self, answer: Answer | Failed) -> None:
        _hand_over(self._at_first, answer)

    def _take(self, generation: int, events: Sequence[AnyEvent]) -> None:
        if generation != self._generation or self._second is None:
            return
        for event in events:
            if isinstance(event, Ended):
                reason = event.reason or _("The helper process ended. Try again.")
                self._end_second()
                waiting, self._at_second = self._at_second, {}
                for number, answered in waiting.items():
                    answered(Failed(reason, number=number))
                return
            if isinstance(event, Answer | Failed):
                _hand_over(self._at_second, event)
        if not self._at_second:
            self._idle.start()

    def _end_second(self) -> None:
        self._idle.stop()
        if self._second is not None:
            second, self._second = self._second, None
            second.close()


def _hand_over(waiting: dict[int, Answered], answer: Answer | Failed) -> None:
    """Calls whoever asked, once; answers that nobody waits for are a run's own failures."""
    if answer.number is not None and answer.number in waiting:
        waiting.pop(answer.number)(answer)
