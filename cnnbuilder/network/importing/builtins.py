"""Python's own functions, as far as building layers needs them: range, len, zip, …; by name in one table."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from cnnbuilder.network.importing import arithmetic, types_of
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.numeric_functions import (
    items_or_fail,
    known_or_fail,
    of_library,
    of_numbers,
)
from cnnbuilder.network.importing.values import (
    Container,
    Function,
    Instance,
    Known,
    Layer,
    Method,
    Open,
    Partial,
    Record,
    Size,
    SizeNumber,
    SizesOf,
    Stream,
    Template,
    TensorValue,
    Unknown,
)
from cnnbuilder.text import _

Positional = list[Any]
Named = dict[str, Any]
Builtin = Callable[[Evaluator, ast.Call, Positional, Named], Any]
_NOT = arithmetic.NOT_KNOWN
_PLAIN: dict[str, Callable[..., Any]] = {
    "int": int, "float": float, "bool": bool, "max": max, "min": min, "abs": abs, "round": round, "divmod": divmod,
    "pow": pow,
}  # fmt: skip


def function(run: Evaluator, node: ast.Call, path: str, positional: Positional, named: Named) -> Any:
    """The value of one of Python's own functions, or what cannot be known."""
    try:
        if path.startswith(("math.", "numpy.", "np.")):
            result = of_numbers(path.rpartition(".")[2], positional, named)
        elif path.startswith(("itertools.", "operator.")):
            result = of_library(run, node, path, positional, named)
            result = Stream(result) if isinstance(result, list) and path.startswith("itertools.") else result
        else:
            result = _TABLE[path](run, node, positional, named)
    except (TypeError, ValueError, ArithmeticError, LookupError):
        result = _NOT
    if result is not _NOT:
        return result
    opened = [value for value in positional if isinstance(value, Open | Size)]
    if opened and path in (
        "int",
        "max",
        "min",
        "round",
        "abs",
        "float",
        "math.ceil",
        "math.floor",
        "math.sqrt",
    ):
        if any(isinstance(value, Size) for value in positional):
            run.builder.wants_shape = True
        return Open(f"{path}({', '.join(value.text for value in opened)})"[:100])
    reason = _("this is not known") if path in _ABOUT_OBJECTS else _("this is not understood")
    return run.unknown(node, reason, [*positional, *named.values()])


