"""What a training script is made of, in sections: the script puts them in a row, the notebook in cells.

Only what the project uses is in them, and no text of a person's but as a Python string.
"""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.engine.data.catalogue import DataSetInfo, OwnDataSet
from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.engine.data.source import LoadCode
from cnnbuilder.engine.data.split import SEED, held_out
from cnnbuilder.engine.export import script_templates
from cnnbuilder.engine.export.fitting import fitting
from cnnbuilder.engine.export.own_load_code import own_load_code, own_places
from cnnbuilder.engine.export.script_variation import (
    needs_math,
    needs_rows,
    variation,
    varied_words,
    varies_loss,
)
from cnnbuilder.engine.normalisation import figures_given
from cnnbuilder.engine.source_text import functions_of
from cnnbuilder.engine.trainable import require_learnable
from cnnbuilder.network.code import source
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.formatting import string, wrapped
from cnnbuilder.network.optimizers import OPTIMIZERS
from cnnbuilder.network.project import Project, Training
from cnnbuilder.network.schedules import SCHEDULES
from cnnbuilder.text import _

_STEP = "cnnbuilder.engine.training_step"
"""What the program itself does with every batch. Its text is taken; loading it would load torch."""
_TASK = "cnnbuilder.engine.task"


class Conditions(NamedTuple):
    """What a run adds to its project: where and how it computed."""

    precision: str
    """"float32" or "bfloat16"."""
    threads: int
    device: str
    """"cpu", "cuda", …"""
    limit_images: int | None
    """It learned from so many images only: a quick try."""


class Option(NamedTuple):
    """A setting: an option of the script, a line in the notebook's first cell."""

    name: str
    default: str
    """As Python writes it."""
    type: str
    """What the command line makes of a text; empty where it stays one."""
    help: str = ""
    """A few words where the name does not say it."""


class Section(NamedTuple):
    """What is defined, and what is then done with it. Code begins at the left and ends with a line's end."""

    title: str
    words: str
    """Of the notebook."""
    definitions: tuple[str, ...]
    steps: str = ""


class TrainingScript(NamedTuple):
    """A training script in pieces."""

    data: DataSetInfo
    imports: frozenset[str]
    """Lines, in no order."""
    options: tuple[Option, ...]
    sections: tuple[Section, ...]

    @property
    def needs(self) -> str:
        """The packages without which it does not begin."""
        imported = " ".join(self.imports)
        packages = ["PyTorch"]
        packages += ["torchvision"] if "torchvision" in imported else []  # some layers are torchvision's
        packages += ["Pillow"] if "PIL" in imported else []
        return _("{packages} and NumPy").format(packages=", ".join(packages))


