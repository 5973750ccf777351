"""Whether the files of a run belong together, checked when it is used as a project is when it is opened. No torch."""

from __future__ import annotations

from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.engine.runs import INFO, Preparation, Run, RunProblem
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.data import Inside
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.text import _, number

_LARGEST_CROP = 4
"""torchvision's own weights resize to 1 to 1.15 times what they cut out."""


def require_whole(run: Run) -> Project:
    """The project of a run whose run.json tells of this very network.

    Raises `RunProblem`, which names the file and the field.
    """
    project = run.project()
    preparation = run.info.preparation
    reason = _shape(preparation, project) or _classes(
        preparation, project, brought=run.info.source is not None
    )
    if reason is not None:
        raise RunProblem(_("{path} is damaged: {reason}.").format(path=run.folder / INFO, reason=reason))
    return project


def _shape(preparation: Preparation, project: Project) -> str | None:
    shape = input_shape(project.network)
    if shape is not None and shape != preparation.shape:
        return _("preparation.shape is {found}, but the network takes {wanted}").format(
            found=_sizes(preparation.shape), wanted=_sizes(shape)
        )
    channels = preparation.shape[0]
    for name, values in (("mean", preparation.mean), ("std", preparation.std)):
        if len(values) != channels:
            return _(
                "preparation.{name} has {found} values, one for each of {wanted} channels is right"
            ).format(name=name, found=number(len(values)), wanted=number(channels))
    largest = max(preparation.shape[1:])
    crop = preparation.crop
    if crop is not None and not largest <= crop.shorter_side <= _LARGEST_CROP * largest:
        return _("preparation.crop.shorter_side is {found}, but the network takes {wanted}").format(
            found=number(crop.shorter_side), wanted=_sizes(preparation.shape)
        )
    return None


def _classes(preparation: Preparation, project: Project, *, brought: bool) -> str | None:
    """Too many names can never be right; too few are wrong where the data set is one that comes with the program."""
    names, count = len(preparation.classes), outputs(analyse(project.network))
    if count is not None and names > count:
        return _("preparation.classes has {found} names, but the network {wanted} outputs").format(
            found=number(names), wanted=number(count)
        )
    if brought or not isinstance(project.data.source, Inside):
        return None
    info = resolve_or_none(project.data)
    if info is not None and names != len(info.classes):
        return _("preparation.classes has {found} names, but {title} {wanted} classes").format(
            found=number(names), title=info.title, wanted=number(len(info.classes))
        )
    return None


def _sizes(shape: tuple[int, int, int]) -> str:
    return " × ".join(map(number, shape))
