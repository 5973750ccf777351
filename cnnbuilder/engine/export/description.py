"""What travels with exported weights as text: class names, how pictures are prepared, and the source they fit."""

from __future__ import annotations

import hashlib
import json

from cnnbuilder.engine.data.picture_fit import draft_size
from cnnbuilder.engine.runs import Preparation
from cnnbuilder.text import _

CLASSES, PREPARATION, SOURCE = "classes", "preparation", "source_sha256"


def described(preparation: Preparation, source: str, *, normalised_inside: bool = False) -> dict[str, str]:
    """The texts by name, each JSON but the last, which is the hash of the source whose names the weights have.

    `normalised_inside`: the exported graph normalises by itself and takes values from 0 to 1.
    """
    channels, height, width = preparation.shape
    said = {
        "dataset": preparation.dataset,
        "channels": channels,
        "height": height,
        "width": width,
        "mean": preparation.mean,
        "std": preparation.std,
        "input": "value / 255" if normalised_inside else "(value / 255 - mean) / std",
        "fitting": _fitting(preparation),
    }
    return {
        CLASSES: json.dumps(preparation.classes, ensure_ascii=False),
        PREPARATION: json.dumps(said, ensure_ascii=False),
        SOURCE: hashlib.sha256(source.encode()).hexdigest(),
    }


def _fitting(preparation: Preparation) -> str:
    """How a picture of any size comes to the network's."""
    crop = preparation.crop
    if preparation.fit is not None:
        ways = {
            "rule": _(
                "A picture smaller than this by at most a quarter on each side is centred on black; any other is "
                "resized by Pillow (bilinear)."
            ),
            "crop": _("The largest centre of this form is resized by Pillow (bilinear)."),
            "border": _("The whole picture is resized by Pillow (bilinear) and centred on black."),
            "stretch": _("The picture is stretched by Pillow (bilinear)."),
        }
        text = _(
            "{way} JPEGs are first decoded at a half, a quarter or an eighth where no side falls below {size} pixels; "
            "transparent parts are {ground}."
        )
        size = " × ".join(map(str, draft_size(preparation.shape)))
        return text.format(way=ways[preparation.fit], size=size, ground=preparation.transparency)
    if crop is not None:
        return _(
            "The shorter side to {size} pixels ({filter}), then the middle is cut out, as torchvision does."
        ).format(size=crop.shorter_side, filter=crop.interpolation)
    return _(
        "A picture smaller than this by at most a quarter on each side is centred on black; any other is resized "
        "linearly with antialiasing, width first."
    )
