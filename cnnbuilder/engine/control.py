"""What a training is told from outside: hold, go on, stop. The loop looks here between two steps. Without torch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cnnbuilder.engine.messages import Paused, Resumed, TrainingEvent

if TYPE_CHECKING:
    from cnnbuilder.engine.inference import Model

_GLANCE = 0.02
"""Seconds between two looks while the loop holds."""


class Control:
    """Steers one training. The child process derives from it to answer requests between two steps."""

    def __init__(self) -> None:
        self._paused = False
        self._stopping = False
        self.keep = True
        self.model: Model | None = None
        """The network that learns, from the moment it is made: for answers in mid-run."""

    def pause(self) -> None:
        """Hold after the step in progress."""
        self._paused = True

    def go_on(self) -> None:
        """Go on after a pause."""
        self._paused = False

    def stop(self, keep: bool = True) -> None:
        """End after the step in progress; `keep` writes a checkpoint first, else the run is removed."""
        self._stopping = True
        self.keep = self.keep and keep

    def holds(self) -> bool:
        """Whether the loop is to wait."""
        return self._paused and not self._stopping

    def stops(self) -> bool:
        """Whether the loop is to end."""
        return self._stopping

    def between_steps(self) -> None:
        """Called between two steps, and every 20 ms while the loop holds."""


def hold(control: Control) -> Iterator[TrainingEvent]:
    """Lets the outside have its say between two steps; while it wants a pause, waits."""
    control.between_steps()
    if not control.holds():
        return
    yield Paused()
    while control.holds():
        time.sleep(_GLANCE)
        control.between_steps()
    if not control.stops():
        yield Resumed()
