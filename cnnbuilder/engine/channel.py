"""The two ends of the child's pipe, each with a thread: one reads requests into a queue, one sends events in batches.

At the end of the pipe the process ends at once, whatever it is doing: every file it writes appears whole or not at all.
"""

from __future__ import annotations

import os
import queue
import threading
import time
import traceback
from collections import deque
from multiprocessing.connection import Connection
from typing import NoReturn

from cnnbuilder.engine.messages import AnyEvent, AnyRequest, decode_request, encode_events

_BATCH_SECONDS = 0.045
"""Events wait at most so long for others to travel with: at most some 20 batches a second."""


class Inbox:
    """Requests that have arrived and are not answered yet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._arrived: queue.SimpleQueue[AnyRequest] = queue.SimpleQueue()
        self._put_back: deque[AnyRequest] = deque()
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def next(self, timeout: float | None = None) -> AnyRequest | None:
        """The oldest, waiting for one; None where none came in time."""
        if self._put_back:
            return self._put_back.popleft()
        try:
            return self._arrived.get(timeout=timeout) if timeout != 0 else self._arrived.get_nowait()
        except queue.Empty:
            return None

    def arrived(self) -> list[AnyRequest]:
        """All that arrived since the last look, oldest first; those put back are not among them."""
        found: list[AnyRequest] = []
        while not self._arrived.empty():
            found.append(self._arrived.get_nowait())
        return found

    def put_back(self, request: AnyRequest) -> None:
        """Keeps a request that cannot be answered now for later."""
        self._put_back.append(request)

    def _read(self) -> None:
        try:
            while True:
                self._arrived.put(decode_request(self._connection.recv_bytes()))
        except (EOFError, OSError):
            end_process(0)
        except BaseException:
            traceback.print_exc()
            end_process(1)


class Outbox:
    """Sends events in batches, so that the work never waits for the window."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[AnyEvent] = []
        self._lock = threading.Condition()
        self._sending = False
        threading.Thread(target=self._send, name="events", daemon=True).start()

    def send(self, event: AnyEvent) -> None:
        """The event leaves with the next batch."""
        with self._lock:
            self._waiting.append(event)
            self._lock.notify_all()

    def flush(self) -> None:
        """Waits until everything has left."""
        with self._lock:
            self._lock.wait_for(lambda: not self._waiting and not self._sending, timeout=5)

    def _send(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._waiting)
                batch, self._waiting = self._waiting, []
                self._sending = True
            try:
                self._connection.send_bytes(encode_events(batch))
            except OSError:  # the window is gone
                end_process(0)
            except BaseException:
                traceback.print_exc()
                end_process(1)
            with self._lock:
                self._sending = False
                self._lock.notify_all()
            time.sleep(_BATCH_SECONDS)


def end_process(status: int) -> NoReturn:
    """Ends this process from any thread, at once."""
    # Not sys.exit: a thread cannot end the process that way, and torch's own farewell may hang behind a stuck kernel.
    os._exit(status)
