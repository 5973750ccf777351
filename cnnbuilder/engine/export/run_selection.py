"""Which run stands for a project, and how a training of it computes. The first needs no torch."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from cnnbuilder.engine.export.script_sections import Conditions
from cnnbuilder.engine.runs import Run, RunProblem, list_runs, read_run
from cnnbuilder.network.equality import equal
from cnnbuilder.network.project import Network, Project
from cnnbuilder.text import _, ngettext, number


class Chosen(NamedTuple):
    """The newest finished run of an equal network."""

    run: Run | None
    others: bool
    """Whether there are finished runs of other networks."""


def newest_run(network: Network, runs_folder: Path | None) -> Chosen:
    """Looks through the runs of a project, those that came to their end (their own, or by the user's stop)."""
    finished = [run for run in list_runs(runs_folder) if _is_finished(run)] if runs_folder else []
    for run in reversed(finished):
        with suppress(RunProblem):  # a run whose project cannot be read is nobody's equal
            if equal(run.project().network, network):
                return Chosen(run, True)
    return Chosen(None, bool(finished))


def _is_finished(run: Run) -> bool:
    return run.info.state in ("finished", "stopped") and run.weights is not None


def conditions(project: Project, runs_folder: Path | None, run: Path | None) -> tuple[Conditions, str]:
    """How the project's training script is to compute, and one sentence on it.

    As `run` did; else as the newest finished run of an equal network did, if it was asked for the same precision, but
    on all images; else as the program would on this machine: weights that came from elsewhere were trained on an
    unknown one. What is learned, and how, is always the project's. Raises `RunProblem`.
    """
    if run is not None:
        info = read_run(run).info
        if info.source is None:
            found = Conditions(info.precision, info.threads, info.device, info.limit_images)
            return found, _as_the_run(run.name, found, alike=True)
    newest = newest_run(project.network, runs_folder).run
    if newest is not None and newest.info.source is None:
        info, trained = newest.info, newest.project()
        if trained.training.precision == project.training.precision:
            found = Conditions(info.precision, info.threads, info.device, None)
            alike = (trained.data, trained.training) == (project.data, project.training)
            return found, _as_the_run(newest.folder.name, found, alike=alike)
    found = _here(project)
    return found, _("It computes as a training on this machine would: {how}.").format(how=_how(found))


def _here(project: Project) -> Conditions:
    import torch

    from cnnbuilder.engine.device import find_device

    device = find_device()
    halves = device.bfloat16 and project.training.precision == "auto"
    return Conditions("bfloat16" if halves else "float32", torch.get_num_threads(), device.name, None)


def _as_the_run(name: str, found: Conditions, *, alike: bool) -> str:
    """`alike`: the run had the project's data and settings too."""
    if alike:
        return _("It computes as run {name} did: {how}.").format(name=name, how=_how(found))
    return _("It computes as run {name} did ({how}), with the project's data and settings of now.").format(
        name=name, how=_how(found)
    )


def _how(found: Conditions) -> str:
    if found.device != "cpu":
        return _("{precision} on {device}").format(precision=found.precision, device=found.device)
    threads = ngettext(
        "{precision} on {n} thread of the CPU", "{precision} on {n} threads of the CPU", found.threads
    )
    return threads.format(precision=found.precision, n=number(found.threads))
