"""Street View House Numbers: digits photographed in streets."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from cnnbuilder.engine.data.download import Download, Remote
from cnnbuilder.engine.data.source import LoadCode, Originals, Pictures, Report
from cnnbuilder.text import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PLACE = "https://ufldl.stanford.edu/housenumbers"
_LOAD = '''\
def load(folder):
    """The images to learn from, N×3×32×32 from 0 to 255, and their classes."""
    found = SVHN(folder, download=True)
    return found.data, found.labels
'''


class HouseNumbers(Download, frozen=True, kw_only=True):
    """Two MATLAB files."""

    def read(self, report: Report) -> Originals:
        """All pictures, as 3×32×32 each."""
        train = self._pictures(self.files[0], self.train_images + self.val_images)
        report(0.7)
        return Originals(train, self._pictures(self.files[1], self.test_images))

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """A MATLAB file is read whole (1 s)."""
        images, labels = self._pictures(self.files[0], self.train_images + self.val_images)
        return images[0].transpose(1, 2, 0), int(labels[0])

    def load_code(self) -> LoadCode:
        """With torchvision, which downloads the same files."""
        return LoadCode(_LOAD, ("from torchvision.datasets import SVHN",), "train_32x32.mat")

    def _pictures(self, remote: Remote, count: int) -> Pictures:
        import numpy as np
        from scipy.io import loadmat

        try:
            found = loadmat(io.BytesIO(self.checked(remote).read_bytes()))
            images = np.ascontiguousarray(found["X"].transpose(3, 2, 0, 1), np.uint8)
            labels = found["y"].astype(np.int64).ravel() % 10  # "10" stands for 0 there
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self.damaged(remote) from error
        if images.shape != (count, *self.shape) or len(labels) != count:
            raise self.damaged(remote)
        return Pictures(images, labels)


SOURCE = HouseNumbers(
    name="svhn",
    title=_("House numbers"),
    summary=_("Digits of house numbers, photographed in streets (SVHN)."),
    classes=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    shape=(3, 32, 32),
    train_images=68_257,
    val_images=5_000,
    test_images=26_032,
    licence=_("not for trade; by Y. Netzer and others, 2011"),
    bytes=246_316_178,
    place=14,
    files=(
        Remote(f"{_PLACE}/train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373", 182_040_794),
        Remote(f"{_PLACE}/test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3", 64_275_384),
    ),
    needs_scipy=True,
)
