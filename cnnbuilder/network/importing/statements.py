"""Follows source statement by statement, as Python would, without running any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from cnnbuilder.network.importing import arithmetic, changes, classes, layer_attributes, module_tree, modules
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.freezing import Weights, set_learns
from cnnbuilder.network.importing.network_builder import NetworkBuilder, TooLargeError
from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.values import (
    BatchSize,
    Container,
    Function,
    Instance,
    Known,
    Layer,
    Pieces,
    Size,
    SizesOf,
    Template,
    TensorValue,
    Unknown,
    WeightOf,
    line_of,
    tensors_in,
)
from cnnbuilder.text import _

MOST_STEPS = 600_000
ITEMS_A_STEP = 16
"""Items of a list that count as much as one step."""
Names = Scope


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


class Statements(Evaluator):
    """What statements do. `names` are the file's global names; what flows is drawn in `builder`."""

    def __init__(self, text: str, rank: int | None = 3) -> None:
        """`rank`: how many axes arrive, without the batch, where that is known."""
        self.lines = text.splitlines()
        self.builder = NetworkBuilder(rank)
        self.names: Names = Scope()
        self.steps = 0
        self.most_steps = MOST_STEPS
        self.depth = 0
        self.inside = 0
        """How many methods of modules are being followed."""
        self.under_training = 0
        """How many branches that only training takes are followed."""

    def value(self, node: ast.expr, names: Names) -> Any:
        """What an expression stands for."""
        raise NotImplementedError

    def operate(self, node: ast.AST, op: ast.operator, values: list[Any]) -> Any:
        """left op right, for numbers and for what flows."""
        raise NotImplementedError

    def unknown(self, node: ast.AST, reason: str, arguments: Iterable[Any] = ()) -> Unknown:
        """What cannot be read, with what flows into it."""
        tensors = tuple(value for argument in arguments for value in tensors_in(argument))
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
        if self.steps > self.most_steps:
            raise TooLargeError(_("The source goes on for longer than any network takes to build."))

    def give_up(self, node: ast.stmt, names: Names, reason: str) -> None:
        """A statement that is not followed: whatever it might change is unknown from here on."""
        found = changes.of(node)
        targets = [target for target in found.targets if not self._stays(target, node, names)]
        if not targets and not found.returns and not found.touched:
            return
        aside = self.is_aside(targets, names)
        if not aside:
            self.builder.remark(line_of(node), f"{reason}: {self.text(node)}")
        for target in targets:
            before = names.find(target.id) if isinstance(target, ast.Name) else None
            self.assign(target, self.unknown(node, reason, [before]), names)
        for touched in found.touched:
            self._touch(self.value(touched, names), self.unknown(node, reason))
        if found.returns:
            tensors = [found for value in names.values() for found in tensors_in(value)]
            raise Returned(self.unknown(node, reason, tensors[-1:]))

    def _stays(self, target: ast.expr, node: ast.stmt, names: Names) -> bool:
        """Whether a module keeps its name whichever way it goes: net = net.cuda()."""
        if not isinstance(target, ast.Name):
            return False
        before = names.find(target.id)
        if not isinstance(before, Layer | Container | Instance):
            return False
        given = [
            part.value
            for part in ast.walk(node)
            if isinstance(part, ast.Assign)
            and any(isinstance(to, ast.Name) and to.id == target.id for to in part.targets)
        ]
        return bool(given) and all(self.value(value, Scope(enclosing=names)) is before for value in given)

    def _touch(self, value: Any, unknown: Unknown) -> None:
        """Something may have happened to what this is."""
        match value:
            case Instance():
                value.unread.append(unknown)
            case Container():
                value.add(unknown)
            case Layer():
                value.changed = unknown.reason
            case TensorValue():
                self.builder.change(value, self.builder.put_unknown(unknown._replace(tensors=(value,))))

    def _say_unread(self, node: ast.AST) -> None:
        self.builder.remark(line_of(node), _("not read: {text}").format(text=self.text(node)))

    def _follow_assign(self, node: ast.Assign, names: Names) -> None:
        value = self.value(node.value, names)
        for target in node.targets:
            self.assign(target, value, names)

    def _follow_annassign(self, node: ast.AnnAssign, names: Names) -> None:
        if node.value is not None:
            self.assign(node.target, self.value(node.value, names), names)

    def _follow_augassign(self, node: ast.AugAssign, names: Names) -> None:
        before = self.value(node.target, names)
        added = self.value(node.value, names)
        if isinstance(before, list) and isinstance(node.op, ast.Add):
            items = arithmetic.items_of(added)
            if items is not None:
                if len(before) + len(items) > arithmetic.MOST_ITEMS:
                    raise TooLargeError(
                        _("The source makes a list that is too long (line {n}).").format(n=node.lineno)
                    )
                before.extend(items)
                return
        if isinstance(before, Container) and (items := arithmetic.items_of(added)) is not None:
            for item in items:
                before.add(item)
            return
        result = self.operate(node, node.op, [before, added])
        if isinstance(before, TensorValue) and isinstance(result, TensorValue | Unknown):
            # What flows changes in place: every other name of it sees that.
            result = self.tensor(result, node)
            self.builder.change(before, result)
        self.assign(node.target, result, names)

    def tensor(self, value: Any, node: ast.AST) -> TensorValue:
        """Something as what flows; what could not be read gets a place of its own."""
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Any, names: Names) -> None:
        """Gives a name, an attribute, an element or several of them a value."""
        if isinstance(target, ast.Name):
            names.put(target.id, value)
        elif isinstance(target, ast.Attribute):
            self.set_attribute(target, self.value(target.value, names), target.attr, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target, value, names)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value, names)
        elif isinstance(target, ast.Subscript):
            self._set_element(target, value, names)

    def set_attribute(self, node: ast.AST, owner: Any, name: str, value: Any) -> None:
        """owner.name = value."""
        match owner:
            case Weights() | WeightOf() if name == "requires_grad":
                set_learns(owner, value)
            case Instance():
                if isinstance(layer := owner.attributes.get(module_tree.LAYER), Layer) and not isinstance(
                    value, Layer | Container | Instance
                ):
                    layer_attributes.put(layer, name, value)
                self.hold(owner, name, value)
            case Layer():
                layer_attributes.put(owner, name, value)
            case Template():
                if isinstance(value, Function):
                    value = value._replace(template=owner)
                classes.put(owner, name, value)
            case Container():
                if isinstance(value, Layer | Container | Instance | Unknown):
                    owner.add(value, name)
                else:
                    owner.extra[name] = value
            case TensorValue() if name not in ("requires_grad", "grad"):
                unknown = self.unknown(node, _("what flows is replaced by something else"), [owner])
                self.builder.change(owner, self.builder.put_unknown(unknown))
            case Known(path) if path.startswith(("torch.nn", "torchvision")):
                self._say_unread(node)

    def _set_element(self, target: ast.Subscript, value: Any, names: Names) -> None:
        owner = self.value(target.value, names)
        if isinstance(owner, TensorValue):
            unknown = self.unknown(target, _("what flows is changed in parts"), [owner, value])
            self.builder.change(owner, self.builder.put_unknown(unknown))
            return
        key = self.value(target.slice, names)
        if isinstance(owner, Instance) and isinstance(
            held := owner.attributes.get(module_tree.MEMBERS), Container
        ):
            owner = held
        if isinstance(owner, Container) and type(key) in (str, int):
            members = list(owner.members)
            there = type(key) is int and -len(members) <= key < len(members)
            owner.members[members[key] if there else str(key)] = value
            if isinstance(value, Layer) and value.name is None:
                value.name = str(key)
        elif (isinstance(owner, dict) and arithmetic.is_key(key)) or (
            isinstance(owner, list) and type(key) is int and -len(owner) <= key < len(owner)
        ):
            owner[key] = value
        elif (
            isinstance(owner, list)
            and isinstance(key, slice)
            and (items := arithmetic.items_of(value)) is not None
            and key.step is None
        ):
            owner[key] = items
        else:
            if isinstance(owner, dict | list):
                # Any element may be another one now.
                owner.clear()
                if isinstance(owner, list):
                    owner.append(self.unknown(target, _("this is not understood"), [value]))
            self._say_unread(target)

    def hold(self, owner: Instance, name: str, value: Any) -> None:
        """self.name = value."""
        owner.attributes[name] = value
        members = owner.attributes.get(module_tree.MEMBERS)
        if isinstance(members, Container) and isinstance(value, Layer | Container | Instance):
            members.add(value, name)
        if isinstance(value, Layer) and value.name is None:
            value.name = name

    def _unpack(self, target: ast.Tuple | ast.List, value: Any, names: Names) -> None:
        if isinstance(value, Pieces):
            parts: list[Any] | None = [
                value.piece(number) for number in range(min(value.most, len(target.elts)))
            ]
        else:
            parts = arithmetic.items_of(value)
        star = next((at for at, part in enumerate(target.elts) if isinstance(part, ast.Starred)), None)
        if star is not None and parts is not None and len(parts) >= len(target.elts) - 1:
            end = len(parts) - (len(target.elts) - 1 - star)
            parts = [*parts[:star], parts[star:end], *parts[end:]]
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
        if isinstance(value, Unknown) and not (modules.is_harmless(node.value) or self.is_aside([], names)):
            self._say_unknown(value, names)
        self.shown(value)

    def _say_unknown(self, value: Unknown, names: Names) -> None:
        """A line by itself is not understood: what was done there, to what flows or to the module, is not known."""
        if self.keeps(value):
            return
        self.builder.remark(
            value.line, _("not read: {text} ({reason})").format(text=value.text, reason=value.reason)
        )
        for tensor in value.tensors:
            self.builder.change(tensor, self.builder.put_unknown(value._replace(tensors=(tensor,))))
        if self.depth and not value.tensors and isinstance(owner := names.find("__self__"), Instance):
            owner.unread.append(value)

    def is_aside(self, targets: list[ast.expr], names: Names) -> bool:
        """Whether a line outside every class is no line of a network's: arguments, data, the training loop.

        `targets`: what it gives another value.
        """
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

    _follow_assert = _follow_pass

    def _follow_raise(self, node: ast.Raise, names: Names) -> None:
        raise Returned(self.unknown(node, _("the source stops here with an error")))

    def _follow_global(self, node: ast.Global, names: Names) -> None:
        for name in node.names:
            names.say_global(name)

    def _follow_nonlocal(self, node: ast.Nonlocal, names: Names) -> None:
        for name in node.names:
            names.say_nonlocal(name)

    def _follow_delete(self, node: ast.Delete, names: Names) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                names.remove(target.id)
                continue
            owner = (
                self.value(target.value, names) if isinstance(target, ast.Attribute | ast.Subscript) else None
            )
            if isinstance(target, ast.Attribute) and isinstance(owner, Instance):
                owner.attributes.pop(target.attr, None)
            elif isinstance(target, ast.Attribute) and isinstance(owner, Container):
                owner.members.pop(target.attr, None)
            elif isinstance(target, ast.Subscript):
                self._delete_element(target, owner, self.value(target.slice, names))

    def _delete_element(self, target: ast.Subscript, owner: Any, key: Any) -> None:
        try:
            if isinstance(owner, Container) and type(key) is int:
                members = list(owner.members.values())
                del members[key]
                owner.members = {str(number): member for number, member in enumerate(members)}
            elif isinstance(owner, list | dict) and (arithmetic.is_key(key) or isinstance(key, slice)):
                del owner[key]
            elif isinstance(owner, Container | list | dict):
                self._touch(owner, self.unknown(target, _("this is not understood")))
                self._say_unread(target)
        except (LookupError, TypeError):
            self._say_unread(target)