def _range(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    return range(
        *known_or_fail([int(value) if isinstance(value, SizeNumber) else value for value in positional])
    )


def _len(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    (value,) = positional
    if isinstance(value, Instance) and "__len__" in value.template.names:
        return run.enter(node, value.template.names["__len__"]._replace(owner=value), [], {})
    if isinstance(value, range):
        return len(value)
    return _NOT if isinstance(value, TensorValue | Stream) else len(_members(value))


def _members(value: Any) -> list[Any]:
    """What is in this, in whatever order. Raises `ValueError` where that is not known."""
    return known_or_fail(list(value)) if isinstance(value, set) else items_or_fail(value)


def _plain(name: str) -> Builtin:
    def call(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
        values = [int(value) if isinstance(value, SizeNumber) else value for value in positional]
        if name == "int" and len(values) == 1 and isinstance(values[0], Size):
            return values[0]
        if name == "int" and isinstance(values[0], str) and len(values[0]) > 100:
            return _NOT
        if name in ("max", "min") and len(values) == 1:
            values = _members(values[0])
            return _PLAIN[name](known_or_fail(values), **_only(named, "default")) if values or named else _NOT
        if name == "bool" and len(values) == 1:
            truth = run.truth(values[0])
            return _NOT if truth is None else truth
        if named or not all(arithmetic.is_plain(value) for value in values):
            return _NOT
        if name == "pow":
            return arithmetic.binary(ast.Pow(), *values)
        return _PLAIN[name](*values)

    return call


def _only(named: Named, *names: str) -> Named:
    """The arguments by name. Raises `ValueError` where there are others."""
    if not named.keys() <= set(names):
        raise ValueError
    return named


def _str(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    (value,) = positional or [""]
    return str(value) if arithmetic.is_plain(value) and arithmetic.is_small(value, 1_000) else _NOT


def _list(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    return items_or_fail(positional[0]) if positional else []


def _tuple(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    return tuple(items_or_fail(positional[0])) if positional else ()


def _dict(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    found: dict[Any, Any] = {}
    if positional:
        (first,) = positional
        pairs = list(first.items()) if isinstance(first, dict) else items_or_fail(first)
        for key, value in pairs:
            if not arithmetic.is_key(key):
                return _NOT
            found[key] = value
    return found | named


def _set(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    items = _members(positional[0]) if positional else []
    return set(items) if all(arithmetic.is_key(item) for item in items) else _NOT


def _zip(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    _only(named, "strict")
    if any(isinstance(value, Stream) for value in positional):
        return Stream(_in_step(positional))
    return Stream(list(zip(*(items_or_fail(value) for value in positional), strict=False)))


def _in_step(through: Positional) -> list[Any]:
    """Rows of what comes next in each, until one has nothing more: the same one may be there twice."""
    streams = [value if isinstance(value, Stream) else Stream(items_or_fail(value)) for value in through]
    rows = []
    while True:
        try:
            rows.append(tuple([stream.next() for stream in streams]))
        except LookupError:
            return rows


def _enumerate(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    start: Any = _only(named, "start").get("start", positional[1] if len(positional) > 1 else 0)
    return Stream(list(enumerate(items_or_fail(positional[0]), start)))


def _reversed(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    return Stream(items_or_fail(positional[0])[::-1])


def _sorted(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    named = dict(_only(named, "key", "reverse"))
    items = known_or_fail(_members(positional[0]))
    key = named.pop("key", None)
    if key is not None:
        keys = known_or_fail([call_value(run, node, key, [item]) for item in items])
        order = sorted(range(len(items)), key=lambda at: keys[at], **named)
        return [items[at] for at in order]
    return sorted(items, **named) if arithmetic.is_small(items) else _NOT


def _sum(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    items = _members(positional[0])
    start = positional[1] if len(positional) > 1 else named.get("start", 0)
    if isinstance(start, list) or any(isinstance(item, list | str) for item in items):
        return (
            _NOT if sum(len(item) for item in items if isinstance(item, list)) > 1_000 else sum(items, start)
        )
    flowing = [item for item in items if isinstance(item, TensorValue | Unknown)]
    if flowing and start == 0 and len(flowing) == len(items):
        return run.operate(node, ast.Add(), items) if len(items) > 1 else items[0]
    result = start
    for item in items:
        result = run.operate(node, ast.Add(), [result, item])
    return result


def _any_or_all(name: str) -> Builtin:
    def call(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
        truths = [run.truth(item) for item in _members(positional[0])]
        decisive = name == "any"
        if decisive in truths:
            return decisive
        return _NOT if None in truths else not decisive

    return call


def _map(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    called, *through = positional
    rows = zip(*(items_or_fail(value) for value in through), strict=False)
    return Stream([call_value(run, node, called, list(row)) for row in rows])


def _filter(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    called, through = positional
    items = items_or_fail(through)
    kept = [run.truth(item if called is None else call_value(run, node, called, [item])) for item in items]
    return _NOT if None in kept else Stream([item for item, keep in zip(items, kept, strict=True) if keep])


def _slice(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    return slice(*known_or_fail(positional))


def _isinstance(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    value, kinds = positional
    found = types_of.is_of(value, kinds)
    return _NOT if found is None else found


def _issubclass(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    found = types_of.is_subclass(*positional)
    return _NOT if found is None else found


def _type(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    (value,) = positional
    return types_of.TypeOf(value)


def _callable(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    (value,) = positional
    if isinstance(value, Open | Unknown):
        return _NOT
    return isinstance(
        value, Function | Template | Record | Layer | Container | Instance | Partial | Known | Method
    )


def _isfunction(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    (value,) = positional
    return _NOT if isinstance(value, Open | Unknown) else isinstance(value, Function)


def _isclass(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    (value,) = positional
    if isinstance(value, Known):
        return value.path.rpartition(".")[2][:1].isupper() or value.path in types_of.TYPES
    return _NOT if isinstance(value, Open | Unknown) else isinstance(value, Template | Record)


def _reduce(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    called, through, *first = positional
    items = [*first, *items_or_fail(through)]
    result = items[0]
    for item in items[1:]:
        result = call_value(run, node, called, [result, item])
    return result


def _hasattr(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    owner, name = positional
    return _has(run, node, owner, name)


def _has(run: Evaluator, node: ast.Call, owner: Any, name: Any) -> Any:
    """Whether something has an attribute, or `NOT_KNOWN`."""
    if not isinstance(name, str):
        return _NOT
    if isinstance(owner, Instance):
        if owner.unread:
            return _NOT
        return not isinstance(run.attribute(ast.Constant(0), owner, name), Unknown | Method | Open)
    if isinstance(owner, Layer | Container | Template):
        return not isinstance(run.attribute(ast.Constant(0), owner, name), Unknown | Method)
    if owner is None or type(owner) in (int, float, str, bool, list, tuple, dict):
        return hasattr(owner, name)
    if isinstance(owner, SizesOf | TensorValue) and name in ("shape", "size", "dim"):
        return True
    return _NOT


def _getattr(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    owner, name, *default = positional
    if not isinstance(name, str):
        return _NOT
    if isinstance(owner, Known):
        return run.attribute(node, owner, name)
    if default:
        there = _has(run, node, owner, name)
        if there is _NOT:
            return Open(name) if isinstance(owner, Open) else _NOT
        if not there:
            return default[0]
    return run.attribute(node, owner, name)


def _setattr(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    owner, name, value = positional
    if not isinstance(name, str):
        if isinstance(owner, Instance):
            owner.unread.append(run.unknown(node, _("the name of the attribute is not known")))
        return _NOT
    run.set_attribute(node, owner, name, value)
    return None


def _delattr(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    owner, name = positional
    if isinstance(owner, Instance) and isinstance(name, str):
        owner.attributes.pop(name, None)
        return None
    return _NOT


def _vars(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    (owner,) = positional
    return owner.attributes if isinstance(owner, Instance) else _NOT


def _globals(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    return getattr(run, "names", _NOT)


def _iter(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    (value,) = positional
    return value if isinstance(value, Stream) else Stream(items_or_fail(value))


def _next(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    first, *default = positional
    if not isinstance(first, Stream):
        return _NOT
    try:
        return first.next()
    except LookupError:
        return default[0] if default else _NOT


def _print(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    return None


def _id(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    return _NOT


_TABLE: Mapping[str, Builtin] = {
    "range": _range, "len": _len, "str": _str, "list": _list, "tuple": _tuple, "dict": _dict, "set": _set,
    "frozenset": _set, "zip": _zip, "enumerate": _enumerate, "reversed": _reversed, "sorted": _sorted, "sum": _sum,
    "any": _any_or_all("any"), "all": _any_or_all("all"), "map": _map, "filter": _filter, "slice": _slice,
    "isinstance": _isinstance, "issubclass": _issubclass, "type": _type, "callable": _callable, "hasattr": _hasattr,
    "getattr": _getattr, "setattr": _setattr, "delattr": _delattr, "vars": _vars, "globals": _globals, "iter": _iter,
    "next": _next, "print": _print, "id": _id, "repr": _str, "inspect.isfunction": _isfunction,
    "inspect.isclass": _isclass, "functools.reduce": _reduce,
    **{name: _plain(name) for name in _PLAIN},
}  # fmt: skip
NAMES = frozenset(_TABLE)
"""What is read here."""
_ABOUT_OBJECTS = frozenset({"hasattr", "getattr", "setattr", "isinstance", "type", "issubclass"})


def call_value(run: Evaluator, node: ast.Call, called: Any, positional: Positional) -> Any:
    """A value of the source called from here, as map and sorted do."""
    return run.call(node, called, positional, {})
