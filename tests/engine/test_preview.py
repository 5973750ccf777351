"""The strip of six images: the same in every epoch, and varied exactly as training varies them in that one."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from cnnbuilder.engine.augmenting import Augmenter
from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.messages import BatchPreviewed, PreviewBatch, decode_events, encode_events
from cnnbuilder.engine.preview import IMAGES, preview
from cnnbuilder.network.data import Augmentation, Data, Inside

SHAPE = (3, 32, 32)
VARIED = Augmentation(flip_horizontal=True, shift=0.1, rotation=15.0)


def shown(epoch: int, augmentation: Augmentation = VARIED, seed: int = 0) -> BatchPreviewed:
    return preview(PreviewBatch(1, Data(Inside("shapes"), augmentation=augmentation), SHAPE, epoch, seed))


def images(pixels: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(pixels, np.uint8).reshape(-1, *SHAPE)


def test_without_augmentation_the_network_sees_them_as_they_are_prepared() -> None:
    answer = shown(1, Augmentation())
    assert answer.seen == answer.prepared
    assert len(images(answer.seen)) == IMAGES
    assert decode_events(encode_events([answer])) == [answer]


def test_the_images_stay_and_epochs_differ() -> None:
    first, second = shown(1), shown(2)
    assert first.prepared == second.prepared
    assert first.seen != second.seen
    assert shown(1).seen == first.seen
    assert shown(1, seed=1).seen != first.seen


def test_it_is_what_training_does_with_these_rows() -> None:
    part = prepare(find("shapes"), SHAPE).train
    answer = shown(3)
    rows = [
        next(int(row) for row in part.rows if (part.array[row] == image).all())
        for image in images(answer.prepared)
    ]
    augmenter = Augmenter(VARIED, 0)
    whole = torch.from_numpy(np.array(part.array[rows]))
    keys = augmenter.keys(3, torch.tensor(rows), torch.zeros(len(rows), dtype=torch.int64))
    assert np.array_equal(images(answer.seen), augmenter.varied(whole, keys).numpy())


@pytest.mark.parametrize("mix", [Augmentation(mixup=0.4), Augmentation(cutmix=1.0)])
def test_mixed_images_are_shown_as_colours(mix: Augmentation) -> None:
    answer = shown(1, mix)
    assert images(answer.seen).shape == images(answer.prepared).shape
    assert any(shown(epoch, mix).seen != answer.prepared for epoch in range(1, 5))
