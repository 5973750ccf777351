"""Which files a source of own images has and what it says of each, before any of them is opened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from cnnbuilder.engine.data.natural_order import natural
from cnnbuilder.engine.data.records import Finding, SetAside
from cnnbuilder.network.data import PartName

PART_NAMES: Mapping[str, PartName] = {
    "train": "train", "training": "train",
    "val": "val", "valid": "val", "validation": "val",
    "test": "test", "testing": "test",
}  # fmt: skip
"""What folders of parts, and entries of a column of parts, are called; capitals do not matter."""
_ORDER = {"train": 0, "val": 1, "test": 2, None: 3}


class Listed(NamedTuple):
    """One file that may be an image."""

    file: str
    """Relative to the listing's folder, with "/"."""
    label: int
    part: PartName | None
    group: str | None
    size: int
    """Bytes."""
    changed: int
    """Nanoseconds: the time of its last change."""


class Listing(NamedTuple):
    """All that a source names."""

    folder: Path
    """What its files are relative to."""
    classes: tuple[str, ...]
    """In natural order."""
    files: tuple[Listed, ...]
    """Parts in their order, classes in theirs, files in natural order: never dependent on split or changes."""
    set_aside: tuple[SetAside, ...] = ()
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    """What was guessed or passed over, a sentence each."""

    def fingerprint(self) -> str:
        """Changes whenever a file comes, goes, grows, shrinks or is written to, or has another class, part or group."""
        text = repr((self.classes, self.files))
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def in_order(files: Iterable[Listed]) -> tuple[Listed, ...]:
    """Files in the order of a listing."""
    return tuple(sorted(files, key=lambda listed: (_ORDER[listed.part], listed.label, natural(listed.file))))
