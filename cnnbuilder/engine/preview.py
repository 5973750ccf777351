"""Six training images as they are prepared, and as the network sees them in some epoch: as training makes them."""

from __future__ import annotations

import numpy as np
import torch

from cnnbuilder.engine.augmenting import Augmenter
from cnnbuilder.engine.data import catalogue
from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.data_messages import BatchPreviewed, PreviewBatch

IMAGES = 6


def preview(request: PreviewBatch) -> BatchPreviewed:
    """The images are spread over the training part, the same in every epoch. Raises `DataProblem`.

    What is mixed with another image of its batch is mixed with one of these six: its true partner is known only in
    training.
    """
    try:
        info = catalogue.resolve(request.data)
    except catalogue.NotInspected:
        info = inspect(request.data)
    part = prepare(info, request.shape).train
    chosen = part.rows[np.linspace(0, len(part.rows) - 1, min(IMAGES, len(part.rows))).astype(np.int64)]
    images = torch.from_numpy(np.array(part.array[chosen]))
    augmenter = Augmenter(request.data.augmentation, request.seed)
    rows = torch.from_numpy(chosen.astype(np.int64))
    keys = augmenter.keys(request.epoch, rows, torch.zeros(len(rows), dtype=torch.int64))
    seen = augmenter.varied(images, keys)
    if augmenter.mixes:
        seen = augmenter.mixed(seen, keys)[0]
    values = seen.round().clamp(0, 255).to(torch.uint8)
    return BatchPreviewed(
        request.number, request.epoch, request.shape, images.numpy().tobytes(), values.numpy().tobytes()
    )
