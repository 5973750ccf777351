"""A run of an earlier day, read from its folder: an opened project shows how it was trained, and can be tried."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cnnbuilder.engine import runs
from cnnbuilder.engine.messages import Epoch, Finished, Started, Tested
from cnnbuilder.network.equality import equal
from cnnbuilder.network.project import Network, Project
from cnnbuilder.ui.session.run_curve import read_curve
from cnnbuilder.ui.session.run_record import Record, Report


def last_run(folder: Path, network: Network) -> Record | None:
    """The newest run in the folder whose weights are this network's, trained for an epoch at least or brought along."""
    for run in reversed(runs.list_runs(folder)):
        if run.weights is None:
            continue
        try:
            project, metrics = run.project(), run.metrics()
        except runs.RunProblem:
            continue
        if equal(project.network, network):
            if run.info.source:
                return _brought(run, project)
            if any(row.epoch > 0 for row in metrics):
                return _record(run, project, metrics)
    return None


def load_record(folder: Path) -> Record | None:
    """A run as it lies on the disk, or None where there is nothing to draw and nothing to go on from.

    One that was ended in its midst, by a crash say, has what was measured until then.
    """
    try:
        run = runs.read_run(folder)
        metrics = run.metrics()
        return _record(run, run.project(), metrics) if metrics or run.resumable else None
    except runs.RunProblem:
        return None


def _result(run: runs.Run, metrics: tuple[runs.Metrics, ...]) -> runs.Result:
    """How it ended; of one that came to no end, how far it was."""
    if run.info.result is not None:
        return run.info.result
    trained = [row for row in metrics if row.epoch > 0]
    best = max(trained, key=lambda row: row.val_accuracy, default=None)
    last = trained[-1] if trained else None
    return runs.Result(
        True,
        last.epoch if last else 0,
        last.val_accuracy if last else None,
        last.val_loss if last else None,
        best.epoch if best else None,
        best.val_accuracy if best else None,
        None,
        sum(row.seconds for row in metrics),
    )


def _brought(run: runs.Run, project: Project) -> Record:
    """Weights that an import brought along: something to ask, and nothing to draw."""
    info = run.info
    record = Record(project, datetime.fromisoformat(info.created).astimezone())
    record.source = info.source
    started = Started(
        info.device, info.device_name, info.params, 0, 0, info.preparation.classes,
        project.training.batch_size, 0, 0, info.precision, str(run.folder),
    )  # fmt: skip
    record.add([started, Finished(False, 0, None, None, None, None, 0.0, str(run.folder))])
    return record


def _record(run: runs.Run, project: Project, metrics: tuple[runs.Metrics, ...]) -> Record:
    """The run with the curve that its window kept; without one, with its epochs as points."""
    info, result = run.info, _result(run, metrics)
    record = Record(
        project, datetime.fromisoformat(info.created).astimezone(), quick=info.limit_images is not None
    )
    steps = max((row.step for row in metrics), default=0) // max(1, result.epochs)
    started = Started(
        info.device, info.device_name, info.params, info.train_images, info.val_images, info.preparation.classes,
        project.training.batch_size, project.training.epochs, steps, info.precision, str(run.folder),
        forecast_bytes=info.forecast_bytes, guess_accuracy=info.guess_accuracy, guess_loss=info.guess_loss,
    )  # fmt: skip
    epochs = [
        Epoch(
            row.epoch, row.train_loss, row.train_accuracy, row.val_loss, row.val_accuracy, row.seconds,
            row.epoch == result.best_epoch,
        )
        for row in metrics
    ]  # fmt: skip
    finished = Finished(
        result.stopped, result.epochs, result.val_accuracy, result.val_loss, result.best_epoch,
        result.images_per_second, result.seconds, str(run.folder),
    )  # fmt: skip
    record.add([started, *epochs, finished])
    record.peak_bytes = result.peak_bytes
    if info.test is not None:
        record.tested = Tested(0, str(run.folder), info.test.accuracy, info.test.loss, info.test.images)
    fine = read_curve(run.folder)
    reached = fine[-1].position if fine else 0.0
    # A training value of an epoch is the mean over it, so it stands in its middle. Where the command line went on
    # with a run of the window, the curve ends before the run does.
    record.reports = fine + [
        Report(row.epoch - 0.5, row.train_loss, row.train_accuracy, row.train_loss, row.train_accuracy)
        for row in metrics
        if row.train_loss is not None and row.train_accuracy is not None and row.epoch - 0.5 > reached
    ]
    return record
