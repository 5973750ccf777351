"""Fetches one file over a network that fails: with time-outs, going on where it broke off, and only encrypted.

Made for pooch, which checks what came before it gets its name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from cnnbuilder.text import _

_CHUNK = 1 << 18
_PART = ".part"
_SATISFIED, _PARTIAL, _BEYOND_END = 200, 206, 416


class NoConnectionError(Exception):
    """The server cannot be reached. Carries its name."""


class BrokenDownloadError(Exception):
    """The server was reached, but what it sends does not come to an end. Carries a short clause."""


class Downloader:
    """Called by pooch with an address and the file to write."""

    def __init__(
        self,
        on_bytes: Callable[[int], None],
        most_bytes: int,
        *,
        schemes: tuple[str, ...] = ("https",),
        connect_seconds: float = 10,
        silence_seconds: float = 20,
        pauses: tuple[float, ...] = (1, 2, 4, 8),
    ) -> None:
        """`on_bytes` is told how many bytes are here, several times a second, and may raise to end the download.

        `most_bytes`: no file is longer. `silence_seconds`: so long may nothing come. `pauses`: waited, in seconds,
        before each further attempt in which nothing came.
        """
        self._on_bytes = on_bytes
        self._most_bytes = most_bytes
        self._schemes = schemes
        self._timeout = (connect_seconds, silence_seconds)
        self._pauses = pauses
        self._reached = False
        """Whether the server has answered at all."""

    def __call__(self, url: str, output_file: str, _pooch: Any) -> None:
        """Writes the file; what came of it before is kept beside it under a hidden name, and gone on with.

        Raises `NoConnectionError`, `BrokenDownloadError`, `OSError`, and whatever `on_bytes` raises.
        """
        part = Path(output_file).with_name(f".{Path(urlsplit(url).path).name}{_PART}")
        failures = 0
        with requests.Session() as session:
            for scheme in {"http", "https"} - set(self._schemes):
                session.mount(f"{scheme}://", _Refused())
            while True:
                have = _size(part)
                try:
                    if self._fetch(session, url, part, have):
                        break
                    reason = _("the server ends it early")
                except requests.exceptions.HTTPError as error:
                    status = error.response.status_code if error.response is not None else 0
                    reason = _("the server answers {status}").format(status=status)
                    if status < 500:
                        raise BrokenDownloadError(reason) from error
                except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
                    if not self._reached and isinstance(error, requests.exceptions.ConnectionError):
                        raise NoConnectionError(urlsplit(url).hostname or url) from error
                    reason = _("nothing comes any more")
                failures = 0 if _size(part) > have else failures + 1
                if failures > len(self._pauses):
                    raise BrokenDownloadError(reason)
                self._wait(self._pauses[failures - 1] if failures else 0, _size(part))
        part.replace(output_file)

    def _fetch(self, session: requests.Session, url: str, part: Path, have: int) -> bool:
        """Adds to the file what comes now; whether the server says that this is all."""
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with session.get(url, headers=headers, stream=True, timeout=self._timeout) as answer:
            self._reached = True
            if answer.status_code == _BEYOND_END:
                # All is here already, or what is here is of another file: the checksum knows, and then removes it.
                return True
            answer.raise_for_status()
            goes_on = answer.status_code == _PARTIAL and answer.headers.get("Content-Range", "").startswith(
                f"bytes {have}-"
            )
            done = have if goes_on else 0
            promised = answer.headers.get("Content-Length")
            end = done + int(promised) if promised and promised.isdecimal() else None
            with part.open("ab" if goes_on else "wb") as file:
                for chunk in _chunks(answer):
                    file.write(chunk)
                    done += len(chunk)
                    if done > self._most_bytes:
                        file.truncate(0)
                        raise BrokenDownloadError(_("the server sends far more than it should"))
                    self._on_bytes(done)
            return end is None or done >= end

    def _wait(self, seconds: float, done: int) -> None:
        """In small steps, so that whoever waits can give up."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._on_bytes(done)
            time.sleep(min(0.05, left))


def _chunks(answer: requests.Response) -> Iterator[bytes]:
    """What comes, as it comes: nothing of it is lost in a buffer when the connection breaks."""
    if answer.raw.chunked:
        yield from answer.iter_content(_CHUNK)
        return
    while chunk := answer.raw.read1(_CHUNK, decode_content=False):
        yield chunk


class _Refused(HTTPAdapter):
    """Stands for a scheme that is not spoken: a server that leads away from https is not followed."""

    def send(self, request: requests.PreparedRequest, *_args: Any, **_named: Any) -> requests.Response:
        """Refuses."""
        scheme = urlsplit(request.url or "").scheme
        raise BrokenDownloadError(
            _("the server leads to {scheme}://, which is not safe").format(scheme=scheme)
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
