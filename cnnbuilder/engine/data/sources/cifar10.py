"""CIFAR-10: small photographs of vehicles and animals."""

from __future__ import annotations

from cnnbuilder.engine.data.cifar import Cifar
from cnnbuilder.engine.data.download import Remote
from cnnbuilder.text import _

SOURCE = Cifar(
    name="cifar10",
    title="CIFAR-10",
    summary=_("Small photographs of vehicles and animals."),
    classes=(
        _("airplane"), _("automobile"), _("bird"), _("cat"), _("deer"), _("dog"), _("frog"), _("horse"),
        _("ship"), _("truck"),
    ),
    shape=(3, 32, 32),
    train_images=45_000,
    val_images=5_000,
    test_images=10_000,
    licence=_("none stated; by A. Krizhevsky, 2009"),
    bytes=170_498_071,
    place=10,
    files=(
        Remote(
            "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
            "c58f30108f718f92721af3b95e74349a",
            170_498_071,
        ),
    ),
    torchvision="CIFAR10",
    train_batches=("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"),
    test_batch="test_batch",
    label_key="labels",
)  # fmt: skip
