"""Parts of what flows: x[:, :4], x[:, :, ::2, ::2], x[:, :, None, None]."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.blocks.base import MAX_SIZE
from cnnbuilder.blocks.shape import Unflatten
from cnnbuilder.blocks.slicing import Slice
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.module_calls import place
from cnnbuilder.network.importing.values import TensorValue
from cnnbuilder.text import _

EVERYTHING = slice(None, None, None)


def part(run: Evaluator, node: ast.Subscript, value: TensorValue, key: Any) -> Any:
    """x[key]: what flows itself where all of it is meant, else the blocks that take the part, axis by axis."""
    keys = list(key) if type(key) is tuple else [key]
    rank = run.builder.rank(value)
    if keys.count(Ellipsis) == 1 and rank is not None:
        at, given = keys.index(Ellipsis), sum(one is not None for one in keys) - 1
        keys[at : at + 1] = [EVERYTHING] * (rank + 1 - given)
    if rank == 1 and keys == [EVERYTHING, EVERYTHING, None, None]:
        return place(run, node, Unflatten(id="b"), run.tensor(value, node))
    known = all(isinstance(one, slice) for one in keys) and keys and keys[0] == EVERYTHING
    if not known or rank is None or len(keys) > rank + 1:
        run.builder.wants_shape = True
        return run.unknown(node, _("no block takes this part"), [value])
    result: Any = value
    for dim, one in enumerate(keys[1:], 1):
        if one != EVERYTHING:
            ends = [end for end in (one.start, one.stop) if end is not None]
            if any(abs(end) > MAX_SIZE for end in ends) or not 1 <= (one.step or 1) <= MAX_SIZE:
                return run.unknown(node, _("no block takes this part"), [value])
            block = Slice(id="b", dim=dim, start=one.start or 0, end=one.stop, step=one.step or 1)
            result = place(run, node, block, run.tensor(result, node))
    return result
