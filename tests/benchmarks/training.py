"""Images per second of the training loop on MNIST with `digits`, batch 128, against the loops it is measured by.

Each loop runs in a process of its own and trains short segments in turn, there and back (A B C C B A), so that
whatever else the machine does meets all of them alike. The tutorial's loop runs in float32, as tutorials do, with the
faster of 0 and 2 workers, and so does PyTorch Lightning; the hand-tuned loop knows all that ours knows (memory, threads, precision, layout).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROUNDS = 20
"""There and back: 40 segments of each loop."""
TRIALS = 4
_REST = 0.1
"""Seconds in which a DataLoader's workers fill their queues before the next loop is measured."""


class Loop:
    """One contender's process."""

    def __init__(self, name: str, device: str) -> None:
        command = [sys.executable, "-m", "tests.benchmarks._contenders", name, device]
        root = Path(__file__).parents[2]
        self._process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.segments: list[float] = []
        self._name = name

    def wait_until_ready(self) -> None:
        """Until it has taken its first steps."""
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            raise RuntimeError(f"{self._name} ended with {self._process.wait()}")

    def measure(self) -> None:
        """One segment."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.segments.append(float(self._process.stdout.readline()))
        # A sleep, because the rest itself is wanted: a DataLoader's workers fill their queues and tell nobody.
        time.sleep(_REST)

    def end(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.communicate()

    @property
    def images_per_second(self) -> float:
        """The median over the segments."""
        return statistics.median(self.segments)

    def over(self, other: Loop) -> float:
        """How many times as fast: the median of the ratios of neighbouring segments."""
        return statistics.median(a / b for a, b in zip(self.segments, other.segments, strict=True))


def run(device: str = "cpu", rounds: int = ROUNDS) -> dict[str, Any]:
    """Images per second of each loop and the ratios between them."""
    prepare_data()
    workers = faster_workers(device)
    loops = {
        name: Loop(name, device)
        # Neighbours are those whose ratio matters most.
        for name in (
            f"lightning_{workers}_workers",
            f"tutorial_{workers}_workers",
            "ours",
            "hand_tuned",
            "hand_tuned_again",
            "ours_float32",
        )
    }
    try:
        measure(list(loops.values()), rounds)
    finally:
        for loop in loops.values():
            loop.end()
    lightning, tutorial, ours, tuned, again, ours_float32 = loops.values()
    return {
        "digits_ours_images_per_second": ours.images_per_second,
        "digits_tutorial_images_per_second": tutorial.images_per_second,
        "digits_lightning_images_per_second": lightning.images_per_second,
        "digits_hand_tuned_images_per_second": tuned.images_per_second,
        "digits_ours_over_tutorial_ratio": ours.over(tutorial),
        "digits_ours_over_lightning_ratio": ours.over(lightning),
        "digits_ours_over_hand_tuned_ratio": ours.over(tuned),
        "digits_hand_tuned_over_itself_ratio": tuned.over(again),
        "digits_ours_float32_images_per_second": ours_float32.images_per_second,
        "digits_tutorial_float32_images_per_second": tutorial.images_per_second,
        "digits_ours_float32_over_tutorial_float32_ratio": ours_float32.over(tutorial),
        "digits_tutorial_workers": workers,
        "segments": len(ours.segments),
        "machine": {"training_device": device},
    }


def measure(loops: list[Loop], rounds: int) -> None:
    """Segments in turn, there and back."""
    for loop in loops:
        loop.wait_until_ready()
    for loop in loops:
        loop.measure()
        loop.segments.clear()  # the first one is everybody's slowest
    for _round in range(rounds):
        for loop in (*loops, *reversed(loops)):
            loop.measure()


def faster_workers(device: str) -> int:
    """Whether the tutorial's loop is faster with 0 or with 2 workers here."""
    loops = {workers: Loop(f"tutorial_{workers}_workers", device) for workers in (0, 2)}
    try:
        measure(list(loops.values()), TRIALS)
    finally:
        for loop in loops.values():
            loop.end()
    return max(loops, key=lambda workers: loops[workers].images_per_second)


def prepare_data() -> None:
    """Once, and not by two processes at a time."""
    code = (
        "from cnnbuilder.engine.data.catalogue import find\n"
        "from cnnbuilder.engine.data.prepare import prepare\n"
        "prepare(find('mnist'), (1, 32, 32))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
