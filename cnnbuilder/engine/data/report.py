"""What a person should know of their own images before training: the same twice, alike, too few, uneven."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from cnnbuilder.engine.data.records import Finding, ImageRecord, SetAside
from cnnbuilder.text import _, ngettext, number, share_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEW = 20
"""Training images of a class below which what is learned of it is chance."""
UNEVEN = 3
"""So many times the images of the smallest class make the largest one worth a word."""
_SMALLEST_COMPARED = 32
"""Pixels of a side: smaller images look alike whatever they show."""
_PART_NAMES = ("train", "val", "test")

Pair = tuple[str, str]


def findings(
    records: Sequence[ImageRecord],
    tiny: NDArray[np.uint8],
    parts: NDArray[np.int64],
    labels: NDArray[np.int64],
    classes: Sequence[str],
) -> tuple[Finding, ...]:
    """What is odd about images, grave things first.

    `tiny`: N×32×32×3, an image a record. `parts`: N numbers, 0 training, 1 validation, 2 test, negative for images that
    are excluded; `labels`: N places in `classes`. Both after the division and the project's changes.
    """
    images = _Images(records, parts, labels, classes)
    found = [*images.equal(), *images.alike(tiny), *images.groups(), *images.few(), *images.uneven()]
    return tuple(sorted(found, key=lambda finding: finding.severity != "red"))


class _Images:
    """The images that are not excluded."""

    def __init__(
        self,
        records: Sequence[ImageRecord],
        parts: NDArray[np.int64],
        labels: NDArray[np.int64],
        classes: Sequence[str],
    ) -> None:
        self._records = records
        self._classes = classes
        self._parts: list[int] = parts.tolist()
        self._labels: list[int] = labels.tolist()
        self._kept = [place for place, part in enumerate(self._parts) if part >= 0]
        self._by_content: dict[str, list[int]] = defaultdict(list)
        for place in self._kept:
            self._by_content[records[place].content].append(place)

    def equal(self) -> Iterable[Finding]:
        """Files that are equal byte by byte. A copy may be told twice: as a leak, and as a contradiction."""
        same = [places for places in self._by_content.values() if len(places) > 1]
        across_parts = [places for places in same if len({self._parts[p] for p in places}) > 1]
        across_classes = [places for places in same if len({self._labels[p] for p in places}) > 1]
        within = [places for places in same if len({(self._parts[p], self._labels[p]) for p in places}) == 1]
        yield from self._of_groups(
            "equal-across-parts",
            "red",
            across_parts,
            ngettext(
                "{n} image stands in more than one part: the network is measured with what it has learned from.",
                "{n} images stand in more than one part: the network is measured with what it has learned from.",
                len(across_parts),
            ),
            self._parts,
        )
        yield from self._of_groups(
            "equal-across-classes",
            "red",
            across_classes,
            ngettext(
                "{n} image stands in more than one class: one of them is wrong.",
                "{n} images stand in more than one class: all but one of each are wrong.",
                len(across_classes),
            ),
            self._labels,
        )
        copies = sum(len(places) - 1 for places in within)
        yield from self._of_groups(
            "equal",
            "amber",
            within,
            ngettext(
                "{copies} file is an exact copy of another in the same class and part.",
                "{copies} files are exact copies of others in the same class and part.",
                copies,
            ),
            None,
            copies,
        )

    def alike(self, tiny: NDArray[np.uint8]) -> Iterable[Finding]:
        """Images that differ by less than can be seen, though their files do."""
        import numpy as np

        from cnnbuilder.engine.data import near_equal

        firsts = [places[0] for places in self._by_content.values()]
        large = [
            place
            for place in firsts
            if min(self._records[place].width, self._records[place].height) >= _SMALLEST_COMPARED
        ]
        pairs = near_equal.pairs(tiny, np.array(sorted(large), np.int64))
        parts = [pair for pair in pairs if self._parts[pair[0]] != self._parts[pair[1]]]
        chosen = set(parts)
        labels = [pair for pair in pairs if self._labels[pair[0]] != self._labels[pair[1]]]
        chosen.update(labels)
        rest = [pair for pair in pairs if pair not in chosen]
        yield from self._of_pairs(
            "near-equal-across-parts",
            parts,
            ngettext(
                "{n} pair of images that look alike stands in two parts: measuring with them flatters.",
                "{n} pairs of images that look alike stand in two parts: measuring with them flatters.",
                len(parts),
            ),
        )
        yield from self._of_pairs(
            "near-equal-across-classes",
            labels,
            ngettext(
                "{n} pair of images that look alike stands in two classes: one of them may be wrong.",
                "{n} pairs of images that look alike stand in two classes: one of each may be wrong.",
                len(labels),
            ),
        )
        yield from self._of_pairs(
            "near-equal",
            rest,
            ngettext(
                "{n} pair of images in the same class and part looks alike.",
                "{n} pairs of images in the same class and part look alike.",
                len(rest),
            ),
        )

    def groups(self) -> Iterable[Finding]:
        """Groups, for example one person's pictures, that stand on both sides of a division."""
        members: dict[str, list[int]] = defaultdict(list)
        for place in self._kept:
            group = self._records[place].group
            if group is not None:
                members[group].append(place)
        divided = [places for places in members.values() if len({self._parts[p] for p in places}) > 1]
        yield from self._of_groups(
            "group-across-parts",
            "amber",
            divided,
            ngettext(
                "{n} group of {all} stands in more than one part: divide by group to measure with new ones.",
                "{n} groups of {all} stand in more than one part: divide by group to measure with new ones.",
                len(divided),
            ).replace("{all}", number(len(members))),
            self._parts,
        )

    def few(self) -> Iterable[Finding]:
        """Classes that have next to nothing to learn from, or nothing to be measured with."""
        for label, name in enumerate(self._classes):
            places = [place for place in self._kept if self._labels[place] == label]
            training = sum(1 for place in places if self._parts[place] == 0)
            files = tuple(self._records[place].file for place in places)
            if training < FEW:
                message = ngettext(
                    "{name} has {n} training image: a class wants {few} at least.",
                    "{name} has {n} training images: a class wants {few} at least.",
                    training,
                ).format(name=name, n=number(training), few=number(FEW))
                yield Finding("few-images", "amber", message, files)
            elif 1 in self._parts and not any(self._parts[place] == 1 for place in places):
                message = _("{name} has no validation image: nothing tells how well it is learned.")
                yield Finding("few-images", "amber", message.format(name=name), files)

    def uneven(self) -> Iterable[Finding]:
        """One class with many times the training images of another."""
        counts = [0] * len(self._classes)
        for place in self._kept:
            if self._parts[place] == 0:
                counts[self._labels[place]] += 1
        if len(counts) < 2 or max(counts) < UNEVEN * max(1, min(counts)):
            return
        most, least = counts.index(max(counts)), counts.index(min(counts))
        message = _(
            "{most} has {many} training images and {least} has {few}: always saying {most} is right for "
            "{share}, so look at balanced accuracy, and balance the classes."
        ).format(
            most=self._classes[most],
            many=number(counts[most]),
            least=self._classes[least],
            few=number(counts[least]),
            share=share_text(counts[most] / sum(counts)),
        )
        yield Finding("imbalance", "amber", message, ())

    def _of_groups(
        self,
        kind: str,
        severity: Literal["red", "amber"],
        groups: list[list[int]],
        message: str,
        sides: list[int] | None,
        copies: int = 0,
    ) -> Iterable[Finding]:
        """One finding of sets of images. Its pairs: the first image of each set with the first of every other side."""
        if not groups:
            return
        pairs = []
        for places in groups:
            first = places[0]
            others = {sides[place] if sides else place: place for place in reversed(places)}
            pairs += [
                (self._file(first), self._file(place))
                for side, place in sorted(others.items(), key=lambda item: item[1])
                if place != first and (sides is None or side != sides[first])
            ]
        files = tuple(self._file(place) for places in groups for place in places)
        text = message.format(n=number(len(groups)), copies=number(copies))
        yield Finding(kind, severity, text, files, tuple(pairs))

    def _of_pairs(self, kind: str, pairs: list[tuple[int, int]], message: str) -> Iterable[Finding]:
        if not pairs:
            return
        files = tuple(self._file(place) for place in sorted({place for pair in pairs for place in pair}))
        named = tuple((self._file(first), self._file(second)) for first, second in pairs)
        yield Finding(kind, "amber", message.format(n=number(len(pairs))), files, named)

    def _file(self, place: int) -> str:
        return self._records[place].file


