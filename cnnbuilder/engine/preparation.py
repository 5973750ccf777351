"""How pictures became the network's values: what is written down of it, and how a new picture is prepared alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.engine.data.catalogue import resolve
from cnnbuilder.engine.data.crop import centre
from cnnbuilder.engine.data.picture_fit import draft_size, fit_picture
from cnnbuilder.engine.data.pictures import read_image, read_picture
from cnnbuilder.engine.data.prepare import adapt
from cnnbuilder.engine.data.prepared import Prepared
from cnnbuilder.engine.normalisation import figures
from cnnbuilder.engine.runs import Crop, Preparation
from cnnbuilder.network.data import OWN, Data, source_name

if TYPE_CHECKING:
    from PIL import Image


def preparation_of(data: Data, prepared: Prepared, shape: tuple[int, int, int]) -> Preparation:
    """What is written down of pictures prepared at C×H×W."""
    is_own = isinstance(data.source, OWN)
    shorter_side = None if is_own else resolve(data).shorter_side(shape)
    mean, std = figures(data.normalisation, prepared.mean, prepared.std)
    return Preparation(
        dataset=source_name(data),
        fingerprint=prepared.fingerprint,
        shape=shape,
        mean=mean,
        std=std,
        classes=prepared.classes,
        crop=None if shorter_side is None else Crop(shorter_side),
        fit=prepared.fit,
        transparency=prepared.transparency,
        own_images=data if is_own else None,
    )


def fitted(pixels: NDArray[np.uint8], preparation: Preparation, *, drawn: bool = False) -> NDArray[np.uint8]:
    """One picture (H×W×C uint8) as the network gets it before normalisation, C×H×W. Raises `DataProblem`."""
    crop = preparation.crop
    if preparation.fit is not None and not drawn:
        from PIL.Image import fromarray

        image = fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
        return _planes(fit_picture(image, preparation.shape, preparation.fit))
    if crop is None or drawn:
        return adapt(pixels, preparation.shape, drawn=drawn)
    return centre(pixels, preparation.shape, crop.shorter_side, crop.interpolation)


def read_fitted(path: Path, preparation: Preparation) -> NDArray[np.uint8]:
    """The picture in a file as the network gets it before normalisation, C×H×W. Raises `DataProblem`."""
    if preparation.fit is None:
        return fitted(read_image(path, preparation.transparency), preparation)
    shape = preparation.shape
    picture = read_picture(path, draft=draft_size(shape), transparency=preparation.transparency)
    return _planes(fit_picture(picture.image, shape, preparation.fit))


def _planes(image: Image.Image) -> NDArray[np.uint8]:
    values = np.array(image, np.uint8)
    return values[None] if values.ndim == 2 else np.ascontiguousarray(values.transpose(2, 0, 1))
