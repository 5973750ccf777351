"""Words that people type for a command beside those of its name."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from cnnbuilder.blocks.base import Block
from cnnbuilder.text import _

COMMAND_WORDS: Mapping[str, str] = {
    "go-train": _("draw digit try pen history runs resume continue compare results curve earlier"),
    "go-data": _("dataset data set classes"),
    "train": _("learn start run fit begin"),
    "quick": _("learn fast short"),
    "pause": _("hold continue"),
    "test": _("evaluate accuracy measure"),
    "shortcuts": _("help keys why how manual"),
    "commands": _("help search"),
    "about": _("help version"),
    "open": _("load project resume continue history earlier"),
    "import": _("load pytorch python notebook torchvision weights"),
    "first-problem": _("why error wrong mend fix"),
    "problems": _("why error wrong mend fix"),
    "images": _("own images pictures photographs photos folder data set"),
    "image-file": _("own images pictures csv tsv npz table arrays data set"),
    "predict-folder": _("classify pictures photographs csv"),
    "search-blocks": _("block layer join skip"),
}
"""By the name of the action."""
_WORDS = "words"


def give_words(action: QAction, words: str) -> None:
    """Lets an action be found by these words too."""
    action.setProperty(_WORDS, words)


def give_words_of_kind(action: QAction, kind: type[Block]) -> None:
    """Lets the action that adds a kind of block be found by what the palette finds it by."""
    give_words(action, f"{kind.title} {kind.keywords}")


def words_of(action: QAction) -> str:
    """The words that it can be found by beside its name."""
    return str(action.property(_WORDS) or "")
