"""Follows source statement by statement, as Python would, without running any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from cnnbuilder.network.importing import arithmetic, modules
from cnnbuilder.network.importing.freezing import Weights
from cnnbuilder.network.importing.network_builder import NetworkBuilder, TooLargeError
from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS
from cnnbuilder.network.importing.values import (
    UNDECIDED,
    BatchSize,
    Computed,
    Container,
    Function,
    Instance,
    Known,
    Layer,
    Open,
    PartialOp,
    Pieces,
    Size,
    SizesOf,
    Template,
    TensorValue,
    Unknown,
    line_of,
)
from cnnbuilder.text import _

MOST_STEPS = 200_000
ITEMS_A_STEP = 16
"""Items of a list that count as much as one step."""
MOST_LOOKED_AT = 200
"""Values of a list in which what flows is looked for."""
STARS = {
    "torch.nn": (*LAYERS, "Sequential", "Module", "ModuleList", "ModuleDict"),
    "torch.nn.functional": tuple(FUNCTIONS),
}
"""What a star brings from where it is known."""
PLAIN_DECORATORS = frozenset(
    {"staticmethod", "property", "cached_property", "abstractmethod", "override", "classmethod"}
)
"""Decorators of functions that are followed, or that change nothing."""
Names = dict[str, Any]


class Returned(Exception):  # noqa: N818  # no error: how a function's value comes back
    """A function of the file gives its value."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Stopped(Exception):  # noqa: N818
    """`break` (again False) or `continue` (again True)."""

    def __init__(self, again: bool) -> None:
        super().__init__()
        self.again = again


