"""Reads expressions of source without running any of it: numbers are computed, layers are drawn.

Only what is listed here is understood; everything else becomes an `Unknown` with its line, never a guess.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

from cnnbuilder.network.importing import (
    arithmetic,
    calls,
    learned,
    norm_by_hand,
    tensor_arithmetic,
    tensor_slices,
    training_only,
    two_step_ops,
    types_of,
)
from cnnbuilder.network.importing.arguments import bound, of_dummies
from cnnbuilder.network.importing.attributes import Attributes
from cnnbuilder.network.importing.network_builder import TooLargeError
from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.statements import Names, Returned
from cnnbuilder.network.importing.values import (
    DummyTensor,
    Function,
    Instance,
    Known,
    Open,
    Parameter,
    Parent,
    PartialOp,
    Size,
    SizeNumber,
    SizesOf,
    Stream,
    Template,
    TensorValue,
    TrainingFlag,
    Unknown,
    line_of,
)
from cnnbuilder.text import _

_MISSING = object()


class Interpreter(Attributes):
    """What expressions stand for."""

    def value(self, node: ast.expr, names: Names) -> Any:
        """What an expression stands for."""
        self.step()
        evaluate = getattr(self, f"_value_{type(node).__name__.lower()}", None)
        return self.unknown(node, _("this is not understood")) if evaluate is None else evaluate(node, names)

    def tensor(self, value: Any, node: ast.AST) -> TensorValue:
        """Something as what flows; what could not be read gets a place of its own."""
        if isinstance(value, TensorValue):
            return self.builder.storage.current(value)
        if isinstance(value, PartialOp):
            place = ast.Constant(None, lineno=value.line)
            value = self.unknown(place, two_step_ops.HALF_DONE, [value])
        if not isinstance(value, Unknown):
            value = self.unknown(node, _("no image or features arrive here"), [value])
        return self.builder.put_unknown(value)

    def _value_constant(self, node: ast.Constant, names: Names) -> Any:
        return node.value

    def _value_name(self, node: ast.Name, names: Names) -> Any:
        value = names.find(node.id, _MISSING)
        if value is not _MISSING:
            return value
        return Known(node.id) if node.id in calls.GIVEN else Open(node.id)

    def _value_attribute(self, node: ast.Attribute, names: Names) -> Any:
        return self.attribute(node, self.value(node.value, names), node.attr)

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
        if any(not arithmetic.is_key(key) for key, _value in pairs):
            return self.unknown(node, _("this is not understood"))
        return dict(pairs)

    def _value_set(self, node: ast.Set, names: Names) -> Any:
        return self._set_of(node, self._elements(node.elts, names))

    def _set_of(self, node: ast.expr, found: list[Any]) -> Any:
        """The set of these; which of several texts comes first, no source says."""
        return (
            set(found)
            if all(arithmetic.is_key(item) for item in found)
            else self.unknown(node, _("this is not understood"))
        )

    def _value_setcomp(self, node: ast.SetComp, names: Names) -> Any:
        found: list[Any] = []
        if not self._comprehend(node.generators, Scope(enclosing=names, comprehends=True), node.elt, found):
            return self.unknown(node, _("what this goes through is not known"))
        return self._set_of(node, found)

    def _value_joinedstr(self, node: ast.JoinedStr, names: Names) -> Any:
        parts = [
            self._formatted(part, names) if isinstance(part, ast.FormattedValue) else self.value(part, names)
            for part in node.values
        ]
        plain = all(isinstance(part, str | int | float) for part in parts)
        plain = plain and sum(len(part) for part in parts if isinstance(part, str)) <= arithmetic.MOST_ITEMS
        return "".join(map(str, parts)) if plain else self.unknown(node, _("this text is not known"))

    def _formatted(self, node: ast.FormattedValue, names: Names) -> Any:
        value = self.value(node.value, names)
        written = None if node.format_spec is None else self.value(node.format_spec, names)
        if not isinstance(value, str | int | float):
            return value
        if node.conversion == ord("r"):
            value = repr(value)
        if written is None:
            return value
        # Widths could fill the memory.
        short = isinstance(written, str) and re.fullmatch(r"[ +<>^0]{0,3}\d{0,2}(\.\d)?[defgsx]?", written)
        try:
            return format(value, written) if short else self.unknown(node, _("this text is not known"))
        except ValueError:
            return self.unknown(node, _("this text is not known"))

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
        if any(_flows(value) for value in values):
            return tensor_arithmetic.joined(self, node, op, values)
        if any(isinstance(value, DummyTensor) for value in values):
            return of_dummies(op, values)
        if any(isinstance(value, Parameter) for value in values):
            return self.unknown(node, _("of learned numbers only factors of what flows are a block"))
        result = values[0]
        for value in values[1:]:
            if isinstance(result, PartialOp):
                return self.unknown(node, two_step_ops.HALF_DONE, values)
            result = arithmetic.binary(op, result, value)
        return (
            self.unknown(node, _("this is not understood"), values)
            if result is arithmetic.NOT_KNOWN
            else self.charge(result)
        )

    def _value_unaryop(self, node: ast.UnaryOp, names: Names) -> Any:
        value = self.value(node.operand, names)
        result = arithmetic.unary(node.op, value)
        if result is arithmetic.NOT_KNOWN:
            if isinstance(value, TensorValue) and isinstance(node.op, ast.USub):
                return self.operate(node, ast.Mult(), [value, -1])
            return self.unknown(node, _("this is not understood"), [value])
        return result

    def _value_compare(self, node: ast.Compare, names: Names) -> Any:
        left = self.value(node.left, names)
        result: Any = True
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.value(right_node, names)
            if isinstance(left, Size | SizesOf) or isinstance(right, Size | SizesOf):
                self.builder.wants_shape = True
            found = types_of.compared(op, left, right)
            result = result and (arithmetic.compare(op, left, right) if found is None else found)
            if result is arithmetic.NOT_KNOWN:
                return self.unknown(node, _("this is not known"), [left, right])
            left = right
        return result

    def _value_boolop(self, node: ast.BoolOp, names: Names) -> Any:
        result: Any = None
        undecided = False
        for part in node.values:
            result = self.value(part, names)
            truth = self.truth(result)
            if truth is None:
                undecided = True
            elif truth is isinstance(node.op, ast.Or):
                # `unknown and False` is false whatever the first is, where only that is asked.
                return self.unknown(node, _("this is not known")) if undecided and truth else result
        return self.unknown(node, _("this is not known")) if undecided else result

    def _value_ifexp(self, node: ast.IfExp, names: Names) -> Any:
        test = self.value(node.test, names)
        if (
            isinstance(test, TrainingFlag)
            and not test.value
            and training_only.is_dropout(self, node.body, names)
        ):
            self.under_training += 1
            try:
                return self.value(node.body, names)
            finally:
                self.under_training -= 1
        truth = self.truth(test)
        if truth is None:
            tensors = [
                value
                for name in ast.walk(node)
                if isinstance(name, ast.Name) and isinstance(value := names.find(name.id), TensorValue)
            ]
            return self.unknown(node, _("which of the two is meant is not known"), tensors[:1])
        return self.value(node.body if truth else node.orelse, names)

    def _value_subscript(self, node: ast.Subscript, names: Names) -> Any:
        owner = self.value(node.value, names)
        key = self.value(node.slice, names)
        if isinstance(owner, TensorValue):
            return tensor_slices.part(self, node, owner, key)
        if isinstance(owner, DummyTensor):
            return DummyTensor()
        if isinstance(owner, Parameter):
            return learned.part(self, node, owner, key)
        if isinstance(owner, SizesOf) or (isinstance(owner, Known) and owner.path.startswith("typing")):
            self.builder.wants_shape = self.builder.wants_shape or key != 0
        result = arithmetic.element(owner, key)
        if isinstance(key, slice):
            self.charge(result)
        if isinstance(owner, Known) and (
            owner.path in types_of.TYPES or owner.path.startswith(("typing.", "collections."))
        ):
            return owner  # tuple[int, int](…), as annotations write it
        if result is arithmetic.NOT_KNOWN and isinstance(owner, Open | Known):
            return Open(f"{getattr(owner, 'text', '')}[…]")
        if (
            result is arithmetic.NOT_KNOWN
            and isinstance(owner, Instance)
            and "__getitem__" in owner.template.names
        ):
            return self.enter(node, owner.template.names["__getitem__"]._replace(owner=owner), [key], {})
        return (
            self.unknown(node, _("this element is not known"), [owner])
            if result is arithmetic.NOT_KNOWN
            else result
        )

    def _value_slice(self, node: ast.Slice, names: Names) -> Any:
        ends = [
            None if end is None else self.value(end, names) for end in (node.lower, node.upper, node.step)
        ]
        ends = [int(end) if isinstance(end, SizeNumber) else end for end in ends]
        return slice(*ends) if all(end is None or type(end) is int for end in ends) else None

    def _value_listcomp(self, node: ast.ListComp | ast.GeneratorExp, names: Names) -> Any:
        found: list[Any] = []
        if not self._comprehend(node.generators, Scope(enclosing=names, comprehends=True), node.elt, found):
            return self.unknown(node, _("what this goes through is not known"))
        return found

    def _value_generatorexp(self, node: ast.GeneratorExp, names: Names) -> Any:
        found = self._value_listcomp(node, names)
        return Stream(found) if isinstance(found, list) else found

    def _value_dictcomp(self, node: ast.DictComp, names: Names) -> Any:
        found: list[Any] = []
        pair = ast.copy_location(ast.Tuple([node.key, node.value], ast.Load()), node)
        if not self._comprehend(node.generators, Scope(enclosing=names, comprehends=True), pair, found):
            return self.unknown(node, _("what this goes through is not known"))
        if any(not arithmetic.is_key(key) for key, _value in found):
            return self.unknown(node, _("this is not understood"))
        return dict(found)

    def _value_namedexpr(self, node: ast.NamedExpr, names: Names) -> Any:
        value = self.value(node.value, names)
        scope = names
        while scope.comprehends and scope.enclosing is not None:
            scope = scope.enclosing
        self.assign(node.target, value, scope)
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
            self.step()
            tests = [self.truth(self.value(test, names)) for test in first.ifs]
            if None in tests:
                return False
            if all(tests) and not self._comprehend(rest, names, element, found):
                return False
        return True

    def _value_lambda(self, node: ast.Lambda, names: Names) -> Any:
        return Function(node, names, defaults=self._defaults(node.args, names))

    def _value_call(self, node: ast.Call, names: Names) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not names.knows("super"):
            instance, template = names.find("__self__"), names.find("__class__")
            if len(node.args) == 2:  # super(Net, self)
                first, second = (self.value(argument, names) for argument in node.args)
                template = first if isinstance(first, Template) else template
                instance = second if isinstance(second, Instance) else instance
            if not isinstance(instance, Instance):
                return self.unknown(node, _("there is no class here"))
            return Parent(instance, template if isinstance(template, Template) else instance.template)
        called = self.value(node.func, names)
        positional = self._elements(node.args, names)
        if isinstance(called, Unknown) and isinstance(node.func, ast.Attribute) and not called.tensors:
            # A method of a class from elsewhere: model.layer_summary((1, 1, 28, 28)).
            owner = node.func.value
            if isinstance(owner, ast.Name):
                calls.note_trials(self, [names.find(owner.id), *positional], {})
            elif isinstance(owner, ast.Call) and not self.inside and isinstance(owner.func, ast.Name):
                calls.note_trials(self, [names.find(owner.func.id), *positional], {})
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, names)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict):
                named.update({str(key): item for key, item in value.items()})
            else:
                return self.unknown(node, _("its arguments are not known"), positional)
        return self.charge(self.call(node, called, positional, named))

    def call(self, node: ast.Call, called: Any, positional: list[Any], named: dict[str, Any]) -> Any:
        """The value of a call."""
        return calls.call(self, node, called, positional, named)

    def enter(self, node: ast.AST, function: Function, positional: list[Any], named: dict[str, Any]) -> Any:
        """Follows a function of the file with these arguments; its value."""
        definition = function.definition
        if id(definition) in self.undecorated and isinstance(definition, ast.FunctionDef):
            message = _("the decorator of {name} is not followed")
            self.builder.remark(line_of(definition), message.format(name=definition.name))
        if self.depth > 40:
            raise TooLargeError(
                _("The source calls itself over and over (line {line}).").format(line=line_of(node))
            )
        if function.owner is not None:
            positional = [function.owner, *positional]
        names = Scope(bound(definition, positional, named, function.defaults), function.names)
        if function.template is not None:
            names["__self__"], names["__class__"] = positional[0] if positional else None, function.template
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


def _flows(value: Any) -> bool:
    """Whether this flows, be it half-way through a step or through something that is not read."""
    unread = isinstance(value, Unknown) and value.tensors != ()
    return unread or tensor_arithmetic.flows(value) or norm_by_hand.is_step(value)
