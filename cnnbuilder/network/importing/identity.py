"""Whether two values of source are one and the same object, as `is` asks."""

from __future__ import annotations

from typing import Any

from cnnbuilder.network.importing.values import Function, Known

_SMALLEST, _LARGEST = -5, 256
"""Whole numbers that Python keeps one object of each for."""


def is_same(left: Any, right: Any) -> bool | None:
    """left is right, as Python with the file before it would say; None where that depends on more than the file."""
    if left is right and not isinstance(left, int | float | str | tuple):
        return True
    if isinstance(left, Function) and isinstance(right, Function):
        same = left.definition is right.definition and left.names is right.names
        # self.act is self.act makes two bound methods.
        return None if same and (left.owner is not None or right.owner is not None) else same
    if isinstance(left, Known) and isinstance(right, Known):
        # torch has several names for some of its classes.
        return (
            True
            if left == right
            else None
            if left.path.rpartition(".")[2] == right.path.rpartition(".")[2]
            else False
        )
    if isinstance(left, bool) or isinstance(right, bool):
        return type(left) is type(right) and left == right
    if isinstance(left, int | float | str | tuple) and isinstance(right, int | float | str | tuple):
        return _of_constants(left, right)
    return False


def _of_constants(left: Any, right: Any) -> bool | None:
    """Equal numbers and texts may be one object or two."""
    if isinstance(left, int) is not isinstance(right, int) or left != right:
        return False
    if isinstance(left, int):
        return True if _SMALLEST <= left <= _LARGEST else None
    if isinstance(left, str):
        # What could be a name is kept once.
        return True if left.isidentifier() and left.isascii() else None
    return None
