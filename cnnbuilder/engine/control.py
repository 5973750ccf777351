"""What a training is told from outside: hold, go on, stop. The loop looks here between two steps. Without torch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cnnbuilder.engine.messages import Paused, TrainingEvent, WentOn

if TYPE_CHECKING:
    from cnnbuilder.engine.inference import Model

_GLANCE = 0.02
"""Seconds between two looks while the loop holds."""


class Control:
    """One training's reins. The child process derives from it to answer requests between two steps."""

    def __init__(self) -> None:
        self.paused = False
        self.stopping = False
        self.keep = True
        self.model: Model | None = None
        """The network that learns, from the moment it is made: for answers in mid-run."""

    def pause(self) -> None:
        """Hold after the step in progress."""
        self.paused = True

    def go_on(self) -> None:
        """Go on after a pause."""
        self.paused = False

    def stop(self, keep: bool = True) -> None:
        """End after the step in progress; `keep` writes a checkpoint first, else the run is removed."""
        self.stopping = True
        self.keep = self.keep and keep

    def between_steps(self) -> None:
        """Called between two steps, and every 20 ms while the loop holds."""


def hold(control: Control) -> Iterator[TrainingEvent]:
    """Lets the outside have its say between two steps; while it wants a pause, waits."""
    control.between_steps()
    if not control.paused or control.stopping:
        return
    yield Paused()
    while control.paused and not control.stopping:
        time.sleep(_GLANCE)
        control.between_steps()
    if not control.stopping:
        yield WentOn()
