"""Looks through own images and prepares them: one pass decodes, hashes, measures and writes, in constant memory."""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine.data import cache
from cnnbuilder.engine.data.decoding import decoded, decoded_arrays
from cnnbuilder.engine.data.decoding_worker import Decoded, DecodeSettings, decode
from cnnbuilder.engine.data.entry_files import cannot_write, held
from cnnbuilder.engine.data.fit_rules import RULE_VERSION, Shape, unfit
from cnnbuilder.engine.data.listing import Listing
from cnnbuilder.engine.data.own import OwnDataSet
from cnnbuilder.engine.data.own_records import (
    TINY_SHAPE,
    Records,
    as_array,
    divide,
    entries_folder,
    fingerprint,
    read_records,
    records_stem,
)
from cnnbuilder.engine.data.own_source import images_in, listing_folder, listing_of, sizes, suggested_shape
from cnnbuilder.engine.data.picture_fit import Fit
from cnnbuilder.engine.data.pictures import heic_reason
from cnnbuilder.engine.data.prepared import Part, Prepared, statistics, sums_of
from cnnbuilder.engine.data.records import ImageRecord, SetAside
from cnnbuilder.engine.data.source import DataProblem, Report
from cnnbuilder.network.data import Arrays, Data
from cnnbuilder.storage import remove_unfinished
from cnnbuilder.text import _, ngettext, number

_BYTES_AT_ONCE = 1_000_000
"""So many bytes of images are written and summed up at a time: as float64 they are eight times as many."""
_REPORT_SECONDS = 0.05


class Pace(NamedTuple):
    """How far a pass is."""

    done: int
    total: int
    seconds_left: float | None
    """None while there is nothing to go by."""


OnPace = Callable[[Pace], None]
"""Told of progress; it may raise to end the work: nothing half done is left behind."""


class _SizesDifferError(Exception):
    """Images that were taken to be of one size are not."""


def look_through(
    listing: Listing, files: str, data: Data, shape: Shape | None, on_pace: OnPace
) -> tuple[Records, NDArray[np.uint8]]:
    """The records and the tiny pictures: what is kept, else read now. `files`: the fingerprint.

    A pass writes the images as well, at `shape`, else at the one that suits them. Raises `DataProblem`, and whatever
    `on_pace` raises.
    """
    known = read_records(files)
    if known is None:
        make_entry(listing, files, data, shape or suggested_shape(listing, data), on_pace)
        known = read_records(files)
        if known is None:
            raise _not_given_back(listing)
    return known


def prepare_own(info: OwnDataSet, shape: Shape, on_progress: Report) -> Prepared:
    """The images at the shape C×H×W, from the cache or made now. Raises as `prepare` does."""
    found = prepared_own_before(info, shape)
    if found is not None:
        return found
    listing = listing_of(info.data)
    if fingerprint(listing, info.data) != info.files_fingerprint:
        raise changed_meanwhile(info.title)
    make_entry(
        listing, info.files_fingerprint, info.data, shape, lambda pace: on_progress(pace.done / pace.total)
    )
    found = prepared_own_before(info, shape)
    if found is None:
        raise _not_given_back(listing)
    return found


def prepared_own_before(info: OwnDataSet, shape: Shape) -> Prepared | None:
    """What `prepare_own` has at once, or None."""
    info.require()
    known = read_records(info.files_fingerprint)
    if known is None:
        return None
    records, _tiny = known
    fit = resolved_fit(info.data, {(record.height, record.width) for record in records.images})
    stem = _images_stem(info.files_fingerprint, shape, fit)
    arrays = cache.described_entry(entries_folder(), stem)
    if arrays is None or len(arrays["images"]) != len(records.images):
        return None
    division = divide(records, info.data)
    train, val, test = (
        Part(arrays["images"], rows, division.labels[rows])
        for rows in (division.rows("train"), division.rows("val"), division.rows("test"))
    )
    if not len(train):
        raise DataProblem(
            _("{title} has no image to learn from: see what was set aside.").format(title=info.title)
        )
    if not len(val):
        raise DataProblem(
            _("{title} has no image to validate with: add images, or hold some out by the split.").format(
                title=info.title
            )
        )
    mean, std = statistics(arrays["sums"], arrays["squares"], train)
    whole = hashlib.sha256(repr((stem, info.data.split, info.data.changes)).encode()).hexdigest()
    return Prepared(train, val, test, mean, std, division.classes, whole, fit, info.data.transparency)


