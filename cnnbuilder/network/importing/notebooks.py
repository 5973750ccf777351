"""The code of a Jupyter notebook as one program; what its cells showed is skipped."""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from cnnbuilder.network.importing.parsing import CannotReadError
from cnnbuilder.text import _

_OTHER_LANGUAGE = re.compile(r"\s*%%(?!time|timeit|capture|prun)[a-z]")
"""The first line of a cell that is no Python: %%bash, %%html."""


class _Cell(Struct):
    cell_type: str = ""
    source: str | list[str] = ""
    input: str | list[str] = ""
    """Where notebooks of version 3 have their code."""


class _Sheet(Struct):
    cells: list[_Cell] = []


class _Notebook(Struct):
    cells: list[_Cell] = []
    worksheets: list[_Sheet] = []


def code_of(data: bytes) -> str:
    """The code cells of a notebook, one after another. Raises `CannotReadError` where it is none."""
    try:
        notebook = msgspec.json.decode(data, type=_Notebook)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise CannotReadError(_("This is not a notebook: its JSON cannot be read.")) from None
    cells = [*notebook.cells, *(cell for sheet in notebook.worksheets for cell in sheet.cells)]
    texts = [_text(cell.source or cell.input) for cell in cells if cell.cell_type == "code"]
    if not texts:
        raise CannotReadError(_("There is no code in this notebook."))
    return "\n".join("" if _OTHER_LANGUAGE.match(text) else text.rstrip("\n") for text in texts) + "\n"


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
