"""A person's own images, described: what was learned by looking through them. It crosses to the window in a message."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cnnbuilder.engine.data.records import Finding, SetAside
from cnnbuilder.engine.data.source import DataSetInfo
from cnnbuilder.network.data import Data
from cnnbuilder.text import _

HALVING_SIDES = (32, 48, 64, 96, 128, 160, 192, 224)
"""Sides of an Input that can be halved often."""
USUAL_SIDE = 64
"""For photographs: enough to tell most things apart, and fast."""


class OwnDataSet(DataSetInfo, frozen=True, kw_only=True):
    """A folder, table or file of arrays. `shape` is the Input that is suggested, not that of the originals."""

    data: Data
    """The settings that it was described with: counts follow its split and changes."""
    kind: Literal["folder", "table", "arrays"]
    path: str
    counts: tuple[tuple[int, int, int], ...]
    """For each class: how many images to train with, to validate with, to test with."""
    smallest: tuple[int, int]
    """(height, width) of the image with the fewest pixels."""
    median: tuple[int, int]
    largest: tuple[int, int]
    colour: bool
    """Whether any image has colours."""
    set_aside: tuple[SetAside, ...] = ()
    findings: tuple[Finding, ...] = ()
    groups: int = 0
    """How many groups the source names; 0 where it names none."""
    remarks: tuple[str, ...] = ()
    """What was guessed, a sentence each."""
    files_fingerprint: str = ""
    """Of names, sizes and times of all files: changes whenever one of them does."""

    def missing(self) -> str | None:
        """A folder that was moved is said so, with the way to mend it."""
        if Path(self.path).exists():
            return None
        return moved(self.path)

    def fingerprint(self) -> str:
        """Of the files, and of how they are divided. Raises `DataProblem` where they are gone."""
        self.require()
        return f"{self.files_fingerprint} {self.data.split!r} {self.data.changes!r}"


def moved(path: str) -> str:
    """One sentence for images that are no longer where the project has them."""
    return _(
        "{path} is not there any more: if it was moved, say where it is now (train --data NEWPATH)."
    ).format(path=path)


def suggested_side(shorter_sides: list[int]) -> int:
    """The side of an Input for images with these shorter sides: theirs where they are small, else the usual."""
    middle = sorted(shorter_sides)[len(shorter_sides) // 2] if shorter_sides else USUAL_SIDE
    if middle >= USUAL_SIDE:
        return USUAL_SIDE
    return min(HALVING_SIDES, key=lambda side: (abs(side - middle), side))
