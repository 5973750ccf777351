"""Run folders: making, listing and reading them. Without torch, so that the window and the command line may list.

`lenet.runs/0003/` is one run: `project.cnn`, `model.py` (for people), `metrics.csv`, `best.safetensors`,
`last.safetensors`, `checkpoint.pt` and `run.json`.
"""

from __future__ import annotations

import csv
import io
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

import cnnbuilder
from cnnbuilder import folders
from cnnbuilder.engine.data.picture_fit import Fit
from cnnbuilder.engine.data.pictures import Transparency
from cnnbuilder.network.code import source
from cnnbuilder.network.data import Data, Inside, absolute_from, relative_to
from cnnbuilder.network.file import FileProblemError, dumps, for_file, load, paths_base
from cnnbuilder.network.project import Project
from cnnbuilder.network.validation_messages import in_words
from cnnbuilder.storage import reason_of, remove_unfinished, write_atomically
from cnnbuilder.text import _

PROJECT, MODEL, METRICS = "project.cnn", "model.py", "metrics.csv"
BEST, LAST, CHECKPOINT, INFO = "best.safetensors", "last.safetensors", "checkpoint.pt", "run.json"
LOCK = ".lock"
"""Held by the process that trains into the folder."""
CURVE = "curve.json"
"""The curve between the epochs, as a window saw it; runs of the command line have none."""
FILES = (INFO, PROJECT, MODEL, METRICS, BEST, LAST, CHECKPOINT, CURVE)
"""All that a run writes."""


Count = Annotated[int, Meta(ge=0)]
Side = Annotated[int, Meta(ge=1, le=65_536)]
Finite = Annotated[float, Meta(ge=-1e30, le=1e30)]
"""Neither infinite nor NaN: a comparison with NaN never holds."""
Deviation = Annotated[float, Meta(gt=0, le=1e30)]
Amount = Annotated[float, Meta(ge=0, le=1e30)]
Share = Annotated[float, Meta(ge=0, le=1)]


class RunProblem(Exception):  # noqa: N818  the program's word for what is wrong and can be mended
    """A run folder that cannot be read. Carries one sentence."""


class Crop(Struct, frozen=True):
    """torchvision's way to fit a picture: the shorter side to so many pixels, then the centre at the Input's size."""

    shorter_side: Side
    interpolation: Literal["bilinear", "bicubic"] = "bilinear"


class Preparation(Struct, frozen=True):
    """How the run's pictures became the network's values, so that a new one can be prepared alike."""

    dataset: str
    fingerprint: str
    shape: tuple[Side, Side, Side]
    mean: tuple[Finite, ...]
    std: tuple[Deviation, ...]
    classes: tuple[str, ...]
    crop: Crop | None = None
    """How pictures are fitted where it is not by the program's own rule (`engine.data.fit_rules`): imported weights."""
    fit: Fit | None = None
    """How a person's own images were fitted, with Pillow's arithmetic; None for sets that come inside."""
    transparency: Transparency = "white"
    """What lay under transparent pixels."""
    own_images: Data | None = None
    """The settings of a person's own images. In the file, paths are those of the project's file."""

    @property
    def data(self) -> Data:
        """Which images the weights learned from; of those that come inside, as far as the name tells."""
        return self.own_images or Data(Inside(self.dataset))


class Result(Struct, frozen=True):
    """How a run ended."""

    stopped: bool
    epochs: Count
    val_accuracy: Share | None
    val_loss: Amount | None
    best_epoch: Count | None
    best_accuracy: Share | None
    images_per_second: Amount | None
    seconds: Amount
    peak_bytes: Count | None = None
    """The measured peak of one training step; None where none was measured, as in runs of before."""


class Measured(Struct, frozen=True):
    """What the test images gave; accuracy from 0 to 1."""

    accuracy: float
    loss: float
    images: int


class RunInfo(Struct, frozen=True):
    """The content of run.json."""

    created: str
    """UTC, ISO 8601."""
    state: Literal["unfinished", "finished", "stopped", "failed"]
    """"unfinished": under way, or the program was ended in mid-run."""
    preparation: Preparation
    seed: Count
    threads: Count
    precision: Literal["float32", "bfloat16"]
    device: str
    device_name: str
    params: Count
    train_images: Count
    val_images: Count
    limit_images: Annotated[int, Meta(ge=1)] | None
    versions: dict[str, str]
    result: Result | None = None
    reason: str | None = None
    """Why it failed."""
    test: Measured | None = None
    """Of its best weights; None until it was asked for."""
    forecast_bytes: Count | None = None
    """The forecast peak of one training step."""
    source: str | None = None
    """Where the weights come from, where they were not trained here: "torchvision ResNet50_Weights.IMAGENET1K_V2"."""
    guess_accuracy: Share | None = None
    """Of always saying the most frequent class of the validation part; None in runs of before."""
    guess_loss: Amount | None = None
    """Of saying its classes' shares, in nats."""
    format: Literal["cnnbuilder-run"] = "cnnbuilder-run"
    version: Literal[1] = 1


