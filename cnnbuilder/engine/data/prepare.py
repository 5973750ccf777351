"""Prepares a data set once, at the size and colour of the Input block, and serves it memory-mapped from then on."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine.data import cache, split
from cnnbuilder.engine.data.drawing import like_mnist
from cnnbuilder.engine.data.entry_files import cannot_write, held
from cnnbuilder.engine.data.fit import fit
from cnnbuilder.engine.data.fit_rules import RULE_VERSION, Shape, unfit
from cnnbuilder.engine.data.own import OwnDataSet
from cnnbuilder.engine.data.own_images import prepare_own, prepared_own_before, sample_own
from cnnbuilder.engine.data.prepared import Part as Part
from cnnbuilder.engine.data.prepared import Prepared as Prepared
from cnnbuilder.engine.data.prepared import statistics, sums_of
from cnnbuilder.engine.data.source import DataProblem, DataSetInfo, Originals, Report
from cnnbuilder.folders import cache_folder
from cnnbuilder.storage import remove_unfinished
from cnnbuilder.text import _

_FORM = 3
"""Part of the name of everything prepared: raise it when entries hold other arrays."""
_BYTES_AT_ONCE = 4_000_000
_READING = 0.3
"""The share of the work that reading the originals is, measured with MNIST at 32×32."""


def prepare(info: DataSetInfo, shape: Shape, on_progress: Report = lambda _fraction: None) -> Prepared:
    """The data set at the shape C×H×W, from the cache where it is there, else made now (and `on_progress` told).

    Two processes that want the same do the work once. Raises `DataProblem`: data missing or damaged, a shape
    that pictures cannot have, a full disk; and whatever `on_progress` raises, leaving nothing half done.
    """
    if sentence := unfit(shape):
        raise DataProblem(sentence)
    if isinstance(info, OwnDataSet):
        return prepare_own(info, shape, on_progress)
    info = info.at(shape)
    found = prepared_before(info, shape)
    if found is not None:
        return found
    folder, stem, layout = _entry(info, shape)
    try:
        arrays = _make(info, shape, folder, stem, layout, on_progress)
    except OSError as error:
        raise cannot_write(error, info.title, shape, folder, layout.bytes) from error
    return _opened(info, shape, arrays)


def prepared_before(info: DataSetInfo, shape: Shape) -> Prepared | None:
    """What `prepare` has at once, or None where it has yet to be made. Raises `DataProblem` where data is missing."""
    if isinstance(info, OwnDataSet):
        return prepared_own_before(info, shape)
    info = info.at(shape)
    arrays = cache.newest_entry(*_entry(info, shape))
    return None if arrays is None else _opened(info, shape, arrays)


def _entry(info: DataSetInfo, shape: Shape) -> tuple[Path, str, cache.Layout]:
    """Where it is kept, and what it holds."""
    stem = f"{info.name}-{'x'.join(map(str, shape))}-{_fingerprint(info, shape)[:16]}"
    return cache_folder() / "prepared", stem, _layout(info, shape)


def _opened(info: DataSetInfo, shape: Shape, arrays: dict[str, cache.Array]) -> Prepared:
    labels = arrays["labels"].astype(np.int64)
    learnable = info.train_images + info.val_images
    if info.own_validation:
        val = np.arange(learnable) >= info.train_images
    else:
        val = split.held_out(labels[:learnable], info.val_images)
    train, held_out, test = (
        Part(arrays["images"], rows, labels[rows])
        for rows in (np.flatnonzero(~val), np.flatnonzero(val), np.arange(learnable, len(labels)))
    )
    mean, std = statistics(arrays["sums"], arrays["squares"], train)
    return Prepared(train, held_out, test, mean, std, info.classes, _fingerprint(info, shape))


def adapt(image: NDArray[np.uint8], shape: Shape, *, drawn: bool = False) -> NDArray[np.uint8]:
    """One picture (H×W×C uint8, or H×W) as C×H×W, by the very rule that prepares data sets.

    `drawn`: a grey drawing, light on black, is first brought into the form of MNIST's digits; one in colour is
    taken as it is. Raises `DataProblem` where no picture can have that shape.
    """
    picture = image[None] if image.ndim == 2 else image.transpose(2, 0, 1)
    if drawn and (picture == picture[:1]).all():
        picture = like_mnist(picture[0])[None]
    fitted: NDArray[np.uint8] = fit(picture[None], shape)[0]
    return fitted


def sample(info: DataSetInfo, shape: Shape) -> tuple[NDArray[np.uint8], str]:
    """The first training picture as C×H×W and the name of its class, at once: nothing else is prepared.

    Raises `DataProblem`.
    """
    if isinstance(info, OwnDataSet):
        return sample_own(info, shape)
    image, label = info.at(shape).sample()
    return adapt(image, shape), info.classes[label]


def _make(
    info: DataSetInfo, shape: Shape, folder: Path, stem: str, layout: cache.Layout, on_progress: Report
) -> dict[str, cache.Array]:
    """Writes the entry, unless another process does so first, and opens it."""
    folder.mkdir(parents=True, exist_ok=True)
    with held(folder / f"{stem}.lock", lambda: on_progress(0.0)):
        arrays = cache.newest_entry(folder, stem, layout)
        if arrays is not None:
            return arrays
        remove_unfinished(folder, f"{stem}-")
        if cache.make_room(folder, layout.bytes) < layout.bytes:
            raise OSError(errno.ENOSPC, "too little room on the disk")
        originals = info.read(lambda fraction: on_progress(_READING * fraction))
        with cache.new_entry(folder, stem, layout) as file:
            for fraction in _write(file, originals, shape):
                on_progress(_READING + (1 - _READING) * fraction)
        arrays = cache.newest_entry(folder, stem, layout)
    if arrays is None:
        raise DataProblem(
            _("{title} was prepared, but {folder} does not give back what was written to it.").format(
                title=info.title, folder=folder
            )
        )
    return arrays


def _write(file: BinaryIO, originals: Originals, shape: Shape) -> Iterator[float]:
    """Writes all arrays in the order of `_layout`; yields the fraction that is done."""
    done, total = 0, sum(len(pictures.labels) for pictures in originals)
    sums: list[NDArray[np.float64]] = []
    squares: list[NDArray[np.float64]] = []
    for pictures in originals:
        step = max(1, _BYTES_AT_ONCE // max(prod(shape), prod(pictures.images.shape[1:])))
        for start in range(0, len(pictures.labels), step):
            fitted = fit(pictures.images[start : start + step], shape)
            file.write(fitted.data)
            for kept, values in zip((sums, squares), sums_of(fitted), strict=True):
                kept.append(values)
            done += len(fitted)
            yield done / total
    for pictures in originals:
        file.write(pictures.labels.astype("<i8").data)
    for kept in (sums, squares):
        for values in kept:
            file.write(values.astype("<f8").data)


def _layout(info: DataSetInfo, shape: Shape) -> cache.Layout:
    count = info.train_images + info.val_images + info.test_images
    return cache.Layout(
        {"images": ("U8", (count, *shape)), "labels": ("I64", (count,))}
        | dict.fromkeys(("sums", "squares"), ("F64", (count, shape[0])))
    )


def _fingerprint(info: DataSetInfo, shape: Shape) -> str:
    """Of everything that decides on what comes out."""
    counts = (info.train_images, info.val_images, info.test_images)
    return hashlib.sha256(
        repr((info.fingerprint(), counts, shape, RULE_VERSION, split.SEED, _FORM)).encode()
    ).hexdigest()
