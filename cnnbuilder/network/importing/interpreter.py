"""Reads expressions of source without running any of it: numbers are computed, layers are drawn.

Only what is listed here is understood; everything else becomes an `Unknown` with its line, never a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from cnnbuilder.network.importing import arithmetic, calls, modules, two_step_ops
from cnnbuilder.network.importing.network_builder import TooLargeError
from cnnbuilder.network.importing.signatures import OPERATORS
from cnnbuilder.network.importing.statements import Names, Returned, Statements
from cnnbuilder.network.importing.values import (
    UNDECIDED,
    BatchSize,
    Computed,
    DummyTensor,
    Function,
    Instance,
    Known,
    Layer,
    Method,
    Open,
    Parent,
    PartialOp,
    Size,
    SizesOf,
    Template,
    TensorValue,
    Unknown,
    line_of,
)
from cnnbuilder.network.nearest import nearest
from cnnbuilder.text import _


class Interpreter(Statements):
    """What expressions stand for."""

    def value(self, node: ast.expr, names: Names) -> Any:
        """What an expression stands for."""
        self.step()
        evaluate = getattr(self, f"_value_{type(node).__name__.lower()}", None)
        return self.unknown(node, _("this is not understood")) if evaluate is None else evaluate(node, names)

    def tensor(self, value: Any, node: ast.AST) -> TensorValue:
        """Something as what flows; what could not be read gets a place of its own."""
        if isinstance(value, TensorValue):
            return value
        if isinstance(value, PartialOp):
            place = ast.Constant(None, lineno=value.line)
            value = self.unknown(place, two_step_ops.HALF_DONE, [value])
        if not isinstance(value, Unknown):
            value = self.unknown(node, _("no image or features arrive here"), [value])
        return self.builder.put_unknown(value)

    def _value_constant(self, node: ast.Constant, names: Names) -> Any:
        return node.value

    def _value_name(self, node: ast.Name, names: Names) -> Any:
        for scope in (names, self.names):
            if node.id in scope:
                return scope[node.id]
        if node.id in calls.GIVEN:
            return Known(node.id)
        return Open(node.id)

    def _value_attribute(self, node: ast.Attribute, names: Names) -> Any:
        owner = self.value(node.value, names)
        match owner:
            case Known(path):
                return Known(f"{path}.{node.attr}")
            case Instance():
                return self._attribute(owner, node)
            case Template() if node.attr in owner.names:
                return owner.names[node.attr]
            case TensorValue() if node.attr == "shape":
                return self.sizes(owner)
            case TensorValue() if node.attr == "data":
                return owner
            case TensorValue() if node.attr == "ndim" and (rank := self.builder.rank(owner)) is not None:
                return rank + 1
            case Layer() if node.attr in owner.arguments:
                return owner.arguments[node.attr]
            case Open():
                return Open(f"{owner.text}.{node.attr}")
            case _:
                return Method(owner, node.attr)

    def sizes(self, value: TensorValue) -> Any:
        """x.shape: a size for each axis, where it is known how many there are."""
        rank = self.builder.rank(value)
        if rank is None:
            return SizesOf(value)
        return (BatchSize(), *(Size(value, (axis,)) for axis in range(1, rank + 1)))

    def _attribute(self, owner: Instance, node: ast.Attribute) -> Any:
        if node.attr in owner.attributes:
            return owner.attributes[node.attr]
        if node.attr == "training":
            return False
        if node.attr in owner.template.names:
            found = owner.template.names[node.attr]
            if isinstance(found, Computed):
                return self.enter(node, found.function._replace(owner=owner), [], {})
            bound = isinstance(found, Function) and found.template is not None
            return found._replace(owner=owner) if bound else found
        if node.attr in modules.OF_MODULES:
            return Method(owner, node.attr)
        near = nearest(node.attr, owner.attributes)
        hint = _(": self.{near}?").format(near=near) if near else ""
        return self.unknown(node, _("there is no self.{name}").format(name=node.attr) + hint)

    def _value_tuple(self, node: ast.Tuple, names: Names) -> Any:
        return tuple(self._elements(node.elts, names))

    def _value_list(self, node: ast.List, names: Names) -> Any:
        return self._elements(node.elts, names)

    def _elements(self, nodes: Sequence[ast.expr], names: Names) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                value = self.value(node.value, names)
                items = arithmetic.items_of(value)
                found.extend(
                    items if items is not None else [self.unknown(node, _("not known how many"), [value])]
                )
            else:
                found.append(self.value(node, names))
        return found

    def _value_dict(self, node: ast.Dict, names: Names) -> Any:
        pairs: list[tuple[Any, Any]] = []
        for key, value_node in zip(node.keys, node.values, strict=True):
            value = self.value(value_node, names)
            if key is not None:
                pairs.append((self.value(key, names), value))
            elif isinstance(value, dict):
                pairs.extend(value.items())
            else:
                return self.unknown(node, _("this is not understood"))
        if any(not isinstance(key, str | int) for key, _value in pairs):
            return self.unknown(node, _("this is not understood"))
        return dict(pairs)

    def _value_joinedstr(self, node: ast.JoinedStr, names: Names) -> Any:
        parts = [
            self.value(part.value if isinstance(part, ast.FormattedValue) else part, names)
            for part in node.values
        ]
        plain = all(isinstance(part, str | int | float) for part in parts)
        plain = plain and sum(len(part) for part in parts if isinstance(part, str)) <= arithmetic.MOST_ITEMS
        return "".join(map(str, parts)) if plain else self.unknown(node, _("this text is not known"))

    def _value_binop(self, node: ast.BinOp, names: Names) -> Any:
        # x + y + z is one sum of three.
        parts = [node.right]
        left: ast.expr = node.left
        while isinstance(left, ast.BinOp) and type(left.op) is type(node.op):
            parts.append(left.right)
            left = left.left
        values = [self.value(part, names) for part in (left, *reversed(parts))]
        return self.operate(node, node.op, values)

    def operate(self, node: ast.AST, op: ast.operator, values: list[Any]) -> Any:
        """A sum or product of what flows is a block; numbers are computed."""
        if any(isinstance(value, TensorValue) for value in values):
            kind = OPERATORS.get(arithmetic.sign_of(op))
            if kind is None or not all(isinstance(value, TensorValue | Unknown) for value in values):
                return self.unknown(node, _("no block computes this"), values)
            return modules.place(self, node, kind(id="b"), *(self.tensor(value, node) for value in values))
        if any(isinstance(value, DummyTensor) for value in values):
            return DummyTensor()
        result = values[0]
        for value in values[1:]:
            result = arithmetic.binary(op, result, value)
        return (
            self.unknown(node, _("this is not understood"), values)
            if result is arithmetic.NOT_KNOWN
            else self.charge(result)
        )

    def _value_unaryop(self, node: ast.UnaryOp, names: Names) -> Any:
        result = arithmetic.unary(node.op, self.value(node.operand, names))
        return self.unknown(node, _("this is not understood")) if result is arithmetic.NOT_KNOWN else result

    def _value_compare(self, node: ast.Compare, names: Names) -> Any:
        left = self.value(node.left, names)
        result: Any = True
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node, names)
            result = result and arithmetic.compare(op, left, right)
            if result is arithmetic.NOT_KNOWN:
                return self.unknown(node, _("this is not known"))
            left = right
        return result

    def _value_boolop(self, node: ast.BoolOp, names: Names) -> Any:
        result: Any = None
        for part in node.values:
            result = self.value(part, names)
            if isinstance(result, UNDECIDED):
                return self.unknown(node, _("this is not known"))
            if bool(result) is isinstance(node.op, ast.Or):
                return result
        return result

    def _value_ifexp(self, node: ast.IfExp, names: Names) -> Any:
        test = self.value(node.test, names)
        if isinstance(test, UNDECIDED):
            return self.unknown(node, _("which of the two is meant is not known"))
        return self.value(node.body if test else node.orelse, names)

    def _value_subscript(self, node: ast.Subscript, names: Names) -> Any:
        owner = self.value(node.value, names)
        key: Any = node.slice
        if isinstance(node.slice, ast.Slice):
            ends = [
                None if end is None else self.value(end, names)
                for end in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            key = slice(*ends) if all(end is None or type(end) is int for end in ends) else None
        else:
            key = self.value(node.slice, names)
        result = arithmetic.element(owner, key)
        if isinstance(key, slice):
            self.charge(result)
        return (
            self.unknown(node, _("this element is not known"), [owner])
            if result is arithmetic.NOT_KNOWN
            else result
        )

    def _value_listcomp(self, node: ast.ListComp | ast.GeneratorExp, names: Names) -> Any:
        found: list[Any] = []
        if not self._comprehend(node.generators, dict(names), node.elt, found):
            return self.unknown(node, _("what this goes through is not known"))
        return found

    _value_generatorexp = _value_listcomp

    def _value_dictcomp(self, node: ast.DictComp, names: Names) -> Any:
        found: list[Any] = []
        pair = ast.copy_location(ast.Tuple([node.key, node.value], ast.Load()), node)
        if not self._comprehend(node.generators, dict(names), pair, found):
            return self.unknown(node, _("what this goes through is not known"))
        if any(not isinstance(key, str | int) for key, _value in found):
            return self.unknown(node, _("this is not understood"))
        return dict(found)

    def _value_namedexpr(self, node: ast.NamedExpr, names: Names) -> Any:
        value = self.value(node.value, names)
        self.assign(node.target, value, names)
        return value

    def _comprehend(
        self, generators: list[ast.comprehension], names: Names, element: ast.expr, found: list[Any]
    ) -> bool:
        if not generators:
            found.append(self.value(element, names))
            return True
        first, *rest = generators
        items = arithmetic.items_of(self.value(first.iter, names))
        if items is None:
            return False
        for item in items:
            self.assign(first.target, item, names)
            tests = [self.value(test, names) for test in first.ifs]
            if any(isinstance(test, UNDECIDED) for test in tests):
                return False
            if all(tests) and not self._comprehend(rest, names, element, found):
                return False
        return True

    def _value_lambda(self, node: ast.Lambda, names: Names) -> Any:
        return Function(node, names)

    def _value_call(self, node: ast.Call, names: Names) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and "super" not in names:
            instance, template = names.get("__self__"), names.get("__class__")
            if not isinstance(instance, Instance):
                return self.unknown(node, _("there is no class here"))
            return Parent(instance, template if isinstance(template, Template) else instance.template)
        called = self.value(node.func, names)
        positional = self._elements(node.args, names)
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, names)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict):
                named.update({str(key): item for key, item in value.items()})
            else:
                return self.unknown(node, _("its arguments are not known"), positional)
        return self.charge(calls.call(self, node, called, positional, named))

    def enter(self, node: ast.AST, function: Function, positional: list[Any], named: dict[str, Any]) -> Any:
        """Follows a function of the file with these arguments; its value."""
        definition = function.definition
        if self.depth > 40:
            raise TooLargeError(
                _("The source calls itself over and over (line {line}).").format(line=line_of(node))
            )
        if function.owner is not None:
            positional = [function.owner, *positional]
        names: Names = dict(function.names) if isinstance(definition, ast.Lambda) else {}
        if function.names is not self.names:
            names = {**function.names, **names}
        names.update(_bound(self, definition, positional, named, function.names))
        names["__self__"], names["__class__"] = function.owner, function.template
        if isinstance(definition, ast.Lambda):
            return self.value(definition.body, names)
        self.depth += 1
        try:
            self.run(definition.body, names)
        except Returned as returned:
            return returned.value
        finally:
            self.depth -= 1
        return None


def _bound(
    run: Interpreter,
    definition: ast.FunctionDef | ast.Lambda,
    positional: list[Any],
    named: dict[str, Any],
    names: dict[str, Any],
) -> dict[str, Any]:
    """The parameters of a function with their values; one without any is open."""
    arguments = definition.args
    parameters = [*arguments.posonlyargs, *arguments.args]
    found: dict[str, Any] = {}
    defaults = [None] * (len(parameters) - len(arguments.defaults)) + list(arguments.defaults)
    for index, (parameter, default) in enumerate(zip(parameters, defaults, strict=True)):
        if index < len(positional):
            found[parameter.arg] = positional[index]
        elif parameter.arg in named:
            found[parameter.arg] = named[parameter.arg]
        else:
            found[parameter.arg] = Open(parameter.arg) if default is None else run.value(default, names)
    for parameter, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        given = named.get(parameter.arg, keyword_default)
        if parameter.arg not in named and keyword_default is not None:
            given = run.value(keyword_default, names)
        found[parameter.arg] = Open(parameter.arg) if given is None and parameter.arg not in named else given
    if arguments.vararg:
        found[arguments.vararg.arg] = tuple(positional[len(parameters) :])
    if arguments.kwarg:
        found[arguments.kwarg.arg] = {name: value for name, value in named.items() if name not in found}
    return found
