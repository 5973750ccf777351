"""What window and child say to each other of images: data sets that are looked through, files that are told apart."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from cnnbuilder.engine.data.own import OwnDataSet
from cnnbuilder.engine.data.records import ImageRecord
from cnnbuilder.engine.message_base import Answer, Event, Request
from cnnbuilder.network.data import Data

PartName = Literal["train", "val", "test"]
"""Training, validation or test part of a data set."""


class BrowseData(Request, frozen=True):
    """Some images of one class and part, small; the answer is `DataBrowsed`."""

    number: int
    data: Data
    part: PartName
    label: int
    """The place of the class in the data set's list."""
    first: int
    """The place of the first image among those of its class and part."""
    count: int
    """At most so many."""
    side: int
    """Pixels: a larger image is made so small, no image is made larger."""


class BrowseFiles(Request, frozen=True):
    """Files of one's own images by name, small; the answer is `FilesBrowsed`."""

    number: int
    data: Data
    files: tuple[str, ...]
    """As records name them."""
    side: int


class InspectData(Request, frozen=True):
    """Look through one's own images; `DataProgress` as it goes, and the answer is `DataInspected`."""

    number: int
    data: Data


class CancelData(Request, frozen=True):
    """End this inspection: it is answered with `Failed` without a reason."""

    number: int
    """Of the inspection."""


class DataProgress(Event, frozen=True):
    """So many of the images are read; so many bytes of a download are here."""

    number: int
    done: int
    total: int
    seconds_left: float | None
    """None while there is nothing to go by."""


class DataInspected(Answer, frozen=True):
    """The answer to `InspectData`."""

    info: OwnDataSet


class DownloadData(Request, frozen=True):
    """Fetch a published data set; `DataProgress` as it goes, in bytes, and the answer is `DataDownloaded`.

    `CancelData` with its number ends it: what has come is gone on with the next time.
    """

    number: int
    data: str
    """Its name."""


class DataDownloaded(Answer, frozen=True):
    """The answer to `DownloadData`: it is on this computer now."""

    data: str


class BrowseImage(Request, frozen=True):
    """One image of a data set as it is, and as a network gets it; the answer is `ImageBrowsed`."""

    number: int
    data: Data
    shape: tuple[int, int, int] | None = None
    """C×H×W of the network's Input; None where there is none."""
    part: PartName = "train"
    label: int = 0
    """The place of its class in the data set's list."""
    place: int | None = None
    """Its place among the images of that class and part; None: the first image of the data set, whatever its class,
    without anything being prepared for it."""


class DataBrowsed(Answer, frozen=True):
    """The answer to `BrowseData`."""

    data: Data
    part: PartName
    label: int
    first: int
    counts: tuple[tuple[int, int, int], ...]
    """For each class: how many images to train with, to validate with, to test with."""
    shape: tuple[int, int, int]
    """C×H×W of each small image."""
    pixels: bytes
    """N×C×H×W uint8."""
    records: tuple[ImageRecord, ...] = ()
    """Of one's own images: each one's."""


class FilesBrowsed(Answer, frozen=True):
    """The answer to `BrowseFiles`, in the same order."""

    data: Data
    shape: tuple[int, int, int]
    """C×H×W of each small image."""
    pixels: tuple[bytes | None, ...]
    """C×H×W uint8; None of a file that is no readable image."""
    records: tuple[ImageRecord | None, ...]


class ImageBrowsed(Answer, frozen=True):
    """The answer to `BrowseImage`."""

    data: Data
    part: PartName
    label: int
    place: int
    pixels: bytes
    """C×H×W uint8."""
    shape: tuple[int, int, int]
    prepared: bytes | None
    """As the network gets it before normalisation, in the shape that was asked for; None where none can be made."""
    mean: tuple[float, ...] | None
    """Of each channel of the training part in that shape, black 0 and white 1; None before it was prepared so."""
    std: tuple[float, ...] | None
    record: ImageRecord | None = None
    """Of one's own images."""


class PreviewBatch(Request, frozen=True):
    """Six training images, and as the network sees them in an epoch; the answer is `BatchPreviewed`."""

    number: int
    data: Data
    shape: tuple[int, int, int]
    """C×H×W of the network's Input."""
    epoch: int
    """Counts from 1."""
    seed: int
    """Of the training: another one varies them otherwise."""


class BatchPreviewed(Answer, frozen=True):
    """The answer to `PreviewBatch`: the same images in both."""

    epoch: int
    shape: tuple[int, int, int]
    prepared: bytes
    """N×C×H×W uint8, before they are varied."""
    seen: bytes
    """N×C×H×W uint8, exactly as that epoch has them."""


class PredictFiles(Request, frozen=True):
    """Classify the pictures in files with a run's weights; the answer is `FilesPredicted`."""

    number: int
    files: tuple[str, ...]
    """Absolute paths."""
    run: str
    side: int
    """Pixels of the small square of each."""


class FilePrediction(Struct, frozen=True):
    """What a network takes a file for: the five likeliest classes; or why it could not be read."""

    file: str
    classes: tuple[tuple[str, float], ...] = ()
    pixels: bytes = b""
    """C×H×W uint8, small."""
    shape: tuple[int, int, int] = (1, 0, 0)
    reason: str = ""


class FilesPredicted(Answer, frozen=True):
    """The answer to `PredictFiles`, in the same order."""

    predictions: tuple[FilePrediction, ...]
