"""Trains a network into a run folder. Ctrl+C stops after the step in progress and keeps what was learned."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from cnnbuilder.cli.downloads import fetch_if_missing
from cnnbuilder.cli.failures import RefusedError, log_details
from cnnbuilder.cli.options import add_json, add_project, whole_number
from cnnbuilder.cli.own_images import data_named, look_through
from cnnbuilder.cli.progress import Report, report
from cnnbuilder.cli.projects import read_project, require_run, runs_folder
from cnnbuilder.engine.control import Control
from cnnbuilder.engine.data.data_folders import look_also_in
from cnnbuilder.engine.messages import Failed, Finished
from cnnbuilder.engine.trainable import require_learnable, require_trainable, spare_outputs
from cnnbuilder.network.data import OWN
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.text import _

if TYPE_CHECKING:
    from cnnbuilder.engine.messages import TrainingEvent


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder train`."""
    add_project(parser, nargs="?")
    parser.add_argument(
        "--data",
        metavar="NAME|PATH",
        help=_("a data set (cnnbuilder data lists them), or a folder, table or .npz of your own"),
    )
    parser.add_argument(
        "--epochs", metavar="N", type=whole_number(1, 10_000), help=_("with --resume, the new total")
    )
    parser.add_argument(
        "--batch-size", metavar="N", type=whole_number(1, 65_536), help=_("images before each step")
    )
    parser.add_argument("--device", metavar="DEVICE", default="auto", help=_("auto, cpu, cuda, mps, …"))
    parser.add_argument("--seed", metavar="N", type=whole_number(0, 2**31 - 1), help=_("decides all chance"))
    parser.add_argument("--out", metavar="RUNDIR", help=_("the run folder; usually FILE.runs/0001, 0002, …"))
    parser.add_argument("--resume", metavar="RUNDIR", help=_("go on with a run from its last checkpoint"))
    add_json(parser)
    parser.set_defaults(refuse_usage=parser.error)


def run(options: argparse.Namespace) -> int:
    """Trains, and tells of it."""
    _require_sense(options)
    project = _project(options)
    _require_trainable(project)
    folder = Path(options.resume) if options.resume else _new_folder(options)
    telling = report(options.json)
    control = Control()
    try:
        with _stopped_by_signals(control):
            # PyTorch is loaded here, when nothing is left that could be refused without it.
            from cnnbuilder.engine.training import train

            resume = options.resume is not None
            events = train(project, folder, device=options.device, resume=resume, control=control)
            last = _told(events, telling)
    finally:
        telling.close()
        _remove_if_empty(folder)
    return _status(last)


def _require_trainable(project: Project) -> None:
    """Refuses what cannot be trained; says a word where it can be but is unusual."""
    if project.data.source is None:
        raise RefusedError(
            _("The project has no data set; name one with --data (cnnbuilder data lists them).")
        )
    if isinstance(project.data.source, OWN):
        look_through(project.data, input_shape(project.network))
    fetch_if_missing(require_learnable(project))
    word = spare_outputs(project, require_trainable(project))
    if word:
        print(word, file=sys.stderr)


def _require_sense(options: argparse.Namespace) -> None:
    """Wrong usage that the parser alone cannot see."""
    if options.resume is None:
        if options.file is None:
            options.refuse_usage(_("FILE is missing: what is to be trained?"))
        return
    for name in ("data", "batch_size", "seed", "out"):
        if getattr(options, name) is not None:
            option = f"--{name.replace('_', '-')}"
            options.refuse_usage(_("{option} cannot change in a run that goes on").format(option=option))


def _project(options: argparse.Namespace) -> Project:
    """What is to be trained, with what the options change."""
    if options.resume is not None:
        project = read_project(require_run(Path(options.resume)))
        _require_equal(options, project)
    else:
        project = read_project(Path(options.file))
        look_also_in(Path(options.file).absolute().parent)
    if options.data is not None:
        project = replace(project, data=data_named(options.data, project.data))
    given = {name: getattr(options, name) for name in ("epochs", "batch_size", "seed")}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return replace(project, training=replace(project.training, **changes))


def _require_equal(options: argparse.Namespace, project: Project) -> None:
    """A run goes on with the network that it trains, and with no other."""
    if options.file is None:
        return
    from cnnbuilder.network.equality import equal

    if not equal(read_project(Path(options.file)).network, project.network):
        raise RefusedError(
            _("{file} is another network than {run} trains; without --resume a new run begins.").format(
                file=options.file, run=options.resume
            )
        )


def _new_folder(options: argparse.Namespace) -> Path:
    """Where the run goes: --out, or the next number in the project's folder of runs."""
    if options.out is None:
        from cnnbuilder.engine.runs import next_folder

        return _shown(next_folder(runs_folder(Path(options.file))))
    folder = Path(options.out)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RefusedError(
            _("{folder} is there already and not empty; name another, or go on with --resume.").format(
                folder=folder
            )
        )
    return folder


def _remove_if_empty(folder: Path) -> None:
    """A run that ended before anything was written leaves no folder behind."""
    from cnnbuilder.engine.runs import remove

    if folder.is_dir() and not any(folder.iterdir()):
        remove(folder)


def _shown(folder: Path) -> Path:
    """The path as a person would type it from here."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


@contextmanager
def _stopped_by_signals(control: Control) -> Iterator[None]:
    """The first Ctrl+C (or SIGTERM) stops after the step in progress and keeps it; the second ends at once."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if control.stops():
            raise KeyboardInterrupt
        control.stop(keep=True)
        if sys.stderr.isatty():
            print(_("Stopping after this step; once more ends at once."), file=sys.stderr)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(events: Iterator[TrainingEvent], telling: Report) -> TrainingEvent | None:
    """Tells of every event; returns the last."""
    last = None
    for last in events:
        telling.show(last)
    return last


def _status(last: TrainingEvent | None) -> int:
    if isinstance(last, Finished):
        return 0
    if not isinstance(last, Failed):
        raise RefusedError(_("The training ended without a word."))
    account = last.details.strip()
    # An exception of our own says all there is to say; of any other the account may be wanted.
    if account and not account.splitlines()[-1].startswith("cnnbuilder."):
        reason = last.reason.rstrip(".")
        raise RefusedError(
            _("{reason}; details are in {path}.").format(reason=reason, path=log_details(account))
        )
    raise RefusedError(last.reason)
