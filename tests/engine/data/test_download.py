"""Downloads over a network that stalls, lies, breaks off and comes back; and data sets packed into one file."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cnnbuilder.engine.data import catalogue, data_folders
from cnnbuilder.engine.data.data_folders import download_folder
from cnnbuilder.engine.data.download import Download, Remote, fetch
from cnnbuilder.engine.data.pack import pack, unpack
from cnnbuilder.engine.data.source import DataProblem

CONTENT = np.random.default_rng(3).bytes(1_500_000)


class Server:
    """A server on this computer. `script`: what it does with each request in turn; the last is repeated."""

    def __init__(self) -> None:
        self.script: list[Callable[[BaseHTTPRequestHandler, bytes], None]] = []
        self.ranges: list[str | None] = []
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.ranges.append(self.headers["Range"])
                act = outer.script.pop(0) if len(outer.script) > 1 else outer.script[0]
                self.close_connection = True
                act(self, CONTENT)

            def log_message(self, *_given: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def start_of(handler: BaseHTTPRequestHandler) -> int:
    asked = handler.headers["Range"]
    return int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0


def head(handler: BaseHTTPRequestHandler, start: int, length: int | None) -> None:
    handler.send_response(206 if start else 200)
    if start:
        handler.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
    if length is not None:
        handler.send_header("Content-Length", str(length))
    handler.end_headers()


def whole(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    start = start_of(handler)
    head(handler, start, len(content) - start)
    handler.wfile.write(content[start:])


def breaks(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    start = start_of(handler)
    head(handler, start, len(content) - start)
    handler.wfile.write(content[start : start + 500_000])


def knows_no_ranges(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    head(handler, 0, len(content))
    handler.wfile.write(content)


def promises_too_much(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    start = start_of(handler)
    if start >= len(content):
        handler.send_error(416)
        return
    head(handler, start, len(content) - start + 99)
    handler.wfile.write(content[start:])


def promises_too_little(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    head(handler, 0, len(content) - 99)
    handler.wfile.write(content)


def promises_nothing(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    head(handler, 0, None)
    handler.wfile.write(content)


def sends_other(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    head(handler, 0, len(content))
    handler.wfile.write(content[::-1])


def sends_no_end(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    head(handler, 0, None)
    try:
        for _round in range(100):
            handler.wfile.write(content)
    except OSError:
        pass


def answers(status: int) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    return lambda handler, _content: handler.send_error(status)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def info(server: Server, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Download:
    """A data set with one file on that server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(data_folders, "_also", [])
    monkeypatch.delenv(data_folders.VARIABLE, raising=False)
    return described(f"{server.address}/some.bin")


def described(url: str) -> Download:
    remote = Remote(url, hashlib.md5(CONTENT).hexdigest(), len(CONTENT), "deep/er")
    found = replace(catalogue.find("usps"), files=(remote,))
    assert isinstance(found, Download)
    return found


def get(
    info: Download, on_bytes: Callable[[int, int], None] = lambda _done, _total: None, **timing: Any
) -> None:
    quick: dict[str, Any] = {"silence_seconds": 0.3, "connect_seconds": 2, "pauses": (0.01, 0.01, 0.01)}
    fetch(info, on_bytes, schemes=("http",), **quick | timing)


def kept(info: Download) -> bytes:
    path = info.found(info.files[0])
    assert path is not None
    return path.read_bytes()


def left_over() -> list[str]:
    return sorted(path.name for path in download_folder().rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "script",
    [
        [whole], [breaks, whole], [breaks, breaks, breaks], [breaks, knows_no_ranges], [promises_too_much],
        [promises_nothing], [answers(503), whole], [breaks, answers(500), whole],
    ],
    ids=lambda script: "-".join(getattr(act, "__name__", "fails") for act in script),
)  # fmt: skip
def test_it_arrives_whole_whatever_happens_on_the_way(
    server: Server, info: Download, script: list[Any]
) -> None:
    assert not info.available()
    server.script = list(script)
    told: list[tuple[int, int]] = []
    get(info, lambda done, total: told.append((done, total)))
    assert kept(info) == CONTENT
    assert info.available()
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert left_over() == ["some.bin"]


def test_it_goes_on_where_it_broke_off(server: Server, info: Download) -> None:
    server.script = [breaks, whole]
    get(info)
    assert server.ranges == [None, "bytes=500000-"]


