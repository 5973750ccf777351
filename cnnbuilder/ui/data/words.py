"""How the Data workspace names sizes, parts and images."""

from __future__ import annotations

from cnnbuilder.engine.data.catalogue import DataSetInfo
from cnnbuilder.engine.messages import PartName
from cnnbuilder.text import _, bytes_text, ngettext, number

PARTS: tuple[PartName, ...] = ("train", "val", "test")
PART_TITLES: dict[PartName, str] = {"train": _("Training"), "val": _("Validation"), "test": _("Test")}


def part_sizes(info: DataSetInfo) -> dict[PartName, int]:
    """How many images each part has."""
    return {"train": info.train_images, "val": info.val_images, "test": info.test_images}


def all_images(info: DataSetInfo) -> int:
    """How many images there are."""
    return sum(part_sizes(info).values())


def size_text(shape: tuple[int, int, int]) -> str:
    """ "28×28 grey"."""
    channels, height, width = shape
    return _("{height}×{width} {colour}").format(
        height=height, width=width, colour=_("grey") if channels == 1 else _("colour")
    )


def source_text(info: DataSetInfo) -> str:
    """What stands below a data set's title in the list: "70,000 · 28×28 grey"."""
    return f"{number(all_images(info))} · {size_text(info.shape)}"


def facts_text(info: DataSetInfo) -> str:
    """What stands below the title of the data set that is shown, in one line."""
    count, classes = all_images(info), len(info.classes)
    facts = [
        ngettext("{n} image", "{n} images", count).format(n=number(count)),
        ngettext("{n} class", "{n} classes", classes).format(n=number(classes)),
        size_text(info.shape),
        bytes_text(info.bytes) if info.bytes else "",
        info.licence,
    ]
    return " · ".join(fact.replace(" ", "\u00a0") for fact in facts if fact)


def image_text(info: DataSetInfo, part: PartName, label: int, place: int) -> str:
    """ "7, image 3 of validation"."""
    parts = {
        "train": _("{name}, image {place} of training"),
        "val": _("{name}, image {place} of validation"),
        "test": _("{name}, image {place} of test"),
    }
    return parts[part].format(name=info.classes[label], place=number(place + 1))


def counts_text(info: DataSetInfo, label: int, counts: tuple[int, int, int]) -> str:
    """ "7: 6,265 images. Training 5,715, validation 550, test 1,028"."""
    train, val, test = (number(count) for count in counts)
    total = ngettext("{n} image", "{n} images", sum(counts)).format(n=number(sum(counts)))
    return _("{name}: {total}. Training {train}, validation {val}, test {test}").format(
        name=info.classes[label], total=total, train=train, val=val, test=test
    )


def title_text(info: DataSetInfo, part: PartName, label: int, place: int, count: int) -> str:
    """ "7 · validation image 3 of 522"."""
    parts = {
        "train": _("{name} · training image {place} of {count}"),
        "val": _("{name} · validation image {place} of {count}"),
        "test": _("{name} · test image {place} of {count}"),
    }
    return parts[part].format(name=info.classes[label], place=number(place + 1), count=number(count))
