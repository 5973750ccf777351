"""Edits of a project's data: every one is checked, and gives a new value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from cnnbuilder.network.data import Change, Data, PartName
from cnnbuilder.text import _


def setting(data: Data, place: str) -> Any:
    """What stands at a place: "fit", "split.seed", "augmentation.shift"."""
    value: Any = data
    for name in place.split("."):
        value = getattr(value, name)
    return value


def with_setting(data: Data, place: str, value: Any) -> Data:
    """The data with one other value at a place. Raises `msgspec.ValidationError` where it is out of range."""
    group, _dot, name = place.rpartition(".")
    if not group:
        fields = {field: getattr(data, field) for field in data.__struct_fields__} | {name: value}
        msgspec.convert(value, _type_of(Data, name))
        return Data(**fields)
    inner = getattr(data, group)
    return replace(data, **{group: msgspec.convert({**asdict(inner), name: value}, type(inner))})


def with_changes(
    data: Data,
    images: Iterable[str],
    *,
    excluded: bool | None = None,
    label: str | None = None,
    part: PartName | None = None,
) -> Data:
    """The data with another decision about these images, named by their content; what is None stays as it was.

    A decision that says nothing any longer is dropped. The order is that in which images were first decided on.
    """
    changes = {change.image: change for change in data.changes}
    for image in images:
        change = changes.get(image, Change(image))
        if excluded is not None:
            change = replace(change, excluded=excluded)
        if label is not None:
            change = replace(change, label=label)
        if part is not None:
            change = replace(change, part=part)
        changes[image] = msgspec.convert(asdict(change), Change)
    return replace(data, changes=tuple(c for c in changes.values() if c != Change(c.image)))


def without_changes(data: Data, images: Iterable[str]) -> Data:
    """The data without any decision about these images: they are again as their files have them."""
    gone = set(images)
    return replace(data, changes=tuple(change for change in data.changes if change.image not in gone))


_DIRECTIONS = ("left", "right", "up", "down", "arrow", "links", "rechts", "izquierda", "derecha")
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def flip_warning(classes: tuple[str, ...]) -> str | None:
    """One sentence where a mirrored image would be another class, or none: digits, letters, directions; else None.

    Judged by the names of the classes, where at least half of them are of such a kind.
    """
    names = [name.strip().casefold() for name in classes]
    most = max(1, len(names) / 2)
    digits = sum(name.isdecimal() or name in _NUMBERS or _numbered(name, "digit") for name in names)
    letters = sum((len(name) == 1 and name.isalpha()) or _numbered(name, "letter") for name in names)
    directions = sum(any(word in _words(name) for word in _DIRECTIONS) for name in names)
    if digits >= most:
        return _("Mirrored digits are no digits: leave flips off.")
    if letters >= most:
        return _("Mirrored letters are other letters, or none: leave flips off.")
    if directions >= most or (directions >= 2 and "left" in names and "right" in names):
        return _("Mirrored, left becomes right: leave flips off.")
    return None


def _numbered(name: str, word: str) -> bool:
    return name.startswith(word) and len(name) > len(word)


def _words(name: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in name).split()


def _type_of(struct: type[msgspec.Struct], name: str) -> Any:
    return next(field.type for field in msgspec.structs.fields(struct) if field.name == name)
