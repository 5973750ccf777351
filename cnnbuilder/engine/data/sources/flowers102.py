"""Flowers: photographs of a hundred and two kinds."""

from __future__ import annotations

import io
from typing import Any

from cnnbuilder.engine.data.download import Remote
from cnnbuilder.engine.data.photographs import PhotographArchives
from cnnbuilder.text import _

_PLACE = "https://www.robots.ox.ac.uk/~vgg/data/flowers/102"
_PARTS = ("trnid", "valid", "tstid")


class Flowers(PhotographArchives, frozen=True, kw_only=True):
    """An archive of photographs; classes and parts in two MATLAB files."""

    def archives(self) -> tuple[Remote, ...]:
        """The first file."""
        return self.files[:1]

    def rows(self) -> list[tuple[str, int]]:
        """In the order in which the parts name them, as torchvision has it."""
        labels = self._matlab(self.files[1])["labels"].tolist()
        parts = self._matlab(self.files[2])
        numbers = [number for part in _PARTS for number in parts[part].tolist()]
        return [(f"jpg/image_{number:05d}.jpg", labels[number - 1] - 1) for number in numbers]

    def _matlab(self, remote: Remote) -> dict[str, Any]:
        from scipy.io import loadmat

        try:
            found: dict[str, Any] = loadmat(io.BytesIO(self.checked(remote).read_bytes()), squeeze_me=True)
        except (OSError, ValueError, TypeError) as error:
            raise self.damaged(remote) from error
        return found


SOURCE = Flowers(
    name="flowers102",
    title=_("Flowers"),
    summary=_("Photographs of a hundred and two kinds of flowers, ten of each to learn from."),
    classes=(
        _("pink primrose"), _("hard-leaved pocket orchid"), _("canterbury bells"), _("sweet pea"),
        _("english marigold"), _("tiger lily"), _("moon orchid"), _("bird of paradise"), _("monkshood"),
        _("globe thistle"), _("snapdragon"), _("colt's foot"), _("king protea"), _("spear thistle"),
        _("yellow iris"), _("globe-flower"), _("purple coneflower"), _("peruvian lily"),
        _("balloon flower"), _("giant white arum lily"), _("fire lily"), _("pincushion flower"),
        _("fritillary"), _("red ginger"), _("grape hyacinth"), _("corn poppy"),
        _("prince of wales feathers"), _("stemless gentian"), _("artichoke"), _("sweet william"),
        _("carnation"), _("garden phlox"), _("love in the mist"), _("mexican aster"),
        _("alpine sea holly"), _("ruby-lipped cattleya"), _("cape flower"), _("great masterwort"),
        _("siam tulip"), _("lenten rose"), _("barbeton daisy"), _("daffodil"), _("sword lily"),
        _("poinsettia"), _("bolero deep blue"), _("wallflower"), _("marigold"), _("buttercup"),
        _("oxeye daisy"), _("common dandelion"), _("petunia"), _("wild pansy"), _("primula"),
        _("sunflower"), _("pelargonium"), _("bishop of llandaff"), _("gaura"), _("geranium"),
        _("orange dahlia"), _("pink-yellow dahlia?"), _("cautleya spicata"), _("japanese anemone"),
        _("black-eyed susan"), _("silverbush"), _("californian poppy"), _("osteospermum"),
        _("spring crocus"), _("bearded iris"), _("windflower"), _("tree poppy"), _("gazania"),
        _("azalea"), _("water lily"), _("rose"), _("thorn apple"), _("morning glory"),
        _("passion flower"), _("lotus"), _("toad lily"), _("anthurium"), _("frangipani"), _("clematis"),
        _("hibiscus"), _("columbine"), _("desert-rose"), _("tree mallow"), _("magnolia"), _("cyclamen"),
        _("watercress"), _("canna lily"), _("hippeastrum"), _("bee balm"), _("ball moss"), _("foxglove"),
        _("bougainvillea"), _("camellia"), _("mallow"), _("mexican petunia"), _("bromelia"),
        _("blanket flower"), _("trumpet creeper"), _("blackberry lily"),
    ),
    shape=(3, 64, 64),
    train_images=1_020,
    val_images=1_020,
    test_images=6_149,
    own_validation=True,
    licence=_("none stated; by M.-E. Nilsback and A. Zisserman, 2008"),
    bytes=344_878_000,
    place=17,
    files=(
        Remote(f"{_PLACE}/102flowers.tgz", "52808999861908f626f3c1f4e79d11fa", 344_862_509, "flowers-102"),
        Remote(f"{_PLACE}/imagelabels.mat", "e0620be6f572b9609742df49c70aed4d", 502, "flowers-102"),
        Remote(f"{_PLACE}/setid.mat", "a5357ecc9cb78c4bef273ce3793fc85c", 14_989, "flowers-102"),
    ),
    needs_scipy=True,
    script=(
        "Flowers102",
        """\
    for part in ("train", "val"):
        for image, label in Flowers102(folder, part, download=True):
            images.append(cut(image))
            labels.append(label)""",
    ),
)  # fmt: skip
