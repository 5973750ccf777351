"""Fetches a project's data for a training, telling how far it is and giving up the moment it is told to."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError

from cnnbuilder.blocks.input import Input
from cnnbuilder.engine.control import Control
from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.engine.data.own_images import Pace
from cnnbuilder.engine.data.prepare import Prepared, prepare
from cnnbuilder.engine.messages import Stage
from cnnbuilder.engine.trainable import CannotTrainError, require_trainable
from cnnbuilder.network.data import OWN
from cnnbuilder.network.project import Network, Project
from cnnbuilder.text import _

_GLANCE = 0.05
"""Seconds between two reports of progress, and the longest that a stop has to wait."""


class _GivenUp(Exception):  # noqa: N818  no error: it was asked for
    """Raised in the preparing thread when the training was stopped."""


def input_shape(network: Network) -> tuple[int, int, int]:
    """Channels, height and width that the network takes. Raises `CannotTrainError` where it has no Input."""
    for block in network.blocks:
        if isinstance(block, Input):
            return block.channels, block.height, block.width
    raise CannotTrainError(_("The network has no Input: add one."))


def prepared(project: Project, control: Control) -> Generator[Stage, None, Prepared | None]:
    """The data at the Input's shape; yields the stage with its fraction. Returns None where a stop came first.

    Raises `CannotTrainError` and `DataProblem`.
    """
    shape = input_shape(project.network)
    own = isinstance(project.data.source, OWN)
    if not own:
        require_trainable(
            project
        )  # refused before anything is said; own images have to be looked through first
    fraction = 0.0
    given_up = False

    def on_progress(done: float) -> None:
        nonlocal fraction
        fraction = done
        if given_up:
            raise _GivenUp

    def on_pace(pace: Pace) -> None:
        on_progress(pace.done / max(1, pace.total))

    def work() -> Prepared:
        if own:
            inspect(project.data, on_pace, shape)
        return prepare(require_trainable(project), shape, on_progress)

    yield Stage("preparing")
    thread = ThreadPoolExecutor(1, "prepare")
    working = thread.submit(work)
    thread.shutdown(wait=False)  # it ends with its work
    try:
        while True:
            try:
                return working.result(_GLANCE)
            except NotYetError:
                if working.done():
                    raise  # a time-out of the work's own
            control.between_steps()
            if control.stops():
                return None
            yield Stage("preparing", fraction)
    finally:
        given_up = True
