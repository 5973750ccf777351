"""What source writes in two steps and a block does in one: a channel shuffle, a mean or a squeeze over two axes."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.pooling import AdaptivePooling
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.values import BatchSize, Open, PartialOp, Size, TensorValue
from cnnbuilder.text import _

HALF_DONE = _("this is only half of what a block does")


def split(run: Evaluator, value: TensorValue, sizes: list[Any], line: int) -> PartialOp | None:
    """x.view(n, groups, c // groups, h, w): the first step of a channel shuffle, or None."""
    if (
        len(sizes) != 5
        or not isinstance(sizes[0], BatchSize)
        or not isinstance(sizes[1], int)
        or sizes[1] < 1
    ):
        return None
    groups, rest, height, width = sizes[1:]
    shape = run.builder.shape_of(value)
    if shape is not None and all(isinstance(size, int) for size in (rest, height, width)):
        rest = shape.sizes[0] // groups if rest == -1 else rest
        found = (
            groups * rest,
            *[n if m == -1 else m for m, n in zip((height, width), shape.sizes[1:], strict=False)],
        )
        return PartialOp(value, "split", int(groups), line) if found == shape.sizes else None
    parts = rest == -1 or type(rest) is int or isinstance(rest, Open) or rest == Size(value, (1,), groups)
    if parts and height == Size(value, (2,)) and width == Size(value, (3,)):
        return PartialOp(value, "split", groups, line)
    return None


def squeezed(run: Evaluator, value: TensorValue, axes: list[Any], line: int) -> Any:
    """x.squeeze(…) behind a pool to one value: laid out flat; `None` where more than that might be meant."""
    if not _is_one_by_one(run.builder.by_id.get(value.block)):
        return None
    wanted = sorted(
        axis + 4 if type(axis) is int and axis < 0 else axis for axis in axes if type(axis) is int
    )
    if axes and len(wanted) != len(axes):
        return None
    if wanted in ([], [2, 3]):
        return value
    return PartialOp(value, "squeeze", wanted[0], line) if len(wanted) == 1 and wanted[0] in (2, 3) else None


def _is_one_by_one(block: Block | None) -> bool:
    return isinstance(block, AdaptivePooling) and block.output_size == (1, 1)


def second(run: Evaluator, node: ast.Call, name: str, value: PartialOp, rest: list[Any]) -> tuple[str, Any]:
    """What the second step makes: ("shuffle", groups), ("flat", None), ("mean", None), ("between", …), ("", reason)."""
    if name == "contiguous":
        return "between", value
    if name in ("size", "dim") and value.step not in ("split", "swapped"):
        return "", HALF_DONE
    plain = [axis for axis in rest if type(axis) is int]
    if value.step == "split" and (
        (name == "transpose" and sorted(_from_front(axis, 5) for axis in plain) == [1, 2])
        or (name == "permute" and _flat(rest) == [0, 2, 1, 3, 4])
    ):
        return "between", PartialOp(value.value, "swapped", value.number, value.line)
    if value.step == "swapped" and (
        (name in ("view", "reshape") and _is_back(run, value.value, _flat(rest)))
        or (name == "flatten" and plain == [1, 2])
    ):
        return "shuffle", value.number
    if value.step in ("channel_mean", "channel_max") and name == "unsqueeze" and plain == [1]:
        return value.step, None
    if value.step == name == "unsqueeze" and plain in ([3], [-1]):
        return "pixel", None
    if value.step == name and len(plain) == 1 and len(rest) == 1:
        # The first step took an axis away: behind it the other one has another number.
        other = 5 - value.number
        left = other if other < value.number else other - 1
        if _from_front(plain[0], 3) == left:
            return "mean" if name == "mean" else "flat", None
    return "", HALF_DONE


def _from_front(axis: int, axes: int) -> int:
    return axis + axes if axis < 0 else axis


def _flat(values: list[Any]) -> list[Any]:
    return list(values[0]) if len(values) == 1 and isinstance(values[0], list | tuple) else values


def _is_back(run: Evaluator, value: TensorValue, sizes: list[Any]) -> bool:
    """Whether these sizes are those from before the split."""
    shape = run.builder.shape_of(value)
    if shape is not None and len(sizes) == 4 and isinstance(sizes[0], BatchSize):
        known = [n if m == -1 else m for m, n in zip(sizes[1:], shape.sizes, strict=False)]
        if sizes[1:].count(-1) <= 1:
            return all(isinstance(m, int) for m in known) and tuple(known) == shape.sizes
    if len(sizes) != 4 or not isinstance(sizes[0], BatchSize):
        return False
    channels: bool = (
        sizes[1] == -1 or type(sizes[1]) is int or isinstance(sizes[1], Open) or sizes[1] == Size(value, (1,))
    )
    return channels and sizes[2] == Size(value, (2,)) and sizes[3] == Size(value, (3,))
