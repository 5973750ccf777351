"""What a run says, in words: its stage, its progress, its end, and one sentence that reads the curves. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.engine.messages import Epoch, Finished, Tested
from cnnbuilder.text import _, bytes_text, ngettext, number, three_figures
from cnnbuilder.ui.session.run_record import Record
from cnnbuilder.ui.session.run_state import State

NOTICEABLE = 0.02
"""A validation loss that falls by less than this share of itself counts as unchanged."""
PATIENCE = 3
"""So many epochs without a better validation loss are worth a word."""
GAP = 0.1
"""Training so much more often right than validation is memorising."""
FAR = 3
"""A loss of so many times that of guessing is no way to learn."""
LONG = 20
"""So many reports one after another, a second at least, are no accident."""


def percent(fraction: float) -> str:
    """0.9912 -> '99.1 %'; all but nothing and all but everything are not rounded to nothing and everything."""
    text = f"{100 * fraction:.1f}"
    if text == "100.0" and fraction < 1:
        text = "99.9" if fraction < 0.9995 else f"{math.floor(fraction * 10_000) / 100:.2f}"
    exact = abs(round(100 * fraction) - 100 * fraction) < 1e-9
    return f"{text.removesuffix('.0') if exact else text} %"


def duration(seconds: float) -> str:
    """43 -> '43 s', 200 -> '3 min 20 s', 7500 -> '2 h 5 min'."""
    whole = round(seconds)
    if seconds < 10 and seconds != whole:
        return _("{seconds} s").format(seconds=f"{seconds:.1f}".removesuffix(".0"))
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    minutes, left = divmod(whole, 60)
    if minutes < 60:
        if minutes >= 10 or not left:
            return _("{minutes} min").format(minutes=round(whole / 60))
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=left)
    hours, left = divmod(round(whole / 60), 60)
    return _("{hours} h {minutes} min").format(hours=number(hours), minutes=left)


def rough(seconds: float) -> str:
    """A length of time that is only estimated: nothing finer than a second."""
    return duration(max(1, round(seconds)))


def guessing(classes: int) -> tuple[float, float]:
    """Accuracy and loss of guessing among so many equally frequent classes: 1 / n and ln n."""
    return 1 / classes, math.log(classes)


def guess_of(record: Record | None) -> tuple[float, float] | None:
    """Accuracy and loss that a run's validation images give without a look at them; None where it tells none apart.

    Always the most frequent class; before the child has counted them, and in runs of before, as if all were even.
    """
    if record is None:
        return None
    started = record.started
    if started is not None and started.guess_accuracy is not None and started.guess_loss is not None:
        return started.guess_accuracy, started.guess_loss
    info = resolve_or_none(record.project.data) if started is None else None
    classes = len(started.classes) if started is not None else len(info.classes) if info is not None else 0
    return guessing(classes) if classes > 1 else None


def stages(state: State) -> tuple[str, ...]:
    """What goes on now: in full, then shorter and shorter, for narrower lines."""
    match state.phase:
        case "starting":
            return _("Starting PyTorch"), _("Starting")
        case "preparing" if state.fraction is not None:
            percent = math.floor(100 * state.fraction)
            return _("Preparing data {percent} %").format(percent=percent), _("{n} %").format(n=percent)
        case "preparing":
            return _("Preparing data"), _("Preparing")
        case "measuring":
            return _("Measuring the untrained network"), _("Measuring")
        case "stopping" if state.keep:
            whole = _("Stopping after this step, then keeping the run")
            return whole, _("Stopping after this step"), _("Stopping")
        case "stopping":
            return (_("Stopping"),)
        case "training" | "paused":
            return _epoch_texts(state)
        case _:
            return ("",)


def _epoch_texts(state: State) -> tuple[str, ...]:
    started, step = state.started, state.step
    if started is None:
        return ("",)
    epoch = min(started.epochs, step.epoch if step else started.first_epoch + 1)
    of = {"epoch": number(epoch), "epochs": number(started.epochs)}
    where, short = _("Epoch {epoch} of {epochs}").format(**of), _("{epoch} of {epochs}").format(**of)
    if state.quick:
        where = _("Quick try on {n} images").format(n=number(started.train_images))
        short = _("Quick try")
    if state.phase == "paused":
        return _("Paused in epoch {epoch} of {epochs}").format(**of), _("Paused")
    if state.pausing:
        return _("{where} · pausing after this step").format(where=where), _("Pausing")
    if step is None:
        return where, short
    left = seconds_left(state)
    if epoch == started.first_epoch + 1 and started.epochs > 1 and step.images_per_second > 0:
        about = rough(started.train_images / step.images_per_second)
        whole = _("{where}, about {time} an epoch on this computer").format(where=where, time=about)
        return whole, _("{where}, about {time} each").format(where=where, time=about), where, short
    if left is None:
        return where, short
    # The time counts for more than the words around it.
    texts = [_("{where} · {time} left").format(where=place, time=rough(left)) for place in (where, short)]
    return *texts, _("{time} left").format(time=rough(left))


def seconds_left(state: State) -> float | None:
    """How long the run still takes, or None before anything was measured."""
    started, step = state.started, state.step
    if started is None or step is None or step.images_per_second <= 0:
        return None
    an_epoch = started.train_images / step.images_per_second
    if state.learned and state.epoch is not None:  # a whole epoch was measured, its validation included
        an_epoch = state.epoch.seconds
    return max(0.0, started.epochs - step.position) * an_epoch


def progress(state: State) -> float | None:
    """The share of the run, or of the stage before it, that is done; None where it is not known."""
    if state.phase in ("training", "paused", "stopping") and state.started is not None:
        done = state.step.position if state.step else state.started.first_epoch
        return min(1.0, done / state.started.epochs)
    return state.fraction


def figures(state: State) -> str:
    """Speed, learning rate, the accelerator's memory and the peak of a step, for the line beside the stage."""
    step = state.step
    if step is None or state.phase not in ("training", "paused", "stopping"):
        return ""
    parts = [_("{number} images/s").format(number=number(_three_figures(step.images_per_second)))]
    parts.append(_("learning rate {rate}").format(rate=_rate(step.learning_rate)))
    # On the CPU it is the whole process's, PyTorch included: nothing to hold against the forecast.
    if step.memory_bytes and not (state.started and state.started.device == "cpu"):
        parts.append(bytes_text(step.memory_bytes))
    if state.started and state.started.forecast_bytes and step.peak_bytes:
        off = _off(state.started.forecast_bytes, step.peak_bytes)
        parts.append(
            _("{peak} a step (forecast {off} %)").format(peak=three_figures(step.peak_bytes), off=off)
        )
    return " · ".join(parts)


