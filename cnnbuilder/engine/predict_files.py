"""Answers for files: what a trained network takes each picture for, with a small one of it to be shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine.data.fit import resize
from cnnbuilder.engine.data.pictures import read_image
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.inference import Model, predict
from cnnbuilder.engine.messages import FilePrediction, FilesPredicted, PredictFiles


def predict_files(request: PredictFiles, model: Model) -> FilesPredicted:
    """One answer a file, in their order; one that cannot be read has its reason."""
    return FilesPredicted(
        request.number, tuple(_of_file(file, model, request.side) for file in request.files)
    )


def _of_file(file: str, model: Model, side: int) -> FilePrediction:
    try:
        pixels = read_image(Path(file))
    except DataProblem as problem:
        return FilePrediction(file, reason=str(problem))
    small = _square(pixels, side)
    found = predict(model, pixels).classes
    return FilePrediction(file, found[:5], small.tobytes(), (small.shape[0], small.shape[1], small.shape[2]))


def _square(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The centre of a picture (H×W×C) as a small square, C×side×side."""
    height, width, _channels = pixels.shape
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    centre = pixels[top : top + edge, left : left + edge].transpose(2, 0, 1)
    # Of a large picture few pixels suffice for a small one.
    step = max(1, edge // (2 * side))
    small: NDArray[np.uint8] = resize(np.ascontiguousarray(centre[None, :, ::step, ::step]), side, side)[0]
    return small
