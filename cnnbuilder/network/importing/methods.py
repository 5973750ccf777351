"""Methods in source: of containers and modules of the file, of what flows, and of Python's lists, dicts and texts."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.network.importing import (
    arithmetic,
    freezing,
    learned,
    module_calls,
    module_tree,
    modules,
    plain_methods,
    records,
    tensor_functions,
)
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.signatures import FUNCTIONS
from cnnbuilder.network.importing.values import (
    BatchSize,
    Container,
    DummyTensor,
    Function,
    Instance,
    Known,
    Layer,
    Open,
    Parameter,
    Parent,
    PartialOp,
    Size,
    SizesOf,
    Template,
    TensorValue,
    Unknown,
    WeightOf,
)
from cnnbuilder.text import _

_SAME = frozenset(
    {"to", "cuda", "cpu", "eval", "train", "half", "float", "double", "apply", "type", "share_memory", "xpu"}
    | {"bfloat16", "__class__"}
)
"""Methods of a module that give the module itself."""


def method(
    run: Evaluator, node: ast.Call, owner: Any, name: str, positional: list[Any], named: dict[str, Any]
) -> Any:
    """The value of owner.name(…)."""
    if name in ("add_module", "register_module", "register_parameter", "register_buffer") and named:
        keys = [key for key in ("name", "module", "param", "tensor") if key in named]
        positional, named = [*positional, *(named[key] for key in keys)], {}
    match owner:
        case freezing.Weights() | WeightOf() if name == "requires_grad_":
            freezing.set_learns(owner, _learns(positional, named))
            return owner
        case TensorValue() | PartialOp():
            return tensor_functions.function(run, node, name, [owner, *positional], named)
        case DummyTensor():
            return _of_dummy(owner, name, positional)
        case Container():
            return _of_container(run, node, owner, name, positional, named)
        case Instance() if module_tree.MEMBERS in owner.attributes and name in _OF_LISTS:
            return method(run, node, owner.attributes[module_tree.MEMBERS], name, positional, named)
        case Instance() if records.is_parser(owner):
            return records.of_parser(run, node, owner, name, positional, named)
        case Instance() | Layer():
            return _of_module(run, node, owner, name, positional, named)
        case Template() if (
            name in ("__init__", "forward") and positional and isinstance(positional[0], Instance)
        ):
            return modules.of_parent(
                run, node, Parent(positional[0], owner), name, positional[1:], named, own=True
            )
        case Known() if name == "__init__" and positional and isinstance(positional[0], Instance):
            return None
        case SizesOf() if name == "numel":
            return Open("numel")
        case SizesOf() | BatchSize() | Size():
            return owner if isinstance(owner, Size) else BatchSize()
        case Parameter():
            return learned.method(run, node, owner, name, positional)
        case WeightOf() if name in _SAME or (name.endswith("_") and not name.endswith("__")):
            return owner  # first values, and where they lie
        case WeightOf():
            return run.unknown(node, _("what is done with the weights here is no block"), positional)
        case Unknown() if owner.tensors and (name in FUNCTIONS or name in tensor_functions.OTHERS):
            return tensor_functions.function(run, node, name, [run.tensor(owner, node), *positional], named)
        case Unknown():
            return owner._replace(tensors=(*owner.tensors, *run.unknown(node, "", positional).tensors))
        case int() | float() if name == "item":
            return owner
        case set():
            found = plain_methods.of_set(owner, name, positional, named)
            if found is not arithmetic.NOT_KNOWN:
                return found
            owner.clear()
            owner.add(run.unknown(node, _("this is not understood"), positional))
        case list() | dict() | str():
            found = plain_methods.of_plain(owner, name, positional, named)
            if found is not arithmetic.NOT_KNOWN:
                return found
        case tuple() if type(owner) is tuple and name in ("index", "count", "numel"):
            if name == "numel":
                return Open("numel")
            found = plain_methods.of_plain(list(owner), name, positional, named)
            if found is not arithmetic.NOT_KNOWN:
                return found
    if isinstance(owner, list | dict) and name not in _READING:
        # What was done to it is not known, so nothing in it is.
        owner.clear()
        if isinstance(owner, list):
            owner.append(run.unknown(node, _("this is not understood"), positional))
    return run.unknown(node, _("this is not understood"), [owner, *positional])


_READING = frozenset({"index", "count", "items", "keys", "values", "get", "copy", "tolist", "__len__"})
"""Methods that leave a list or dict as it is."""


def _of_dummy(owner: DummyTensor, name: str, positional: list[Any]) -> Any:
    if name in ("size", "shape") and owner.sizes:
        if (
            positional
            and type(positional[0]) is int
            and -len(owner.sizes) <= positional[0] < len(owner.sizes)
        ):
            return owner.sizes[positional[0]]
        return owner.sizes
    if name in ("to", "cuda", "cpu", "float", "double", "half", "requires_grad_", "contiguous", "type"):
        return owner
    if name in ("fill_", "zero_") and all(type(value) in (int, float) for value in positional):
        return DummyTensor(owner.sizes, float(positional[0] if positional else 0))
    return DummyTensor(_view(owner.sizes, positional)) if name in ("view", "reshape") else DummyTensor()


def _view(sizes: tuple[int, ...], wanted: list[Any]) -> tuple[int, ...]:
    plain = all(type(size) is int for size in wanted)
    return tuple(wanted) if plain and -1 not in wanted else ()


_OF_LISTS = frozenset({"items", "values", "keys", "named_children", "children", "append", "extend", "insert"})


def _of_container(
    run: Evaluator,
    node: ast.Call,
    owner: Container,
    name: str,
    positional: list[Any],
    named: dict[str, Any],
) -> Any:
    match name, positional:
        case ("append", [value]):
            owner.add(value)
            return owner
        case (("add_module" | "register_module"), [str() as key, value]):
            owner.add(value, key)
            if isinstance(value, Layer) and value.name is None:
                value.name = key
            return None
        case ("extend", [more]) if (items := arithmetic.items_of(more)) is not None:
            for item in items:
                owner.add(item)
            return owner
        case ("insert", [int() as place, value]):
            members = list(owner.members.values())
            members.insert(place, value)
            owner.members = {str(number): member for number, member in enumerate(members)}
            return owner
        case ("extend", _):
            owner.add(run.unknown(node, _("not known how many"), positional))
            return owner
        case ("update", [dict() as more]):
            owner.members.update({str(key): value for key, value in more.items()})
            return None
        case ("pop", [] | [int() | str()]):
            place = positional[0] if positional else -1
            if isinstance(place, str):
                return owner.members.pop(place)
            members = list(owner.members.values())
            taken = members.pop(place)
            owner.members = {str(number): member for number, member in enumerate(members)}
            return taken
        case ("clear", []):
            owner.members.clear()
            return None
        case (("items" | "named_children"), []):
            return list(owner.members.items())
        case (("values" | "children"), []):
            return list(owner.members.values())
        case ("keys", []):
            return list(owner.members)
        case ("forward", _):
            return module_calls.through(run, node, owner, positional, named)
        case ("add", [Layer()]):
            unknown = run.unknown(node, _("nn.Sequential has no add: append?"))
            return unknown._replace(instead=ast.unparse(node.args[0])[:200])
    return _of_any_module(run, node, owner, name, positional, named)


def _of_module(
    run: Evaluator, node: ast.Call, owner: Any, name: str, positional: list[Any], named: dict[str, Any]
) -> Any:
    match name, positional:
        case (("add_module" | "register_module"), [str() as key, value]) if isinstance(owner, Instance):
            owner.attributes[key] = value
            if isinstance(value, Layer):
                value.name = key
            sequence = owner.attributes.get("__sequence__")
            if isinstance(sequence, Container):
                sequence.add(value, key)
            return None
        case (("add_module" | "register_module"), _) if isinstance(owner, Instance):
            owner.unread.append(run.unknown(node, _("the name of the module is not known")))
            return None
        case (("children" | "named_children"), []):
            inner = module_tree.children(owner)
            return list(inner.items() if name == "named_children" else inner.values())
        case ("register_parameter", [str() as key, value]) if isinstance(owner, Instance):
            owner.attributes[key] = value
            return None
        case ("register_buffer", [str() as key, value, *_rest]) if isinstance(owner, Instance):
            owner.attributes[key] = value
            return None
        case ("__setattr__", [str() as key, value]):
            run.set_attribute(node, owner, key, value)
            return None
        case ("__getattr__" | "__getattribute__" | "get_submodule", [str() as key]):
            value = owner
            for part in key.split("."):
                value = run.attribute(node, value, part)
            return value
        case ("__hasattr__", [str() as key]) if isinstance(owner, Instance):
            return key in owner.attributes
        case ("_get_name", []) if isinstance(owner, Instance):
            return owner.template.definition.name
        case ("forward", _):
            return module_calls.through(run, node, owner, positional, named)
    return _of_any_module(run, node, owner, name, positional, named)


def _of_any_module(
    run: Evaluator, node: ast.Call, owner: Any, name: str, positional: list[Any], named: dict[str, Any]
) -> Any:
    match name:
        case "modules":
            return [module for _path, module in module_tree.walk(owner)]
        case "named_modules":
            return module_tree.walk(owner)
        case "apply" if positional and isinstance(positional[0], Function):
            return _applied(run, node, owner, positional[0])
        case "requires_grad_":
            freezing.set_frozen(owner, _learns(positional, named))
            return owner
        case "parameters":
            return freezing.weights_of(owner)
        case "named_parameters":
            return [(weights.layer.name or "", weights) for weights in freezing.weights_of(owner)]
    if name in _SAME:
        return owner
    reason = _("this changes no layer") if name in modules.WITHOUT_EFFECT else _("this is not understood")
    return run.unknown(node, reason, positional)


def _learns(positional: list[Any], named: dict[str, Any]) -> Any:
    """What requires_grad_() is given; True where it is nothing."""
    return positional[0] if positional else named.get("requires_grad", True)


def _applied(run: Evaluator, node: ast.Call, owner: Any, function: Function) -> Any:
    """What module.apply(f) does: f is called with every part, and may give it other values."""
    if not sets_attributes(function):
        return owner
    for _path, module in module_tree.walk(owner):
        run.enter(node, function, [module], {})
    return owner


def sets_attributes(function: Function) -> bool:
    """Whether a function gives attributes of what it gets other values, so that first values are not all it sets."""
    return any(
        isinstance(part, ast.Attribute)
        and isinstance(part.ctx, ast.Store)
        and part.attr not in ("data", "requires_grad")
        for part in ast.walk(function.definition)
    )
