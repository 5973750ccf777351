"""USPS: digits of postal codes, 16×16."""

from __future__ import annotations

import bz2
from typing import TYPE_CHECKING

from cnnbuilder.engine.data.download import Download, Remote
from cnnbuilder.engine.data.source import LoadCode, Originals, Pictures, Report
from cnnbuilder.text import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PLACE = "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass"
_LOAD = '''\
def load(folder):
    """The images to learn from, N×1×16×16 from 0 to 255, and their classes."""
    found = USPS(folder, download=True)
    return found.data[:, None], np.array(found.targets)
'''


class PostalCodes(Download, frozen=True, kw_only=True):
    """Two text files in LIBSVM's form: a line an image, its class + 1, then place:value from -1 to 1."""

    def read(self, report: Report) -> Originals:
        """All pictures, as 1×16×16 each."""
        train = self._pictures(self.files[0], self.train_images + self.val_images)
        report(0.8)
        return Originals(train, self._pictures(self.files[1], self.test_images))

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """The first line."""
        with bz2.open(self.checked(self.files[0])) as file:
            images, labels = self._parsed(self.files[0], [file.readline()])
        return images[0].transpose(1, 2, 0), int(labels[0])

    def load_code(self) -> LoadCode:
        """With torchvision, which downloads the same files."""
        return LoadCode(_LOAD, ("from torchvision.datasets import USPS",), "usps.bz2")

    def _pictures(self, remote: Remote, count: int) -> Pictures:
        try:
            lines = bz2.decompress(self.checked(remote).read_bytes()).splitlines()
        except (OSError, ValueError) as error:
            raise self.damaged(remote) from error
        if len(lines) != count:
            raise self.damaged(remote)
        return self._parsed(remote, lines)

    def _parsed(self, remote: Remote, lines: list[bytes]) -> Pictures:
        import numpy as np

        try:
            rows = [line.split() for line in lines]
            labels = np.array([int(row[0]) - 1 for row in rows], np.int64)
            values = [[value.rpartition(b":")[2] for value in row[1:]] for row in rows]
            images = np.array(values, np.float32).reshape(-1, 1, 16, 16)
        except ValueError as error:
            raise self.damaged(remote) from error
        return Pictures(((images + 1) / 2 * 255).astype(np.uint8), labels)


SOURCE = PostalCodes(
    name="usps",
    title="USPS",
    summary=_("Digits of handwritten postal codes, smaller than MNIST's."),
    classes=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    shape=(1, 16, 16),
    train_images=6_291,
    val_images=1_000,
    test_images=2_007,
    licence=_("none stated; by J. J. Hull, 1994"),
    bytes=8_411_109,
    place=15,
    files=(
        Remote(f"{_PLACE}/usps.bz2", "ec16c51db3855ca6c91edd34d0e9b197", 6_579_383),
        Remote(f"{_PLACE}/usps.t.bz2", "8ea070ee2aca1ac39742fdd1ef5ed118", 1_831_726),
    ),
)
