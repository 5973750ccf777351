"""Pets: photographs of breeds of cats and dogs."""

from __future__ import annotations

from cnnbuilder.engine.data.download import Remote
from cnnbuilder.engine.data.photographs import PhotographArchives, read_member
from cnnbuilder.text import _

_PLACE = "https://www.robots.ox.ac.uk/~vgg/data/pets/data"


class Pets(PhotographArchives, frozen=True, kw_only=True):
    """An archive of photographs, and one of lists that say what they show."""

    def archives(self) -> tuple[Remote, ...]:
        """The first file."""
        return self.files[:1]

    def rows(self) -> list[tuple[str, int]]:
        """In the order of the lists, as torchvision has it."""
        rows = []
        for part in ("trainval", "test"):
            text = read_member(self, self.files[1], f"annotations/{part}.txt").decode()
            for line in text.splitlines():
                name, label, *_rest = line.split()
                rows.append((f"images/{name}.jpg", int(label) - 1))
        return rows


SOURCE = Pets(
    name="oxford-iiit-pet",
    title=_("Cats and dogs"),
    summary=_("Photographs of thirty-seven breeds of cats and dogs, some two hundred of each."),
    classes=(
        _("Abyssinian"), _("American Bulldog"), _("American Pit Bull Terrier"), _("Basset Hound"),
        _("Beagle"), _("Bengal"), _("Birman"), _("Bombay"), _("Boxer"), _("British Shorthair"),
        _("Chihuahua"), _("Egyptian Mau"), _("English Cocker Spaniel"), _("English Setter"),
        _("German Shorthaired"), _("Great Pyrenees"), _("Havanese"), _("Japanese Chin"), _("Keeshond"),
        _("Leonberger"), _("Maine Coon"), _("Miniature Pinscher"), _("Newfoundland"), _("Persian"),
        _("Pomeranian"), _("Pug"), _("Ragdoll"), _("Russian Blue"), _("Saint Bernard"), _("Samoyed"),
        _("Scottish Terrier"), _("Shiba Inu"), _("Siamese"), _("Sphynx"),
        _("Staffordshire Bull Terrier"), _("Wheaten Terrier"), _("Yorkshire Terrier"),
    ),
    shape=(3, 64, 64),
    train_images=3_180,
    val_images=500,
    test_images=3_669,
    licence="CC BY-SA 4.0",
    bytes=811_092_049,
    place=19,
    files=(
        Remote(f"{_PLACE}/images.tar.gz", "5c4f3ee8e5d25df40f4fd59a7f44e54c", 791_918_971, "oxford-iiit-pet"),
        Remote(
            f"{_PLACE}/annotations.tar.gz", "95a8c909bbe2e81eed6a22bccdf3f68f", 19_173_078, "oxford-iiit-pet"
        ),
    ),
    script=(
        "OxfordIIITPet",
        """\
    for image, label in OxfordIIITPet(folder, download=True):
        images.append(cut(image))
        labels.append(label)""",
    ),
)  # fmt: skip