def row_without_file(files: Sequence[str]) -> Finding:
    """Rows of a table whose files are not there."""
    message = ngettext(
        "{n} row names a file that is not there.", "{n} rows name files that are not there.", len(files)
    )
    return Finding("row-without-file", "amber", message.format(n=number(len(files))), tuple(files))


def file_without_row(files: Sequence[str]) -> Finding:
    """Images that no row of a table names."""
    message = ngettext(
        "{n} image is in no row, so its class is not known.",
        "{n} images are in no row, so their classes are not known.",
        len(files),
    )
    return Finding("file-without-row", "amber", message.format(n=number(len(files))), tuple(files))


def named_twice(files: Sequence[str], contradicting: int) -> Finding:
    """Files that several rows name; `contradicting` of them with more than one class."""
    message = ngettext(
        "{n} file is named by more than one row; set aside for more than one class: {contradicting}.",
        "{n} files are named by more than one row; set aside for more than one class: {contradicting}.",
        len(files),
    ).format(n=number(len(files)), contradicting=number(contradicting))
    return Finding("named-twice", "red" if contradicting else "amber", message, tuple(files))


HEAD = ("file", "class", "part", "group", "width", "height", "mode", "content", "findings", "set_aside")
"""The columns of a report's CSV."""


def as_csv(
    records: Sequence[ImageRecord],
    parts: NDArray[np.int64],
    labels: NDArray[np.int64],
    classes: Sequence[str],
    set_aside: Sequence[SetAside],
    found: Sequence[Finding],
) -> str:
    """A row an image and a row a file that was set aside, with the kinds of the findings that name it."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for finding in found:
        for file in finding.files:
            kinds[file].append(finding.kind)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for record, part, label in zip(records, parts.tolist(), labels.tolist(), strict=True):
        name = _PART_NAMES[part] if part >= 0 else ""
        writer.writerow(
            [
                record.file, classes[label], name, record.group or "", record.width, record.height,
                record.mode, record.content, " ".join(kinds[record.file]), "",
            ]
        )  # fmt: skip
    for file, reason in set_aside:
        writer.writerow([file, *[""] * 7, " ".join(kinds[file]), reason])
    return text.getvalue()
