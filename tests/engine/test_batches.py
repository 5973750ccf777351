"""Batches: bounds, order, normalisation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cnnbuilder.engine.batches import Batches, Normalise
from cnnbuilder.engine.data.prepare import Part
from cnnbuilder.engine.device import find_device
from cnnbuilder.engine.training_step import in_batches, shuffled


@given(images=st.integers(1, 2000), batch_size=st.integers(1, 300))
def test_batches_cover_everything_once_and_none_is_a_lonely_image(images: int, batch_size: int) -> None:
    found = [(part.start, part.stop) for part in in_batches(range(images), batch_size)]
    assert [start for start, _end in found] == [0, *(end for _start, end in found[:-1])]
    assert found[-1][1] == images
    sizes = [end - start for start, end in found]
    assert all(size == batch_size for size in sizes[:-1])
    if batch_size > 1 and images > 1:
        assert min(sizes) > 1


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    torch.manual_seed(1)
    one = shuffled(100, seed=3, epoch=2)
    torch.manual_seed(2)
    assert torch.equal(one, shuffled(100, seed=3, epoch=2))
    assert not torch.equal(one, shuffled(100, seed=3, epoch=3))
    assert not torch.equal(one, shuffled(100, seed=4, epoch=2))
    assert sorted(one.tolist()) == list(range(100))


@pytest.fixture
def part() -> Part:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (50, 3, 8, 6), dtype=np.uint8)
    images.flags.writeable = False
    return Part(images, np.arange(50), np.arange(50))


def batches(part: Part, limit: int | None = None) -> Batches:
    normalise = Normalise((0.5, 0.4, 0.3), (0.2, 0.25, 0.3), torch.device("cpu"))
    return Batches(part, find_device("cpu"), normalise, limit)


def test_images_arrive_normalised_and_in_channels_last(part: Part) -> None:
    (images, labels), *_rest = batches(part).in_order(torch.arange(49, -1, -1), 16)
    wanted = part.images[::-1][:16].astype(np.float64) / 255
    wanted = (wanted - np.array([0.5, 0.4, 0.3])[:, None, None]) / np.array([0.2, 0.25, 0.3])[:, None, None]
    assert images.shape == (16, 3, 8, 6) and images.dtype == torch.float32
    assert images.is_contiguous(memory_format=torch.channels_last)
    np.testing.assert_allclose(images.numpy(), wanted, atol=1e-5)
    assert labels.tolist() == list(range(49, 33, -1))


def test_a_resumed_epoch_begins_at_its_batch(part: Part) -> None:
    order = torch.randperm(50)
    whole = list(batches(part).in_order(order, 16))
    rest = list(batches(part).in_order(order, 16, first=2))
    assert len(rest) == len(whole) - 2
    assert all(torch.equal(a[0], b[0]) for a, b in zip(whole[2:], rest, strict=True))


def test_a_limit_chooses_the_same_images_every_time(part: Part) -> None:
    chosen = [labels for _images, labels in batches(part, limit=20).all(7)]
    again = [labels for _images, labels in batches(part, limit=20).all(20)]
    assert torch.equal(torch.cat(chosen), torch.cat(again))
    assert len(set(torch.cat(chosen).tolist())) == 20
    assert len(batches(part, limit=500)) == 50


def test_a_part_takes_its_own_rows_of_the_array_that_all_share(part: Part) -> None:
    rows = np.array([3, 4, 30, 49])
    other = Part(part.array, rows, np.array([0, 1, 0, 1]))
    assert (other.images == part.array[rows]).all()
    for images, labels in (*batches(other).all(4), *batches(other).in_order(torch.arange(4), 4)):
        assert torch.equal(
            images, next(batches(Part(part.array[rows], np.arange(4), other.labels)).all(4))[0]
        )
        assert labels.tolist() == [0, 1, 0, 1]
