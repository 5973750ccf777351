"""Looking through own images: small ones of a class from the prepared array, single ones from their files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine.data import catalogue
from cnnbuilder.engine.data.fit import resize
from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.engine.data.own import OwnDataSet
from cnnbuilder.engine.data.own_images import resolved_fit
from cnnbuilder.engine.data.own_records import Records, read_records
from cnnbuilder.engine.data.own_source import listing_of
from cnnbuilder.engine.data.picture_fit import Fit, draft_size, fit_picture, planes
from cnnbuilder.engine.data.pictures import read_picture
from cnnbuilder.engine.data.prepare import prepare, prepared_before
from cnnbuilder.engine.data.prepared import Part, Prepared
from cnnbuilder.engine.data.records import ImageRecord
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.data_messages import (
    BrowseData,
    BrowseFiles,
    BrowseImage,
    DataBrowsed,
    FilesBrowsed,
    ImageBrowsed,
    PartName,
)
from cnnbuilder.network.data import Data
from cnnbuilder.text import _, number

_KEPT = 2
"""So many data sets are kept open, with the decisions about them: a page asks for the same again and again."""


class _Open(NamedTuple):
    """A set that is looked through."""

    info: OwnDataSet
    folder: Path
    """What its files are relative to."""
    records: Records
    prepared: Prepared
    fit: Fit


@lru_cache(maxsize=_KEPT)
def _opened(data: Data, files: str) -> _Open:
    info = _known(data)
    found = read_records(files)
    if found is None:
        info = inspect(data)
        found = read_records(info.files_fingerprint)
    if found is None:
        raise DataProblem(_("The files of {title} have just changed: try again.").format(title=info.title))
    records, _tiny = found
    sizes = {(record.height, record.width) for record in records.images}
    return _Open(info, listing_of(data).folder, records, prepare(info, info.shape), resolved_fit(data, sizes))


def _known(data: Data) -> OwnDataSet:
    try:
        info = catalogue.resolve(data)
    except catalogue.NotInspected:
        info = inspect(data)
    assert isinstance(info, OwnDataSet)
    return info


def _open(data: Data) -> _Open:
    return _opened(data, _known(data).files_fingerprint)


def classes(request: BrowseData) -> DataBrowsed:
    """Some images of a class, with their records. Raises `DataProblem`."""
    found = _open(request.data)
    part = _part(found.prepared, request.part)
    names = len(found.prepared.classes)
    parts = (found.prepared.train, found.prepared.val, found.prepared.test)
    by_part = [np.bincount(one.labels, minlength=names) for one in parts]
    rows = _rows(part, request.label)[request.first : request.first + request.count]
    images = part.array[rows]
    channels, height, width = images.shape[1:]
    side = min(request.side, height, width)
    return DataBrowsed(
        request.number,
        request.data,
        request.part,
        request.label,
        request.first,
        tuple((int(train), int(val), int(test)) for train, val, test in zip(*by_part, strict=True)),
        (channels, side, side),
        resize(images, side, side).tobytes() if len(rows) else b"",
        tuple(found.records.images[row] for row in rows),
    )


def image(request: BrowseImage) -> ImageBrowsed:
    """One image as it is in its file, and as the network gets it. Raises `DataProblem`."""
    found = _open(request.data)
    part = _part(found.prepared, request.part)
    if request.place is None:
        row, label, place = int(part.rows[0]), int(part.labels[0]), 0
    else:
        label, place = request.label, request.place
        rows = _rows(part, label)
        if not 0 <= place < len(rows):
            raise DataProblem(
                _("{title} has {count} images of that class and part, but no image {place}.").format(
                    title=found.info.title, count=number(len(rows)), place=number(place + 1)
                )
            )
        row = int(rows[place])
    record = found.records.images[row]
    original = _original(found, record, row)
    shape = request.shape if request.shape and not catalogue.unfit(request.shape) else None
    measured = prepared_before(found.info, shape) if shape else None
    if measured is not None:
        seen: bytes | None = measured.train.array[row].tobytes()
    else:
        seen = _fitted(found, record, row, shape) if shape else None
    channels, height, width = original.shape
    return ImageBrowsed(
        request.number,
        request.data,
        request.part,
        label,
        place,
        original.tobytes(),
        (channels, height, width),
        seen,
        measured.mean if measured else None,
        measured.std if measured else None,
        record,
    )


def files(request: BrowseFiles) -> FilesBrowsed:
    """Small squares of files by name, with their records; None of what cannot be read. Raises `DataProblem`."""
    found = _open(request.data)
    rows = {record.file: row for row, record in enumerate(found.records.images)}
    shape = (3, request.side, request.side)
    pixels: list[bytes | None] = []
    records: list[ImageRecord | None] = []
    for file in request.files:
        row = rows.get(file)
        records.append(found.records.images[row] if row is not None else None)
        try:
            picture = read_picture(found.folder / file, draft=(2 * request.side, 2 * request.side))
            pixels.append(planes(fit_picture(picture.image, shape, "crop")))
        except DataProblem:
            pixels.append(_of_array(found, row, request.side) if row is not None else None)
    return FilesBrowsed(request.number, request.data, shape, tuple(pixels), tuple(records))


def _original(found: _Open, record: ImageRecord, row: int) -> NDArray[np.uint8]:
    """C×H×W as its file has it; of arrays, and of a file that is gone meanwhile, as it was prepared."""
    path = found.folder / record.file
    if path.is_file():
        picture = read_picture(path, transparency=found.info.data.transparency).image
        return np.frombuffer(planes(picture), np.uint8).reshape(-1, picture.height, picture.width)
    kept: NDArray[np.uint8] = found.prepared.train.array[row]
    return kept


def _fitted(found: _Open, record: ImageRecord, row: int, shape: tuple[int, int, int]) -> bytes:
    """As preparing makes it, a draft of a JPEG included."""
    path = found.folder / record.file
    if path.is_file():
        transparency = found.info.data.transparency
        picture = read_picture(path, draft=draft_size(shape), transparency=transparency).image
        return planes(fit_picture(picture, shape, found.fit))
    kept = found.prepared.train.array[row][None]
    small: bytes = resize(kept, shape[1], shape[2]).tobytes()
    return small


def _of_array(found: _Open, row: int, side: int) -> bytes:
    kept = found.prepared.train.array[row][None]
    small = resize(kept, side, side)[0]
    return bytes((np.repeat(small, 3, axis=0) if len(small) == 1 else small).tobytes())


def _part(prepared: Prepared, name: PartName) -> Part:
    return {"train": prepared.train, "val": prepared.val, "test": prepared.test}[name]


def _rows(part: Part, label: int) -> NDArray[np.int64]:
    """The places in the prepared array of one class's images in a part."""
    rows: NDArray[np.int64] = part.rows[np.flatnonzero(part.labels == label)]
    return rows
