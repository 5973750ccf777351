"""Keeps the records of own images with their tiny pictures, and divides the images into parts."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from cnnbuilder.engine.data import cache, split
from cnnbuilder.engine.data.fit_rules import Shape
from cnnbuilder.engine.data.listing import Listing
from cnnbuilder.engine.data.natural_order import natural
from cnnbuilder.engine.data.picture_fit import TINY_SIDE
from cnnbuilder.engine.data.records import ImageRecord, SetAside
from cnnbuilder.folders import cache_folder
from cnnbuilder.network.data import OWN, Data, PartName

RECORDS_VERSION = 1
"""Part of the name of everything kept of own images: raise it when it comes out differently."""
TINY_SHAPE = (TINY_SIDE, TINY_SIDE, 3)
_PARTS: tuple[PartName, ...] = ("train", "val", "test")
_EXCLUDED = -1


class Records(Struct, frozen=True):
    """All that one pass over the files told, but for the pixels."""

    classes: tuple[str, ...]
    images: tuple[ImageRecord, ...]
    """In the order of the prepared array."""
    set_aside: tuple[SetAside, ...]
    remarks: tuple[str, ...]
    suggested: Shape
    """C×H×W of the Input that suits them."""


class Division(NamedTuple):
    """What images are for, after the split and a person's changes."""

    classes: tuple[str, ...]
    """The listing's, then those that only changes name; without those that changes left empty."""
    labels: NDArray[np.int64]
    """Of each image."""
    parts: NDArray[np.int64]
    """Of each image: 0 training, 1 validation, 2 test, -1 excluded."""

    def rows(self, part: PartName) -> NDArray[np.int64]:
        """The places of a part's images, ascending."""
        return np.flatnonzero(self.parts == _PARTS.index(part)).astype(np.int64)

    def counts(self) -> tuple[tuple[int, int, int], ...]:
        """For each class: how many to train with, to validate with, to test with."""
        by_part = [
            np.bincount(self.labels[self.parts == part], minlength=len(self.classes)) for part in range(3)
        ]
        return tuple((int(train), int(val), int(test)) for train, val, test in zip(*by_part, strict=True))


def fingerprint(listing: Listing, data: Data) -> str:
    """Of the files, and of all that decides on their tiny pictures: 32 hexadecimal digits. Equal wherever they lie."""
    assert isinstance(data.source, OWN)
    source = replace(data.source, path="")
    text = repr((RECORDS_VERSION, listing.fingerprint(), source, data.transparency))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def entries_folder() -> Path:
    """Where entries are kept."""
    return cache_folder() / "prepared"


def records_stem(fingerprint: str) -> str:
    """The beginning of an entry's name."""
    return f"records-{fingerprint[:24]}"


def as_array(records: Records) -> NDArray[np.uint8]:
    """For the entry beside the tiny pictures."""
    return np.frombuffer(msgspec.json.encode(records), np.uint8)


def read_records(fingerprint: str) -> tuple[Records, NDArray[np.uint8]] | None:
    """What is kept, with the tiny pictures (N×32×32×3, mapped); None where nothing is."""
    arrays = cache.described_entry(entries_folder(), records_stem(fingerprint))
    if arrays is None:
        return None
    try:
        return msgspec.json.decode(arrays["records"].tobytes(), type=Records), arrays["tiny"]
    except msgspec.DecodeError:
        return None


def divide(records: Records, data: Data) -> Division:
    """Parts by the split, then what a person decided about single images."""
    labels = np.array([record.label for record in records.images], np.int64)
    given = np.array(
        [-1 if record.part is None else _PARTS.index(record.part) for record in records.images], np.int64
    )
    groups = _groups(records)
    parts = split.divide(labels, given, groups, data.split)
    classes = list(records.classes)
    new = {
        change.label for change in data.changes if change.label is not None and change.label not in classes
    }
    classes += sorted(new, key=natural)
    changes = {change.image: change for change in data.changes}
    if changes:
        for row, record in enumerate(records.images):
            change = changes.get(record.content)
            if change is None:
                continue
            if change.label is not None:
                labels[row] = classes.index(change.label)
            if change.part is not None:
                parts[row] = _PARTS.index(change.part)
            if change.excluded:
                parts[row] = _EXCLUDED
        classes, labels = _without_emptied(classes, labels, parts)
    return Division(tuple(classes), labels, parts)


def _without_emptied(
    classes: list[str], labels: NDArray[np.int64], parts: NDArray[np.int64]
) -> tuple[list[str], NDArray[np.int64]]:
    """Without the classes that no image is of any more, and their numbers closed up."""
    used = set(labels[parts != _EXCLUDED].tolist())
    kept = [at for at in range(len(classes)) if at in used]
    places = np.full(len(classes), 0, np.int64)
    places[kept] = np.arange(len(kept))
    return [classes[at] for at in kept], places[labels]


def _groups(records: Records) -> NDArray[np.int64] | None:
    """The number of each image's group; images without one are each their own. None where no image has one."""
    if all(record.group is None for record in records.images):
        return None
    numbers: dict[str | int, int] = {}
    found = [
        numbers.setdefault(row if record.group is None else record.group, len(numbers))
        for row, record in enumerate(records.images)
    ]
    return np.array(found, np.int64)
