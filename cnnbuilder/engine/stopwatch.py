"""Training time without pauses and validation, and the pace of the last second."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

_MEMORY_SECONDS = 1.0
"""The pace shown leans on about this much of the past."""


class Stopwatch:
    """Counts seconds while it runs."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._counted = seconds
        self._since: float | None = None

    @property
    def seconds(self) -> float:
        """What it has counted so far."""
        return self._counted + (time.perf_counter() - self._since if self._since is not None else 0.0)

    def start(self) -> None:
        """Goes on counting."""
        self._since = time.perf_counter()

    def stop(self) -> None:
        """Holds."""
        self._counted = self.seconds
        self._since = None

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Does not count what happens inside."""
        self.stop()
        try:
            yield
        finally:
            self.start()


class Pace:
    """Images per second, smoothed."""

    def __init__(self, seconds: float) -> None:
        self._at = seconds
        self._rate: float | None = None

    def images_per_second(self, images: int, seconds: float) -> float:
        """After `images` more, at the stopwatch's `seconds`."""
        passed = max(seconds - self._at, 1e-9)
        self._at = seconds
        now = images / passed
        share = 1 - math.exp(-passed / _MEMORY_SECONDS)
        self._rate = now if self._rate is None else self._rate + share * (now - self._rate)
        return self._rate
