"""Kuzushiji-MNIST: ten cursive Japanese characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnbuilder.engine.data.download import Download, Remote
from cnnbuilder.engine.data.idx import read_idx
from cnnbuilder.engine.data.source import LoadCode, Originals, Pictures, Report
from cnnbuilder.text import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PLACE, _FOLDER = "https://codh.rois.ac.jp/kmnist/dataset/kmnist", "KMNIST/raw"
_LOAD = '''\
def load(folder):
    """The images to learn from, N×1×28×28 from 0 to 255, and their classes."""
    found = KMNIST(folder, download=True)
    return found.data[:, None].numpy(), found.targets.numpy()
'''


class Kuzushiji(Download, frozen=True, kw_only=True):
    """Four files in MNIST's form."""

    def read(self, report: Report) -> Originals:
        """All pictures, as 1×28×28 each."""
        train = self._pictures(0, self.train_images + self.val_images)
        report(0.8)
        return Originals(train, self._pictures(2, self.test_images))

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """The first of the training file."""
        train = self._pictures(0, self.train_images + self.val_images)
        return train.images[0].transpose(1, 2, 0), int(train.labels[0])

    def load_code(self) -> LoadCode:
        """With torchvision, which downloads the same files."""
        return LoadCode(_LOAD, ("from torchvision.datasets import KMNIST",), f"{self.title}'s .gz files")

    def _pictures(self, first: int, count: int) -> Pictures:
        import numpy as np

        images, labels = (self.checked(remote) for remote in self.files[first : first + 2])
        pixels = read_idx(images, (count, *self.shape[1:]), self.title)[:, None]
        return Pictures(pixels, read_idx(labels, (count,), self.title).astype(np.int64))


SOURCE = Kuzushiji(
    name="kmnist",
    title="Kuzushiji-MNIST",
    summary=_("Ten cursive Japanese characters: MNIST's form, harder to learn."),
    classes=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    shape=(1, 28, 28),
    train_images=55_000,
    val_images=5_000,
    test_images=10_000,
    licence="CC BY-SA 4.0",
    bytes=21_240_888,
    place=13,
    files=(
        Remote(
            f"{_PLACE}/train-images-idx3-ubyte.gz", "bdb82020997e1d708af4cf47b453dcf7", 18_165_135, _FOLDER
        ),
        Remote(f"{_PLACE}/train-labels-idx1-ubyte.gz", "e144d726b3acfaa3e44228e80efcd344", 29_497, _FOLDER),
        Remote(f"{_PLACE}/t10k-images-idx3-ubyte.gz", "5c965bf0a639b31b8f53240b1b52f4d7", 3_041_136, _FOLDER),
        Remote(f"{_PLACE}/t10k-labels-idx1-ubyte.gz", "7320c461ea6c1c855c0b718fb2a4b134", 5_120, _FOLDER),
    ),
)