def test_a_server_that_falls_silent_is_asked_again(server: Server, info: Download) -> None:
    def stalls(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        head(handler, 0, len(content))
        handler.wfile.write(content[:700_000])
        handler.wfile.flush()
        server.released.wait(10)

    server.script = [stalls, whole]
    get(info)
    assert kept(info) == CONTENT
    assert len(server.ranges) == 2 and server.ranges[1] is not None


def test_a_server_that_stays_silent_is_given_up_and_what_came_is_kept_for_later(
    server: Server, info: Download
) -> None:
    def stalls(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        start = start_of(handler)
        head(handler, start, len(content) - start)
        if not start:
            handler.wfile.write(content[:700_000])
            handler.wfile.flush()
        server.released.wait(10)

    server.script = [stalls]
    with pytest.raises(
        DataProblem, match=r"broke off \(nothing comes any more\): try again, it goes on from there\."
    ):
        get(info)
    assert not info.available()
    assert left_over() == [".some.bin.part"]
    server.script = [whole]
    get(info)
    assert kept(info) == CONTENT
    assert server.ranges[-1] not in (None, "bytes=0-")


@pytest.mark.parametrize("act", [sends_other, promises_too_little])
def test_what_has_a_wrong_checksum_is_not_kept(server: Server, info: Download, act: Any) -> None:
    server.script = [act]
    with pytest.raises(DataProblem, match=r"is not some\.bin: its checksum is wrong, so nothing was kept\."):
        get(info)
    assert left_over() == []
    server.script = [whole]
    get(info)
    assert kept(info) == CONTENT


def test_a_file_without_an_end_is_not_taken(server: Server, info: Download) -> None:
    server.script = [sends_no_end]
    with pytest.raises(DataProblem, match="far more than it should"):
        get(info)
    assert sum(path.stat().st_size for path in download_folder().rglob("*") if path.is_file()) == 0


def test_a_file_that_is_gone_is_told_with_the_servers_word(server: Server, info: Download) -> None:
    server.script = [answers(404)]
    with pytest.raises(DataProblem, match="the server answers 404"):
        get(info)
    assert len(server.ranges) == 1


def test_only_encrypted_addresses_are_followed(server: Server, info: Download) -> None:
    def leads_away(handler: BaseHTTPRequestHandler, _content: bytes) -> None:
        handler.send_response(302)
        handler.send_header("Location", "https://127.0.0.1:1/some.bin")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.script = [whole]
    with pytest.raises(DataProblem, match="the server leads to http://, which is not safe"):
        fetch(info, lambda _done, _total: None)
    assert server.ranges == []
    server.script = [leads_away]
    with pytest.raises(DataProblem, match="leads to https://"):
        get(info)


def test_without_a_network_one_sentence_says_what_to_do(info: Download) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    alone = described(f"http://127.0.0.1:{port}/some.bin")
    with pytest.raises(
        DataProblem, match=r"cannot be reached: connect to the internet, or bring .* \.cnndata"
    ):
        get(alone, pauses=(9, 9, 9))


def test_it_ends_when_it_is_told_to_and_goes_on_later(server: Server, info: Download) -> None:
    class GivenUpError(Exception):
        pass

    def give_up(done: int, _total: int) -> None:
        if done > 600_000:
            raise GivenUpError

    server.script = [whole]
    with pytest.raises(GivenUpError):
        get(info, give_up)
    assert not info.available()
    get(info)
    assert kept(info) == CONTENT
    assert server.ranges[1] is not None


def test_what_is_here_is_not_fetched_again(server: Server, info: Download, tmp_path: Path) -> None:
    (tmp_path / "data" / "deep" / "er").mkdir(parents=True)
    (tmp_path / "data" / "deep" / "er" / "some.bin").write_bytes(CONTENT)
    get(info)
    assert server.ranges == []


# --- packed -----------------------------------------------------------------------------------------


@pytest.fixture
def packed(server: Server, info: Download, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data set in one file; on this computer it is no more."""
    monkeypatch.setattr(catalogue, "_DATA_SETS", {info.name: info, "mnist": catalogue.find("mnist")})
    server.script = [whole]
    get(info)
    pack(info, tmp_path / "stick.cnndata")
    (download_folder() / "deep" / "er" / "some.bin").unlink()
    assert not info.available()
    return tmp_path / "stick.cnndata"


def test_a_pack_brings_the_set_to_another_computer(packed: Path, info: Download) -> None:
    with zipfile.ZipFile(packed) as content:
        about = json.loads(content.read("about.json"))
        assert info.licence in content.read("LICENCE.txt").decode()
    assert about["name"] == info.name
    assert about["files"][0]["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    told: list[float] = []
    assert unpack(packed, told.append) == info
    assert kept(info) == CONTENT
    assert told == [1.0]


@pytest.mark.parametrize("length", [0, 100, 1_000_000])
def test_a_pack_that_is_cut_short_is_refused(packed: Path, info: Download, length: int) -> None:
    packed.write_bytes(packed.read_bytes()[:length])
    with pytest.raises(DataProblem, match="no packed data set, or it is cut short"):
        unpack(packed)
    assert not info.available()


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (
            {"format": "cnndata", "version": 1, "name": "usps"},
            "is damaged: the checksum of some.bin in it is wrong",
        ),
        ({"format": "cnndata", "version": 2, "name": "usps"}, "packed by a newer cnnbuilder"),
        ({"format": "cnndata", "version": 1, "name": "zoo"}, "does not know"),
        ({"format": "cnndata", "version": 1, "name": "mnist"}, "comes with the program already"),
        ({"format": "other", "version": 1, "name": "usps"}, "no packed data set"),
        ([], "no packed data set"),
    ],
)
def test_a_pack_of_something_else_is_refused(packed: Path, info: Download, about: Any, said: str) -> None:
    with zipfile.ZipFile(packed, "w") as content:
        content.writestr("about.json", json.dumps(about))
        content.writestr("files/deep/er/some.bin", CONTENT[:-1] + b"!")
        content.writestr("files/../../evil", b"x")
    with pytest.raises(DataProblem, match=said):
        unpack(packed)
    assert not info.available()
    assert left_over() == []
