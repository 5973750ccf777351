"""Uneven classes: what is drawn, how often, and what counts how much in the loss."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbuilder.engine.augmentation import image_keys
from cnnbuilder.engine.balance import balanced_order, class_weights, times_before
from cnnbuilder.engine.task import CLASSIFICATION, cross_entropy, varied_loss

LABELS = st.lists(st.sampled_from([0, 0, 0, 0, 1, 1, 3]), min_size=1, max_size=150).map(torch.tensor)


@given(labels=LABELS, seed=st.integers(0, 9), epoch=st.integers(1, 9))
@settings(deadline=None)
def test_every_class_comes_equally_often_and_its_images_too(
    labels: torch.Tensor, seed: int, epoch: int
) -> None:
    rows = torch.arange(len(labels)) * 3
    order = balanced_order(labels, rows, seed, epoch)
    assert len(order) == len(labels)
    drawn = labels[order].bincount(minlength=4)[labels.unique()]
    assert drawn.max() - drawn.min() <= 1
    for label in labels.unique().tolist():
        counts = order.bincount(minlength=len(labels))[labels == label]
        assert counts.max() - counts.min() <= 1
    assert (order == balanced_order(labels, rows, seed, epoch)).all()


def test_another_epoch_or_seed_draws_others() -> None:
    labels = (torch.arange(200) % 20 == 0).long()
    rows = torch.arange(200)
    orders = {tuple(balanced_order(labels, rows, s, e).tolist()) for s, e in [(0, 1), (0, 2), (1, 1)]}
    assert len(orders) == 3
    epochs = torch.cat([balanced_order(labels, rows, 0, epoch) for epoch in range(1, 25)])
    assert len(epochs.unique()) == 200  # none rests for ever


def test_classes_are_mixed_over_the_epoch() -> None:
    labels = (torch.arange(1000) >= 900).long()
    drawn = labels[balanced_order(labels, torch.arange(1000), 0, 1)].view(10, 100).double().mean(1)
    assert ((drawn - 0.5).abs() < 0.2).all()


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60))
def test_how_often_each_came_before(numbers: list[int]) -> None:
    expected = [numbers[:place].count(number) for place, number in enumerate(numbers)]
    assert times_before(torch.tensor(numbers)).tolist() == expected


def test_an_image_that_comes_again_is_varied_anew() -> None:
    keys = image_keys(0, 1, torch.tensor([5, 5]), torch.tensor([0, 1]))
    assert keys[0] != keys[1]


@given(labels=LABELS)
def test_with_weights_every_class_counts_the_same(labels: torch.Tensor) -> None:
    weights = class_weights(labels, 6)
    counts = labels.bincount(minlength=6)
    there = counts > 0
    assert torch.allclose((weights * counts)[there], torch.tensor(len(labels) / int(there.sum())))
    assert (weights[~there] == 0).all()


def test_the_weighted_loss_is_torchs() -> None:
    logits, labels = torch.randn(40, 5, generator=torch.Generator().manual_seed(0)), torch.arange(40) % 3
    weights = torch.tensor([0.2, 1.0, 3.0, 1.0, 1.0])
    expected = torch.nn.functional.cross_entropy(logits, labels, weight=weights)
    assert torch.allclose(varied_loss(weights, None, None)(logits, labels), expected)


def test_the_loss_of_mixed_images_is_of_both_classes_by_their_shares() -> None:
    logits = torch.randn(40, 5, generator=torch.Generator().manual_seed(0))
    labels, others, shares = torch.arange(40) % 3, torch.arange(40) % 5, torch.linspace(0, 1, 40)
    targets = torch.zeros(40, 5)
    targets[torch.arange(40), labels] += shares
    targets[torch.arange(40), others] += 1 - shares
    expected = torch.nn.functional.cross_entropy(logits, targets)
    assert torch.allclose(varied_loss(None, others, shares)(logits, labels), expected)
    own = varied_loss(None, others, torch.ones(40))(logits, labels)
    assert torch.allclose(own, cross_entropy(logits, labels))


def test_guessing_says_the_most_frequent_class_and_balanced_accuracy_is_not_taken_in() -> None:
    labels = torch.tensor([0] * 70 + [1] * 20 + [3] * 10)
    guess = CLASSIFICATION.guess(labels)
    assert guess.accuracy == 0.7
    shares = np.array([0.7, 0.2, 0.1])
    assert guess.loss == pytest.approx(-(shares * np.log(shares)).sum())
    assert CLASSIFICATION.balanced_accuracy(torch.zeros_like(labels), labels) == pytest.approx(1 / 3)
    assert CLASSIFICATION.balanced_accuracy(torch.full_like(labels, 7), labels) == 0


def test_guessing_among_even_classes_is_one_in_so_many() -> None:
    guess = CLASSIFICATION.guess(torch.arange(1000) % 10)
    assert guess.accuracy == pytest.approx(0.1) and guess.loss == pytest.approx(np.log(10))
