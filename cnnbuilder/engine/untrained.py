"""The network of a project before its first step: as its seed makes it, with pictures prepared as in training."""

from __future__ import annotations

import torch

from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.data_loading import input_shape
from cnnbuilder.engine.device import find_device
from cnnbuilder.engine.inference import Model
from cnnbuilder.engine.module import build
from cnnbuilder.engine.preparation import preparation_of
from cnnbuilder.engine.trainable import require_trainable
from cnnbuilder.network.project import Project


def untrained(project: Project) -> Model:
    """The very weights that a training of this project would begin with.

    Raises `CannotTrainError` or `DataProblem` with the sentence that a training would be refused with.
    """
    info = require_trainable(project)
    shape = input_shape(project.network)
    data = prepare(info, shape)
    # A run that is under way in this process keeps its own random numbers.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(project.training.seed)
        net = build(project.network)
    preparation = preparation_of(project.data, data, shape)
    return Model(net.eval(), find_device("cpu"), preparation, trained=False)
