"""What a source of images is: its description, which costs nothing to import, and how its pictures are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from cnnbuilder.text import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Report = Callable[[float], None]
"""Takes the fraction that is done, 0 to 1. It may raise to end the work: nothing half done is left behind."""


class DataProblem(Exception):  # noqa: N818  the program's word for what is wrong and can be mended
    """What stands in the way of some data. Carries one sentence for the user."""


class Pictures(NamedTuple):
    """Pictures of one size and their classes."""

    images: NDArray[np.uint8]
    """N×C×H×W."""
    labels: NDArray[np.int64]
    """N numbers, each the place of a class in the data set's `classes`."""


class Originals(NamedTuple):
    """All pictures of a data set as they were made, before anything fits them to an Input block."""

    train: Pictures
    """What may be learned from: training and validation part together."""
    test: Pictures


class LoadCode(NamedTuple):
    """How pictures are read outside of the program: the code that leaves with a training script.

    Python that defines `load`, which gives the pictures to learn from as N×C×H×W uint8, and N int64 labels.

    Validation part included, in the order in which the program has them. `imports`: the lines that the code needs
    besides numpy's. `files`: what a folder has to hold that `load` is then given, "MNIST's .gz files"; empty where
    `load` takes nothing.
    """

    code: str
    imports: tuple[str, ...] = ()
    files: str = ""
    folder: str = "data"
    """What that folder is usually called."""


class DataSetInfo(Struct, frozen=True, kw_only=True):
    """A data set, described. Subclasses say where its pictures come from; numpy is loaded only when they are read."""

    name: str
    """As the command line and project files write it: lower case, hyphens."""
    title: str
    summary: str
    """One sentence: what one sees."""
    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    """Channels (1 grey, 3 colour), height and width of the originals."""
    train_images: int
    val_images: int
    test_images: int
    licence: str
    bytes: int
    """What its files take on the disk; 0 where there are none."""
    own_validation: bool = False
    """Whether the validation part is the set's own: the last `val_images` of what may be learned from."""
    place: int = 100
    """Where it stands in lists: small numbers first."""

    def missing(self) -> str | None:
        """One sentence that says what is not on this machine, or None where all is here."""
        return None

    def available(self) -> bool:
        """Whether the pictures are on this machine, or can be made on it."""
        return self.missing() is None

    def comes_inside(self) -> bool:
        """Whether it comes with the program, so that it is always there."""
        return True

    def downloadable(self) -> bool:
        """Whether a download is all that is missing."""
        return False

    def licence_text(self) -> str:
        """Who made the pictures, and what may be done with them."""
        return self.licence

    def at(self, shape: tuple[int, int, int]) -> DataSetInfo:
        """The set whose pictures are read for an Input of C×H×W: another where their own size is not one."""
        return self

    def shorter_side(self, shape: tuple[int, int, int]) -> int | None:
        """How long a picture's shorter side is made before the centre is cut out at C×H×W.

        None: pictures are fitted by `fit_rules` instead.
        """
        return None

    def fingerprint(self) -> str:
        """Changes whenever the pictures do. Quick. Raises `DataProblem` where they are missing."""
        raise NotImplementedError

    def read(self, report: Report) -> Originals:
        """All pictures. Raises `DataProblem`."""
        raise NotImplementedError

    def sample(self) -> tuple[NDArray[np.uint8], int]:
        """The first training picture (H×W×C) and its class, without reading the others. Raises `DataProblem`."""
        raise NotImplementedError

    def load_code(self) -> LoadCode:
        """The code that reads the pictures in a training script of their own."""
        raise NotImplementedError

    def require(self) -> None:
        """Raises `DataProblem` where the pictures are missing."""
        if sentence := self.missing():
            raise DataProblem(sentence)


def damaged(title: str) -> str:
    """What to do about files that came with the program and are not as they should be."""
    return _("Install cnnbuilder again to get {title} back.").format(title=title)