def deviation(forecast: int | None, peak: int | None) -> str:
    """How far the forecast of a step's memory was off; empty where one of the two is not known."""
    if not forecast or not peak:
        return ""
    return _("forecast {forecast}, measured {peak} ({off} %)").format(
        forecast=three_figures(forecast), peak=three_figures(peak), off=_off(forecast, peak)
    )


def memory(record: Record | None) -> str:
    """The same of a run, in a sentence; empty before its first step."""
    if record is None or record.started is None:
        return ""
    compared = deviation(record.started.forecast_bytes, record.peak_bytes)
    return _("Memory of one step: {compared}.").format(compared=compared) if compared else ""


def _off(forecast: int, peak: int) -> str:
    """By how many per cent more was measured than forecast: "+4"."""
    percent = round(100 * (peak / forecast - 1))
    return f"{percent:+d}".replace("-", "−") if percent else "±0"


def _rate(value: float) -> str:
    """Two figures; no power of ten where the plain number is as short."""
    return f"{value:.0f}" if 10 <= value < 10_000 else f"{value:.2g}"


def _three_figures(value: float) -> int:
    # The last digits of a speed jump with every report and say nothing.
    unit = int(10 ** max(0, len(str(int(value))) - 3))
    return round(value / unit) * unit


def ending(state: State) -> str:
    """How the run ended: the sentence above its curves."""
    if state.phase == "failed" and state.failure:
        if not state.learned or state.epoch is None:
            return state.failure.reason
        kept = _("Epoch {epoch} is kept.").format(epoch=state.epoch.epoch)
        return f"{state.failure.reason} {kept}"
    if state.phase == "finished" and state.source:
        return _("Weights from {source}, as they came. Train begins anew.").format(source=state.source)
    if state.phase == "finished" and state.result:
        return _finished(state.result, state.started.epochs if state.started else state.result.epochs)
    if state.discarded == "early":
        return _("Stopped before the first checkpoint: nothing is kept.")
    if state.discarded:
        return _("Stopped. Nothing of this run is kept.")
    return ""


