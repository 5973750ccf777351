"""What a child answers that is asked to look through a data set, without one: images whose grey says which they are."""

from __future__ import annotations

from cnnbuilder.engine.data.catalogue import find, resolve
from cnnbuilder.engine.messages import (
    AnyRequest,
    BrowseData,
    BrowseImage,
    DataBrowsed,
    ImageBrowsed,
    PartName,
)
from cnnbuilder.network.data import source_name

PARTS: tuple[PartName, ...] = ("train", "val", "test")


def count_of(name: str, part: PartName, label: int) -> int:
    """How many images a class has here: uneven, so that one can tell them apart."""
    info = find(name)
    whole = dict(zip(PARTS, (info.train_images, info.val_images, info.test_images), strict=True))[part]
    return whole // len(info.classes) + label


def grey(part: PartName, label: int, place: int) -> int:
    return (40 * PARTS.index(part) + 17 * label + 5 * place) % 256


def answer_to(request: AnyRequest) -> DataBrowsed | ImageBrowsed:
    """The answer to `BrowseData` or `BrowseImage`."""
    if isinstance(request, BrowseData):
        name, info = source_name(request.data), resolve(request.data)
        size = info.shape[0] * info.shape[1] * info.shape[2]
        counts = tuple(
            tuple(count_of(name, part, label) for part in PARTS) for label in range(len(info.classes))
        )
        there = range(request.first, count_of(name, request.part, request.label))[: request.count]
        pixels = b"".join(bytes([grey(request.part, request.label, place)]) * size for place in there)
        return DataBrowsed(
            request.number, request.data, request.part, request.label, request.first, counts, info.shape, pixels  # type: ignore[arg-type]
        )  # fmt: skip
    assert isinstance(request, BrowseImage)
    shape, wanted, place = resolve(request.data).shape, request.shape, request.place or 0
    value = bytes([grey(request.part, request.label, place)])
    return ImageBrowsed(
        request.number,
        request.data,
        request.part,
        request.label,
        place,
        value * (shape[0] * shape[1] * shape[2]),
        shape,
        value * (wanted[0] * wanted[1] * wanted[2]) if wanted else None,
        (0.1307,) * wanted[0] if wanted else None,
        (0.3081,) * wanted[0] if wanted else None,
    )


def browsing(requests: list[AnyRequest]) -> list[BrowseData | BrowseImage]:
    """Those that look through data."""
    return [request for request in requests if isinstance(request, BrowseData | BrowseImage)]
