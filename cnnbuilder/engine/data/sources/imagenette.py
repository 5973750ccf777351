"""Imagenette: ten kinds of ImageNet that are easily told apart."""

from __future__ import annotations

from cnnbuilder.engine.data.download import Remote
from cnnbuilder.engine.data.photographs import PhotographArchives, members
from cnnbuilder.text import _

_FOLDERS = (
    "n01440764", "n02102040", "n02979186", "n03000684", "n03028079", "n03394916", "n03417042",
    "n03425413", "n03445777", "n03888257",
)  # fmt: skip
"""WordNet's numbers, in the order of the classes."""


class Imagenette(PhotographArchives, frozen=True, kw_only=True):
    """One archive, `part/class/file`. What it calls "val" is the test part here: nothing was tuned with it."""

    def archives(self) -> tuple[Remote, ...]:
        """All."""
        return self.files

    def rows(self) -> list[tuple[str, int]]:
        """Sorted by folder and name, as torchvision has it."""
        found = []
        for name, _content in members(self, self.files[0]):
            _top, part, folder, file = (*name.split("/"), "", "", "", "")[:4]
            if part in ("train", "val") and folder in _FOLDERS and file.endswith(".JPEG"):
                found.append((part, _FOLDERS.index(folder), file, name))
        return [(name, label) for _part, label, _file, name in sorted(found)]


SOURCE = Imagenette(
    name="imagenette",
    title="Imagenette",
    summary=_("Photographs of ten kinds of ImageNet that are easily told apart."),
    classes=(
        _("tench"), _("English springer"), _("cassette player"), _("chain saw"), _("church"),
        _("French horn"), _("garbage truck"), _("gas pump"), _("golf ball"), _("parachute"),
    ),
    shape=(3, 64, 64),
    train_images=8_469,
    val_images=1_000,
    test_images=3_925,
    licence=_("ImageNet's: for research, not for trade"),
    bytes=99_003_388,
    place=18,
    files=(
        Remote(
            "https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz",
            "e793b78cc4c9e9a4ccc0c1155377a412",
            99_003_388,
        ),
    ),
    script=(
        "Imagenette",
        """\
    for image, label in Imagenette(folder, "train", "160px", download=True):
        images.append(cut(image))
        labels.append(label)""",
    ),
)  # fmt: skip
