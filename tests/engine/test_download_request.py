"""The window asks for a published data set: progress comes, then an answer; small requests are answered meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec.structs import replace

from cnnbuilder.engine.channel import Inbox, Outbox
from cnnbuilder.engine.data import data_folders
from cnnbuilder.engine.data.download import Download, fetch
from cnnbuilder.engine.messages import (
    AnyEvent,
    AnyRequest,
    CancelData,
    DataDownloaded,
    DataProgress,
    DownloadData,
    Failed,
    decode_events,
    decode_request,
    encode_events,
    encode_request,
)
from cnnbuilder.engine.request_handler import RequestHandler
from tests.engine.data.published import make


class Pipe:
    """Both ends of the child's pipes: what is to arrive in mid-work, and what was said."""

    def __init__(self, *arriving: AnyRequest) -> None:
        self._arriving = list(arriving)
        self.said: list[AnyEvent] = []

    def arrived(self) -> list[AnyRequest]:
        arriving, self._arriving = self._arriving, []
        return [decode_request(encode_request(request)) for request in arriving]

    def send(self, event: AnyEvent) -> None:
        self.said += decode_events(encode_events([event]))


def asked(pipe: Pipe, request: AnyRequest) -> list[AnyEvent]:
    RequestHandler(cast(Inbox, pipe), cast(Outbox, pipe)).answer(request)
    return pipe.said


@pytest.fixture
def usps(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Download]:
    """USPS, made small, on a server of the test's own."""
    info = make("usps", tmp_path / "site")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "site")))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    host = f"http://127.0.0.1:{server.server_address[1]}"
    info = replace(info, files=tuple(remote._replace(url=f"{host}/{remote.name}") for remote in info.files))
    monkeypatch.setattr("cnnbuilder.engine.data.catalogue._DATA_SETS", {"usps": info})
    monkeypatch.setattr("cnnbuilder.engine.request_handler.fetch", partial(fetch, schemes=("http",)))
    monkeypatch.setattr(data_folders, "_also", [])
    monkeypatch.chdir(tmp_path)
    yield info
    server.shutdown()
    server.server_close()
    thread.join()


def test_progress_comes_and_then_the_answer(usps: Download) -> None:
    *progress, answer = asked(Pipe(), DownloadData(7, "usps"))
    assert answer == DataDownloaded(7, "usps")
    assert progress and all(isinstance(event, DataProgress) for event in progress)
    last = progress[-1]
    assert isinstance(last, DataProgress)
    assert (last.number, last.done, last.total) == (7, last.total, sum(file.bytes for file in usps.files))
    assert usps.available()


def test_it_ends_when_it_is_cancelled(usps: Download) -> None:
    said = asked(Pipe(CancelData(7)), DownloadData(7, "usps"))
    assert said == [Failed("", "", number=7)]
    assert not usps.available()


def test_what_stands_in_its_way_is_an_answer(usps: Download, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnbuilder.engine.request_handler.fetch", fetch)
    [failed] = asked(Pipe(), DownloadData(7, "usps"))
    assert isinstance(failed, Failed)
    assert "which is not safe" in failed.reason and failed.number == 7
