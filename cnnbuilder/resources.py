"""Finds the files that ship with the program: beside the checkout first, then inside the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent


@cache
def _root() -> Path:
    # An editable install sees the checkout, where resources/ stands beside the package.
    checkout = _PACKAGE.parent / "resources"
    if checkout.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file():
        return checkout
    return _PACKAGE / "resources"


def resource(name: str) -> Path:
    """The path of a file or folder in resources/, e.g. `resource("icons/conv.svg")`."""
    return _root() / name