def compose(project: Project, conditions: Conditions, *, curves: bool = False) -> TrainingScript:
    """The pieces for one project. `curves`: losses are kept, and drawn in the end.

    Raises `CannotTrainError`, `DataProblem`, `CannotGenerateError` and `SourceMissingError`, each with one sentence.
    """
    data = require_learnable(project)
    shape = input_shape(project.network) or data.shape
    data = data.at(shape)
    training = project.training
    head, model = _parted(source(project.network).text)
    if isinstance(data, OwnDataSet):
        data = inspect(project.data)
        load_code, fit = own_load_code(data, shape), ""
        places = own_places(data) if needs_rows(project.data) else ""
    else:
        load_code, fit, places = data.load_code(), fitting(data.shape, shape), ""
    bfloat16 = conditions.precision == "bfloat16"
    rate = SCHEDULES[training.schedule].rate
    words = {
        **varied_words(project),
        "<fit>(some)": "fit(some)" if fit else "some",
        "<fit>(images[chosen])": "fit(images[chosen])" if fit else "images[chosen]",
        "<forward>": "forward" if bfloat16 else "net",
        "<lower precision>": script_templates.IN_BFLOAT16 if bfloat16 else "",
        "<folder>": "args.data" if load_code.files else "",
        "<val>": (
            f"torch.arange(len(labels)) >= {data.train_images}"  # the last are the set's own validation part
            if data.own_validation
            else f"torch.tensor(held_out(labels.numpy(), {data.val_images}))"
        ),
        "<cudnn>": script_templates.CUDNN if conditions.device == "cuda" else "",
        "<optimizer>": f"optimizer = {OPTIMIZERS[training.optimizer].code(training)}",
        "<steps>": script_templates.STEPS if rate else script_templates.STEP,
        "<rate>": script_templates.RATE.replace("<function>", rate.__name__) if rate else "",
        "<lists>": script_templates.LISTS if curves else "",
        "<keep loss>": script_templates.KEEP_LOSS if curves else "",
        "<keep measured>": script_templates.KEEP_MEASURED if curves else "",
    }
    sections = (
        Section(
            _("Network"),
            _NETWORK,
            (model, functions_of(_STEP, "in_bfloat16") if bfloat16 else ""),
            script_templates.MAKE,
        ),
        Section(_("Images"), _IMAGES, (_classes(data), load_code.code, places)),
        Section(
            _("Preparation"),
            _PREPARATION,
            (
                ""
                if data.own_validation
                else functions_of(held_out.__module__, "held_out").replace("SEED", str(SEED)),
                functions_of(_STEP, "shuffled", "pick"),
                fit,
                "" if figures_given(project.data.normalisation, 1) else script_templates.STATISTICS,
                functions_of(_STEP, "normalise"),
            ),
            script_templates.LOAD,
        ),
        Section(
            _("Training"),
            _TRAINING,
            (
                functions_of(_STEP, "in_batches"),
                functions_of(rate.__module__, rate.__name__) if rate else "",
                *variation(project.data),
                functions_of(_TASK, "cross_entropy"),
                functions_of(_TASK, "varied_loss") if varies_loss(project.data) else "",
                functions_of(_STEP, "forward_backward"),
                script_templates.EVALUATE,
            ),
            script_templates.TRAIN,
        ),
        *([Section(_("Curves"), _CURVES, (), script_templates.CURVES)] if curves else []),
        Section(_("Saving"), _SAVING, (script_templates.SAVE,), script_templates.KEEP),
    )
    math = ["import math"] if rate or needs_math(project.data) else []
    imports = {
        *head, *load_code.imports, *math, "import json", "from pathlib import Path",
        "import numpy as np", "import torch", "import torch.nn.functional as F",
    }  # fmt: skip
    return TrainingScript(
        data,
        frozenset(imports),
        _options(training, conditions, load_code),
        tuple(_filled(section, words) for section in sections),
    )


def laid_out(code: str, indent: str = "") -> str:
    """Code, indented, with lines that are too long broken as formatters do. Statements that are come in one line."""
    lines = (indent + line if line else "" for line in code.splitlines())
    return "".join(f"{line}\n" for long in lines for line in wrapped(long))


def _filled(section: Section, words: dict[str, str]) -> Section:
    """The section with its places filled in; definitions and lines of which nothing is left are gone."""

    def fill(template: str) -> str:
        lines = [line for line in template.splitlines(keepends=True) if words.get(line.strip()) != ""]
        template = "".join(lines)
        for place, text in words.items():
            template = template.replace(place, text)
        return template

    definitions = tuple(fill(text) for text in section.definitions if text)
    return section._replace(definitions=definitions, steps=fill(section.steps))


def _parted(model: str) -> tuple[list[str], str]:
    """The lines of import of a generated source, and the rest."""
    head, _blank, rest = model.partition("\n\n\n")
    return head.splitlines(), rest


def _classes(data: DataSetInfo) -> str:
    return laid_out(f"CLASSES = [{', '.join(map(string, data.classes))}]")


def _options(training: Training, conditions: Conditions, load_code: LoadCode) -> tuple[Option, ...]:
    there = _("has {files}, or will have").format(files=load_code.files)
    folder = f"Path({string(load_code.folder)})"
    return (
        *([Option("data", folder, "Path", there)] if load_code.files else []),
        Option("out", 'Path("model")', "Path", _("where to save, without ending")),
        Option("epochs", repr(training.epochs), "int"),
        Option("batch_size", repr(training.batch_size), "int"),
        Option("learning_rate", repr(training.learning_rate), "float"),
        Option("seed", repr(training.seed), "int"),
        Option("device", string(conditions.device), "", _("cpu, cuda, mps or xpu")),
        Option("threads", repr(conditions.threads), "int"),
        Option("limit", repr(conditions.limit_images), "int", _("learn from so many images only")),
    )


_NETWORK = _("The layers as they were drawn. Their first weights are decided by the seed.")
_IMAGES = _("All that there is to learn from: images as they were made, and the number of the class of each.")
_PREPARATION = _(
    "Some images of every class are held out, to measure with. All are brought to the size that the network takes, "
    "and to zero mean and unit deviation over the images that it learns from."
)
_TRAINING = _(
    "Every epoch shows the network each image once, in a new order. After it the images held out say how well it "
    "does on what it has not seen."
)
_CURVES = _("The loss after every step, and that of the images held out after every epoch.")
_SAVING = _("The weights, with the names of the classes and the numbers of the preparation.")
