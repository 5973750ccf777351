"""Looking through a data set: how many images each class has, small ones of each, and one beside its prepared self.

The originals are served from the cache as any prepared data is: what was looked at once comes at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine import browse_own
from cnnbuilder.engine.data import catalogue
from cnnbuilder.engine.data.fit import resize
from cnnbuilder.engine.data.prepare import Part, Prepared, adapt, prepare, prepared_before
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.data_messages import BrowseData, BrowseImage, DataBrowsed, ImageBrowsed, PartName
from cnnbuilder.network.data import OWN
from cnnbuilder.text import _, number

PARTS: tuple[PartName, ...] = ("train", "val", "test")


def classes(request: BrowseData) -> DataBrowsed:
    """Counts, and some images of a class. Raises `DataProblem`."""
    if isinstance(request.data.source, OWN):
        return browse_own.classes(request)
    info = catalogue.resolve(request.data)
    originals = prepare(info, info.shape)
    counts = np.stack(
        [np.bincount(_part(originals, part).labels, minlength=len(info.classes)) for part in PARTS], axis=1
    )
    part = _part(originals, request.part)
    height, width = _shrunk(info.shape[1], info.shape[2], request.side)
    places = _places(part, request.label)[request.first : request.first + request.count]
    images = part.array[part.rows[places]]
    return DataBrowsed(
        request.number,
        request.data,
        request.part,
        request.label,
        request.first,
        tuple((int(train), int(val), int(test)) for train, val, test in counts),
        (info.shape[0], height, width),
        resize(images, height, width).tobytes(),
    )


def image(request: BrowseImage) -> ImageBrowsed:
    """One image, as it is and as the network gets it. Raises `DataProblem`."""
    if isinstance(request.data.source, OWN):
        return browse_own.image(request)
    info = catalogue.resolve(request.data)
    label, place = request.label, request.place
    shape = request.shape if request.shape and not catalogue.unfit(request.shape) else None
    if place is None:
        original, label = info.sample()
        place = 0
        source = info.at(shape).sample()[0] if shape else original
    else:
        part = _part(prepare(info, info.shape), request.part)
        places = _places(part, label)
        if not 0 <= place < len(places):
            raise DataProblem(
                _("{title} has {count} images of that class and part, but no image {place}.").format(
                    title=info.title, count=number(len(places)), place=number(place + 1)
                )
            )
        row = part.rows[places[place]]
        original = part.array[row].transpose(1, 2, 0)
        source = original
        if shape and info.at(shape) != info:  # read anew at that size, and not made from this one
            source = prepare(info, shape).train.array[row].transpose(1, 2, 0)
    measured = prepared_before(info, shape) if shape else None
    height, width, channels = original.shape
    return ImageBrowsed(
        request.number,
        request.data,
        request.part,
        label,
        place,
        original.transpose(2, 0, 1).tobytes(),
        (channels, height, width),
        adapt(source, shape).tobytes() if shape else None,
        measured.mean if measured else None,
        measured.std if measured else None,
    )


def _part(prepared: Prepared, name: PartName) -> Part:
    return {"train": prepared.train, "val": prepared.val, "test": prepared.test}[name]


def _places(part: Part, label: int) -> NDArray[np.intp]:
    """Where the images of one class are in a part, in its order."""
    return np.flatnonzero(part.labels == label)


def _shrunk(height: int, width: int, side: int) -> tuple[int, int]:
    """Height and width of an image whose longer side is at most `side`."""
    share = min(1.0, side / max(height, width))
    return max(1, round(height * share)), max(1, round(width * share))
