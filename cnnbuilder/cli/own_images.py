"""What commands do with a person's own images: find them by a name or path, and look through them while one watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cnnbuilder.engine.data.catalogue import OwnDataSet, UnknownDataSet, find
from cnnbuilder.network.data import OWN, Data, Inside
from cnnbuilder.text import _, number

if TYPE_CHECKING:
    from cnnbuilder.engine.data.own_images import OnPace, Pace


def data_named(text: str, before: Data) -> Data:
    """The data that `--data NAME|PATH` means: a data set's name first, else a path.

    A path of the same kind as that of `before` takes its place and leaves all else as it was chosen: so a moved folder
    is found again. Raises `DataProblem`.
    """
    try:
        return Data(Inside(find(text).name))
    except UnknownDataSet:
        path = Path(text).expanduser()
        if not path.exists() and not _looks_like_a_path(text):
            raise
    from cnnbuilder.engine.data.own_source import source_of

    source = source_of(path)
    old = before.source
    if isinstance(old, OWN) and type(old) is type(source):
        return replace(before, source=replace(old, path=source.path))
    return Data(source)


def _looks_like_a_path(text: str) -> bool:
    return "/" in text or "\\" in text or bool(Path(text).suffix)


def look_through(data: Data, shape: tuple[int, int, int] | None = None) -> OwnDataSet:
    """Looks through own images, with a bar where a person watches. Raises `DataProblem`.

    `shape`: of the Input that they are prepared for on the way.
    """
    from cnnbuilder.engine.data.inspection import inspect

    with _watched() as on_pace:
        return inspect(data, on_pace, shape)


@contextmanager
def _watched() -> Iterator[OnPace]:
    """A bar on standard error, so that pipes and JSON stay clean; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _pace: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    bar = Progress(
        TextColumn(_("Reading images")),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[telling]}"),
        console=Console(stderr=True),
        transient=True,
        expand=True,
    )
    task = bar.add_task("", total=None, telling="")

    def on_pace(pace: Pace) -> None:
        bar.update(task, total=pace.total, completed=pace.done, telling=_pace_text(pace))

    with bar:
        yield on_pace


def _pace_text(pace: Pace) -> str:
    """So many of so many, and how long it takes still."""
    text = _("{done} of {total}").format(done=number(pace.done), total=number(pace.total))
    if pace.seconds_left is None:
        return text
    return _("{text} · {seconds} s left").format(text=text, seconds=number(round(pace.seconds_left)))
