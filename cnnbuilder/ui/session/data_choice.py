"""The data of a project: which data set it is, and how a network is fitted to it. Pure."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from cnnbuilder.blocks.input import Input
from cnnbuilder.engine.data.catalogue import DataSetInfo, OwnDataSet, resolve_or_none
from cnnbuilder.engine.data.fit_rules import border
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.data import Arrays, Data, Folder, Inside, Table
from cnnbuilder.network.fit import fit, input_shape
from cnnbuilder.network.project import Network, Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.text import _, ngettext, number

TABLES, ARRAYS = (".csv", ".tsv"), (".npz",)
"""The endings of files that are own images."""


def data_at(path: Path) -> Data | None:
    """The images of a folder, a table or a file of arrays, as a project names them; None for any other file."""
    path = path.absolute()
    if path.is_dir():
        return Data(Table(str(table))) if (table := _lone_table(path)) else Data(Folder(str(path)))
    if path.suffix.lower() in TABLES:
        return Data(Table(str(path)))
    return Data(Arrays(str(path))) if path.suffix.lower() in ARRAYS else None


def _lone_table(path: Path) -> Path | None:
    """The table of a folder that holds one, and beside it nothing but one folder of images."""
    try:
        inside = [entry for entry in path.iterdir() if not entry.name.startswith(".")]
        tables = [entry for entry in inside if entry.suffix.lower() in TABLES]
        folders = [entry for entry in inside if entry.is_dir()]
        nested = any(entry.is_dir() for folder in folders[:1] for entry in folder.iterdir())
    except OSError:
        return None  # what cannot be read is said by whoever reads it
    return tables[0] if len(tables) == 1 and len(folders) <= 1 and not nested else None


def data_of(info: DataSetInfo) -> Data:
    """The data of a project that learns from this set; own images with their split and changes."""
    return info.data if isinstance(info, OwnDataSet) else Data(Inside(info.name))


def same_set(one: DataSetInfo | None, other: DataSetInfo | None) -> bool:
    """Whether both are one data set, however its images are divided and prepared."""
    if one is None or other is None:
        return False
    return data_of(one).source == data_of(other).source


def wanted_input(network: Network, info: DataSetInfo) -> tuple[int, int, int]:
    """The Input that suits a data set: the present sizes where its images get at most a border, else its own."""
    channels, height, width = info.shape
    present = input_shape(network)
    if isinstance(info, OwnDataSet):
        return _wanted_of_own(info, present)
    if present is not None and border(info.shape, present) is not None:
        height, width = present[1:]
    return channels, height, width


def _wanted_of_own(info: OwnDataSet, present: tuple[int, int, int] | None) -> tuple[int, int, int]:
    """Photographs come to any size: the present one stays where it takes them in their colours and is not smaller."""
    channels, height, width = info.shape
    if present is not None and present[0] == channels and min(present[1:]) >= min(height, width):
        return present
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


def is_begun(network: Network) -> bool:
    """Whether there is more than an Input."""
    return any(not isinstance(block, Input) for block in network.blocks)


def with_data(project: Project, info: DataSetInfo) -> Project:
    """The project with another data set; an untouched template takes its shape and classes at once."""
    network = fitted(project.network, info) if is_untouched(project) else project.network
    return replace(project, data=data_of(info), network=network)


def begun_with(project: Project, info: DataSetInfo) -> Project:
    """A document that holds nothing of a person's own, with a data set and a network that learns it as it stands.

    An untouched template that takes images in these colours stays; else it becomes the one that does.
    """
    present = input_shape(project.network)
    if present is None or present[0] != info.shape[0] or not is_begun(project.network):
        made = TEMPLATES["digits" if info.shape[0] == 1 else "colour-32"].make()
        project = replace(made, training=made.training if info.shape[0] == 3 else project.training)
    return used(project, info)


def used(project: Project, info: DataSetInfo) -> Project:
    """The project with another data set, and its network with the Input and the outputs that it wants."""
    return replace(project, data=data_of(info), network=fitted(project.network, info))


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
