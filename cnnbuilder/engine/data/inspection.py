"""Looks through a person's own images and describes them, at once where nothing has changed since the last look."""

from __future__ import annotations

import numpy as np

from cnnbuilder.engine.data import catalogue, report
from cnnbuilder.engine.data.fit_rules import Shape
from cnnbuilder.engine.data.own import OwnDataSet
from cnnbuilder.engine.data.own_images import OnPace, Pace, changed_meanwhile, look_through
from cnnbuilder.engine.data.own_records import (
    Division,
    Records,
    divide,
    fingerprint,
    read_records,
)
from cnnbuilder.engine.data.own_source import listing_of
from cnnbuilder.engine.data.pictures import is_colour
from cnnbuilder.network.data import OWN, Arrays, Data, Folder, source_name
from cnnbuilder.text import _, ngettext, number


def _unheard(_pace: Pace) -> None:
    """Nobody wants to know how far it is."""


def inspect(data: Data, on_pace: OnPace = _unheard, shape: Shape | None = None) -> OwnDataSet:
    """The description of own images, which `catalogue.resolve` knows from now on.

    `shape`: where the images have to be read, they are prepared for this Input on the way. Raises `DataProblem` with
    one sentence, and whatever `on_pace` raises, leaving nothing half done.
    """
    listing = listing_of(data)
    files = fingerprint(listing, data)
    kept = catalogue.kept(data)
    if kept is not None and kept.files_fingerprint == files and _same_division(kept.data, data):
        info = catalogue.with_data(kept, data)
    else:
        records, tiny = look_through(listing, files, data, shape, on_pace)
        division = divide(records, data)
        odd = report.findings(records.images, tiny, division.parts, division.labels, division.classes)
        info = _described(data, files, records, division, (*listing.findings, *odd))
        catalogue.keep(info)
    catalogue.remember(info)
    return info


def resolved(data: Data) -> catalogue.DataSetInfo:
    """What a project learns from, as it is now: own images are looked through where that has not been done.

    Raises as `catalogue.resolve` and `inspect` do.
    """
    return inspect(data) if isinstance(data.source, OWN) else catalogue.resolve(data)


def _same_division(before: Data, now: Data) -> bool:
    return (before.split, before.changes) == (now.split, now.changes)


def report_csv(info: OwnDataSet) -> str:
    """The report as a table with a row an image. Raises `DataProblem` where the images have to be looked through."""
    known = read_records(info.files_fingerprint)
    if known is None:
        raise changed_meanwhile(info.title)
    division = divide(known[0], info.data)
    return report.as_csv(
        known[0].images, division.parts, division.labels, division.classes, info.set_aside, info.findings
    )


def _described(
    data: Data, files: str, records: Records, division: Division, findings: tuple[catalogue.Finding, ...]
) -> OwnDataSet:
    source = data.source
    assert isinstance(source, OWN)
    sizes = np.array([(record.height, record.width) for record in records.images])
    by_pixels = sizes[np.argsort(sizes.prod(axis=1), kind="stable")]
    colour = any(is_colour(record.mode) for record in records.images)
    channels, height, width = records.suggested
    counts = division.counts()
    train, val, test = (sum(count[part] for count in counts) for part in range(3))
    return OwnDataSet(
        name=source_name(data),
        title=source_name(data),
        summary=_summary(len(records.images), len(division.classes)),
        classes=division.classes,
        shape=(3 if colour else channels, height, width),
        train_images=train,
        val_images=val,
        test_images=test,
        own_validation=True,
        licence=_("your own"),
        bytes=0,
        data=data,
        kind="folder" if isinstance(source, Folder) else "arrays" if isinstance(source, Arrays) else "table",
        path=source.path,
        counts=counts,
        smallest=_size(by_pixels[0]),
        median=_size(by_pixels[len(by_pixels) // 2]),
        largest=_size(by_pixels[-1]),
        colour=colour,
        set_aside=records.set_aside,
        findings=findings,
        groups=len({record.group for record in records.images if record.group is not None}),
        remarks=records.remarks,
        files_fingerprint=files,
    )


def _size(height_and_width: np.ndarray[tuple[int], np.dtype[np.int64]]) -> tuple[int, int]:
    height, width = height_and_width.tolist()
    return height, width


def _summary(images: int, classes: int) -> str:
    return _("{images} in {classes}.").format(
        images=ngettext("{n} image", "{n} images", images).format(n=number(images)),
        classes=ngettext("{n} class", "{n} classes", classes).format(n=number(classes)),
    )
