"""Shapes: ten coloured figures, drawn by the program itself when they are first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnbuilder.engine.data.source import DataSetInfo, LoadCode, Originals, Report
from cnnbuilder.text import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


_DRAW = '''\
# Ten figures as signed distances: negative inside, zero on the outline. Each is about
# as large as the circle of radius 1; `form`, from -1 to 1, varies its proportions.

{figures}

{drawing}

def load():
    """The images to learn from, N×3×32×32 from 0 to 255, and their classes."""
    images, labels = zip(*map(draw_block, range({blocks})), strict=True)
    return np.concatenate(images){first}, np.concatenate(labels){first}
'''


class Shapes(DataSetInfo, frozen=True, kw_only=True):
    """Needs no files: the same pictures come out on every machine."""

    def fingerprint(self) -> str:
        """The version of the drawing."""
        from cnnbuilder.engine.data import shapes

        return f"shapes {shapes.VERSION}"

    def licence_text(self) -> str:
        """Made by the program."""
        return _("Drawn by cnnbuilder; no rights reserved (CC0 1.0).")

    def read(self, report: Report) -> Originals:
        """Draws all pictures."""
        from cnnbuilder.engine.data import shapes

        return shapes.draw_all(self.train_images + self.val_images, self.test_images, report)

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """Draws the first picture, and those drawn in one go with it."""
        from cnnbuilder.engine.data import shapes

        images, labels = shapes.draw_block(0)
        return images[0].transpose(1, 2, 0), int(labels[0])

    def load_code(self) -> LoadCode:
        """The very code that draws them here."""
        from cnnbuilder.engine.data import figures, shapes
        from cnnbuilder.engine.source_text import module_without

        count = self.train_images + self.val_images
        blocks = -(-count // shapes.BLOCK)
        code = _DRAW.format(
            figures=module_without(figures.__name__, frozenset({"Floats", "Figure"})),
            drawing=module_without(shapes.__name__, frozenset({"Floats", "VERSION", "draw_all"})),
            blocks=blocks,
            first="" if blocks * shapes.BLOCK == count else f"[:{count}]",
        )
        return LoadCode(code, ("import math",))


SOURCE = Shapes(
    name="shapes",
    title=_("Colour shapes"),
    summary=_("Ten coloured figures of any size and turn, on coloured grounds."),
    classes=(
        _("circle"), _("square"), _("triangle"), _("star"), _("cross"),
        _("ring"), _("crescent"), _("heart"), _("arrow"), _("pentagon"),
    ),
    shape=(3, 32, 32),
    train_images=9_000,
    val_images=1_000,
    test_images=2_000,
    licence="CC0 1.0",
    bytes=0,
    place=3,
)  # fmt: skip
