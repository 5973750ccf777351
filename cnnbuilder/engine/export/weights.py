"""Which weights an export carries: those of a run, else fresh ones; and how pictures are prepared for them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from msgspec.structs import replace
from torch import nn

from cnnbuilder.engine.data.fit_rules import unfit
from cnnbuilder.engine.data.inspection import resolved
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.data_loading import input_shape
from cnnbuilder.engine.export.export_path import ExportProblem
from cnnbuilder.engine.export.run_selection import newest_run
from cnnbuilder.engine.module import build, build_without_weights, give_weights, read_weights
from cnnbuilder.engine.preparation import preparation_of
from cnnbuilder.engine.run_check import require_whole
from cnnbuilder.engine.runs import BEST, Preparation, Run, read_run
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.code import source
from cnnbuilder.network.equality import counterparts, equal
from cnnbuilder.network.project import Network, Project
from cnnbuilder.text import _, ngettext, number


class Weighted(NamedTuple):
    """A network with its weights, ready to be exported."""

    net: nn.Module
    """In evaluation form, on the CPU, with the names of the module style's source."""
    preparation: Preparation
    """How pictures become its input, and the names of its classes."""
    remarks: tuple[str, ...]
    """Which weights these are, and what a person should know of the preparation; one sentence each."""


def weighted(project: Project, runs_folder: Path | None = None, run: Path | None = None) -> Weighted:
    """The network with the weights of `run`, else of the newest finished run of an equal network, else fresh ones.

    Raises `RunProblem`, `WeightsProblem`, `CannotGenerateError`, `DataProblem` and `ExportProblem`.
    """
    if run is not None:
        return _of_run(project.network, read_run(run))
    chosen = newest_run(project.network, runs_folder)
    return _of_run(project.network, chosen.run) if chosen.run else _fresh(project, chosen.others)


def _of_run(network: Network, run: Run) -> Weighted:
    path = run.weights
    if path is None:
        raise ExportProblem(
            _("Run {name} has no weights yet: they come at the end of its first epoch.").format(
                name=run.folder.name
            )
        )
    trained = require_whole(run).network
    names = _names_in(trained, network)
    weights = {_renamed(name, names): value for name, value in read_weights(path).items()}
    net = build_without_weights(network)
    give_weights(net, weights, path)
    said = _("Exported with the weights of run {name}{how_good}.").format(
        name=run.folder.name, how_good=_how_good(run)
    )
    remarks = [said]
    if not equal(trained, network):
        remarks.append(_("The network was changed since that run; its weights fit all the same."))
    return Weighted(net.eval(), _preparation_of(run, network), tuple(remarks))


def _preparation_of(run: Run, network: Network) -> Preparation:
    """The run's preparation, at the size that the network takes now: weights may fit images of several sizes."""
    trained, shape = run.info.preparation, input_shape(network)
    if trained.shape[0] != shape[0]:
        raise ExportProblem(
            _(
                "Run {name} learned from images of {trained}, but the Input is {now}: choose another run."
            ).format(name=run.folder.name, trained=_sizes(trained.shape), now=_sizes(shape))
        )
    return replace(trained, shape=shape)


def _sizes(shape: tuple[int, int, int]) -> str:
    return " × ".join(map(number, shape))


def _how_good(run: Run) -> str:
    """What is known of a run's weights: " (99.1 % of the validation images)"."""
    result = run.info.result
    if result is None:
        return f" ({run.info.source or _('it did not come to its end')})"
    is_best = run.weights is not None and run.weights.name == BEST
    accuracy = result.best_accuracy if is_best else result.val_accuracy
    told = []
    if result.stopped:
        sentence = ngettext("stopped after {n} epoch", "stopped after {n} epochs", result.epochs)
        told.append(sentence.format(n=number(result.epochs)))
    if accuracy is not None:
        told.append(_("{accuracy} % of the validation images").format(accuracy=f"{100 * accuracy:.1f}"))
    return f" ({', '.join(told)})" if told else ""


def _names_in(trained: Network, network: Network) -> dict[str, str]:
    """What each layer of a run is called in the network to be exported, where the two are equal."""
    pairs = counterparts(analyse(trained), analyse(network))
    if pairs is None:
        return {}
    before, now = source(trained).prefixes, source(network).prefixes
    return {before[one]: now[other] for one, other in pairs.items() if one in before}


def _renamed(name: str, names: dict[str, str]) -> str:
    layer, dot, rest = name.partition(".")
    return f"{names.get(layer, layer)}{dot}{rest}"


def _fresh(project: Project, others: bool) -> Weighted:
    """The weights that a training would begin with. `others`: there are runs, but of other networks."""
    with torch.random.fork_rng(devices=[]):  # a training in this process keeps its own dice
        torch.manual_seed(project.training.seed)
        net = build(project.network)
    why = _("no run has trained this very network") if others else _("nothing is trained yet")
    said = _("Exported with fresh weights from seed {seed}: {why}.").format(
        seed=project.training.seed, why=why
    )
    preparation, remark = _fresh_preparation(project)
    return Weighted(net.eval(), preparation, (said, remark) if remark else (said,))


def _fresh_preparation(project: Project) -> tuple[Preparation, str | None]:
    """As training would prepare the project's data; where there are none, values from 0 to 1, and a word on it."""
    shape = input_shape(project.network)
    count = outputs(analyse(project.network)) or 0
    unnamed = tuple(_("output {number}").format(number=index) for index in range(count))
    plain = Preparation("", "", shape, (0.0,) * shape[0], (1.0,) * shape[0], unnamed)
    if project.data.source is None:
        return plain, _("No data set is chosen, so values are not normalised and classes have no names.")
    info = resolved(project.data)
    named = info.classes[:count] if count else info.classes
    reason = unfit(shape) or info.missing()
    if reason is not None:
        unprepared = Preparation(info.name, "", shape, plain.mean, plain.std, named)
        return unprepared, _("Values are not normalised. {reason}").format(reason=reason)
    data = prepare(info, shape)
    return replace(preparation_of(project.data, data, shape), classes=named), None
