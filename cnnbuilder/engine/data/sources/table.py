"""A CSV or TSV file with a row an image: its file, its class, and perhaps its group and part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from cnnbuilder.engine.data.files_on_disk import FileOnDisk, files_below
from cnnbuilder.engine.data.listing import PART_NAMES, Listed, Listing, in_order
from cnnbuilder.engine.data.natural_order import natural
from cnnbuilder.engine.data.own import moved
from cnnbuilder.engine.data.records import Finding, SetAside
from cnnbuilder.engine.data.report import file_without_row, named_twice, row_without_file
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.data.table_columns import YES, guess, names_of_files
from cnnbuilder.engine.data.table_file import TableRows, read_table
from cnnbuilder.network.data import PartName, Table
from cnnbuilder.text import _, ngettext, number

ENDINGS = (".csv", ".tsv")
_UNSURE = frozenset(
    {"not sure", "unsure", "skip", "skipped", "unknown", "unlabelled", "unlabeled", "n/a", "na", "none", "?"}
)
"""Classes that are none: whoever labelled the images did not know."""


class _Files:
    """The files beside the table, by whatever people write into a table to name them."""

    def __init__(self, folder: Path, table: Path) -> None:
        found = (one for one in files_below(folder) if Path(one.file).suffix.casefold() not in ENDINGS)
        self.all = sorted(found, key=lambda one: natural(one.file))
        self._named: dict[str, FileOnDisk] = {}
        for one in self.all:
            name = one.file.rpartition("/")[2]
            for written in (one.file, name, one.file.rpartition(".")[0], name.rpartition(".")[0]):
                if written:
                    self._named.setdefault(written, one)
                    self._named.setdefault(written.casefold(), one)

    def find(self, cell: str) -> FileOnDisk | None:
        """What a cell means: a path, a name, with or without an ending, capitals or not."""
        if not cell:
            return None
        plain = cell.replace("\\", "/").removeprefix("./")
        while plain:
            if found := self._named.get(plain) or self._named.get(plain.casefold()):
                return found
            _folder, slash, plain = plain.partition("/")  # the path on another machine ends as it does here
            if not slash:
                break
        return None

    def has(self, cell: str) -> bool:
        """Whether a cell names a file that is there."""
        return self.find(cell) is not None


def with_columns(source: Table) -> Table:
    """The table with its columns of groups and of parts, where it has such: what is proposed to a person."""
    table, files = _read(source)
    guessed = guess(table, files.has)
    return replace(source, group=guessed.group, part=guessed.part)


def listing(source: Table) -> Listing:
    """What the table names. Raises `DataProblem` where it is gone, or tells no files or no classes."""
    table, files = _read(source)
    guessed = guess(table, files.has)
    file_column = source.file or guessed.file
    labels = source.label or guessed.label
    name = Path(source.path).name
    for column in (file_column, *labels, source.group, source.part):
        if column is not None and column not in table.head:
            message = _("{name} has no column {column}; it has {columns}.")
            raise DataProblem(message.format(name=name, column=column, columns=", ".join(table.head)))
    if file_column is None:
        raise DataProblem(_("No column of {name} names files that lie beside it.").format(name=name))
    if not labels:
        raise DataProblem(_("No column of {name} looks like a class: name it.").format(name=name))
    reader = _Reader(table, files, file_column, labels, source)
    remarks = [*_said(source, file_column, labels)]
    return reader.listing(Path(source.path).parent, tuple(remarks))


def _read(source: Table) -> tuple[TableRows, _Files]:
    path = Path(source.path)
    if not path.is_file():
        raise DataProblem(moved(source.path))
    table, files = read_table(path), _Files(path.parent, path)
    if names_of_files(table.head, files.has) > 0:
        table = table.without_names()
    return table, files


def _said(source: Table, file_column: str, labels: tuple[str, ...]) -> Iterable[str]:
    if source.file is None:
        yield _("The files are taken from the column “{column}”.").format(column=file_column)
    if not source.label:
        text = ngettext(
            "The classes are taken from the column “{columns}”.",
            "The classes are the columns {columns}, one marked in each row.",
            len(labels),
        )
        yield text.format(columns=", ".join(labels))
    if source.group is not None:
        yield _("Images with the same “{column}” stay in one part.").format(column=source.group)


class _Reader:
    """Goes through the rows, and keeps what is wrong with them."""

    def __init__(
        self, table: TableRows, files: _Files, file_column: str, labels: tuple[str, ...], source: Table
    ) -> None:
        self._files = files
        self._cells = table.column(file_column)
        self._labels = _labels(table, labels)
        self._groups = table.column(source.group) if source.group else None
        self._parts = table.column(source.part) if source.part else None

    def listing(self, folder: Path, remarks: tuple[str, ...]) -> Listing:
        """All rows that name a file and a class."""
        rows: dict[str, list[int]] = defaultdict(list)
        on_disk: dict[str, FileOnDisk] = {}
        gone: list[str] = []
        for row, cell in enumerate(self._cells):
            one = self._files.find(cell)
            if one is None:
                gone.append(cell or _("row {row}").format(row=row + 2))
            else:
                rows[one.file].append(row)
                on_disk[one.file] = one
        twice = sorted((file for file in rows if len(rows[file]) > 1), key=natural)
        at_odds = [file for file in twice if len({self._labels[row] for row in rows[file]}) > 1]
        aside = [SetAside(file, _("named twice, with different classes")) for file in at_odds]
        for file in at_odds:
            del rows[file]
        for file in sorted((file for file in rows if not self._labels[rows[file][0]]), key=natural):
            aside.append(SetAside(file, _("no class in its row")))
            del rows[file]
        classes = tuple(sorted({self._labels[row[0]] for row in rows.values()}, key=natural))
        places = {name: at for at, name in enumerate(classes)}
        files = in_order(
            Listed(
                file,
                places[self._labels[row[0]]],
                self._part(row[0]),
                self._group(row[0]),
                *on_disk[file][1:],
            )
            for file, row in rows.items()
        )
        without = tuple(one.file for one in self._files.all if one.file not in on_disk)
        findings = _findings(tuple(gone), without, tuple(twice), tuple(at_odds), files, classes)
        return Listing(folder, classes, files, tuple(aside), findings, remarks)

    def _part(self, row: int) -> PartName | None:
        return PART_NAMES.get(self._parts[row].casefold()) if self._parts else None

    def _group(self, row: int) -> str | None:
        return self._groups[row] or None if self._groups else None


def _labels(table: TableRows, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The class of each row; empty where it has none."""
    if len(columns) == 1:
        return table.column(columns[0])
    marks = [table.column(name) for name in columns]
    found = []
    for row in zip(*marks, strict=True):
        said = [name for name, cell in zip(columns, row, strict=True) if cell.casefold() in YES]
        found.append(said[0] if len(said) == 1 else "")
    return tuple(found)


def _findings(
    gone: tuple[str, ...],
    without: tuple[str, ...],
    twice: tuple[str, ...],
    at_odds: tuple[str, ...],
    files: tuple[Listed, ...],
    classes: tuple[str, ...],
) -> tuple[Finding, ...]:
    found = [row_without_file(gone)] if gone else []
    found += [file_without_row(without)] if without else []
    found += [named_twice(twice, len(at_odds))] if twice else []
    doubtful = [at for at, name in enumerate(classes) if name.casefold() in _UNSURE]
    if doubtful:
        named = tuple(one.file for one in files if one.label in doubtful)
        names = ", ".join(f"“{classes[at]}”" for at in doubtful)
        message = ngettext(
            "{n} image has the class {names}.", "{n} images have the class {names}.", len(named)
        )
        found.append(Finding("unsure", "amber", message.format(n=number(len(named)), names=names), named))
    return tuple(found)
