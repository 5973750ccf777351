"""A child process of the window's, lent to its sessions: what is sent, what is heard, and whose run it trains.

The child's events arrive on the client's reader thread; one queued signal carries them to the window's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from cnnbuilder.engine.client import Client
from cnnbuilder.engine.messages import AnyEvent, AnyRequest, ProcessExited, Ready


class Engine(Protocol):
    """What is needed of `cnnbuilder.engine.client.Client`."""

    def start(self) -> None: ...
    def send(self, request: AnyRequest) -> None: ...
    def kill(self) -> None: ...
    def close(self) -> None: ...


MakeEngine = Callable[[Callable[[list[AnyEvent]], None]], Engine]
"""Makes a client that calls back with each batch of events."""


class EngineChild(QObject):
    """One child at a time; a killed one is followed by the next. At most one run is under way in it."""

    heard = Signal(list)
    """A batch of the present child's events, at most 20 batches a second."""
    device_known = Signal(object)
    """`Ready`: PyTorch is loaded."""
    killed = Signal()
    """The child was ended on purpose: what it was asked is not answered any longer."""

    _arrived = Signal(int, list)

    def __init__(self, parent: QObject | None = None, engine: MakeEngine = Client) -> None:
        super().__init__(parent)
        self._generation = 0
        """Counts the children, so that what an ended one still said is not taken for the next one's."""
        self._numbers = count(1)
        self._holder: object | None = None
        self._closed = False
        self.ready: Ready | None = None
        """The child's device, or None while no child is up."""
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._engine = engine(lambda events: self._arrived.emit(self._generation, events))

    # --- whose run --------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether a run is under way in it, whosever it is."""
        return self._holder is not None

    def take(self, holder: object) -> bool:
        """Reserves the child for a run; false where another's is under way."""
        if self._closed or self._holder not in (None, holder):
            return False
        self._holder = holder
        return True

    def release(self, holder: object) -> None:
        """The holder's run is over."""
        if self._holder is holder:
            self._holder = None

    # --- what is sent -----------------------------------------------------------------------------

    def number(self) -> int:
        """A number for the next request that wants an answer; no two sessions get the same."""
        return next(self._numbers)

    def warm_up(self) -> None:
        """Starts the child, so that PyTorch is loaded by the time it is needed."""
        if not self._closed:
            self._engine.start()

    def send(self, request: AnyRequest) -> None:
        """Sends a request; starts the child where it is not up. Nothing after `shutdown`."""
        if not self._closed:
            self._engine.send(request)

    def kill(self) -> None:
        """Ends the child this moment, and begins to load the next one."""
        if self._closed:
            return
        self._generation += 1
        self._engine.kill()
        self.ready = None
        self.killed.emit()
        self._engine.start()

    def shutdown(self) -> None:
        """Ends child and reader thread for good."""
        if not self._closed:
            self._closed = True
            self._generation += 1
            self._engine.close()

    # --- what is heard ----------------------------------------------------------------------------

    def _take(self, generation: int, events: Sequence[AnyEvent]) -> None:
        if generation != self._generation or self._closed:
            return
        died = False
        for event in events:
            if isinstance(event, Ready):
                self.ready = event
                self.device_known.emit(event)
            elif isinstance(event, ProcessExited):
                died = self.ready is not None
                self.ready = None
        self.heard.emit(list(events))
        if died:
            self._engine.start()  # it died after it had worked: the next Train finds a warm one
