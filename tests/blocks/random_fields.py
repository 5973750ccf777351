"""Random values for the fields of any kind of block, from what the fields declare."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from msgspec import Meta

from cnnbuilder.blocks.base import Block, FieldInfo

SMALL = 6
"""Images in tests are small, and so are kernels, counts and borders."""


def random_fields(kind: type[Block]) -> dict[str, st.SearchStrategy[Any]]:
    """A strategy for each field: its default, its usual values, and small ones in its range."""
    hints = get_type_hints(kind, include_extras=True)
    return {info.name: _values(info, hints[info.name]) for info in kind.form_fields()}


def _values(info: FieldInfo, declared: Any) -> st.SearchStrategy[Any]:
    usual = [value for value in (info.default, *info.field.usual) if _is_small(value)]
    return st.one_of(st.sampled_from([info.default, *usual]), of_type(declared))


def _is_small(value: Any) -> bool:
    numbers = value if isinstance(value, tuple) else (value,)
    return all(not isinstance(number, int) or number <= 2 * SMALL for number in numbers)


def of_type(declared: Any, *metas: Meta) -> st.SearchStrategy[Any]:
    """Small values of a type, within its bounds."""
    if get_origin(declared) is Annotated:
        inner, *extras = get_args(declared)
        return of_type(inner, *metas, *(extra for extra in extras if isinstance(extra, Meta)))
    if get_origin(declared) is Literal:
        return st.sampled_from(get_args(declared))
    if get_origin(declared) is tuple and ... in get_args(declared):
        return st.lists(of_type(get_args(declared)[0]), min_size=1, max_size=3).map(tuple)
    if get_origin(declared) is tuple:
        return st.tuples(*(of_type(part) for part in get_args(declared)))
    if get_origin(declared) in (Union, types.UnionType):
        return st.one_of(*(of_type(part) for part in get_args(declared)))
    if declared is type(None):
        return st.none()
    if declared is bool:
        return st.booleans()
    if declared is int:
        least, most = _bounds(metas, -SMALL, SMALL)
        return st.integers(int(least), int(most))
    if declared is float:
        least, most = _bounds(metas, -2.0, 2.0)
        return st.sampled_from([least + share * (most - least) for share in (0.125, 0.5, 0.75)])
    raise AssertionError(f"no values are known for {declared}")


def _bounds(metas: tuple[Meta, ...], least: float, most: float) -> tuple[float, float]:
    """The bounds that are declared, as far as they are small; the range never ends before it begins."""
    for meta in metas:
        least = max([least, *(bound for bound in (meta.ge, meta.gt) if bound is not None)])
        most = min([most, *(bound for bound in (meta.le, meta.lt) if bound is not None)])
    return least, max(least, most)
