"""One's own images as a child describes them, and what it answers of them, without files and without a child."""

from __future__ import annotations

from typing import Any

from cnnbuilder.engine.data.catalogue import Finding, ImageRecord, OwnDataSet, SetAside
from cnnbuilder.engine.messages import BrowseData, BrowseFiles, DataBrowsed, FilesBrowsed
from cnnbuilder.network.data import Data, Folder

CLASSES = ("hat", "pants", "shoes", "skirt", "t-shirt")
COUNTS = ((84, 20, 19), (300, 84, 84), (120, 40, 38), (60, 30, 22), (500, 150, 145))
EQUAL = Finding(
    "equal-across-parts",
    "red",
    "2 images are equal in training and validation.",
    ("train/hat/a.jpg", "validation/hat/b.jpg"),
    (("train/hat/a.jpg", "validation/hat/b.jpg"),),
)
UNEVEN = Finding("imbalance", "amber", "skirt is 7 times rarer than t-shirt.", ())


def clothes(path: str, **other: Any) -> OwnDataSet:
    """Photographs of clothes in five classes."""
    fields: dict[str, Any] = {
        "name": path.rpartition("/")[2], "title": path.rpartition("/")[2], "summary": "Photographs.",
        "classes": CLASSES, "shape": (3, 64, 64), "licence": "", "bytes": 46_000_000,
        "train_images": 1_064, "val_images": 324, "test_images": 308,
        "data": Data(Folder(path)), "kind": "folder", "path": path, "counts": COUNTS,
        "smallest": (58, 55), "median": (120, 96), "largest": (128, 128), "colour": True,
        "set_aside": (SetAside("train/hat/cut.jpg", "cut short"),), "findings": (UNEVEN, EQUAL),
        "groups": 0, "remarks": (),
    }  # fmt: skip
    return OwnDataSet(**fields | other)


def content(label: int, place: int) -> str:
    return f"{label:016x}{place:016x}"


def record(label: int, place: int) -> ImageRecord:
    return ImageRecord(
        f"train/{CLASSES[label]}/{place}.jpg", label, "train", None, 96, 120, "RGB", content(label, place)
    )


def answer_own(request: BrowseData | BrowseFiles) -> DataBrowsed | FilesBrowsed:
    """Grey squares that say by their grey which they are."""
    shape = (3, 8, 8)
    if isinstance(request, BrowseFiles):
        there = [record(0, place) if "cut" not in file else None for place, file in enumerate(request.files)]
        pixels = tuple(None if found is None else bytes(192) for found in there)
        return FilesBrowsed(request.number, request.data, shape, pixels, tuple(there))
    whole = COUNTS[request.label][("train", "val", "test").index(request.part)]
    places = range(request.first, min(whole, request.first + request.count))
    return DataBrowsed(
        request.number,
        request.data,
        request.part,
        request.label,
        request.first,
        COUNTS,
        shape,
        b"".join(bytes([(40 * request.label + place) % 256]) * 192 for place in places),
        tuple(record(request.label, place) for place in places),
    )
