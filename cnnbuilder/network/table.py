"""The Analysis table: a row for each block, a row of totals, and the whole as CSV, Markdown or LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.columns import COLUMNS, CellValue, Column, Entry, Setting
from cnnbuilder.network.memory import kept_for_backward
from cnnbuilder.network.project import Training
from cnnbuilder.network.rows import Row
from cnnbuilder.network.saved_activations import Precision
from cnnbuilder.text import _


class Table(NamedTuple):
    """All rows, in the order in which the network runs, then loose blocks; `columns` are those that say something."""

    setting: Setting
    entries: list[Entry]
    columns: tuple[Column, ...]

    def totals(self) -> list[str]:
        """The last row: one text a column."""
        texts = [column.total_text(self.setting.analysis, self.entries) for column in self.columns]
        return [_("Total"), *texts[1:]]


def table(analysis: Analysis, training: Training, precision: Precision = "float32") -> Table:
    """The table of a network; memory is that of a batch of `training.batch_size` images."""
    kept = kept_for_backward(analysis, precision)
    setting = Setting(analysis, training.batch_size, precision)
    entries = [
        Entry(row, None if row.output is None else training.batch_size * kept.get(id_, 0), setting)
        for id_, row in analysis.rows.items()
    ]
    columns = tuple(column for column in COLUMNS if column.informative(entries))
    return Table(setting, entries, columns)


def entry(analysis: Analysis, training: Training, row: Row, precision: Precision = "float32") -> Entry:
    """One row of the table by itself."""
    kept = kept_for_backward(analysis, precision).get(row.block.id, 0)
    setting = Setting(analysis, training.batch_size, precision)
    return Entry(row, None if row.output is None else training.batch_size * kept, setting)


def as_csv(analysis: Analysis, training: Training, precision: Precision = "float32") -> str:
    """Every column with raw numbers: bytes for memory, a fraction for the share; unknown is empty. No totals."""
    shown = table(analysis, training, precision)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([head for column in COLUMNS for head in _heads(column)])
    for entry in shown.entries:
        writer.writerow([part for column in COLUMNS for part in _parts(column, column.value(entry))])
    return text.getvalue()


def _heads(column: Column) -> list[str]:
    return [f"{column.key}_{axis}" for axis in column.axes] if column.axes else [column.key]


def _parts(column: Column, value: CellValue) -> Sequence[CellValue]:
    """A value as cells; a shape with fewer axes than there are cells fills the first."""
    if not column.axes:
        return [value]
    sizes = value if isinstance(value, tuple) else ()
    parts = [size if isinstance(size, int) else float(size) for size in sizes]
    return [*parts, *[None] * (len(column.axes) - len(parts))]


def as_markdown(analysis: Analysis, training: Training, precision: Precision = "float32") -> str:
    """A table for README files: columns of even width, numbers to the right, totals in bold."""
    shown = table(analysis, training, precision)
    heads = [_escaped_markdown(head) for head in _titles(shown)]
    rows = [[_escaped_markdown(text) for text in row] for row in _texts(shown)]
    rows.append([f"**{text}**" if text else "" for text in shown.totals()])
    widths = [max(3, *(len(row[place]) for row in (heads, *rows))) for place in range(len(heads))]
    rule = [
        "-" * (width - 1) + ":" if column.number else "-" * width for column, width in _with(shown, widths)
    ]
    lines = [
        [text.rjust(width) if column.number else text.ljust(width) for text, (column, width) in pairs]
        for row in (heads, *rows)
        for pairs in [zip(row, _with(shown, widths), strict=True)]
    ]
    lines.insert(1, rule)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def as_latex(analysis: Analysis, training: Training, precision: Precision = "float32") -> str:
    """A tabular for a paper; it wants the package booktabs."""
    shown = table(analysis, training, precision)
    kinds = "".join("r" if column.number else "l" for column in shown.columns)
    body = [_latex_line(row) for row in _texts(shown)]
    return "\n".join([
        "% \\usepackage{booktabs}",
        f"\\begin{{tabular}}{{{kinds}}}",
        "\\toprule",
        _latex_line(_titles(shown)),
        "\\midrule",
        *body,
        "\\midrule",
        _latex_line(shown.totals()),
        "\\bottomrule",
        "\\end{tabular}",
        "",
    ])  # fmt: skip


WRITERS = {".csv": as_csv, ".md": as_markdown, ".tex": as_latex}
"""How the table is written, by the file's ending."""


def as_text(shown: Table, rows: Sequence[int]) -> str:
    """Some rows with their heads, the cells parted by tabs, as spreadsheets paste them."""
    texts = [[column.text(shown.entries[place]) for column in shown.columns] for place in rows]
    return "\n".join("\t".join(line) for line in [_titles(shown), *texts])


def _titles(shown: Table) -> list[str]:
    return [column.title for column in shown.columns]


def _texts(shown: Table) -> list[list[str]]:
    return [[column.text(entry) for column in shown.columns] for entry in shown.entries]


def _with(shown: Table, widths: list[int]) -> list[tuple[Column, int]]:
    return list(zip(shown.columns, widths, strict=True))


def _escaped_markdown(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\|*_`<[" else sign for sign in text)


_LATEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "×": r"$\times$", "−": r"$-$", "–": "--",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}  # fmt: skip


def _latex_line(texts: list[str]) -> str:
    return " & ".join("".join(_LATEX.get(sign, sign) for sign in text) for text in texts) + r" \\"
