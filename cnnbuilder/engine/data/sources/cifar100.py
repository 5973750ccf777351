"""CIFAR-100: small photographs of a hundred kinds of things."""

from __future__ import annotations

from cnnbuilder.engine.data.cifar import Cifar
from cnnbuilder.engine.data.download import Remote
from cnnbuilder.text import _

SOURCE = Cifar(
    name="cifar100",
    title="CIFAR-100",
    summary=_("Small photographs of a hundred kinds of things, six hundred of each."),
    classes=(
        _("apple"), _("aquarium fish"), _("baby"), _("bear"), _("beaver"), _("bed"), _("bee"),
        _("beetle"), _("bicycle"), _("bottle"), _("bowl"), _("boy"), _("bridge"), _("bus"),
        _("butterfly"), _("camel"), _("can"), _("castle"), _("caterpillar"), _("cattle"), _("chair"),
        _("chimpanzee"), _("clock"), _("cloud"), _("cockroach"), _("couch"), _("crab"), _("crocodile"),
        _("cup"), _("dinosaur"), _("dolphin"), _("elephant"), _("flatfish"), _("forest"), _("fox"),
        _("girl"), _("hamster"), _("house"), _("kangaroo"), _("keyboard"), _("lamp"), _("lawn mower"),
        _("leopard"), _("lion"), _("lizard"), _("lobster"), _("man"), _("maple tree"), _("motorcycle"),
        _("mountain"), _("mouse"), _("mushroom"), _("oak tree"), _("orange"), _("orchid"), _("otter"),
        _("palm tree"), _("pear"), _("pickup truck"), _("pine tree"), _("plain"), _("plate"), _("poppy"),
        _("porcupine"), _("possum"), _("rabbit"), _("raccoon"), _("ray"), _("road"), _("rocket"),
        _("rose"), _("sea"), _("seal"), _("shark"), _("shrew"), _("skunk"), _("skyscraper"), _("snail"),
        _("snake"), _("spider"), _("squirrel"), _("streetcar"), _("sunflower"), _("sweet pepper"),
        _("table"), _("tank"), _("telephone"), _("television"), _("tiger"), _("tractor"), _("train"),
        _("trout"), _("tulip"), _("turtle"), _("wardrobe"), _("whale"), _("willow tree"), _("wolf"),
        _("woman"), _("worm"),
    ),
    shape=(3, 32, 32),
    train_images=45_000,
    val_images=5_000,
    test_images=10_000,
    licence=_("none stated; by A. Krizhevsky, 2009"),
    bytes=169_001_437,
    place=11,
    files=(
        Remote(
            "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
            "eb9058c3a382ffc7106e4002c42a8d85",
            169_001_437,
        ),
    ),
    torchvision="CIFAR100",
    train_batches=("train",),
    test_batch="test",
    label_key="fine_labels",
)  # fmt: skip