class Statements:
    """What statements do. `names` are the file's global names; what flows is drawn in `builder`."""

    def __init__(self, text: str, rank: int | None = 3) -> None:
        """`rank`: how many axes arrive, without the batch, where that is known."""
        self.lines = text.splitlines()
        self.builder = NetworkBuilder(rank)
        self.names: Names = {}
        self.made: list[Layer] = []
        self.steps = 0
        self.depth = 0

    def value(self, node: ast.expr, names: Names) -> Any:
        """What an expression stands for."""
        raise NotImplementedError

    def operate(self, node: ast.AST, op: ast.operator, values: list[Any]) -> Any:
        """left op right, for numbers and for what flows."""
        raise NotImplementedError

    def unknown(self, node: ast.AST, reason: str, arguments: Iterable[Any] = ()) -> Unknown:
        """What cannot be read, with what flows into it."""
        tensors = tuple(value for argument in arguments for value in _tensors_in(argument))
        return Unknown(line_of(node), self.text(node), reason, tensors)

    def text(self, node: ast.AST) -> str:
        """The line of the source, cut short."""
        line = line_of(node)
        text = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        return text if len(text) <= 90 else f"{text[:89]}…"

    def run(self, statements: Iterable[ast.stmt], names: Names) -> None:
        """Follows statements one after another."""
        for statement in statements:
            self.step()
            follow = getattr(self, f"_follow_{type(statement).__name__.lower()}", None)
            if follow is None:
                self.give_up(statement, names, _("this is not followed"))
            else:
                follow(statement, names)

    def charge(self, value: Any) -> Any:
        """A value that was made just now: what is long counts for more, so that memory is bounded like time."""
        if isinstance(value, list | str | dict) or type(value) is tuple:
            self.steps += len(value) // ITEMS_A_STEP
            self.step()
        return value

    def step(self) -> None:
        """Counts one thing done. Raises `TooLargeError` where the source never ends."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLargeError(_("The source goes on for longer than any network takes to build."))

    def give_up(self, node: ast.stmt, names: Names, reason: str) -> None:
        """A statement that is not followed: whatever it might change is unknown from here on."""
        inner = list(ast.walk(node))
        changed = [
            part
            for part in inner
            if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Store)
        ]
        changed += [
            part.func.value
            for part in inner
            if isinstance(part, ast.Call)
            and isinstance(part.func, ast.Attribute)
            and part.func.attr in ("append", "extend", "insert")
            and isinstance(part.func.value, ast.Name | ast.Attribute)
        ]
        returns = [part for part in inner if isinstance(part, ast.Return)]
        if not changed and not returns:
            return
        if self.is_aside(node):
            return
        self.builder.remark(line_of(node), f"{reason}: {self.text(node)}")
        for target in changed:
            before = names.get(target.id) if isinstance(target, ast.Name) else None
            self.assign(target, self.unknown(node, reason, [before]), names)
        if returns:
            tensors = [found for value in names.values() for found in _tensors_in(value)]
            raise Returned(self.unknown(node, reason, tensors[-1:]))

    def _say_unread(self, node: ast.AST) -> None:
        self.builder.remark(line_of(node), _("not read: {text}").format(text=self.text(node)))

    def _follow_import(self, node: ast.Import, names: Names) -> None:
        for alias in node.names:
            names[alias.asname or alias.name.partition(".")[0]] = Known(
                alias.name if alias.asname else alias.name.partition(".")[0]
            )

    def _follow_importfrom(self, node: ast.ImportFrom, names: Names) -> None:
        for alias in node.names:
            if alias.name == "*" and node.module in STARS:
                names.update({name: Known(f"{node.module}.{name}") for name in STARS[node.module]})
            elif alias.name == "*":
                text = _("a star import does not say which names it brings: {text}")
                self.builder.remark(node.lineno, text.format(text=self.text(node)))
            else:
                names[alias.asname or alias.name] = Known(f"{node.module or ''}.{alias.name}")

    def _follow_classdef(self, node: ast.ClassDef, names: Names) -> None:
        if node.decorator_list:
            self.builder.remark(
                node.lineno, _("the decorator of {name} is not followed").format(name=node.name)
            )
        bases = tuple(self.value(base, names) for base in node.bases)
        inner: Names = {}
        for base in bases:
            if isinstance(base, Template):
                inner.update(base.names)
        template = Template(node, inner, bases)
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef):
                kinds = {ast.unparse(decorator).rpartition(".")[2] for decorator in statement.decorator_list}
                self._say_decorated(statement, kinds)
                static = "staticmethod" in kinds
                made = Function(statement, names, template=None if static else template)
                inner[statement.name] = Computed(made) if kinds & {"property", "cached_property"} else made
            elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                self.run([statement], inner)
        names[node.name] = template

    def _follow_functiondef(self, node: ast.FunctionDef, names: Names) -> None:
        self._say_decorated(
            node, {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
        )
        names[node.name] = Function(node, names)

    def _say_decorated(self, node: ast.FunctionDef, kinds: set[str]) -> None:
        if kinds - PLAIN_DECORATORS:
            self.builder.remark(
                node.lineno, _("the decorator of {name} is not followed").format(name=node.name)
            )

    def _follow_assign(self, node: ast.Assign, names: Names) -> None:
        value = self.value(node.value, names)
        for target in node.targets:
            self.assign(target, value, names)

    def _follow_annassign(self, node: ast.AnnAssign, names: Names) -> None:
        if node.value is not None:
            self.assign(node.target, self.value(node.value, names), names)

    def _follow_augassign(self, node: ast.AugAssign, names: Names) -> None:
        before = self.value(_loading(node.target), names)
        added = self.value(node.value, names)
        if isinstance(before, list) and isinstance(node.op, ast.Add) and type(added) in (list, tuple):
            if len(before) + len(added) > arithmetic.MOST_ITEMS:
                raise TooLargeError(
                    _("The source makes a list that is too long (line {n}).").format(n=node.lineno)
                )
            before.extend(added)
            return
        self.assign(node.target, self.operate(node, node.op, [before, added]), names)

    def assign(self, target: ast.expr, value: Any, names: Names) -> None:
        """Gives a name, an attribute, an element or several of them a value."""
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, ast.Attribute):
            owner = self.value(target.value, names)
            if isinstance(owner, Weights) and target.attr == "requires_grad":
                owner.layer.frozen = value is False
            elif isinstance(owner, Instance):
                self.hold(owner, target.attr, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value, names)
        elif isinstance(target, ast.Subscript):
            owner, key = self.value(target.value, names), self.value(target.slice, names)
            if isinstance(owner, Container) and type(key) in (str, int):
                members = list(owner.members)
                owner.members[members[key] if type(key) is int and abs(key) < len(members) else str(key)] = (
                    value
                )
            elif isinstance(owner, dict) or (
                isinstance(owner, list) and type(key) is int and -len(owner) <= key < len(owner)
            ):
                owner[key] = value
            else:
                self._say_unread(target)

    def hold(self, owner: Instance, name: str, value: Any) -> None:
        """self.name = value."""
        owner.attributes[name] = value
        members = owner.attributes.get("__sequence__")
        if isinstance(members, Container) and isinstance(value, Layer | Container | Instance):
            members.add(value, name)
        if isinstance(value, Layer) and value.name is None:
            value.name = name

    def _unpack(self, target: ast.Tuple | ast.List, value: Any, names: Names) -> None:
        parts = (
            list(value)
            if isinstance(value, tuple | list) and not isinstance(value, TensorValue | Unknown | Open)
            else None
        )
        if isinstance(value, Pieces):
            parts = [value.piece(number) for number in range(min(value.most, len(target.elts)))]
        if parts is None or len(parts) != len(target.elts):
            if isinstance(value, SizesOf):
                for axis, part in enumerate(target.elts):
                    self.assign(part, Size(value.value, (axis,)) if axis else BatchSize(), names)
                return
            parts = [
                self.unknown(target, _("this gives not as many values as there are names"), [value])
            ] * len(target.elts)
        for part, item in zip(target.elts, parts, strict=True):
            self.assign(part, item, names)

    def _follow_expr(self, node: ast.Expr, names: Names) -> None:
        value = self.value(node.value, names)
        silent = modules.is_harmless(node.value) or self.is_aside(node)
        if isinstance(value, Unknown) and not silent and not self.keeps(value):
            self.builder.remark(
                value.line, _("not read: {text} ({reason})").format(text=value.text, reason=value.reason)
            )
        self.shown(value)

    def is_aside(self, node: ast.stmt) -> bool:
        """Whether a line outside every class is no line of a network's: arguments, data, the training loop."""
        return False

    def keeps(self, value: Unknown) -> bool:
        """Whether a line by itself that could not be read gets a place; only in fragments."""
        return False

    def shown(self, value: Any) -> None:
        """The value of a line that stands by itself; only fragments care."""

    def _follow_return(self, node: ast.Return, names: Names) -> None:
        raise Returned(self.value(node.value, names) if node.value else None)

    def _follow_pass(self, node: ast.Pass, names: Names) -> None:
        """Nothing happens."""

    _follow_assert = _follow_raise = _follow_global = _follow_delete = _follow_pass

    def _follow_break(self, node: ast.Break, names: Names) -> None:
        raise Stopped(again=False)

    def _follow_continue(self, node: ast.Continue, names: Names) -> None:
        raise Stopped(again=True)

    def _follow_if(self, node: ast.If, names: Names) -> None:
        test = self.value(node.test, names)
        if _is_main(node.test):
            return
        if isinstance(test, UNDECIDED):
            self.give_up(node, names, _("which way this goes is not known"))
            return
        self.run(node.body if test else node.orelse, names)

    def _follow_while(self, node: ast.While, names: Names) -> None:
        while True:
            self.step()
            test = self.value(node.test, names)
            if isinstance(test, UNDECIDED):
                self.give_up(node, names, _("how often this goes round is not known"))
                return
            if not test:
                return
            try:
                self.run(node.body, names)
            except Stopped as stopped:
                if not stopped.again:
                    return

    def _follow_try(self, node: ast.Try, names: Names) -> None:
        # Source that works goes the ordinary way.
        self.run([*node.body, *node.orelse, *node.finalbody], names)

    def _follow_with(self, node: ast.With, names: Names) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self.assign(item.optional_vars, self.unknown(node, _("this is not understood")), names)
        self.run(node.body, names)

    def _follow_for(self, node: ast.For, names: Names) -> None:
        items = arithmetic.items_of(self.value(node.iter, names))
        if items is None:
            if not modules.is_harmless(node.iter):
                self.give_up(node, names, _("what this goes through is not known"))
            return
        for item in items:
            self.step()
            self.assign(node.target, item, names)
            try:
                self.run(node.body, names)
            except Stopped as stopped:
                if not stopped.again:
                    break


def _loading(target: ast.expr) -> ast.expr:
    """A target of an assignment as the expression that reads it; this interpreter does not tell them apart."""
    return target


def _tensors_in(value: Any) -> list[TensorValue]:
    """What flows into a value; of long lists only the beginning is looked at."""
    found: list[TensorValue] = []
    waiting, looked = [value], 0
    while waiting and looked < MOST_LOOKED_AT:
        looked += 1
        here = waiting.pop()
        if isinstance(here, TensorValue):
            found.append(here)
        elif isinstance(here, PartialOp):
            found.append(here.value)
        elif isinstance(here, Unknown):
            found.extend(here.tensors)
        elif isinstance(here, tuple | list) and not isinstance(here, Open | Known):
            waiting.extend(reversed(here[:MOST_LOOKED_AT]))
    return found


def _is_main(test: ast.expr) -> bool:
    """Whether this is `__name__ == "__main__"`."""
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"
