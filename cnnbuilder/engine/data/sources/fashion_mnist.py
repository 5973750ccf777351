"""Fashion-MNIST: pieces of clothing."""

from __future__ import annotations

from cnnbuilder.engine.data.idx import IdxDataSet
from cnnbuilder.text import _

SOURCE = IdxDataSet(
    name="fashion-mnist",
    title="Fashion-MNIST",
    summary=_("Shirts, shoes and bags, light on black: MNIST's form, harder to learn."),
    classes=(
        _("T-shirt"), _("trousers"), _("pullover"), _("dress"), _("coat"),
        _("sandal"), _("shirt"), _("sneaker"), _("bag"), _("ankle boot"),
    ),
    shape=(1, 28, 28),
    train_images=55_000,
    val_images=5_000,
    test_images=10_000,
    licence="MIT",
    bytes=30_878_551,
    place=2,
    folder="data/fashion-mnist",
    torchvision="FashionMNIST",
)  # fmt: skip
