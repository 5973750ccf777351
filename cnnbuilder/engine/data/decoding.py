"""Decodes many pictures in processes of their own, in order, with little of them in memory at a time."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from math import prod
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import TYPE_CHECKING

import msgspec

from cnnbuilder.engine.data.decoding_worker import HASH_BYTES, Decoded, DecodeSettings, work
from cnnbuilder.engine.data.picture_fit import fit_picture, planes, tiny
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.text import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_AT_ONCE = 8
"""So many paths a message: tiny pictures would spend their time on messages otherwise."""
_QUEUED = 2 * _AT_ONCE
"""A process has so many before it, so that it never waits for the next message."""
_BYTES_AHEAD = 16_000_000
"""At most so much is decoded before its turn, behind a picture that takes long."""
_MOST_PROCESSES = 8
_FEW = 24
"""For so many pictures a second process would not be worth its start."""
_DEATHS = 3
"""So many processes end without a single answer: they do not work here at all."""
_GLANCE = 0.1
"""Seconds after which whoever waits is given a chance to give up."""


class _Process:
    """One decoding process, and what it still owes."""

    def __init__(self, settings: bytes) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=work, args=(theirs, settings), name="decode")
        self.process.start()
        theirs.close()
        self.owed: deque[int] = deque()

    def end(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join(5)
        self.process.close()


def processes_for(count: int) -> int:
    """How many processes decode so many pictures here."""
    if count <= _FEW:
        return 1
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS
        cores = os.cpu_count() or 1
    return max(1, min(cores, _MOST_PROCESSES))


def decoded(paths: Sequence[str], settings: DecodeSettings) -> Generator[Decoded | None, None, None]:
    """The pictures in these files, in their order; None now and then where nothing is ready yet.

    A process that dies costs only the picture it was at. Closing the generator ends all processes. Raises
    `DataProblem` where no process starts.
    """
    pool = _Pool(paths, settings)
    try:
        yield from pool.in_order()
    finally:
        pool.end()


def decoded_arrays(
    batches: Iterator[NDArray[np.uint8]], how: DecodeSettings
) -> Generator[Decoded, None, None]:
    """The like of images that are pixels already (N×C×H×W uint8, some at a time): the hash is that of the pixels."""
    import numpy as np
    from PIL import Image

    for batch in batches:
        for planes_of_one in batch:
            pixels = np.ascontiguousarray(planes_of_one.transpose(1, 2, 0))
            image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
            digest = hashlib.blake2b(pixels.data, digest_size=HASH_BYTES).hexdigest()
            fitted = planes(fit_picture(image, how.shape, how.fit))
            yield Decoded(None, fitted, tiny(image), image.width, image.height, image.mode, content=digest)


class _Pool:
    def __init__(self, paths: Sequence[str], settings: DecodeSettings) -> None:
        self._paths = paths
        self._settings = msgspec.msgpack.encode(settings)
        self._decoder = msgspec.msgpack.Decoder(Decoded)
        self._encode = msgspec.msgpack.Encoder().encode
        self._count = processes_for(len(paths))
        one = prod(settings.shape) + 3 * 32 * 32
        self._ahead = max(2 * self._count, min(64 * _AT_ONCE, _BYTES_AHEAD // one))
        self._processes: dict[Connection, _Process] = {}
        self._again: deque[int] = deque()
        """Places that a process owed when it died."""
        self._next = 0
        """The first place that nobody was asked for yet."""
        self._ready: dict[int, Decoded] = {}
        self._answers = self._deaths = 0

    def in_order(self) -> Generator[Decoded | None, None, None]:
        """Each place's answer in turn."""
        for place in range(len(self._paths)):
            while place not in self._ready:
                self._ask(place)
                if not self._listen():
                    yield None
            yield self._ready.pop(place)

    def end(self) -> None:
        """No process is left."""
        for process in self._processes.values():
            process.end()
        self._processes.clear()

    def _ask(self, place: int) -> None:
        """Gives every process enough to do, but none so much that it is far ahead of `place`."""
        while len(self._processes) < self._count and (self._again or self._next < len(self._paths)):
            process = _Process(self._settings)
            self._processes[process.connection] = process
        for process in self._processes.values():
            while len(process.owed) <= _QUEUED - _AT_ONCE:
                places = self._places(place)
                if not places:
                    break
                process.owed.extend(places)
                with suppress(OSError):  # it has died: noticed when it is listened to
                    process.connection.send_bytes(self._encode([self._paths[at] for at in places]))

    def _places(self, place: int) -> list[int]:
        if self._again:  # one by one: among them may be others that end a process
            return [self._again.popleft()]
        last = min(self._next + _AT_ONCE, len(self._paths), max(place + self._ahead, place + 1))
        places = list(range(self._next, last))
        self._next = max(self._next, last)
        return places

    def _listen(self) -> bool:
        """Takes in what has come; False where nothing did for a moment."""
        heard = wait(list(self._processes), _GLANCE)
        for connection in heard:
            assert isinstance(connection, Connection)
            process = self._processes[connection]
            try:
                answer = self._decoder.decode(connection.recv_bytes())
            except (EOFError, OSError):
                self._bury(process)
                continue
            self._ready[process.owed.popleft()] = answer
            self._answers += 1
        return bool(heard)

    def _bury(self, process: _Process) -> None:
        """Sets aside what it was at, and hands on what it still owed."""
        del self._processes[process.connection]
        process.end()
        self._deaths += 1
        if not self._answers and self._deaths >= _DEATHS:
            raise DataProblem(_("The processes that read images end at once here: is the memory full?"))
        if process.owed:
            self._ready[process.owed.popleft()] = Decoded(_("ends the program that reads it"))
            self._again.extend(process.owed)
