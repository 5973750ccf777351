"""How the Data workspace names sizes, parts and images."""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.engine.data.catalogue import DataSetInfo, OwnDataSet
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
    """What stands below a data set's title in the list: "70,000 · 28×28 grey", "3,781 images · 10 classes"."""
    if isinstance(info, OwnDataSet):
        return _images_and_classes(info)
    return f"{number(all_images(info))} · {size_text(info.shape)}"


def _images_and_classes(info: DataSetInfo) -> str:
    count, classes = all_images(info), len(info.classes)
    return " · ".join(
        (
            ngettext("{n} image", "{n} images", count).format(n=number(count)),
            ngettext("{n} class", "{n} classes", classes).format(n=number(classes)),
        )
    )


def _sizes_text(info: OwnDataSet) -> str:
    """ "55–128 wide, 58–128 high"."""
    (low_height, low_width), (high_height, high_width) = info.smallest, info.largest
    if info.smallest == info.largest:
        return f"{low_height}×{low_width}"
    return _("{widths} wide, {heights} high").format(
        widths=_range(low_width, high_width), heights=_range(low_height, high_height)
    )


def _range(low: int, high: int) -> str:
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def path_text(path: str) -> str:
    """A path as people write it: what lies in their own folder begins with "~"."""
    home = str(Path.home())
    return f"~{path[len(home) :]}" if home != "/" and Path(path).is_relative_to(home) else path


def own_facts_text(info: OwnDataSet) -> str:
    """What stands below the title of one's own images: how many, of what sizes, and where they lie."""
    colour = _("colour") if info.colour else _("grey")
    facts = [*_images_and_classes(info).split(" · "), _sizes_text(info), colour, path_text(info.path)]
    return " · ".join(fact.replace(" ", "\u00a0") for fact in facts[:-1]) + f" · {facts[-1]}"


def facts_text(info: DataSetInfo) -> str:
    """What stands below the title of the data set that is shown, in one line."""
    if isinstance(info, OwnDataSet):
        return own_facts_text(info)
    facts = [
        *_images_and_classes(info).split(" · "),
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
