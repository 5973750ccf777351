"""What can be done about a finding: the words of its button, and the edit of the data that it is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from msgspec.structs import replace

from cnnbuilder.engine.data.catalogue import Finding
from cnnbuilder.network.data import Data
from cnnbuilder.network.data_edits import with_changes
from cnnbuilder.text import _


class Mend(NamedTuple):
    """`act` takes the data and the contents of the images that the finding names."""

    label: str
    act: Callable[[Data, Iterable[str]], Data]
    needs_images: bool = True
    second: bool = False
    """Only the second image of each pair is meant."""

    def files(self, finding: Finding) -> tuple[str, ...]:
        """The images that it decides about."""
        if self.second:
            return tuple(dict.fromkeys(second for _first, second in finding.pairs))
        return finding.files or tuple(dict.fromkeys(file for pair in finding.pairs for file in pair))


def _to_training(data: Data, images: Iterable[str]) -> Data:
    return with_changes(data, images, part="train")


def _set_aside(data: Data, images: Iterable[str]) -> Data:
    return with_changes(data, images, excluded=True)


def _by_group(data: Data, images: Iterable[str]) -> Data:
    return replace(data, split=replace(data.split, by_group=True, own_parts=False))


def _balanced(data: Data, images: Iterable[str]) -> Data:
    return replace(data, balance="sampling")


_MENDS = {
    # Equal images are one content: moved, both are on one side.
    "equal-across-parts": Mend(_("Keep them in training"), _to_training),
    "equal-across-classes": Mend(_("Set them aside"), _set_aside),
    "near-equal-across-parts": Mend(_("Keep them in training"), _to_training),
    "near-equal-across-classes": Mend(_("Set them aside"), _set_aside),
    "near-equal": Mend(_("Keep one of each"), _set_aside, second=True),
    "unsure": Mend(_("Set them aside"), _set_aside),
    "group-across-parts": Mend(_("Divide by group"), _by_group, False),
    "imbalance": Mend(_("Balance"), _balanced, False),
}


def mend_of(finding: Finding) -> Mend | None:
    """The one thing that mends it; None where there is nothing to press."""
    return _MENDS.get(finding.kind)
