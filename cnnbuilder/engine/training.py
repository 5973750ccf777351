"""The training loop: a generator of events. The child process and the command line iterate the same one."""

from __future__ import annotations

import math
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import torch

from cnnbuilder.engine import runs
from cnnbuilder.engine.checkpoint import Progress, save_checkpoint
from cnnbuilder.engine.control import Control, hold
from cnnbuilder.engine.data_loading import prepared
from cnnbuilder.engine.device import Device, find_device, keep_freed_memory, memory_in_use
from cnnbuilder.engine.error_messages import disk_sentence, sentence
from cnnbuilder.engine.inference import Tally, measuring_batch
from cnnbuilder.engine.messages import Epoch, Failed, Finished, Stage, Step, TrainingEvent
from cnnbuilder.engine.meter import DivergedError, Meter, StepMetrics
from cnnbuilder.engine.module import save_weights
from cnnbuilder.engine.peak import PeakMeter
from cnnbuilder.engine.runs import Metrics, Result
from cnnbuilder.engine.stopwatch import Pace, Stopwatch
from cnnbuilder.engine.training_setup import TrainingSetup, begin, go_on, set_up
from cnnbuilder.engine.training_step import forward_backward
from cnnbuilder.network.project import Project
from cnnbuilder.network.schedules import learning_rate
from cnnbuilder.text import _

REPORTS_A_SECOND = 20
CHECKPOINT_SECONDS = 300
"""In long epochs a checkpoint is written this often as well."""


def train(
    project: Project,
    folder: Path,
    *,
    device: str = "auto",
    resume: bool = False,
    limit_images: int | None = None,
    control: Control | None = None,
) -> Iterator[TrainingEvent]:
    """Trains the project into a run folder, which is made where it is missing; never raises.

    The last event is `Finished` or `Failed`. `resume` goes on from the folder's checkpoint: on the CPU, with equal
    threads, precision and epochs, bit by bit as if it had never stopped. `limit_images`: a quick try on so many.
    """
    try:
        with runs.held(folder):
            if not resume:
                runs.require_new(folder)
            yield from _trained(project, folder, device, resume, limit_images, control or Control())
    except (runs.RunProblem, OSError) as error:
        yield _failed(error, project, folder, None, begun=False)


def _trained(
    project: Project, folder: Path, device: str, resume: bool, limit_images: int | None, control: Control
) -> Iterator[TrainingEvent]:
    """`train` in a folder that no other training writes into."""
    found: Device | None = None
    begun = False
    try:
        found = find_device(device)
        keep_freed_memory()
        data = yield from prepared(project, control)
        if data is None:
            yield Finished(True, 0, None, None, None, None, 0.0, None)
            return
        if resume:
            limit_images = runs.read_run(folder).info.limit_images
        setup = set_up(project, data, folder, found, limit_images)
        begun = not resume  # from here on what lies in the folder is this training's
        progress = go_on(setup, project) if resume else begin(setup, project)
        begun = True
        control.model = setup.model()
        yield setup.started(progress)
        yield from _Loop(setup, progress, control).events()
    except Exception as error:  # whatever it is, the window hears one sentence
        yield _failed(error, project, folder, found, begun)


