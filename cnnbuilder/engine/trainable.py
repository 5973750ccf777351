"""What must hold before a network is trained: each miss is one sentence with its fix. Without torch."""

from __future__ import annotations

from math import prod

from cnnbuilder.blocks.fixes import Fix
from cnnbuilder.engine.data.catalogue import DataSetInfo, NoDataSet, resolve, unfit
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.classifier import not_yet, outputs
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.mends import offered
from cnnbuilder.network.project import Problem, Project
from cnnbuilder.network.rows import Row
from cnnbuilder.network.training_conditions import training_conditions
from cnnbuilder.text import _, number


class CannotTrainError(Exception):
    """The project cannot be trained as it is. Carries one sentence."""


def require_trainable(project: Project) -> DataSetInfo:
    """The data set of a project that can be trained here and now.

    Raises `CannotTrainError` or `DataProblem` with the reason and what mends it.
    """
    info = require_learnable(project)
    analysis = analyse(project.network)
    for condition in training_conditions(analysis, len(info.classes)):
        if condition.blocking:
            raise CannotTrainError(_sentence(analysis, condition.problem, condition.problem.fixes))
    alone = _one_value_a_channel(analysis)
    if alone is not None and project.training.batch_size == 1:
        raise CannotTrainError(
            _(
                "{kind} ({name}) sees one value per channel at batch size 1: take a batch size of 2 or more."
            ).format(kind=alone.kind, name=alone.name)
        )
    info.require()
    return info


def _one_value_a_channel(analysis: Analysis) -> Row | None:
    """The first layer that takes statistics of its batch and gets one value of each channel from an image."""
    for row in analysis.rows.values():
        if row.kind not in ("BatchNorm1d", "BatchNorm2d") or (
            row.block.keeps_statistics and row.block.frozen
        ):
            continue
        shape = row.inputs[0]
        if shape is not None and prod(shape.sizes[1:]) == 1:
            return row
    return None


def require_learnable(project: Project) -> DataSetInfo:
    """The data set of a project that can be trained wherever the pictures are. Raises as `require_trainable` does."""
    analysis = analyse(project.network)
    _require_right(analysis)
    try:
        info = resolve(project.data)
    except NoDataSet as problem:
        raise CannotTrainError(str(problem)) from None
    if analysis.params and not analysis.trainable:
        raise CannotTrainError(
            _("Every block with weights is frozen, so there is nothing to learn: thaw one.")
        )
    shape = input_shape(project.network)
    if shape is not None and (sentence := unfit(shape)):
        raise CannotTrainError(sentence)
    missing = not_yet(analysis, len(info.classes))
    if missing is not None:
        raise CannotTrainError(f"{missing[:1].upper()}{missing[1:]}.")
    return info


def spare_outputs(project: Project, info: DataSetInfo) -> str | None:
    """A word on outputs that no class uses: the network trains all the same. None where all are used."""
    found = outputs(analyse(project.network))
    if found is None or found <= len(info.classes):
        return None
    return _("The network has {found} outputs and {title} {classes} classes; the rest stays unused.").format(
        found=number(found), title=info.title, classes=number(len(info.classes))
    )


def _require_right(analysis: Analysis) -> None:
    if not analysis.problems:
        return
    problem = analysis.problems[0]
    raise CannotTrainError(_sentence(analysis, problem, offered(analysis, problem)))


def _sentence(analysis: Analysis, problem: Problem, offers: tuple[Fix, ...]) -> str:
    where = f"{analysis.rows[problem.id].name}: " if problem.id in analysis.rows else ""
    fixes = _(" or ").join(fix.label for fix in offers)
    mend = _(" Fix: {fixes}.").format(fixes=fixes) if fixes else ""
    return f"{where}{problem.message}{mend}"
