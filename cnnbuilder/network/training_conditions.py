"""What keeps a network without problems from learning its classes well: said before the first step, not after the last.

A right network need not train: it can be exported and imported all the same, so these are no problems.
"""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.fixes import AppendBlock, Fix, Remove, SetFields
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.classifier import behind_the_last_linear, end_row, output_layer, outputs
from cnnbuilder.network.project import Problem
from cnnbuilder.network.rows import Row
from cnnbuilder.text import _, number

LOG_SHARES = "LogSoftmax"
"""The one activation that changes nothing: the loss takes the logarithm of shares that are shares already."""


class Condition(NamedTuple):
    """What is to be said of a block, in the form of a problem, and whether training has to wait for it."""

    problem: Problem
    blocking: bool
    words: str
    """The same in a few words, for the status line."""


def training_conditions(analysis: Analysis, classes: int) -> tuple[Condition, ...]:
    """What is to be said before training on so many classes; nothing where there are problems, which come first."""
    if analysis.problems or outputs(analysis) is None:
        return ()
    behind = [row for row in behind_the_last_linear(analysis)[0] if row.block.kind() != LOG_SHARES]
    found = [Condition(_activation(row), True, _behind_text(row)) for row in behind]
    count, last, end = outputs(analysis), output_layer(analysis), end_row(analysis)
    if end is None or count is None or count == classes:
        return tuple(found)
    words = _("{found} outputs for {classes} classes").format(found=number(count), classes=number(classes))
    wrong = Condition(_wrong_count(last or end, count, classes), count < classes, words)
    # Behind a layer in the middle an activation is right: with its end in place nothing is left to say of it.
    return (*found, wrong) if last is not None or not behind else (wrong._replace(blocking=True),)


def _activation(row: Row) -> Problem:
    kind = row.block.kind()
    if kind == "Softmax":
        message = _(
            "Softmax is in the loss already: behind the last Linear it keeps the network from learning."
        )
    else:
        message = _(
            "{kind} behind the last Linear bends the scores that the loss reads: training gets stuck."
        ).format(kind=kind)
    return Problem(row.block.id, message, (Remove(_("Remove {kind}").format(kind=kind), row.block.id),))


def _wrong_count(row: Row, found: int, classes: int) -> Problem:
    text = (
        _("{found} outputs for {classes} classes: some can never be answered.")
        if found < classes
        else _("{found} outputs for {classes} classes: the rest only stands in the way.")
    )
    message = text.format(found=number(found), classes=number(classes))
    fix: Fix
    if isinstance(row.block, Linear):
        fix = SetFields(
            (("out_features", classes),),
            _("Use {classes} outputs").format(classes=number(classes)),
            row.block.id,
        )
    else:
        fix = AppendBlock(
            "Linear",
            (("out_features", classes),),
            _("Add Linear ({classes})").format(classes=number(classes)),
        )
    return Problem(row.block.id, message, (fix,))


def _behind_text(row: Row) -> str:
    return _("{kind} behind the last Linear").format(kind=row.block.kind())