class _Loop:
    """One run from its first step to its last."""

    def __init__(self, setup: TrainingSetup, progress: Progress, control: Control) -> None:
        self._setup = setup
        self._progress = progress
        self._control = control
        self._meter = Meter(setup.device.torch)
        self._peak = PeakMeter(setup.net, setup.optimizer, setup.device.torch)
        self._clock = Stopwatch(progress.seconds)
        self._pace = Pace(progress.seconds)
        self._reported = self._saved = time.perf_counter()
        self._unsaved: OSError | None = None
        self._weights_saved = False
        """Whether what is unsaved is the checkpoint alone."""

    def events(self) -> Iterator[TrainingEvent]:
        """The loop. Images are N×C×H×W float32 on the device, labels N; weights are float32 throughout."""
        setup, progress, control = self._setup, self._progress, self._control
        training, batch_size = setup.training, setup.training.batch_size
        if not progress.metrics:
            yield Stage("measuring")
            yield from self._validate(epoch=0)
        while progress.epoch <= training.epochs and not control.stops():
            setup.net.train()
            self._clock.start()
            for images, labels, loss_of in setup.train.of_epoch(progress.epoch, batch_size, progress.batch):
                with self._peak.step(images, labels):
                    loss, logits = forward_backward(setup.logits, images, labels, loss_of)
                setup.optimizer.step(learning_rate(training, progress.step, setup.steps))
                progress.step += 1
                progress.batch += 1
                self._meter.add(loss, logits, labels, progress.step)
                if self._report_is_due():
                    yield from self._report(self._meter.read())
                if time.perf_counter() - self._saved >= CHECKPOINT_SECONDS:
                    yield from self._report(*self._meter.read_all())
                    self._save()
                with self._clock.stopped():
                    yield from hold(control)
                if control.stops():
                    break
            yield from self._report(*self._meter.read_all())
            self._clock.stop()
            if not control.stops():
                yield from self._validate(progress.epoch)
        yield self._end()

    def _report_is_due(self) -> bool:
        now = time.perf_counter()
        due = now - self._reported >= 1 / REPORTS_A_SECOND or self._progress.step == 1 or self._meter.full
        if due:
            self._reported = now
        return due

    def _report(self, *measured: StepMetrics | None) -> Iterator[Step]:
        """Takes in what was measured since the last report, and tells of it."""
        setup, progress = self._setup, self._progress
        for metrics in measured:
            if metrics is None:
                continue
            for loss, size in zip(metrics.losses, metrics.sizes, strict=True):
                progress.loss_sum += loss * size  # one by one, so that the sum does not depend on the reports
            progress.correct += metrics.correct
            progress.images += metrics.images
            progress.images_seen += metrics.images
            progress.seconds = self._clock.seconds
            yield Step(
                epoch=(metrics.last_step - 1) // setup.steps_per_epoch + 1,
                step=metrics.last_step,
                position=metrics.last_step / setup.steps_per_epoch,
                loss=metrics.loss,
                accuracy=metrics.correct / metrics.images,
                learning_rate=learning_rate(setup.training, metrics.last_step - 1, setup.steps),
                images_per_second=self._pace.images_per_second(metrics.images, self._clock.seconds),
                memory_bytes=memory_in_use(setup.device),
                peak_bytes=self._peak.bytes,
            )

    def _validate(self, epoch: int) -> Iterator[TrainingEvent]:
        """Measures the validation part, and keeps the run's files up to date. A stop leaves it undone."""
        setup, progress, control = self._setup, self._progress, self._control
        began = time.perf_counter()
        tally = Tally()
        setup.net.eval()
        for images, labels in setup.val.all(measuring_batch(setup.device)):
            with torch.inference_mode():
                tally.add(setup.logits(images), labels)
            yield from hold(control)
            if control.stops():
                return
        if not math.isfinite(tally.loss()):
            raise DivergedError(progress.step)
        rate = learning_rate(setup.training, max(0, progress.step - 1), setup.steps)
        row = Metrics(
            epoch=epoch,
            step=progress.step,
            train_loss=progress.loss_sum / progress.images if epoch else None,
            train_accuracy=progress.correct / progress.images if epoch else None,
            val_loss=tally.loss(),
            val_accuracy=tally.accuracy(),
            learning_rate=rate if epoch else None,
            seconds=progress.seconds - progress.seconds_at_epoch + time.perf_counter() - began,
        )
        progress.metrics = (*progress.metrics, row)
        if epoch:
            progress.begin_next_epoch()
            self._save()
        best = progress.best is row
        yield Epoch(
            row.epoch, row.train_loss, row.train_accuracy, row.val_loss, row.val_accuracy, row.seconds, best
        )

    def _save(self) -> None:
        """Weights, metrics and checkpoint. On a full disk the training goes on and the next epoch tries again."""
        setup, progress = self._setup, self._progress
        self._saved = time.perf_counter()
        self._weights_saved = False
        try:
            save_weights(setup.net, setup.folder / runs.LAST)
            if progress.best is not None and progress.best is progress.last and progress.batch == 0:
                save_weights(setup.net, setup.folder / runs.BEST)
            self._weights_saved = True
            runs.write_metrics(setup.folder, progress.metrics)
            save_checkpoint(
                setup.folder / runs.CHECKPOINT,
                setup.net,
                setup.optimizer,
                progress,
                setup.device.torch,
            )
            self._unsaved = None
        except OSError as error:
            self._unsaved = error

    def _end(self) -> Finished | Failed:
        """Writes what is left to write and says how it ended."""
        setup, control = self._setup, self._control
        if control.stops() and not control.keep:
            runs.remove(setup.folder)
            return self._finished(None)
        if control.stops() or self._unsaved:
            self._save()
        finished = self._finished(str(setup.folder))
        if self._unsaved is None:
            try:
                runs.write_info(setup.folder, self._ended_info(finished))
            except OSError as error:
                self._unsaved = error
        if self._unsaved is None:
            return finished
        return self._not_saved(self._unsaved)

    def _finished(self, run: str | None) -> Finished:
        progress, control = self._progress, self._control
        last, best = progress.last, progress.best
        complete = progress.epoch > self._setup.training.epochs and control.keep
        return Finished(
            stopped=control.stops() and not complete,
            epochs=progress.epoch - 1,
            val_accuracy=last.val_accuracy if last else None,
            val_loss=last.val_loss if last else None,
            best_epoch=best.epoch if best else None,
            images_per_second=progress.images_seen / progress.seconds if progress.seconds else None,
            seconds=sum(row.seconds for row in progress.metrics)
            + progress.seconds
            - progress.seconds_at_epoch,
            run=run,
        )

    def _ended_info(self, finished: Finished) -> runs.RunInfo:
        best = self._progress.best
        result = Result(
            stopped=finished.stopped,
            epochs=finished.epochs,
            val_accuracy=finished.val_accuracy,
            val_loss=finished.val_loss,
            best_epoch=finished.best_epoch,
            best_accuracy=best.val_accuracy if best else None,
            images_per_second=finished.images_per_second,
            seconds=finished.seconds,
            peak_bytes=self._peak.bytes,
        )
        state = "stopped" if finished.stopped else "finished"
        return msgspec.structs.replace(self._setup.info, state=state, result=result)

    def _not_saved(self, error: OSError) -> Failed:
        """The network is trained and in memory, but not all of it on the disk."""
        last, folder = self._progress.last, self._setup.folder
        reached = _("The network is trained")
        if last is not None and last.epoch:
            reached = _("The network is trained ({accuracy} of the validation images)").format(
                accuracy=f"{last.val_accuracy:.1%}"
            )
        if self._weights_saved:
            text = _(
                "{reached}, and its weights are in {folder}; what it takes to go on with it is not saved. {why}"
            )
        else:
            text = _("{reached}, but not saved. {why}")
        reason = text.format(reached=reached, folder=folder, why=disk_sentence(error, folder))
        kept = str(folder) if _has_something_to_keep(folder) else None
        return Failed(reason, details=traceback.format_exception_only(error)[-1].strip(), run=kept)


def _failed(error: Exception, project: Project, folder: Path, device: Device | None, begun: bool) -> Failed:
    """What to say of an error; the run stays where it has a checkpoint, and goes where it has nothing to keep."""
    reason = sentence(error, project.training, device)
    details = "".join(traceback.format_exception(error))
    kept = _has_something_to_keep(folder)
    if begun and not kept:
        runs.remove(folder)
    if begun and kept:
        with suppress(runs.RunProblem, OSError):
            info = runs.read_run(folder).info
            runs.write_info(folder, msgspec.structs.replace(info, state="failed", reason=reason))
    return Failed(reason, details, str(folder) if kept else None)


def _has_something_to_keep(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (runs.CHECKPOINT, runs.BEST, runs.LAST))
