"""Questions about types: isinstance(x, tuple), type(x) == int, issubclass, as far as the source decides them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from cnnbuilder.network.importing import arithmetic
from cnnbuilder.network.importing.values import (
    ORDER,
    BatchSize,
    Container,
    DummyTensor,
    Function,
    Instance,
    Known,
    Layer,
    Method,
    Open,
    PartialOp,
    Pieces,
    Record,
    Size,
    SizesOf,
    Template,
    TensorValue,
    Unknown,
    WeightOf,
)

TYPES: dict[str, type] = {
    "int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple, "dict": dict, "set": set,
}  # fmt: skip
_ABSTRACT: dict[str, tuple[type, ...]] = {
    "Number": (int, float), "Real": (int, float), "Integral": (int,), "Mapping": (dict,), "Callable": (),
    "Iterable": (list, tuple, dict, str, set, range), "Sequence": (list, tuple, str, range),
}  # fmt: skip
_FLOWING = TensorValue | PartialOp | DummyTensor
_BELOW: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "_ConvNd": ("Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"),
    "_BatchNorm": ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"), "Hardtanh": ("ReLU6",),
})  # fmt: skip
"""Torch's classes that others of torch's come from."""


def is_of(value: Any, kinds: Any) -> bool | None:
    """isinstance, where it is known: of Python's own types, of torch's layers, of classes of the file."""
    if type(kinds) is tuple:
        found = [is_of(value, kind) for kind in kinds]
        return True if True in found else None if None in found else False
    if isinstance(value, Unknown | Open):
        return None
    if isinstance(kinds, Template):
        return isinstance(value, Instance) and derives(value.template, kinds)
    if isinstance(kinds, Record):
        return isinstance(value, Instance) and derives(value.template, kinds.template)
    if not isinstance(kinds, Known):
        return None
    name = kinds.path.rpartition(".")[2]
    if isinstance(value, _FLOWING | WeightOf):
        return name == "Tensor" or (name == "Parameter" and isinstance(value, WeightOf))
    if isinstance(value, Size | BatchSize):
        return name in ("int", "Number", "Integral", "Real")
    if isinstance(value, SizesOf):
        return name in ("tuple", "Size", "Iterable", "Sequence")
    if name in TYPES:
        return _is_of_python(value, name)
    if name in _ABSTRACT and arithmetic.is_plain(value):
        return isinstance(value, _ABSTRACT[name])
    if isinstance(value, Layer):
        return _is_below({value.called, "Module"}, name)
    if isinstance(value, Instance):
        return _is_below(_names_above(value.template), name)
    if isinstance(value, Container):
        return name == "Module" or name == (value.kind or "Sequential")
    if isinstance(value, Function | Template | Known):
        return name == "Callable" if name in ("Callable", "Module", "Tensor") else None
    return False if arithmetic.is_plain(value) else None


def _is_of_python(value: Any, name: str) -> bool | None:
    """isinstance(value, tuple) and the like."""
    if isinstance(value, Known | Method):
        # A class or function of torch's; of anything else from elsewhere the source does not say what it is.
        return False if isinstance(value, Known) and value.path.startswith("torch.") else None
    if isinstance(value, Pieces) or (isinstance(value, Instance) and ORDER in value.attributes):
        return name == "tuple"
    if not arithmetic.is_plain(value):
        return False
    return isinstance(value, TYPES[name]) and (type(value) is not bool or name in ("bool", "int"))


def _is_below(names: set[str], name: str) -> bool | None:
    """Whether one of torch's classes by these names is, or comes from, the class `name`."""
    if name in names or names & {*_BELOW.get(name, ())}:
        return True
    return None if name.startswith("_") and name not in _BELOW else False


def derives(template: Template, base: Template) -> bool:
    """Whether a class is another one, or comes from it at any distance."""
    above = [base_.template if isinstance(base_, Record) else base_ for base_ in template.bases]
    return template is base or any(isinstance(one, Template) and derives(one, base) for one in above)


def _names_above(template: Template) -> set[str]:
    """The names of torch's classes that a class comes from."""
    found: set[str] = set()
    for base in template.bases:
        if isinstance(base, Known):
            name = base.path.rpartition(".")[2]
            found |= {name, "Module"} if base.path.startswith(("torch", "nn")) else {name}
        elif isinstance(base, Template):
            found |= _names_above(base)
    return found


def is_subclass(value: Any, kinds: Any) -> bool | None:
    """issubclass, where it is known."""
    if type(kinds) is tuple:
        found = [is_subclass(value, kind) for kind in kinds]
        return True if True in found else None if None in found else False
    if isinstance(value, Template) and isinstance(kinds, Template):
        return derives(value, kinds)
    if isinstance(value, Template) and isinstance(kinds, Known):
        return kinds.path.rpartition(".")[2] in _names_above(value)
    if isinstance(value, Known) and isinstance(kinds, Known):
        last = kinds.path.rpartition(".")[2]
        return last == "Module" or value.path.rpartition(".")[2] == last
    return None


class TypeOf:
    """What type(x) gives."""

    def __init__(self, value: Any) -> None:
        self.value = value


def compared(op: ast.cmpop, left: Any, right: Any) -> bool | None:
    """type(x) == int, type(x) in (int, float): where one side is a type; None for everything else."""
    if isinstance(right, TypeOf) and not isinstance(left, TypeOf):
        left, right = right, left
    if not isinstance(left, TypeOf):
        return None
    if isinstance(right, TypeOf):
        same: bool | None = type(left.value) is type(right.value) if arithmetic.is_plain(left.value) else None
    else:
        same = is_of(left.value, tuple(right) if isinstance(right, list) else right)
        if type(left.value) is bool and isinstance(right, Known) and right.path == "int":
            same = False
    if same is None:
        return None
    return same if isinstance(op, ast.Eq | ast.Is | ast.In) else not same
