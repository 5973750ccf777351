"""What must hold before a network is trained: each miss is one sentence with its fix, before PyTorch is loaded."""

from __future__ import annotations

import sys

from cnnbuilder.cli.failures import RefusedError
from cnnbuilder.engine.data.catalogue import DataSetInfo, find, unfit
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.classifier import not_yet, outputs
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.text import _, number


def require_trainable(project: Project) -> None:
    """Raises `RefusedError` where the project cannot be trained; says a word where it can but is unusual."""
    analysis = analyse(project.network)
    _require_right(analysis)
    info = data_set(project)
    shape = input_shape(project.network)
    if shape is not None and (sentence := unfit(shape)):
        raise RefusedError(sentence)
    classes = len(info.classes)
    missing = not_yet(analysis, classes)
    if missing is not None:
        raise RefusedError(_("{sentence}.").format(sentence=missing[:1].upper() + missing[1:]))
    found = outputs(analysis)
    if found is not None and found > classes:
        print(
            _("The network has {found} outputs and {title} {classes} classes; the rest stays unused.").format(
                found=number(found), title=info.title, classes=number(classes)
            ),
            file=sys.stderr,
        )


def data_set(project: Project) -> DataSetInfo:
    """The project's data set. Raises `RefusedError` or `DataProblem` where there is none, or not on this machine."""
    name = project.data.dataset
    if name is None:
        raise RefusedError(
            _("The project has no data set; name one with --data (cnnbuilder data lists them).")
        )
    info = find(name)
    if not info.available():
        raise RefusedError(_("The data set {title} is not on this machine.").format(title=info.title))
    return info


def _require_right(analysis: Analysis) -> None:
    if not analysis.problems:
        return
    problem = analysis.problems[0]
    where = f"{analysis.rows[problem.id].name}: " if problem.id in analysis.rows else ""
    fixes = _(" or ").join(fix.label for fix in problem.fixes)
    mend = _(" Fix: {fixes}.").format(fixes=fixes) if fixes else ""
    raise RefusedError(f"{where}{problem.message}{mend}")