def sample_own(info: OwnDataSet, shape: Shape) -> tuple[NDArray[np.uint8], str]:
    """The first training image as C×H×W and the name of its class; of files only that one is read.

    Raises `DataProblem`.
    """
    known = read_records(info.files_fingerprint)
    if known is None or isinstance(info.data.source, Arrays):
        part = prepare_own(info, shape, lambda _fraction: None).train
        return part.array[part.rows[0]], info.classes[part.labels[0]]
    records, _tiny = known
    division = divide(records, info.data)
    row = int(division.rows("train")[0])
    fit = resolved_fit(info.data, {(record.height, record.width) for record in records.images})
    file = listing_folder(info.data) / records.images[row].file
    one = decode(file, DecodeSettings(shape, fit, info.data.transparency))
    if one.reason is not None:
        raise changed_meanwhile(info.title)
    return np.frombuffer(one.pixels, np.uint8).reshape(shape), division.classes[division.labels[row]]


def resolved_fit(data: Data, found: set[tuple[int, int]]) -> Fit:
    """How images of these sizes are fitted: one rule for one set."""
    if data.fit != "auto":
        return data.fit
    return "rule" if len(found) <= 1 else "crop"


def changed_meanwhile(title: str) -> DataProblem:
    """What is said of files that changed between two looks."""
    return DataProblem(_("The files of {title} have just changed: try again.").format(title=title))


def _images_stem(files: str, shape: Shape, fit: Fit) -> str:
    return f"own-{'x'.join(map(str, shape))}-{fit}{RULE_VERSION}-{files[:24]}"


def _not_given_back(listing: Listing) -> DataProblem:
    return DataProblem(
        _("{title} was prepared, but {folder} does not give back what was written to it.").format(
            title=listing.folder.name, folder=entries_folder()
        )
    )


def make_entry(listing: Listing, files: str, data: Data, shape: Shape, on_pace: OnPace) -> None:
    """Reads every image once, and writes the entry of this shape and, where there is none, that of the records.

    Another process that does the same is waited for. Raises as `look_through` does.
    """
    if sentence := unfit(shape):
        raise DataProblem(sentence)
    folder = entries_folder()
    needed = len(listing.files) * (prod(shape) + prod(TINY_SHAPE))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with held(folder / f"{records_stem(files)}.lock", lambda: on_pace(Pace(0, len(listing.files), None))):
            known = read_records(files)
            found = (
                sizes(listing, data)
                if known is None
                else {(one.height, one.width) for one in known[0].images}
            )
            fit = resolved_fit(data, found)
            if known and cache.described_entry(folder, _images_stem(files, shape, fit)):
                return
            for stem in (records_stem(files), _images_stem(files, shape, fit)):
                remove_unfinished(folder, f"{stem}-")
            _require_room(needed)
            try:
                _write(listing, files, data, DecodeSettings(shape, fit, data.transparency), on_pace)
            except _SizesDifferError:
                _write(listing, files, data, DecodeSettings(shape, "crop", data.transparency), on_pace)
    except OSError as error:
        raise cannot_write(error, listing.folder.name, shape, folder, needed) from error


def _require_room(needed: int) -> None:
    if cache.make_room(entries_folder(), needed) < needed:
        raise OSError(errno.ENOSPC, "too little room on the disk")


