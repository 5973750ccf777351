"""A data set so small that each test can prepare it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnbuilder.engine.data.source import DataSetInfo, Originals, Pictures, Report

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Tiny(DataSetInfo, frozen=True, kw_only=True):
    """Random pictures of two classes."""

    seed: int = 0

    def fingerprint(self) -> str:
        return f"tiny {self.seed}"

    def read(self, report: Report) -> Originals:
        import numpy as np

        chance = np.random.default_rng(self.seed)

        def pictures(count: int) -> Pictures:
            images = chance.integers(0, 256, (count, *self.shape), np.uint8)
            return Pictures(images, np.arange(count, dtype=np.int64) % 2)

        report(0.5)
        return Originals(pictures(self.train_images + self.val_images), pictures(self.test_images))

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        train = self.read(lambda _fraction: None).train
        return train.images[0].transpose(1, 2, 0), int(train.labels[0])


def make_tiny(shape: tuple[int, int, int] = (1, 8, 8), seed: int = 0) -> Tiny:
    return Tiny(
        name="tiny",
        title="Tiny",
        summary="Noise.",
        classes=("even", "odd"),
        shape=shape,
        train_images=40,
        val_images=10,
        test_images=20,
        licence="none",
        bytes=0,
        seed=seed,
    )