def _finished(result: Finished, planned: int) -> str:
    if result.epochs == 0 or result.val_accuracy is None:
        return _("Stopped during epoch 1. What it had learned by then is kept.")
    right = _("{percent} of validation images right").format(percent=percent(result.val_accuracy))
    best = ""
    if result.best_epoch and result.epochs > 1:
        best = _(", best after epoch {epoch}").format(epoch=result.best_epoch)
    if result.stopped and result.epochs < planned:
        done = _("Stopped after {done} of {planned} epochs").format(
            done=number(result.epochs), planned=number(planned)
        )
        return f"{done}: {right}{best}."
    epochs = ngettext("{n} epoch", "{n} epochs", result.epochs).format(n=number(result.epochs))
    took = (
        _("{epochs} in {time}").format(epochs=epochs, time=duration(result.seconds))
        if result.seconds
        else epochs
    )
    return f"{took}: {right}{best}."


def quick_sentence(seen: int, all_images: int) -> str:
    """What a quick try is worth."""
    return _("A quick try on {seen} of {all} images: Train uses them all.").format(
        seen=number(seen), all=number(all_images)
    )


def test_sentence(tested: Tested) -> str:
    """What the test part showed."""
    return _("{percent} of {images} test images right, loss {loss}.").format(
        percent=percent(tested.accuracy), images=number(tested.images), loss=f"{tested.loss:.3g}"
    )


def read_curves(
    epochs: Sequence[Epoch],
    guess: tuple[float, float],
    *,
    finished: bool = False,
    losses: Sequence[float] = (),
) -> str:
    """One sentence that says what the curves show, most urgent first. Empty while they show nothing yet.

    `guess`: accuracy and loss of guessing. `losses`: the smoothed losses of the steps; until the first epoch is
    measured, they tell if it goes wrong.
    """
    trained = [epoch for epoch in epochs if epoch.epoch > 0]
    if not trained:
        ceiling = FAR * guess[1]
        if len(losses) >= LONG and not any(loss <= ceiling for loss in losses[-LONG:]):
            return _("The loss rises: try a smaller learning rate.")
        return _untrained(epochs, guess)
    last = trained[-1]
    chance, guess_loss = guess
    if not math.isfinite(last.val_loss) or (
        last.train_loss is not None and not math.isfinite(last.train_loss)
    ):
        return _("The loss is no longer a number: the steps are too large. Try a tenth of the learning rate.")
    if last.val_loss > FAR * guess_loss or (
        last.val_loss > 1.3 * guess_loss and last.val_accuracy < min(1.0, 2 * chance)
    ):
        return _("The loss is above guessing: the steps are too large. Try a smaller learning rate.")
    if last.val_accuracy < min(1.5 * chance, chance + 0.15 * (1 - chance)):
        return ngettext(
            "After {n} epoch it still guesses. Try another learning rate.",
            "After {n} epochs it still guesses. Try another learning rate.",
            last.epoch,
        ).format(n=last.epoch)
    return _memorising(trained) or _trend(trained, finished=finished)


def _untrained(epochs: Sequence[Epoch], guess: tuple[float, float]) -> str:
    if not epochs:
        return ""
    chance, loss = guess
    return _("Untrained, {percent} are right; guessing gives {chance}, loss {loss}.").format(
        percent=percent(epochs[0].val_accuracy), chance=percent(chance), loss=f"{loss:.2f}"
    )


def _memorising(trained: Sequence[Epoch]) -> str:
    best = min(trained, key=lambda epoch: epoch.val_loss)
    last = trained[-1]
    since = last.epoch - best.epoch
    falls = best.train_loss is not None and last.train_loss is not None and last.train_loss < best.train_loss
    if since >= PATIENCE and falls:
        return _(
            "Validation has not improved for {n} epochs while training falls: it begins to memorise."
        ).format(n=since)
    if last.train_accuracy is not None and last.train_accuracy - last.val_accuracy > GAP:
        points = round(100 * (last.train_accuracy - last.val_accuracy))
        return _("Training is {points} points ahead of validation: it memorises more than it learns.").format(
            points=points
        )
    if since >= PATIENCE:
        return _("Neither curve has improved for {n} epochs: it has learned what it can.").format(n=since)
    return ""


def _trend(trained: Sequence[Epoch], *, finished: bool) -> str:
    last = trained[-1]
    right = percent(last.val_accuracy)
    if len(trained) == 1:
        return _("After one epoch {percent} of the validation images are right.").format(percent=right)
    before = trained[-2]
    if last.val_loss < before.val_loss * (1 - NOTICEABLE):
        if finished:
            return _("It was still improving at the end: more epochs may help.")
        return _("Validation improves: {before} → {now} right.").format(
            before=percent(before.val_accuracy), now=right
        )
    if last.val_loss > before.val_loss * (1 + NOTICEABLE):
        return _("Validation was a little better one epoch before.")
    return _("Validation hardly changes: {percent} right.").format(percent=right)
