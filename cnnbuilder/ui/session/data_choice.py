"""The data of a project: which data set it is, and how a network is fitted to it. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from cnnbuilder.engine.data.catalogue import DataSetInfo, resolve_or_none
from cnnbuilder.engine.data.fit_rules import border
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.fit import fit, input_shape
from cnnbuilder.network.project import Network, Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.text import _, ngettext, number


def wanted_input(network: Network, info: DataSetInfo) -> tuple[int, int, int]:
    """The Input that suits a data set: the present sizes where its images get at most a border, else its own."""
    channels, height, width = info.shape
    present = input_shape(network)
    if present is not None and border(info.shape, present) is not None:
        height, width = present[1:]
    return channels, height, width


def fitted(network: Network, info: DataSetInfo) -> Network:
    """The network with the Input and the outputs that a data set wants; itself where it has them."""
    return fit(analyse(network), wanted_input(network, info), len(info.classes))


def is_untouched(project: Project) -> bool:
    """Whether the network is a template as it came, or as it was fitted to its data set."""
    info = resolve_or_none(project.data)
    for template in TEMPLATES.values():
        made, data = template.make().network, template.make().data
        if data.source is None:
            continue  # an exercise without data keeps its sizes whatever is chosen
        if project.network == made or (info is not None and project.network == fitted(made, info)):
            return True
    return False


def with_data(project: Project, info: DataSetInfo) -> Project:
    """The project with another data set; an untouched template takes its shape and classes at once."""
    network = fitted(project.network, info) if is_untouched(project) else project.network
    return replace(project, data=Data(Inside(info.name)), network=network)


def used(project: Project, info: DataSetInfo) -> Project:
    """The project with another data set, and its network with the Input and the outputs that it wants."""
    return replace(project, data=Data(Inside(info.name)), network=fitted(project.network, info))


def change_text(project: Project, info: DataSetInfo) -> str:
    """What using a data set changes in the network, said beforehand."""
    network = project.network
    if not network.blocks:
        return _("There is no network yet. What you build will learn these images.")
    wanted = used(project, info).network
    if wanted is network:
        return _("Using it changes nothing in the network.")
    shape = input_shape(wanted)
    size = " × ".join(map(str, shape)) if shape and shape != input_shape(network) else ""
    before, classes = outputs(analyse(network)), len(info.classes)
    if not size:
        sentence = ngettext("Using it sets {n} output.", "Using it sets {n} outputs.", classes)
    elif before == classes:
        sentence = ngettext(
            "Using it sets Input to {shape}; the {n} output stays.",
            "Using it sets Input to {shape}; the {n} outputs stay.",
            classes,
        )
    elif before == outputs(analyse(wanted)):
        sentence = _("Using it sets Input to {shape}.")
    else:
        sentence = ngettext(
            "Using it sets Input to {shape} and {n} output.",
            "Using it sets Input to {shape} and {n} outputs.",
            classes,
        )
    return sentence.format(shape=size, n=number(classes))


def sizes_text(info: DataSetInfo, project: Project) -> str:
    """ "60,000 · 28×28 → 32×32": all training images, their size, and the size they are prepared to."""
    _channels, height, width = info.shape
    images = number(info.train_images + info.val_images)
    text = f"{images} · {height}×{width}"
    wanted = input_shape(project.network)
    return f"{text} → {wanted[1]}×{wanted[2]}" if wanted and wanted[1:] != (height, width) else text


def offer_text(wanted: tuple[int, int, int], classes: int | None) -> str:
    """ "Use 3 × 32 × 32 and 10 outputs"."""
    shape = " × ".join(str(size) for size in wanted)
    if classes is None:
        return _("Use {shape}").format(shape=shape)
    return _("Use {shape} and {classes} outputs").format(shape=shape, classes=classes)