class Metrics(Struct, frozen=True):
    """One row of metrics.csv: one epoch. Epoch 0 is the untrained network."""

    epoch: Count
    step: Count
    train_loss: Amount | None
    train_accuracy: Share | None
    val_loss: Amount
    val_accuracy: Share
    learning_rate: Amount | None
    seconds: Amount


class Run(Struct, frozen=True):
    """One run folder, as it lies on the disk."""

    folder: Path
    info: RunInfo

    @property
    def resumable(self) -> bool:
        """Whether it has a checkpoint to go on from."""
        return (self.folder / CHECKPOINT).is_file()

    @property
    def weights(self) -> Path | None:
        """The weights to use: of the best epoch, else the last ones; None before the first checkpoint."""
        return next((path for name in (BEST, LAST) if (path := self.folder / name).is_file()), None)

    def project(self) -> Project:
        """What was trained. Raises `RunProblem`."""
        return read_project(self.folder)

    def metrics(self) -> tuple[Metrics, ...]:
        """Its epochs. Raises `RunProblem`."""
        return read_metrics(self.folder)


def next_folder(runs_folder: Path) -> Path:
    """Makes the next numbered folder (0001, 0002, …). Raises `OSError`."""
    folders.make(runs_folder)
    number = max((int(path.name) for path in runs_folder.iterdir() if path.name.isdigit()), default=0)
    while True:
        number += 1
        folder = runs_folder / f"{number:04}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue  # another process took the number
        folders.make(folder)
        return folder


def list_runs(runs_folder: Path) -> list[Run]:
    """The runs in a folder, oldest first; folders that are no runs are passed over."""
    if not runs_folder.is_dir():
        return []
    found = []
    for folder in sorted(runs_folder.iterdir()):
        if (folder / INFO).is_file():
            try:
                found.append(read_run(folder))
            except RunProblem:
                continue
    return found


def read_run(folder: Path) -> Run:
    """One run. Raises `RunProblem`."""
    path = folder / INFO
    try:
        info = msgspec.json.decode(path.read_bytes(), type=RunInfo)
        datetime.fromisoformat(info.created).astimezone()
    except FileNotFoundError:
        raise RunProblem(
            _("{folder} is no run: it has no {name}.").format(folder=folder, name=INFO)
        ) from None
    except msgspec.ValidationError as error:
        raise _misfit(path, error) from None
    except msgspec.DecodeError as error:
        raise RunProblem(_("{path} cannot be read ({reason}).").format(path=path, reason=error)) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    except (ValueError, OverflowError):
        raise RunProblem(
            _("{path} is damaged: created is no time, or the text is not UTF-8.").format(path=path)
        ) from None
    return Run(folder, _with_paths(info, lambda data: absolute_from(data, paths_base(path))))


def read_project(folder: Path) -> Project:
    """The project that was trained. Raises `RunProblem`."""
    path = folder / PROJECT
    if not path.is_file():
        raise RunProblem(_("{folder} is no run: it has no {name}.").format(folder=folder, name=PROJECT))
    try:
        return load(path)
    except FileProblemError as error:
        raise RunProblem(str(error)) from None


def read_metrics(folder: Path) -> tuple[Metrics, ...]:
    """The epochs in metrics.csv; none where there is no such file. Raises `RunProblem`."""
    path = folder / METRICS
    if not path.is_file():
        return ()
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
        found = tuple(msgspec.convert(rows, list[Metrics], strict=False))
    except msgspec.ValidationError as error:
        raise _misfit(path, error) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    except (ValueError, TypeError, csv.Error) as error:
        raise RunProblem(_("{path} cannot be read ({reason}).").format(path=path, reason=error)) from None
    if [row.epoch for row in found] != list(range(len(found))):
        raise RunProblem(
            _("{path} is damaged: its epochs do not follow one another from 0.").format(path=path)
        )
    return found


