"""Finds out which column of a table holds what: by its name, else by its content."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from cnnbuilder.engine.data.listing import PART_NAMES
from cnnbuilder.engine.data.table_file import TableRows

FILE_NAMES = (
    "image", "file", "filename", "path", "filepath", "imagepath", "imagename", "imageid", "img",
    "imgid", "photo", "picture", "id",
)  # fmt: skip
LABEL_NAMES = (
    "label", "class", "category", "target", "labels", "classname", "labelname", "species", "breed",
    "type", "diagnosis", "dx", "y",
)  # fmt: skip
GROUP_NAMES = (
    "group", "sender", "patient", "patientid", "person", "personid", "subject", "subjectid", "user",
    "userid", "author", "photographer", "owner", "lesionid", "session", "sequence", "video",
)  # fmt: skip
COLUMN_OF_PARTS = ("part", "split", "subset", "partition", "set", "fold", "usage")
_YES_AND_NO = frozenset({"0", "1", "0.0", "1.0", "true", "false", ""})
YES = frozenset({"1", "1.0", "true"})
_SAMPLE = 500
"""So many rows tell what a column holds."""


class GuessedColumns(NamedTuple):
    """Which column is what; None or empty where none can be it."""

    file: str | None
    label: tuple[str, ...]
    """Several: one-hot columns, whose names are the classes."""
    group: str | None
    part: str | None


def guess(table: TableRows, is_file: Callable[[str], bool]) -> GuessedColumns:
    """`is_file`: whether a cell names a file that is there."""
    step = max(1, len(table.rows) // _SAMPLE)
    sample = TableRows(table.head, table.rows[::step])
    file = _file_column(sample, is_file)
    others = [name for name in table.head if name != file]
    part = _part_column(sample, others)
    group = _named(others, GROUP_NAMES)
    rest = [name for name in others if name not in (part, group)]
    return GuessedColumns(file, _label_columns(sample, rest), group, part)


def names_of_files(cells: Iterable[str], is_file: Callable[[str], bool]) -> float:
    """The share of cells that name a file that is there."""
    known = [cell for cell in cells if cell]
    return sum(map(is_file, known)) / len(known) if known else 0.0


def _file_column(table: TableRows, is_file: Callable[[str], bool]) -> str | None:
    shares = {name: names_of_files(table.column(name), is_file) for name in table.head}
    by_name = _named([name for name in table.head if shares[name] > 0], FILE_NAMES)
    best = max(table.head, key=lambda name: shares[name])
    if by_name is not None and shares[by_name] >= 0.5 * shares[best]:
        return by_name
    return best if shares[best] > 0 else None


def _label_columns(table: TableRows, names: list[str]) -> tuple[str, ...]:
    named = _named(names, LABEL_NAMES)
    if named is not None:
        return (named,)
    marks = [name for name in names if set(map(str.casefold, table.column(name))) <= _YES_AND_NO]
    if len(marks) >= 2 and _one_in_each_row(table, marks):
        return tuple(marks)
    # Few values, each of them often: the fewer, the more it looks like a class.
    counts = {name: len(Counter(filter(None, table.column(name)))) for name in names}
    likely = [name for name in names if 2 <= counts[name] <= max(2, len(table.rows) // 3)]
    words = [name for name in likely if not all(map(_is_number, filter(None, table.column(name))))]
    return (min(words or likely, key=lambda name: counts[name]),) if likely else ()


def _one_in_each_row(table: TableRows, marks: list[str]) -> bool:
    columns = [table.column(name) for name in marks]
    return all(sum(cell.casefold() in YES for cell in row) == 1 for row in zip(*columns, strict=True))


def _part_column(table: TableRows, names: list[str]) -> str | None:
    def tells_parts(name: str) -> bool:
        values = {value.casefold() for value in table.column(name) if value}
        return bool(values) and values <= PART_NAMES.keys()

    telling = [name for name in names if tells_parts(name)]
    return _named(telling, COLUMN_OF_PARTS) or (telling[0] if telling else None)


def _named(names: list[str], wanted: tuple[str, ...]) -> str | None:
    """The column whose name comes first among the wanted ones; capitals, spaces, _ and - do not matter."""
    plain = {re.sub(r"[\W_]", "", name.casefold()): name for name in reversed(names)}
    return next((plain[name] for name in wanted if name in plain), None)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
