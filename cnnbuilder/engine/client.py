"""The window's end of the child process: starts it, sends requests, hands over events, notices its death.

Without torch and without Qt. No call here waits for the child, except `close` and `kill`, half a second at most.
"""

from __future__ import annotations

import atexit
import queue
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from cnnbuilder.engine.messages import AnyEvent, AnyRequest, ProcessExited, decode_events, encode_request
from cnnbuilder.text import _

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

_FAREWELL_SECONDS = 0.25
"""How long a child may take to end by itself, and then again until the system has buried it."""


class Client:
    """One child process at a time. All methods may be called from any thread and return at once."""

    def __init__(self, on_events: Callable[[list[AnyEvent]], None]) -> None:
        """`on_events` is called from a thread of the client's, a batch at a time."""
        self._on_events = on_events
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._closed = False

    @property
    def alive(self) -> bool:
        """Whether a child is up or on its way."""
        child = self._child
        return child is not None and not child.over

    def start(self) -> None:
        """Starts the child if there is none; it says `Ready` when PyTorch is loaded."""
        self._present()

    def send(self, request: AnyRequest) -> None:
        """Sends a request, starting the child if there is none. Nothing after `close`."""
        child = self._present()
        if child is not None:
            child.send(encode_request(request))

    def kill(self) -> None:
        """Ends the child now, whatever it is doing. What it still said is dropped; no `ProcessExited` follows."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.end(at_once=True)

    def close(self) -> None:
        """Ends the child for good. Afterwards neither process nor thread of this client is left."""
        with self._lock:
            child, self._child = self._child, None
            self._closed = True
        if child is not None:
            child.end(at_once=False)

    def _present(self) -> _Child | None:
        with self._lock:
            if self._closed:
                return None
            if self._child is None or self._child.over:
                self._child = _Child(self._on_events)
            return self._child


class _Child:
    """One process with the two threads that serve it: one starts it and writes to it, the other reads."""

    def __init__(self, on_events: Callable[[list[AnyEvent]], None]) -> None:
        self._on_events = on_events
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process: SpawnProcess | None = None
        self._started = threading.Event()
        self._burial = threading.Lock()
        """Held by whoever signals or reaps the process: multiprocessing expects one thread for both."""
        self._ending = False
        self.over = False
        # Starting takes some 30 ms, so it is not the window's thread that does it.
        self._writer = threading.Thread(target=self._start_and_write, name="engine-writer", daemon=True)
        self._reader: threading.Thread | None = None
        self._writer.start()

    def send(self, data: bytes) -> None:
        self._outgoing.put(data)

    def end(self, *, at_once: bool) -> None:
        """Ends process and threads; `at_once`: without giving it the time to end by itself."""
        self._ending = True
        self._outgoing.put(None)  # the writer closes the pipe, and with it the child ends
        self._started.wait(_FAREWELL_SECONDS)
        if not at_once:
            self._join(self._reader)
        self._kill()
        self._join(self._writer)
        self._join(self._reader)
        atexit.unregister(self._at_exit)

    def _kill(self) -> None:
        with self._burial:
            if self._process is not None:
                self._process.kill()

    @staticmethod
    def _join(thread: threading.Thread | None) -> None:
        if thread is not None and thread is not threading.current_thread():
            thread.join(_FAREWELL_SECONDS)

    def _at_exit(self) -> None:
        # Before multiprocessing's own handler, which waits for every child that is left.
        self.end(at_once=True)

    def _start_and_write(self) -> None:
        try:
            requests, events = self._spawn()
        except Exception as error:
            self._started.set()
            self._end_of_story(
                _("The training process could not be started ({reason}).").format(reason=error)
            )
            return
        self._reader = threading.Thread(target=self._read, args=(events,), name="engine-reader", daemon=True)
        self._reader.start()
        self._started.set()
        with requests, suppress(OSError):  # a broken pipe: the reader knows why
            while (data := self._outgoing.get()) is not None:
                requests.send_bytes(data)

    def _spawn(self) -> tuple[Connection, Connection]:
        """Starts the process; the ends of its two pipes that are ours."""
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        atexit.register(self._at_exit)
        their_requests, requests = context.Pipe(duplex=False)
        events, their_events = context.Pipe(duplex=False)
        # Not a daemon: those may not have children of their own.
        process = context.Process(target=_work, args=(their_requests, their_events), name="cnnbuilder-engine")
        with their_requests, their_events:
            if not self._ending:
                process.start()
                self._process = process
        return requests, events

    def _read(self, events: Connection) -> None:
        try:
            with events, suppress(EOFError, OSError):
                while True:
                    self._hear(decode_events(events.recv_bytes()))
        finally:
            self._outgoing.put(None)
            self._writer.join()
            code = self._bury()
            self._end_of_story(_cause(code))

    def _hear(self, events: list[AnyEvent]) -> None:
        if not self._ending:  # else it was asked to go, and what it still says is of no interest
            self._on_events(events)

    def _bury(self) -> int | None:
        """Waits for the process to be gone; its exit code, negative for a signal's number."""
        from multiprocessing.connection import wait

        process = self._process
        if process is None:
            return None
        if not wait([process.sentinel], _FAREWELL_SECONDS):
            self._kill()  # it closed its pipe and lives on: it is of no more use
            wait([process.sentinel])
        with self._burial:
            process.join()
            code = process.exitcode
            # Two threads may ask the system for the same dead child; who comes second hears of no end and cannot close.
            with suppress(ValueError):
                process.close()
            self._process = None
        return code

    def _end_of_story(self, reason: str) -> None:
        atexit.unregister(self._at_exit)
        self.over = True
        self._hear([ProcessExited(reason)])


def _work(requests: Connection, events: Connection) -> None:
    """The child's entry; `child` is loaded there and never here."""
    from cnnbuilder.engine.child import work

    work(requests, events)


def _cause(code: int | None) -> str:
    """One sentence that says how the process ended."""
    if code is not None and code < 0:
        name = _signal_name(-code)
        if sys.platform != "win32" and -code == signal.SIGKILL:
            return _(
                "The system ended the training, probably for lack of memory: try a smaller batch size ({name})."
            ).format(name=name)
        return _("The training process crashed ({name}).").format(name=name)
    if code == 0:
        return _("The training process ended without a word.")
    return _("The training process ended with exit code {code}.").format(code=code)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return _("signal {number}").format(number=number)
