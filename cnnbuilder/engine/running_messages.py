"""What a process that runs a person's file is told, and what it leaves in its folder. Without torch."""

from __future__ import annotations

from msgspec import Struct

ANSWER, WEIGHTS = "answer.json", "weights.safetensors"
"""The files of its answer."""


class Task(Struct, frozen=True):
    """What the process is to do. `folder`: where its answer goes."""

    file: str
    folder: str
    network: str | None = None
    weights: str | None = None
    shape: tuple[int, ...] | None = None


class Answer(Struct, frozen=True):
    """What it found; `refused` is why there is nothing."""

    refused: str = ""
    project: str = ""
    remarks: tuple[str, ...] = ()
    difference: float = 0.0
    params: int = 0
    classes: int = 0
