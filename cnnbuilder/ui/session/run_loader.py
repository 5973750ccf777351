"""A run of an earlier day, read from its folder: an opened project shows how it was trained, and can be tried."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cnnbuilder.engine import runs
from cnnbuilder.engine.messages import Epoch, Finished, Started
from cnnbuilder.network.equality import equal
from cnnbuilder.network.project import Network, Project
from cnnbuilder.ui.session.run_record import Record, Report


def last_run(folder: Path, network: Network) -> Record | None:
    """The newest run in the folder whose weights are this network's, trained for an epoch at least or brought along."""
    for run in reversed(runs.list_runs(folder)):
        result = run.info.result
        trained = result is not None and result.epochs > 0
        if run.weights is None or not (trained or run.info.source):
            continue
        try:
            project, metrics = run.project(), run.metrics()
        except runs.RunProblem:
            continue
        if equal(project.network, network):
            if run.info.source:
                return _brought(run, project)
            if metrics:
                return _record(run, metrics)
    return None


def load_record(folder: Path) -> Record | None:
    """A run as it lies on the disk, or None where there is nothing to draw."""
    try:
        run = runs.read_run(folder)
        metrics = run.metrics()
        return _record(run, metrics) if run.info.result is not None and metrics else None
    except runs.RunProblem:
        return None


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


def _record(run: runs.Run, metrics: tuple[runs.Metrics, ...]) -> Record:
    """The run with its epochs as points. The reports between them were not kept."""
    info, result, project = run.info, run.info.result, run.project()
    assert result is not None
    record = Record(
        project, datetime.fromisoformat(info.created).astimezone(), quick=info.limit_images is not None
    )
    steps = max(row.step for row in metrics) // max(1, result.epochs)
    started = Started(
        info.device, info.device_name, info.params, info.train_images, info.val_images, info.preparation.classes,
        project.training.batch_size, project.training.epochs, steps, info.precision, str(run.folder),
        forecast_bytes=info.forecast_bytes,
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
    # A training value of an epoch is the mean over it, so it stands in its middle.
    record.reports = [
        Report(row.epoch - 0.5, row.train_loss, row.train_accuracy, row.train_loss, row.train_accuracy)
        for row in metrics
        if row.train_loss is not None and row.train_accuracy is not None
    ]
    return record
