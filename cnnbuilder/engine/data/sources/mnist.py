"""MNIST: handwritten digits."""

from __future__ import annotations

from cnnbuilder.engine.data.idx import IdxDataSet
from cnnbuilder.text import _

SOURCE = IdxDataSet(
    name="mnist",
    title="MNIST",
    summary=_("Handwritten digits, white on black."),
    classes=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    shape=(1, 28, 28),
    train_images=55_000,
    val_images=5_000,
    test_images=10_000,
    licence="CC BY-SA 3.0",
    bytes=11_369_320,
    place=1,
    folder="data/mnist",
    torchvision="MNIST",
)
