"""How a training is told: a live bar in a terminal, plain lines in a pipe, JSON lines for scripts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from cnnbuilder.cli.json_output import print_json
from cnnbuilder.engine.messages import Epoch, Failed, Finished, Stage, Started, Step, TrainingEvent
from cnnbuilder.text import _, ngettext, number

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Report(Protocol):
    """Tells of a training, event by event."""

    def show(self, event: TrainingEvent) -> None:
        """Takes the next event."""

    def close(self) -> None:
        """Leaves the terminal as it was, however the training ended."""


def report(json: bool) -> Report:
    """The way of telling that suits who reads it."""
    if json:
        return JsonReport()
    return LiveReport() if sys.stdout.isatty() else PlainReport()


class JsonReport:
    """One object a line, as the contract has them: started, step, epoch, and finished or failed."""

    def show(self, event: TrainingEvent) -> None:
        """Prints the event, unless it is one of those that only people need."""
        untrained = isinstance(event, Epoch) and event.epoch == 0
        if isinstance(event, Failed):  # without its details: Python's account is for the log file
            print_json({"event": "failed", "reason": event.reason, "run": event.run})
        elif isinstance(event, Started | Step | Epoch | Finished) and not untrained:
            print_json(event)

    def close(self) -> None:
        """Nothing is open."""


class PlainReport:
    """A line for the start, for each epoch and for the end."""

    def __init__(self) -> None:
        self._epochs = 0
        self._preparing = False

    def show(self, event: TrainingEvent) -> None:
        """Prints what is worth a line."""
        match event:
            case Stage(stage="preparing") if not self._preparing:
                self._preparing = True
                self.say(_("Preparing data"))
            case Started():
                self._epochs = event.epochs
                self.say(started_text(event))
            case Epoch():
                self.say(epoch_text(event, self._epochs))
            case Finished():
                self.say(finished_text(event))
            case _:
                pass

    def say(self, line: str) -> None:
        """Prints one line at once, so that a pipe's reader sees it when it happens."""
        print(line, flush=True)

    def close(self) -> None:
        """Nothing is open."""


class LiveReport(PlainReport):
    """A bar for what goes on now; finished epochs stand above it."""

    def __init__(self) -> None:
        super().__init__()
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress: Progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[telling]}"),
            TimeRemainingColumn(compact=True),
            TextColumn(_("left")),
            refresh_per_second=10,
            transient=True,
            expand=True,
        )
        self._task: TaskID = self._progress.add_task(_("Starting PyTorch"), total=None, telling="")
        self._progress.start()

    def show(self, event: TrainingEvent) -> None:
        """Moves the bar, and lets the lines appear above it."""
        match event:
            case Stage(stage="preparing"):
                fraction = event.fraction or 0.0
                self._progress.update(
                    self._task, description=_("Preparing data"), total=1.0, completed=fraction
                )
            case Stage(stage="measuring"):
                self._progress.reset(self._task, total=None, description=_("Before the first step"))
            case Started():
                super().show(event)
                self._progress.reset(self._task, total=event.epochs, completed=event.first_epoch)
            case Step():
                self._progress.update(
                    self._task,
                    description=_("Epoch {epoch} of {epochs}").format(epoch=event.epoch, epochs=self._epochs),
                    total=self._epochs,
                    completed=event.position,
                    telling=_("loss {loss:.4f} · {speed} images/s").format(
                        loss=event.loss, speed=number(round(event.images_per_second))
                    ),
                )
            case Finished() | Failed():
                self._progress.stop()
                super().show(event)
            case _:
                super().show(event)

    def say(self, line: str) -> None:
        """Prints one line above the bar."""
        self._progress.console.print(line, markup=False, highlight=False)

    def close(self) -> None:
        """Takes the bar away."""
        self._progress.stop()


def started_text(event: Started) -> str:
    """What is trained, on what, with what."""
    return _(
        "{params} parameters · {train} images to train on, {val} to validate · batch {batch} · {device} · {precision}"
    ).format(
        params=number(event.params),
        train=number(event.train_images),
        val=number(event.val_images),
        batch=number(event.batch_size),
        device=event.device_name,
        precision=event.precision,
    )


def epoch_text(event: Epoch, epochs: int) -> str:
    """One line of the table of epochs."""
    if event.epoch == 0:
        return _("untrained:    validation loss {loss:.4f}  accuracy {accuracy:.2%}").format(
            loss=event.val_loss, accuracy=event.val_accuracy
        )
    width = len(str(epochs))
    text = _(
        "epoch {epoch} of {epochs}: loss {train:.4f}  "
        "validation loss {loss:.4f}  accuracy {accuracy:.2%}  {seconds:.1f} s"
    )
    line = text.format(
        epoch=f"{event.epoch:>{width}}",
        epochs=epochs,
        train=event.train_loss if event.train_loss is not None else float("nan"),
        loss=event.val_loss,
        accuracy=event.val_accuracy,
        seconds=event.seconds,
    )
    return f"{line}  {_('best')}" if event.best else line


def finished_text(event: Finished) -> str:
    """How it ended, and where the run is."""
    parts = [_("Stopped.") if event.stopped else _("Done.")]
    if event.val_accuracy is not None:
        parts.append(_("Validation accuracy {accuracy:.2%}.").format(accuracy=event.val_accuracy))
    if event.images_per_second is not None:
        parts.append(_("{speed} images/s.").format(speed=number(round(event.images_per_second))))
    parts.append(ngettext("{n} epoch", "{n} epochs", event.epochs).format(n=event.epochs) + ".")
    parts.append(
        _("Nothing was kept.") if event.run is None else _("The run is in {run}.").format(run=event.run)
    )
    return " ".join(parts)


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Shows in a terminal that something is under way; in a pipe, nothing."""
    if not sys.stdout.isatty():
        yield
        return
    from rich.console import Console

    with Console().status(text):
        yield
