"""Reads a network by running its file: in a fresh process of its own, ended afterwards. Only ever when asked for.

What comes back is a project as text and weights as safetensors, and is checked as any file that is opened.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
from multiprocessing.context import SpawnProcess
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from cnnbuilder.engine import runs
from cnnbuilder.engine.running_messages import ANSWER, WEIGHTS, Answer, Task
from cnnbuilder.engine.runs import Preparation, RunInfo
from cnnbuilder.network import file
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.storage import write_atomically
from cnnbuilder.text import _

SECONDS = 60
"""So long a file may run."""
ERRORS = "errors.txt"


class Ran(NamedTuple):
    """A network that was read by running its file. `weights`: a safetensors file's content."""

    project: Project
    answer: Answer
    weights: bytes
    source: str


class CannotRunError(Exception):
    """Running the file gave no network. Carries one sentence."""


def read_by_running(
    path: Path,
    network: str | None = None,
    weights: Path | None = None,
    shape: tuple[int, ...] | None = None,
    seconds: float = SECONDS,
    stop: threading.Event | None = None,
) -> Ran:
    """Executes a file and reads the network that it makes. Raises `CannotRunError`.

    `network`: the call that makes it, for example "Net(10)"; `weights`: a file with weights for it;
    `stop`: once set, the process is ended.
    """
    with tempfile.TemporaryDirectory(prefix="cnnbuilder-") as made:
        folder = Path(made)
        task = Task(
            str(path.resolve()), made, network, None if weights is None else str(weights.resolve()), shape
        )
        said = _run(task, seconds, stop or threading.Event())
        try:
            answer = msgspec.json.decode((folder / ANSWER).read_bytes(), type=Answer)
        except (OSError, msgspec.DecodeError):
            raise CannotRunError(
                _("{name} ended its process before a network was read{said}.").format(
                    name=path.name, said=f" ({said})" if said else ""
                )
            ) from None
        if answer.refused:
            raise CannotRunError(answer.refused)
        content = (folder / WEIGHTS).read_bytes()
    try:
        project = file.loads(answer.project)
    except file.FileProblemError as error:
        raise CannotRunError(str(error)) from None
    named = weights.name if weights is not None else network or path.name
    return Ran(project, answer, content, _("{file}, run").format(file=named))


def _run(task: Task, seconds: float, stop: threading.Event) -> str:
    """Runs the process to its end; the last line that it wrote on standard error."""
    process = multiprocessing.get_context("spawn").Process(
        target=_child, args=(msgspec.json.encode(task),), daemon=True
    )
    process.start()
    try:
        end = monotonic() + seconds
        while process.is_alive() and monotonic() < end and not stop.is_set():
            process.join(0.1)
        if stop.is_set():
            raise CannotRunError(_("{name} was stopped.").format(name=Path(task.file).name))
        if process.is_alive():
            raise CannotRunError(
                _("{name} did not come to an end within {n} s, so it was stopped.").format(
                    name=Path(task.file).name, n=f"{seconds:g}"
                )
            )
    finally:
        _end(process)
    try:
        lines = (Path(task.folder) / ERRORS).read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:200] if lines else ""


def _end(process: SpawnProcess) -> None:
    """Ends the process and all that it started."""
    if process.pid is not None and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
    process.close()


def _child(content: bytes) -> None:
    """What the process does: the file gets a process group, a silent output and an empty input of its own."""
    task = msgspec.json.decode(content, type=Task)
    if hasattr(os, "setsid"):
        os.setsid()
    silent = os.open(os.devnull, os.O_RDWR)
    errors = os.open(Path(task.folder) / ERRORS, os.O_WRONLY | os.O_CREAT)
    for place, stream in ((silent, 0), (silent, 1), (errors, 2)):
        os.dup2(place, stream)
    # The file may start processes of its own, which a daemon may not.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    from cnnbuilder.engine.tracing import source_child

    os.chdir(Path(task.file).parent)
    source_child.answer(task)


def keep(ran: Ran, runs_folder: Path) -> Path:
    """Saves the weights as a finished run; its folder. Raises `OSError`."""
    folder = runs.next_folder(runs_folder)
    shape = input_shape(ran.project.network) or (3, 32, 32)
    info = RunInfo(
        created=runs.now(),
        state="unfinished",
        preparation=Preparation(
            dataset="",
            fingerprint="",
            shape=shape,
            mean=(0.0,) * shape[0],
            std=(1.0,) * shape[0],
            classes=tuple(str(number) for number in range(ran.answer.classes)),
        ),
        seed=ran.project.training.seed,
        threads=0,
        precision="float32",
        device="",
        device_name="",
        params=ran.answer.params,
        train_images=0,
        val_images=0,
        limit_images=None,
        versions=runs.versions(),
        source=ran.source,
    )
    runs.begin(folder, ran.project, info)
    write_atomically(folder / runs.BEST, ran.weights)
    # Last, so that a run whose weights could not be written is none that came to its end.
    runs.write_info(folder, replace(info, state="finished"))
    return folder
