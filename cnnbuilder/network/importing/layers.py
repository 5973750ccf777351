"""From a layer's arguments, as source gives them, to a block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.network.importing.signatures import ARRIVING, IGNORED, LAYERS
from cnnbuilder.network.importing.values import Method, Open, Size, Unknown
from cnnbuilder.network.nearest import nearest
from cnnbuilder.network.refusals import in_words
from cnnbuilder.text import _


class Made(NamedTuple):
    """A block, and what its source says of what arrives: (argument, number)."""

    block: Block
    expected: tuple[tuple[str, int], ...] = ()


class NotALayerError(Exception):
    """These arguments make no block, for the reason that is given."""


def named_arguments(
    called: str, names: Sequence[str], positional: Sequence[Any], given: dict[str, Any]
) -> dict[str, Any]:
    """The arguments of a call by their names. Raises `NotALayerError` where there are too many, or a wrong one."""
    if len(positional) > len(names):
        raise NotALayerError(_("{called} takes {n} arguments at most").format(called=called, n=len(names)))
    found = dict(zip(names, map(_as_argument, positional), strict=False))
    for name, value in given.items():
        if name not in names:
            near = nearest(name, names)
            hint = _(": {near}?").format(near=near) if near else ""
            raise NotALayerError(_("{called} has no argument {name}").format(called=called, name=name) + hint)
        found[name] = _as_argument(value)
    return found


def _as_argument(value: Any) -> Any:
    """An attribute of something that is not read, args.classes, is open like a name without a value."""
    if isinstance(value, Method) and isinstance(value.owner, Unknown | Open | Method):
        return Open(value.name)
    return value


def layer_names(kind: str) -> tuple[str, ...]:
    """The arguments of a layer's constructor in their order."""
    return LAYERS[kind]


def block_of(kind: str, arguments: dict[str, Any], rank: int | None = 3) -> Made:
    """The block that a layer is; `rank`: how many axes arrive, without the batch. Raises `NotALayerError`."""
    expected = tuple(
        (name, value) for name, value in arguments.items() if name in ARRIVING and type(value) is int
    )
    fields = {
        name: value
        for name, value in arguments.items()
        if name not in ARRIVING and name not in IGNORED and name not in ("training", "_stacklevel")
    }
    if fields.pop("return_indices", False):
        raise NotALayerError(_("return_indices is for unpooling, which no block does"))
    for name, value in fields.items():
        if isinstance(value, Unknown):
            raise NotALayerError(f"{name}: {value.reason}")
    if kind in ("LayerNorm", "LayerNorm2d"):
        kind, fields, more = _layer_norm(kind, fields)
        expected += more
    fields = _in_our_words(kind, fields, rank)
    return Made(_checked(kind, fields, arguments), expected)


def _checked(kind: str, fields: dict[str, Any], arguments: dict[str, Any]) -> Block:
    block_kind = KINDS[kind]
    known = {info.name for info in block_kind.fields()}
    for name in fields:
        if name not in known:
            raise NotALayerError(_("{kind} has no field {name}").format(kind=kind, name=name))
    still_open = [name for name, value in fields.items() if _is_open(value)]
    required = _required(kind) - arguments.keys()
    if required - {"in_channels", "in_features", "num_features", "num_channels"}:
        missing = sorted(required)[0]
        raise NotALayerError(_("{kind} lacks {name}").format(kind=kind, name=missing))
    values = {name: value for name, value in fields.items() if name not in still_open}
    try:
        block = block_kind(id="b").with_fields(**values)
    except msgspec.ValidationError as error:
        reason, _at, place = str(error).partition(" - at `$.")
        raise NotALayerError(f"{place.rstrip('`') or kind} {in_words(reason)}") from None
    return msgspec.structs.replace(block, open=tuple(still_open))


def _is_open(value: Any) -> bool:
    return isinstance(value, Open | Size) or (
        isinstance(value, tuple | list) and any(isinstance(v, Open | Size) for v in value)
    )


def _required(kind: str) -> set[str]:
    """Arguments without which torch makes no such layer."""
    return {
        "Conv2d": {"in_channels", "out_channels", "kernel_size"},
        "Linear": {"in_features", "out_features"},
        "MaxPool2d": {"kernel_size"},
        "AvgPool2d": {"kernel_size"},
        "BatchNorm2d": {"num_features"},
        "GroupNorm": {"num_groups", "num_channels"},
    }.get(kind, set())


def _layer_norm(kind: str, fields: dict[str, Any]) -> tuple[str, dict[str, Any], tuple[tuple[str, int], ...]]:
    """torch gives the sizes themselves; here they follow from what arrives, and a word says which."""
    sizes = fields.pop("normalized_shape", None)
    if type(sizes) is int:
        sizes = (sizes,)
    if kind == "LayerNorm2d":
        over, name = "channels", "num_channels"
    elif isinstance(sizes, tuple | list) and len(sizes) > 1:
        return "LayerNorm", {**fields, "normalized_shape": "all"}, ()
    else:
        over, name = "last", "last axis"
    first = tuple((name, size) for size in sizes or () if type(size) is int)
    return "LayerNorm", {**fields, "normalized_shape": over}, first


def _in_our_words(kind: str, fields: dict[str, Any], rank: int | None) -> dict[str, Any]:
    """The same fields with what torch lets one write in other ways."""
    fields = dict(fields)
    if kind in ("MaxPool2d", "AvgPool2d") and fields.get("stride") is None:
        fields["stride"] = fields.get("kernel_size", 2)
    if kind == "Conv2d" and fields.get("padding") == "valid":
        fields["padding"] = 0
    if kind in ("AdaptiveAvgPool2d", "AdaptiveMaxPool2d"):
        size = fields.get("output_size")
        if size is None or (isinstance(size, tuple | list) and None in size):
            raise NotALayerError(_("an output size of None keeps what arrives, which no block does"))
    if kind == "LayerScale":
        fields.pop("shape", None)
    if kind == "Permute":
        dims = fields.get("dims")
        if not isinstance(dims, tuple | list) or len(dims) != 4 or dims[0] != 0:
            raise NotALayerError(_("only the axes behind the batch can be reordered"))
        fields["dims"] = tuple(axis_of(dim, rank) for dim in dims[1:])
    if kind in ("Softmax", "LogSoftmax", "Chunk", "Concat") and "dim" in fields:
        fields["dim"] = axis_of(fields["dim"], rank)
    if kind == "Flatten" and "start_dim" in fields:
        fields["start_dim"] = axis_of(fields["start_dim"], rank)
    if kind in ("Softmax", "LogSoftmax") and "dim" not in fields:
        fields["dim"] = None
    for name in ("kernel_size", "stride", "padding", "dilation", "output_size"):
        if name in fields and not isinstance(fields[name], str | Open | Size):
            count = 4 if kind.endswith("Pad2d") else 2
            fields[name] = _repeated(fields[name], count)
    return fields


def axis_of(dim: Any, rank: int | None) -> Any:
    """An axis as torch counts it, from the batch. Raises `NotALayerError` where it is counted from an unknown end."""
    if type(dim) is not int or dim >= 0:
        return dim
    if rank is None:
        raise NotALayerError(_("an axis counted from the end: count it from the front"))
    return dim + rank + 1


def _repeated(value: Any, count: int) -> Any:
    """3 -> (3, 3); lists as tuples."""
    if isinstance(value, list | tuple):
        return tuple(value) * count if len(value) == 1 else tuple(value)
    return (value,) * count