def _write(listing: Listing, files: str, data: Data, how: DecodeSettings, on_pace: OnPace) -> None:
    folder = entries_folder()
    known = read_records(files)
    stem = _images_stem(files, how.shape, how.fit)
    seen = _Seen(listing)
    sums: list[NDArray[np.float64]] = []
    squares: list[NDArray[np.float64]] = []
    with ExitStack() as entries:
        images = entries.enter_context(cache.streamed_entry(folder, stem, "images", "U8", how.shape))
        tiny = None
        if known is None:
            records_entry = cache.streamed_entry(folder, records_stem(files), "tiny", "U8", TINY_SHAPE)
            tiny = entries.enter_context(records_entry)
        answers = _paced(listing, data, how, on_pace)
        for batch in _batches(answers, seen, one_size=how.fit == "rule" and data.fit == "auto"):
            pixels = b"".join(one.pixels for one in batch)
            images.append(pixels)
            if tiny is not None:
                tiny.append(b"".join(one.tiny for one in batch))
            values = np.frombuffer(pixels, np.uint8).reshape(-1, *how.shape)
            for kept, added in zip((sums, squares), sums_of(values), strict=True):
                kept.append(added)
        records = seen.records(suggested_shape(listing, data))
        if not records.images:
            raise DataProblem(_nothing_readable(listing, records))
        if known is not None and known[0].images != records.images:
            cache.remove_entries(folder, records_stem(files))
            raise changed_meanwhile(listing.folder.name)
        images.finish({"sums": np.concatenate(sums), "squares": np.concatenate(squares)})
        if tiny is not None:
            tiny.finish({"records": as_array(records)})


def _nothing_readable(listing: Listing, records: Records) -> str:
    first = records.set_aside[0]
    return _(
        "None of the {count} files in {folder} is a picture that can be read here ({file}: {reason})."
    ).format(
        count=number(len(records.set_aside)), folder=listing.folder.name, file=first.file, reason=first.reason
    )


class _Seen:
    """What the pass has learned of each file so far."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._images: list[ImageRecord] = []
        self._aside: list[SetAside] = []
        self._animated = 0
        self._at = 0

    def add(self, one: Decoded) -> bool:
        """The next file's answer. Whether it is an image."""
        listed = self._listing.files[self._at]
        self._at += 1
        if one.reason is not None:
            self._aside.append(SetAside(listed.file, one.reason))
            return False
        self._animated += one.animated
        self._images.append(
            ImageRecord(
                listed.file,
                listed.label,
                listed.part,
                listed.group,
                one.width,
                one.height,
                one.mode,
                one.content,
            )
        )
        return True

    def sizes_differ(self) -> bool:
        """Whether the last image has another size than the one before."""
        if len(self._images) < 2:
            return False
        *_others, before, last = self._images
        return (before.width, before.height) != (last.width, last.height)

    def records(self, suggested: Shape) -> Records:
        """All of it."""
        remarks = list(self._listing.remarks)
        if self._animated:
            text = ngettext(
                "{n} image is animated: its first frame is used.",
                "{n} images are animated: their first frames are used.",
                self._animated,
            )
            remarks.append(text.format(n=number(self._animated)))
        aside = (*self._listing.set_aside, *self._aside)
        heic = sum(one.reason == heic_reason() for one in aside)
        if heic:
            text = ngettext(
                '{n} picture of a telephone is HEIC: pip install "cnnbuilder[heif]" reads it.',
                '{n} pictures of a telephone are HEIC: pip install "cnnbuilder[heif]" reads them.',
                heic,
            )
            remarks.append(text.format(n=number(heic)))
        return Records(self._listing.classes, tuple(self._images), aside, tuple(remarks), suggested)


def _batches(answers: Iterator[Decoded], seen: _Seen, *, one_size: bool) -> Iterator[list[Decoded]]:
    """Those that are images, some at a time. Raises `_SizesDifferError` where they were to be of one size."""
    batch: list[Decoded] = []
    for one in answers:
        if not seen.add(one):
            continue
        if one_size and seen.sizes_differ():
            raise _SizesDifferError
        batch.append(one)
        if len(batch) * len(one.pixels) >= _BYTES_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _paced(listing: Listing, data: Data, how: DecodeSettings, on_pace: OnPace) -> Iterator[Decoded]:
    """The answers, with word of how far they are."""
    began = told = time.monotonic()
    total, done = len(listing.files), 0
    on_pace(Pace(0, total, None))
    with closing(_answers(listing, data, how)) as answers:
        for one in answers:
            done += one is not None
            now = time.monotonic()
            if now - told >= _REPORT_SECONDS or one is None or done == total:
                told = now
                left = (now - began) / done * (total - done) if done > 20 else None
                on_pace(Pace(done, total, left))
            if one is not None:
                yield one


def _answers(listing: Listing, data: Data, how: DecodeSettings) -> Generator[Decoded | None, None, None]:
    if isinstance(data.source, Arrays):
        return decoded_arrays(images_in(data.source), how)
    return decoded([str(listing.folder / one.file) for one in listing.files], how)
