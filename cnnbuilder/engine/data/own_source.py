"""From a path or a source to the files that it names: the one place that knows which kinds of own images there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cnnbuilder.engine.data.fit_rules import Shape
from cnnbuilder.engine.data.listing import Listing
from cnnbuilder.engine.data.own import suggested_side
from cnnbuilder.engine.data.pictures import Header, read_header
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.data.sources import folder
from cnnbuilder.network.data import Data, Folder, Source
from cnnbuilder.text import _

_SAMPLED = 64
"""So many headers tell the usual size."""


def source_of(path: Path) -> Source:
    """The source that a path is: a folder, a table, a file of arrays. Raises `DataProblem` with one sentence."""
    path = path.absolute()
    if path.is_dir():
        return Folder(str(path))
    if not path.exists():
        raise DataProblem(_("There is no file or folder {path}.").format(path=path))
    raise DataProblem(
        _(
            "{name} holds no images that can be learned from: choose a folder, a .csv or .tsv, or an .npz."
        ).format(name=path.name)
    )


def listing_of(data: Data) -> Listing:
    """What the source names. Raises `DataProblem`."""
    match data.source:
        case Folder() as source:
            return folder.listing(source)
        case _:
            raise DataProblem(_("The project has no images of its own."))


def sizes(listing: Listing) -> set[tuple[int, int]]:
    """(height, width) of some images, from their headers."""
    return {(header.height, header.width) for header in _headers(listing)}


def suggested_shape(listing: Listing) -> Shape:
    """C×H×W of the Input that suits the images, by some of their headers."""
    headers = list(_headers(listing))
    side = suggested_side([min(header.height, header.width) for header in headers])
    return 3 if any(header.colour for header in headers) or not headers else 1, side, side


def _headers(listing: Listing) -> Iterator[Header]:
    """Of images spread over the listing."""
    step = max(1, len(listing.files) // _SAMPLED)
    for listed in listing.files[::step]:
        if header := read_header(listing.folder / listed.file):
            yield header
