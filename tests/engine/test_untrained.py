"""The untrained network: the very weights that a training begins with, and no stir in anybody's random numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from cnnbuilder.engine.inference import predict
from cnnbuilder.engine.module import build
from cnnbuilder.engine.trainable import CannotTrainError
from cnnbuilder.engine.untrained import untrained
from cnnbuilder.network.project import Network
from tests.engine.networks import tiny_project


def test_it_has_the_weights_that_a_training_begins_with(cache: object) -> None:
    project = tiny_project()
    before = torch.get_rng_state()
    model = untrained(project)
    assert torch.equal(torch.get_rng_state(), before), "a run under way keeps its random numbers"
    torch.manual_seed(project.training.seed)
    begun = build(project.network).state_dict()
    assert all(torch.equal(value, begun[name]) for name, value in model.net.state_dict().items())
    assert not model.trained


def test_it_guesses_by_chance_among_all_classes(cache: object) -> None:
    model = untrained(tiny_project())
    guess = predict(model, np.zeros((28, 28, 1), np.uint8), drawn=True)
    shares = dict(guess.classes)
    assert len(shares) == len(model.preparation.classes)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-5)


def test_what_cannot_be_trained_is_refused_with_the_same_sentence(cache: object) -> None:
    project = replace(tiny_project(), network=Network())
    with pytest.raises(CannotTrainError):
        untrained(project)
