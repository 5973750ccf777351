"""What nothing uses goes. What only looks unused is named here, each kind with its reason."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import vulture

import cnnbuilder
from cnnbuilder.blocks import KINDS

PACKAGE = Path(cnnbuilder.__file__).parent

ALLOWED = {
    "Qt calls these by their names": (
        "*Event", "headerData", "highlightBlock", "drawBackground", "drawForeground", "clone", "focusNextPrevChild",
    ),
    "held so that Python does not collect what Qt goes on using": ("_highlighter",),
    "looked up by the name of a syntax node": ("_value_*", "_follow_*"),
    "fields of a block: read by name for form, file and code": (
        "negative_slope", "approximate", "threshold", "dealt", "init",
    ),
    "a colour of the theme: looked up by its name in the style sheet": ("focus",),
    "torch and ONNX Runtime read these": ("_should_skip_dynamo", "benchmark", "log_severity_level"),
    "asked by tests of what a person sees": (
        "alive", "has_figure", "flashing", "picture_height", "words_height", "FAMILIES",
    ),
    "called by the names in augmentation_steps": ("randomly_*",),
    "a place in a row of columns": ("STARTED",),
    "a part of a protocol": ("find_class",),
}  # fmt: skip


def unused() -> list[str]:
    found = vulture.Vulture()
    found.scavenge([PACKAGE])
    patterns = [pattern for names in ALLOWED.values() for pattern in names]
    return [
        f"{item.filename.relative_to(PACKAGE)}:{item.first_lineno}: {item.typ} {item.name}"
        for item in found.get_unused_code()
        if not any(fnmatch(item.name, pattern) for pattern in patterns)
        and not (item.typ == "class" and item.name in KINDS)  # a kind is found, never named
    ]


def test_nothing_is_left_that_nothing_uses() -> None:
    assert unused() == []


def test_every_allowance_is_needed() -> None:
    found = vulture.Vulture()
    found.scavenge([PACKAGE])
    names = {item.name for item in found.get_unused_code()}
    idle = [p for allowed in ALLOWED.values() for p in allowed if not any(fnmatch(name, p) for name in names)]
    assert idle == []
