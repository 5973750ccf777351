"""Which images a network learns from, and what is done with them on the way: a part of the project, an immutable value.

Paths are absolute in memory. A file has them relative to its own folder where they lie below it (`relative_to`).
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

PartName = Literal["train", "val", "test"]
"""Training, validation or test part of a data set."""

Share = Annotated[float, Meta(ge=0, le=1)]


class _Source(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"):
    """Where images come from. Each kind is one class, and one module in `engine/data/sources` that reads it."""


class Inside(_Source, frozen=True, tag="inside"):
    """A data set that the program knows by its name, as `cnnbuilder data` lists them."""

    name: str


class Folder(_Source, frozen=True, tag="folder"):
    """A folder with one folder of images a class, or folders of parts with such folders in them."""

    path: str
    pattern: str | None = None
    """A folder without classes: the regular expression whose group "class" finds them in the names of its files."""


class Table(_Source, frozen=True, tag="table"):
    """A CSV or TSV file with a row an image; its columns by name."""

    path: str
    file: str | None = None
    """The column of the images' files; None: guessed. Files are looked for beside the table and in folders there."""
    label: tuple[str, ...] = ()
    """The column of the class; several are one-hot columns, whose names are the classes; empty: guessed."""
    group: str | None = None
    """A column whose equal values stay in one part, for example who took the picture; None: no such column."""
    part: str | None = None
    """A column that says train, val or test; None: no such column."""


class Arrays(_Source, frozen=True, tag="arrays"):
    """An .npz file with x_train, y_train and, where there are, x_val, y_val, x_test, y_test and class_names."""

    path: str


Source = Inside | Folder | Table | Arrays
OWN = (Folder, Table, Arrays)
"""The kinds that are a person's own files."""


class Split(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How images are divided into parts."""

    own_parts: bool = True
    """Whether parts that the source has stand; what it has not is held out of its training part."""
    val: Annotated[float, Meta(ge=0, lt=1)] = 0.15
    """The share of the images that is held out to measure with after every epoch."""
    test: Annotated[float, Meta(ge=0, lt=1)] = 0.15
    """The share that is held out to measure with at the end."""
    by_group: bool = True
    """Whether images of one group stay in one part, where the source has groups."""
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    """Another seed holds out other images."""


class Augmentation(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How training images are varied, each time anew. Everything off by default."""

    flip_horizontal: bool = False
    flip_vertical: bool = False
    shift: Annotated[float, Meta(ge=0, le=0.5)] = 0.0
    """At most this share of the side, in each direction; what comes in is black."""
    rotation: Annotated[float, Meta(ge=0, le=180)] = 0.0
    """At most so many degrees to either side."""
    scale: Annotated[float, Meta(ge=0, le=0.9)] = 0.0
    """Larger or smaller by at most this share."""
    colour: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """Brightness, contrast and saturation, each changed by at most this share."""
    erasing: Share = 0.0
    """The probability that a rectangle of the image is blotted out."""
    mixup: Annotated[float, Meta(ge=0, le=10)] = 0.0
    """The alpha of mixup's Beta distribution; 0: off. Zhang et al. 2018."""
    cutmix: Annotated[float, Meta(ge=0, le=10)] = 0.0
    """The alpha of CutMix's Beta distribution; 0: off. Yun et al. 2019."""


class Change(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a person decided about one image, known by its content. The files themselves are never touched."""

    image: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    """The BLAKE2b hash (16 bytes, hexadecimal) of the file's bytes; of the pixels where the source has no files."""
    excluded: bool = False
    label: str | None = None
    """The name of the class that it has instead."""
    part: PartName | None = None
    """The part that it is in instead."""


class Data(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which images the network learns from, how they are divided, prepared, varied and weighted."""

    source: Source | None = Inside("mnist")
    split: Split = Split()
    fit: Literal["auto", "border", "crop", "stretch"] = "auto"
    """How an image of another form comes to the Input's height and width: with a black border, by its centre, or
    stretched. "auto": `engine.data.fit_rules` where all images have one size, else the centre."""
    transparency: Literal["white", "black"] = "white"
    """What lies under transparent pixels."""
    normalisation: Literal["set", "imagenet", "none"] = "set"
    """To zero mean and unit deviation of the training part, by ImageNet's figures, or only to the range 0 to 1."""
    augmentation: Augmentation = Augmentation()
    balance: Literal["none", "sampling", "weights"] = "none"
    """Against uneven classes: rare images drawn more often, or weighted more in the loss."""
    changes: tuple[Change, ...] = ()


def source_name(data: Data) -> str:
    """What people call the source: a data set's name, the last part of a path; empty where there is none."""
    match data.source:
        case None:
            return ""
        case Inside(name):
            return name
        case own:
            return Path(own.path).name or own.path


def relative_to(data: Data, folder: Path) -> Data:
    """The data as a file in `folder` names it: what lies below the folder by its relative path, with `/`."""
    source = data.source
    if not isinstance(source, OWN):
        return data
    try:
        relative = Path(source.path).relative_to(folder)
    except ValueError:
        return data
    return replace(data, source=replace(source, path=relative.as_posix()))


def absolute_from(data: Data, folder: Path) -> Data:
    """The data of a file in `folder`, its relative path made whole."""
    source = data.source
    if not isinstance(source, OWN) or Path(source.path).is_absolute():
        return data
    path = os.path.normpath(folder.absolute() / PurePosixPath(source.path))
    return replace(data, source=replace(source, path=path))
