"""The coloured shapes: balanced, quick, and the same pictures on every machine."""

from __future__ import annotations

import hashlib
import time

import numpy as np
import pytest

from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.data.figures import FIGURES
from cnnbuilder.engine.data.shapes import draw_block
from cnnbuilder.engine.data.source import Originals

SHAPES = find("shapes")
FIRST_BLOCK = "1f294f4ce3fecd26334a9eb57dee41bba38077ad52a65088a4353d8765056c2a"


@pytest.fixture(scope="module")
def drawn() -> Originals:
    return SHAPES.read(lambda _fraction: None)


def test_ten_thousand_to_learn_from_and_two_thousand_to_test_every_class_equally(drawn: Originals) -> None:
    assert drawn.train.images.shape == (10_000, 3, 32, 32)
    assert drawn.test.images.shape == (2_000, 3, 32, 32)
    assert np.bincount(drawn.train.labels).tolist() == [1000] * 10
    assert np.bincount(drawn.test.labels).tolist() == [200] * 10


def test_made_in_five_seconds_of_one_core() -> None:
    started = time.process_time()
    SHAPES.read(lambda _fraction: None)
    assert time.process_time() - started < 5


def test_the_same_pictures_on_every_machine() -> None:
    images, labels = draw_block(0)
    assert hashlib.sha256(images.tobytes() + labels.astype("<i8").tobytes()).hexdigest() == FIRST_BLOCK


def test_a_block_comes_out_the_same_alone(drawn: Originals) -> None:
    images, labels = draw_block(3)
    assert (images == drawn.train.images[1500:2000]).all()
    assert (labels == drawn.train.labels[1500:2000]).all()
    image, label = SHAPES.sample()
    assert (image.transpose(2, 0, 1) == drawn.train.images[0]).all()
    assert label == drawn.train.labels[0]


def test_no_two_pictures_are_equal(drawn: Originals) -> None:
    every = np.concatenate([drawn.train.images, drawn.test.images])
    assert len({image.tobytes() for image in every}) == len(every)


def test_there_is_a_figure_for_every_class_and_each_is_its_own() -> None:
    assert len(FIGURES) == len(SHAPES.classes)
    y, x = np.mgrid[1:-1:65j, -1:1:65j].astype(np.float32)
    inside = [figure(x, y, np.zeros_like(x)) < 0 for figure in FIGURES]
    for number, one in enumerate(inside):
        assert 0.15 < one.mean() < 0.8  # neither a speck nor everything
        for other in inside[:number]:
            assert (one != other).mean() > 0.04


def test_a_figure_stands_out_from_its_ground(drawn: Originals) -> None:
    spread = drawn.train.images.astype(np.float32).std(axis=(2, 3)).max(axis=1)
    assert np.percentile(spread, 1) > 8
