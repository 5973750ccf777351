"""From a path or a source to the files that it names: the one place that knows which kinds of own images there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cnnbuilder.engine.data.files_on_disk import folders_in, is_hidden
from cnnbuilder.engine.data.fit_rules import Shape
from cnnbuilder.engine.data.listing import Listing
from cnnbuilder.engine.data.own import suggested_side
from cnnbuilder.engine.data.pictures import Header, read_header
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.data.sources import arrays, folder, table
from cnnbuilder.network.data import OWN, Arrays, Data, Folder, Source, Table
from cnnbuilder.text import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SAMPLED = 64
"""So many headers tell the usual size."""


def source_of(path: Path) -> Source:
    """The source that a path is: a folder, a table, a file of arrays. Raises `DataProblem` with one sentence."""
    path = path.absolute()
    if path.is_dir():
        lone = _lone_table(path)
        return table.with_columns(Table(str(lone))) if lone else Folder(str(path))
    ending = path.suffix.casefold()
    if path.is_file() and ending in table.ENDINGS:
        return table.with_columns(Table(str(path)))
    if path.is_file() and ending == arrays.ENDING:
        return Arrays(str(path))
    if not path.exists():
        raise DataProblem(_("There is no file or folder {path}.").format(path=path))
    raise DataProblem(
        _(
            "{name} holds no images that can be learned from: choose a folder, a .csv or .tsv, or an .npz."
        ).format(name=path.name)
    )


def images_in(source: Arrays) -> Iterator[NDArray[np.uint8]]:
    """The images of a file of arrays in the order of its listing, some at a time: N×C×H×W with C 1 or 3."""
    return arrays.images_in(source)


def array_reading(source: Arrays) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Python for a script that has `arrays`: what it defines, and the pixels of each part, N×H×W or N×H×W×3 uint8."""
    return arrays.reading(source)


def _lone_table(path: Path) -> Path | None:
    """The table of a folder that has one and, beside it, one folder of images at most."""
    inside = [entry for entry in path.iterdir() if not is_hidden(entry.name)]
    tables = [entry for entry in inside if entry.suffix.casefold() in table.ENDINGS and entry.is_file()]
    folders = [entry for entry in inside if entry.is_dir()]
    if len(tables) != 1 or len(folders) > 1 or any(folders_in(one) for one in folders):
        return None
    return tables[0]


def listing_of(data: Data) -> Listing:
    """What the source names. Raises `DataProblem`."""
    match data.source:
        case Folder() as source:
            return folder.listing(source)
        case Table() as source:
            return table.listing(source)
        case Arrays() as source:
            return arrays.listing(source)
        case _:
            raise DataProblem(_("The project has no images of its own."))


def listing_folder(data: Data) -> Path:
    """What the files of a listing are relative to."""
    assert isinstance(data.source, OWN)
    path = Path(data.source.path)
    return path if isinstance(data.source, Folder) else path.parent


def sizes(listing: Listing, data: Data) -> set[tuple[int, int]]:
    """(height, width) of some images, from their headers."""
    return {(header.height, header.width) for header in _headers(listing, data)}


def suggested_shape(listing: Listing, data: Data) -> Shape:
    """C×H×W of the Input that suits the images, by some of their headers."""
    headers = list(_headers(listing, data))
    side = suggested_side([min(header.height, header.width) for header in headers])
    return 3 if any(header.colour for header in headers) or not headers else 1, side, side


def _headers(listing: Listing, data: Data) -> Iterator[Header]:
    """Of images spread over the listing."""
    if isinstance(data.source, Arrays):
        yield from arrays.headers(data.source)
        return
    step = max(1, len(listing.files) // _SAMPLED)
    for listed in listing.files[::step]:
        if header := read_header(listing.folder / listed.file):
            yield header
