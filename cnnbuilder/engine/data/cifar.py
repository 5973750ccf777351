"""Reads CIFAR's files: Python pickles in an archive, of which nothing but arrays, texts and lists is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnbuilder.engine.data.download import Download
from cnnbuilder.engine.data.photographs import members
from cnnbuilder.engine.data.source import LoadCode, Originals, Pictures, Report

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOAD = '''\
def load(folder):
    """The images to learn from, N×3×32×32 from 0 to 255, and their classes."""
    found = {name}(folder, download=True)
    return found.data.transpose(0, 3, 1, 2), np.array(found.targets)
'''


class Cifar(Download, frozen=True, kw_only=True):
    """One archive of batches, each a pickle of N×3072 bytes and N labels."""

    torchvision: str
    """The class in torchvision.datasets that downloads the same file."""
    train_batches: tuple[str, ...]
    test_batch: str
    label_key: str

    def read(self, report: Report) -> Originals:
        """All pictures, as 3×32×32 each."""
        import numpy as np

        found = {}
        wanted = (*self.train_batches, self.test_batch)
        for name, content in members(self, self.files[0]):
            if name.rpartition("/")[2] in wanted:
                found[name.rpartition("/")[2]] = self._batch(content())
                report(len(found) / len(wanted))
        if set(found) != set(wanted):
            raise self.damaged(self.files[0])
        train = [found[name] for name in self.train_batches]
        learnable = Pictures(
            np.concatenate([images for images, _labels in train]),
            np.concatenate([labels for _images, labels in train]),
        )
        test = Pictures(*found[self.test_batch])
        if (len(learnable.labels), len(test.labels)) != (
            self.train_images + self.val_images,
            self.test_images,
        ):
            raise self.damaged(self.files[0])
        return Originals(learnable, test)

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """The first of the first batch, without reading the others."""
        for name, content in members(self, self.files[0]):
            if name.endswith(f"/{self.train_batches[0]}"):
                images, labels = self._batch(content())
                return images[0].transpose(1, 2, 0), int(labels[0])
        raise self.damaged(self.files[0])

    def load_code(self) -> LoadCode:
        """With torchvision, which downloads the same file."""
        return LoadCode(
            _LOAD.format(name=self.torchvision),
            (f"from torchvision.datasets import {self.torchvision}",),
            f"{self.title}'s archive",
        )

    def _batch(self, content: bytes) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        from pickle import UnpicklingError

        import numpy as np

        from cnnbuilder.engine.data.restricted_pickle import unpickled

        try:
            batch = unpickled(content)
            images = np.ascontiguousarray(batch["data"], np.uint8).reshape(-1, 3, 32, 32)
            labels = np.array(batch[self.label_key], np.int64)
        except (UnpicklingError, KeyError, TypeError, ValueError, EOFError, AttributeError) as error:
            raise self.damaged(self.files[0]) from error
        if len(images) != len(labels) or not 0 <= labels.min() <= labels.max() < len(self.classes):
            raise self.damaged(self.files[0])
        return images, labels
