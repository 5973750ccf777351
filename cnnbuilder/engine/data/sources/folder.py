"""A folder with a folder of images a class, perhaps in folders of parts; or one whose file names tell the class."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from cnnbuilder.engine.data.files_on_disk import FileOnDisk, files_below, files_in, folders_in
from cnnbuilder.engine.data.listing import PART_NAMES, Listed, Listing, in_order
from cnnbuilder.engine.data.natural_order import natural
from cnnbuilder.engine.data.own import moved
from cnnbuilder.engine.data.records import SetAside
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.network.data import Folder, PartName
from cnnbuilder.text import _

_GUESSES = (
    r"(?P<class>.*?[^\W\d_])[\W_]*\d+[\W_]*",  # cat_001, cat (1), IMG-cat-7
    r"\d+[\W_]+(?P<class>.*[^\W\d_])[\W_]*",  # 001_cat
)


def listing(source: Folder) -> Listing:
    """What the folder has. Raises `DataProblem` where it is gone, may not be read or has no file at all."""
    root = Path(source.path)
    if not root.is_dir():
        raise DataProblem(moved(source.path))
    try:
        found = _parts_and_classes(root) if source.pattern is None else None
        found = found or _by_name(root, source.pattern)
    except OSError as error:
        message = _("{path} cannot be read ({reason}).")
        raise DataProblem(message.format(path=source.path, reason=error.strerror or error)) from None
    if not found.files and not found.set_aside:
        raise DataProblem(
            _("There is no file in {path}: choose a folder of images.").format(path=source.path)
        )
    return found


def _parts_and_classes(root: Path) -> Listing | None:
    """A folder a class, in folders of parts where there are such; None where no folder has a file."""
    remarks = []
    place, prefix = root, ""
    inner = folders_in(place)
    while (
        len(inner) == 1
        and not _has_files(place)
        and folders_in(place / inner[0])
        and inner[0].casefold() not in PART_NAMES
    ):
        place, prefix = place / inner[0], f"{prefix}{inner[0]}/"
        remarks.append(_("The classes are looked for in {folder}.").format(folder=prefix.rstrip("/")))
        inner = folders_in(place)
        if len(prefix) > 1000:  # a link that leads to itself
            return None
    parts: list[tuple[str, PartName | None]] = [("", None)]
    named = [name for name in inner if name.casefold() in PART_NAMES and folders_in(place / name)]
    if any(PART_NAMES[name.casefold()] == "train" for name in named) or (named and len(named) == len(inner)):
        parts = [(f"{name}/", PART_NAMES[name.casefold()]) for name in named]
        others = [name for name in inner if name not in named]
        if others:
            message = _("{folders} lie beside the parts and are passed over.")
            remarks.append(message.format(folders=", ".join(others)))
    classes: dict[str, list[tuple[FileOnDisk, PartName | None]]] = {}
    set_aside = []
    for folder, part in parts:
        for name in folders_in(place / folder):
            beginning = f"{prefix}{folder}{name}/"
            for found in files_below(place / folder / name, root, place, place / folder):
                classes.setdefault(name, []).append((found._replace(file=beginning + found.file), part))
        set_aside += [
            SetAside(f"{prefix}{folder}{name}", _("in no class's folder"))
            for name in files_in(place / folder)
        ]
    if not classes:
        return None
    names = tuple(sorted(classes, key=natural))
    files = in_order(
        Listed(found.file, label, part, None, found.size, found.changed)
        for label, name in enumerate(names)
        for found, part in classes[name]
    )
    return Listing(root, names, files, tuple(set_aside), (), tuple(remarks))


def _has_files(folder: Path) -> bool:
    return any(True for _name in files_in(folder))


def _by_name(root: Path, pattern: str | None) -> Listing:
    """All files below the folder; their classes from their names, where a pattern is given or can be guessed."""
    found = list(files_below(root))
    remarks: tuple[str, ...] = ()
    if pattern is None:
        pattern = guessed_pattern([one.file for one in found])
        if pattern is None:
            remarks = (_("Neither folders nor file names tell classes: all images are unlabelled."),)
            unlabelled = (Listed(one.file, 0, None, None, one.size, one.changed) for one in found)
            return Listing(root, (_("unlabelled"),), in_order(unlabelled), (), (), remarks)
        remarks = (
            _("The classes were guessed from the file names, such as {file}.").format(file=found[0].file),
        )
    try:
        matcher = re.compile(pattern)
        if "class" not in matcher.groupindex:
            raise re.error("no group")  # noqa: TRY301
    except re.error:
        message = _('The pattern {pattern} is no regular expression with a group "class".')
        raise DataProblem(message.format(pattern=pattern)) from None
    classes = {
        one: match["class"]
        for one in found
        if (match := matcher.fullmatch(_stem(one.file))) and match["class"]
    }
    names = tuple(sorted(set(classes.values()), key=natural))
    places = {name: at for at, name in enumerate(names)}
    files = in_order(
        Listed(one.file, places[name], None, None, one.size, one.changed) for one, name in classes.items()
    )
    others = sorted((one.file for one in found if one not in classes), key=natural)
    aside = tuple(SetAside(file, _("its name tells no class")) for file in others)
    return Listing(root, names, files, aside, (), remarks)


def guessed_pattern(files: list[str]) -> str | None:
    """The pattern that finds a class in nearly all names, at least two classes, and few for so many files."""
    stems = [_stem(file) for file in files]
    for pattern in _GUESSES:
        counts = Counter(match["class"] for stem in stems if (match := re.fullmatch(pattern, stem)))
        told = sum(counts.values())
        if told >= 0.9 * len(stems) and 2 <= len(counts) <= max(2, told // 3):
            return pattern
    return None


def _stem(file: str) -> str:
    """The name without folders and ending."""
    return file.rpartition("/")[2].rpartition(".")[0] or file.rpartition("/")[2]