def _misfit(path: Path, error: msgspec.ValidationError) -> RunProblem:
    """The sentence for a file whose field has another value than it can have: "preparation.std[0] must be …"."""
    reason, _at, place = str(error).partition(" - at `")
    field = place.rstrip("`").removeprefix("$").removeprefix(".") or _("the whole of it")
    return RunProblem(
        _("{path} is damaged: {field} {reason}.").format(path=path, field=field, reason=in_words(reason))
    )


def _unreadable(path: Path, error: OSError) -> RunProblem:
    return RunProblem(_("{path} cannot be read ({reason}).").format(path=path, reason=reason_of(error)))


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds a run folder, which is made where it is missing; one that stays empty goes again.

    Raises `RunProblem` where another process trains into it, and `OSError`. Where the file system cannot lock,
    nothing is held.
    """
    from filelock import FileLock, Timeout  # 14 ms, which lists of runs need not pay

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, thread_local=False)
    try:
        with suppress(NotImplementedError):
            lock.acquire(blocking=False)
    except Timeout:
        raise RunProblem(
            _("Another training writes into {folder}: wait for its end, or name another folder.").format(
                folder=folder
            )
        ) from None
    except (
        OSError
    ):  # a file system without locks, or one that nobody may write to: that is said at the first file
        pass
    try:
        yield
    finally:
        if lock.is_locked:
            with suppress(OSError):  # while it is held, so that nobody takes a lock whose file is about to go
                (folder / LOCK).unlink(missing_ok=True)
            lock.release(force=True)
        remove_if_empty(folder)


def require_new(folder: Path) -> None:
    """Raises `RunProblem` where another training has come to its end since the folder was chosen."""
    if (folder / INFO).exists():
        raise RunProblem(_("{folder} has a run already: name another folder.").format(folder=folder))


def begin(folder: Path, project: Project, info: RunInfo) -> None:
    """Writes what is known before the first step. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (METRICS, BEST, LAST, CHECKPOINT, CURVE):
        (folder / name).unlink(missing_ok=True)  # of an earlier run in a folder that the user named
    remove_unfinished(folder)
    write_project(folder, project)
    write_info(folder, info)
    write_metrics(folder, ())


def write_project(folder: Path, project: Project) -> None:
    """Writes project.cnn and model.py. Raises `OSError`."""
    write_atomically(folder / PROJECT, dumps(for_file(project, folder / PROJECT)).encode())
    write_atomically(folder / MODEL, source(project.network, "module").text.encode())


def write_info(folder: Path, info: RunInfo) -> None:
    """Writes run.json. Raises `OSError`."""
    info = _with_paths(info, lambda data: relative_to(data, paths_base(folder / INFO)))
    write_atomically(folder / INFO, msgspec.json.format(msgspec.json.encode(info), indent=2) + b"\n")


def _with_paths(info: RunInfo, change: Callable[[Data], Data]) -> RunInfo:
    """The same with the paths of a person's own images changed."""
    own = info.preparation.own_images
    if own is None:
        return info
    return replace(info, preparation=replace(info.preparation, own_images=change(own)))


def keep_test(folder: Path, measured: Measured) -> None:
    """Adds what the test images gave to run.json. Raises `OSError` or `RunProblem`."""
    write_info(folder, msgspec.structs.replace(read_run(folder).info, test=measured))


def write_metrics(folder: Path, rows: tuple[Metrics, ...]) -> None:
    """Writes metrics.csv whole; it has one short row an epoch. Raises `OSError`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(Metrics.__struct_fields__)
    for row in rows:
        writer.writerow("" if value is None else value for value in msgspec.structs.astuple(row))
    write_atomically(folder / METRICS, text.getvalue().encode())


def remove(folder: Path) -> None:
    """Deletes the files of a run, its folder where nothing else is in it, and the folder of runs where it was alone."""
    remove_unfinished(folder)
    for name in (*FILES, LOCK):
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)
    remove_if_empty(folder)


def remove_if_empty(folder: Path) -> None:
    """Deletes the folder of a run that left nothing in it."""
    with suppress(OSError):  # something else is in there
        folder.rmdir()
        if folder.name.isdigit():
            folder.parent.rmdir()


def now() -> str:
    """The time as run.json has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def versions() -> dict[str, str]:
    """Of what could change a result."""
    from importlib import metadata  # 20 ms, which the window would pay at its start

    found = {"cnnbuilder": cnnbuilder.__version__, "python": platform.python_version()}
    for name in ("torch", "numpy"):
        with suppress(metadata.PackageNotFoundError):  # a bundle may leave a package's description out
            found[name] = metadata.version(name)
    return found
