"""Reads a CSV or TSV file as people save them: any usual delimiter and encoding, with or without a line of names."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.text import _

MOST_BYTES = 500_000_000
_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED = 100
"""So many lines tell the delimiter."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


class TableRows(NamedTuple):
    """A table as it stands in the file, every cell without spaces around it."""

    head: tuple[str, ...]
    """The first line, which holds the names of the columns or is a row like the others."""
    rows: tuple[tuple[str, ...], ...]
    """All other lines, each as long as the longest."""

    def without_names(self) -> TableRows:
        """The same table where the first line is a row: columns are called "column 1", "column 2", …"""
        names = tuple(_("column {number}").format(number=at + 1) for at in range(len(self.head)))
        return TableRows(names, (self.head, *self.rows))

    def column(self, name: str) -> tuple[str, ...]:
        """The values of a column, from the first row to the last."""
        at = self.head.index(name)
        return tuple(row[at] for row in self.rows)


def read_table(path: Path) -> TableRows:
    """The table in a file. Raises `DataProblem` with one sentence."""
    text = _text(path)
    delimiter = _delimiter(text, path.suffix.casefold() == ".tsv")
    try:
        rows = [row for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        message = _("{name} is no table that can be read ({reason}).")
        raise DataProblem(message.format(name=path.name, reason=error)) from None
    if not rows:
        raise DataProblem(_("{name} is empty, so it names no images.").format(name=path.name))
    width = max(map(len, rows))
    filled = [tuple(cell.strip() for cell in (*row, *[""] * (width - len(row)))) for row in rows]
    return TableRows(_distinct(filled[0]), tuple(filled[1:]))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        message = _("{name} cannot be read ({reason}).")
        raise DataProblem(message.format(name=path.name, reason=error.strerror or error)) from None
    if len(content) > MOST_BYTES:
        raise DataProblem(_("{name} is larger than any table of images.").format(name=path.name))
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252", "latin-1"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataProblem(_("{name} holds no text: save it as CSV in UTF-8.").format(name=path.name))


def _delimiter(text: str, is_tsv: bool) -> str:
    """The one that cuts most lines into equally many cells, and into several; a tab or comma where none does."""
    lines = text.splitlines()[:_SNIFFED]

    def agreement(delimiter: str) -> tuple[float, int]:
        try:
            counts = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        except csv.Error:
            return 0.0, 0
        several = [(lines_like_it, cells) for cells, lines_like_it in counts.items() if cells > 1]
        like_it, cells = max(several, default=(0, 0))
        return like_it / max(1, counts.total()), cells

    order = ("\t", *_DELIMITERS) if is_tsv else _DELIMITERS
    best = max(order, key=agreement)  # the first of equals
    return best if agreement(best)[1] > 1 else order[0]


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names, each once: nameless and repeated columns get a number."""
    found: list[str] = []
    for at, name in enumerate(names):
        wanted = name or _("column {number}").format(number=at + 1)
        found.append(wanted if wanted not in found else f"{wanted} ({at + 1})")
    return tuple(found)
