"""EMNIST, its balanced division: handwritten digits and letters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnbuilder.engine.data.download import Download, Remote
from cnnbuilder.engine.data.idx import unpacked_idx
from cnnbuilder.engine.data.photographs import members
from cnnbuilder.engine.data.source import LoadCode, Originals, Pictures, Report
from cnnbuilder.text import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOAD = '''\
def load(folder):
    """The images to learn from, N×1×28×28 from 0 to 255, and their classes."""
    found = EMNIST(folder, "balanced", download=True)
    return found.data.mT[:, None].numpy(), found.targets.numpy()
'''


class HandwrittenLetters(Download, frozen=True, kw_only=True):
    """One archive with files in MNIST's form, whose images lie on their sides: they are turned upright."""

    def read(self, report: Report) -> Originals:
        """All pictures, as 1×28×28 each."""
        parts = {"train": self.train_images + self.val_images, "test": self.test_images}
        packed: dict[str, bytes] = {}
        for name, content in members(self, self.files[0]):
            if name.rpartition("/")[2].startswith("emnist-balanced-") and name.endswith("-ubyte.gz"):
                packed[name.rpartition("/")[2]] = content()
        report(0.5)
        return Originals(*(self._pictures(packed, part, count) for part, count in parts.items()))

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """The first of the training file, which is unpacked for it."""
        train = self.read(lambda _fraction: None).train
        return train.images[0].transpose(1, 2, 0), int(train.labels[0])

    def load_code(self) -> LoadCode:
        """With torchvision, which downloads the same archive."""
        return LoadCode(_LOAD, ("from torchvision.datasets import EMNIST",), f"{self.title}'s gzip.zip")

    def _pictures(self, packed: dict[str, bytes], part: str, count: int) -> Pictures:
        import numpy as np

        names = [f"emnist-balanced-{part}-{what}-ubyte.gz" for what in ("images-idx3", "labels-idx1")]
        if not set(names) <= set(packed):
            raise self.damaged(self.files[0])
        images, labels = names
        pixels = unpacked_idx(packed[images], Path(images), (count, *self.shape[1:]), self.title)
        found = unpacked_idx(packed[labels], Path(labels), (count,), self.title)
        upright = np.ascontiguousarray(pixels.swapaxes(1, 2))[:, None]
        return Pictures(upright, found.astype(np.int64))


SOURCE = HandwrittenLetters(
    name="emnist",
    title="EMNIST",
    summary=_("Handwritten digits and letters, as many of each (EMNIST balanced)."),
    classes=tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"),
    shape=(1, 28, 28),
    train_images=107_800,
    val_images=5_000,
    test_images=18_800,
    licence=_("none stated; from NIST, by G. Cohen and others, 2017"),
    bytes=561_753_746,
    place=12,
    files=(
        Remote(
            "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
            "58c8d27c78d21e728a6bc7b3cc06412e",
            561_753_746,
            "EMNIST/raw",
        ),
    ),
)
