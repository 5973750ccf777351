"""What commands do about a data set that is not here: say what comes and under which licence, and fetch it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cnnbuilder.engine.data.catalogue import DataSetInfo
from cnnbuilder.engine.data.download import Download, OnBytes, fetch
from cnnbuilder.text import _, bytes_text


def fetch_if_missing(info: DataSetInfo) -> None:
    """Downloads a data set that can be and is not here; what is said goes to standard error. Raises `DataProblem`."""
    if not isinstance(info, Download) or not info.downloadable():
        return
    print(
        _("{title} is downloaded: {size}, licence: {licence}.").format(
            title=info.title, size=bytes_text(info.bytes), licence=info.licence
        ),
        file=sys.stderr,
    )
    with _watched(info.title) as on_bytes:
        fetch(info, on_bytes)


@contextmanager
def _watched(title: str) -> Iterator[OnBytes]:
    """A bar on standard error where a person watches, else a line at every tenth."""
    if not sys.stderr.isatty():
        told = 0

        def tell(done: int, total: int) -> None:
            nonlocal told
            if total and done * 10 // total > told:
                told = done * 10 // total
                print(
                    _("{done} of {total}").format(done=bytes_text(done), total=bytes_text(total)),
                    file=sys.stderr,
                )

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn(title),
        BarColumn(bar_width=None),
        DownloadColumn(),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
        expand=True,
    )
    task = bar.add_task("", total=None)
    with bar:
        yield lambda done, total: bar.update(task, completed=done, total=total)
