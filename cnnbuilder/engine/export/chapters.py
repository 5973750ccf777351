"""What a training script is made of, in chapters: the script puts them in a row, the notebook in cells.

Only what the project uses is in them, and no text of a person's but as a Python string.
"""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.engine.data.catalogue import DataSetInfo
from cnnbuilder.engine.data.reading import text_of
from cnnbuilder.engine.data.split import SEED, held_out
from cnnbuilder.engine.export import passages
from cnnbuilder.engine.export.fitting import fitting
from cnnbuilder.engine.trainable import require_learnable
from cnnbuilder.network.code import source
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.formatting import string, wrapped
from cnnbuilder.network.project import Project, Training
from cnnbuilder.text import _


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


class Chapter(NamedTuple):
    """What is defined, and what is then done with it. Code begins at the left and ends with a line's end."""

    title: str
    words: str
    """Of the notebook."""
    definitions: tuple[str, ...]
    steps: str = ""


class Book(NamedTuple):
    """A training script in pieces."""

    data: DataSetInfo
    imports: frozenset[str]
    """Lines, in no order."""
    options: tuple[Option, ...]
    chapters: tuple[Chapter, ...]


def book(project: Project, conditions: Conditions) -> Book:
    """The pieces for one project.

    Raises `CannotTrainError`, `DataProblem` and `CannotGenerateError`, each with one sentence.
    """
    data = require_learnable(project)
    training = project.training
    head, model = _parted(source(project.network).text)
    reading = data.reading()
    fit = fitting(data.shape, input_shape(project.network) or data.shape)
    choices = _Choices(
        fit=bool(fit),
        bfloat16=conditions.precision == "bfloat16",
        one_cycle=training.schedule == "one-cycle",
    )
    make = passages.MAKE + _optimizer(training)
    if conditions.device == "cuda":
        make = passages.CUDNN + make
    load = passages.LOAD.replace("<folder>", "args.data" if reading.files else "")
    imports = {
        *head, *reading.imports, "import argparse", "import json", "from pathlib import Path",
        "import numpy as np", "import torch", "import torch.nn.functional as F",
    }  # fmt: skip
    learning = [passages.BATCHES]
    if choices.one_cycle:
        imports.add("import math")
        learning.append(passages.ONE_CYCLE)
    if choices.bfloat16:
        learning.append(passages.GUESS)
    preparing = [choices.put_into(passages.STATISTICS), passages.NORMALISE]
    return Book(
        data,
        frozenset(imports),
        _options(training, conditions, reading.files),
        (
            Chapter(_("Network"), _NETWORK, (model,), make),
            Chapter(_("Images"), _IMAGES, (_classes(data), reading.code)),
            Chapter(
                _("Preparation"),
                _PREPARATION,
                (
                    text_of(held_out).replace("SEED", str(SEED)),
                    passages.PICK,
                    *([fit] if fit else []),
                    *preparing,
                ),
                load.replace("<val images>", str(data.val_images)),
            ),
            Chapter(
                _("Training"),
                _TRAINING,
                (*learning, choices.put_into(passages.EVALUATE)),
                choices.put_into(passages.TRAIN),
            ),
            Chapter(_("Saving"), _SAVING, (passages.SAVE,), passages.KEEP),
        ),
    )


def laid_out(code: str, indent: str = "") -> str:
    """Code, indented, with lines that are too long broken as formatters do. Statements that are come in one line."""
    lines = (indent + line if line else "" for line in code.splitlines())
    return "".join(f"{line}\n" for long in lines for line in wrapped(long))


class _Choices(NamedTuple):
    """What decides on the words of a passage."""

    fit: bool
    bfloat16: bool
    one_cycle: bool

    def put_into(self, passage: str) -> str:
        """The passage with its places filled in."""
        if self.one_cycle:
            begin = "step, steps = 0, args.epochs * len(in_batches(labels, args.batch_size))"
            rate = '        optimizer.param_groups[0]["lr"] = one_cycle(step, steps, args.learning_rate)\n'
        else:
            begin, rate = "step = 0", ""
        passage = passage.replace("<begin>", begin).replace("        <rate>\n", rate)
        passage = passage.replace("<net>(", "guess(net, " if self.bfloat16 else "net(")
        for images in ("some", "images[chosen]"):
            passage = passage.replace(f"<fit>({images})", f"fit({images})" if self.fit else images)
        return passage


def _parted(model: str) -> tuple[list[str], str]:
    """The lines of import of a generated source, and the rest."""
    head, _blank, rest = model.partition("\n\n\n")
    return head.splitlines(), rest


def _optimizer(training: Training) -> str:
    """With the project's own settings; betas and epsilon of AdamW are torch's defaults."""
    settings = f"args.learning_rate, weight_decay={training.weight_decay!r}, fused=True"
    if training.optimizer == "sgd":
        settings = settings.replace("weight_decay", f"momentum={training.momentum!r}, weight_decay")
        return f"optimizer = torch.optim.SGD(net.parameters(), {settings})\n"
    return f"optimizer = torch.optim.AdamW(net.parameters(), {settings})\n"


def _classes(data: DataSetInfo) -> str:
    return laid_out(f"CLASSES = [{', '.join(map(string, data.classes))}]")


def _options(training: Training, conditions: Conditions, files: str) -> tuple[Option, ...]:
    there = _("has {files}, or will have").format(files=files)
    return (
        *([Option("data", 'Path("data")', "Path", there)] if files else []),
        Option("out", 'Path("model")', "Path", _("without ending")),
        Option("epochs", repr(training.epochs), "int"),
        Option("batch_size", repr(training.batch_size), "int"),
        Option("learning_rate", repr(training.learning_rate), "float"),
        Option("seed", repr(training.seed), "int"),
        Option("device", string(conditions.device), "", _("cpu, cuda, mps or xpu")),
        Option("threads", repr(conditions.threads), "int"),
        Option("images", repr(conditions.limit_images), "int", _("learn from so many only")),
    )


_NETWORK = _("As it is drawn. The seed decides on its first weights.")
_IMAGES = _("Where they come from.")
_PREPARATION = _(
    "Some images of each class are held out to measure with. All are brought to the network's size, and to zero "
    "mean and unit deviation over those that it learns from."
)
_TRAINING = _("Step by step along the gradient; after each epoch the images held out are measured.")
_SAVING = _("The weights, with the names of the classes.")
