"""Finds what in a file is the network: a module that it makes, a class, or a fragment of one."""

from __future__ import annotations

import ast
import re
from typing import Any

from cnnbuilder.network.importing.calls import call
from cnnbuilder.network.importing.interpreter import Interpreter
from cnnbuilder.network.importing.modules import initialise, is_ours
from cnnbuilder.network.importing.signatures import LAYERS
from cnnbuilder.network.importing.statements import Returned, Stopped
from cnnbuilder.network.importing.values import (
    Container,
    Function,
    Instance,
    Known,
    Layer,
    PartialOp,
    Template,
    TensorValue,
    Unknown,
)
from cnnbuilder.network.nearest import nearest
from cnnbuilder.text import _

_LAYER = re.compile(r"\b(nn|F|torch|torchvision)\.|\b[A-Z]\w+\(")
"""What a line with a layer on it looks like."""


class Reader(Interpreter):
    """Finds what in a file is the network, and follows it."""

    def __init__(self, text: str, rank: int | None = 3) -> None:
        super().__init__(text, rank)
        self.self_ = Instance(Template(ast.ClassDef("", [], [], [], [], lineno=1), {}, ()))
        self.loose: list[Any] = []
        self.fragment = False

    def read(self, tree: ast.Module) -> None:
        """Draws the network of a file: a module that it makes, else its last class, else a fragment."""
        self.names["self"] = self.self_
        self.fragment = _is_fragment(tree)
        if self.fragment:
            self.names["x"] = self.builder.image
        if not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree)):
            # Lines out of a file whose imports stayed behind.
            self.names.update({name: Known(f"torch.nn.{name}") for name in (*LAYERS, "Module")})
        try:
            self.run(tree.body, self.names)
        except Returned as returned:
            # Lines out of forward, with its last.
            if self.fragment:
                self.names["x"] = returned.value
        except Stopped:
            pass  # break outside of a loop: a slip that ends nothing
        modules = [
            value
            for name, value in self.names.items()
            if name != "self" and isinstance(value, Instance | Container)
        ]
        classes = [
            value for value in self.names.values() if isinstance(value, Template) and "forward" in value.names
        ]
        free = [
            value for value in self.names.values() if isinstance(value, Template) and _is_sequential(value)
        ]
        if modules and not self.fragment:
            self._follow_through(modules[-1], tree)
        elif (classes or free) and not self.fragment:
            self._follow_class(self._outermost(classes or free), tree)
        else:
            self._follow_fragment(tree)

    def shown(self, value: Any) -> None:
        """A layer on a line of its own belongs to the fragment, and so do those of a list on a line of its own."""
        if isinstance(value, list) or type(value) is tuple:
            for part in value:
                if isinstance(part, Unknown):
                    self.keeps(part)
                self.shown(part)
            return
        # model.append(…) gives the model itself, which has its name and its place.
        fresh = not any(value is known for known in self.names.values())
        if isinstance(value, Layer | Container | Instance) and self.depth == 0 and fresh:
            self.loose.append(value)

    def is_aside(self, node: ast.stmt) -> bool:
        """Beside classes, whatever neither makes nor changes a module."""
        if self.fragment or self.depth:
            return False
        named = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        stored = {
            inner.id
            for inner in ast.walk(node)
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
        }
        held = {name for name in stored if isinstance(self.names.get(name), Container | Instance)}
        return not held and not named & {"exec", "eval", "os", "subprocess", "sys"}

    def keeps(self, value: Unknown) -> bool:
        """A line of a fragment that could not be read gets its place among the layers."""
        kept = self.fragment and self.depth == 0 and _LAYER.search(value.text) is not None
        if kept:
            self.loose.append(value)
        return kept

    def _outermost(self, classes: list[Template]) -> Template:
        """The last class that no other uses."""
        used = {
            node.id
            for template in classes
            for node in ast.walk(template.definition)
            if isinstance(node, ast.Name) and node.id != template.definition.name
        }
        outer = [template for template in classes if template.definition.name not in used] or classes
        if len(outer) > 1:
            message = _("the file holds several networks; {name}, the last, is read")
            last = outer[-1].definition
            self.builder.remark(last.lineno, message.format(name=last.name))
        return outer[-1]

    def _follow_class(self, template: Template, tree: ast.Module) -> None:
        instance = Instance(template)
        initialise(self, template.definition, instance, template, [], {})
        if "forward" in template.names or "__sequence__" in instance.attributes:
            self._follow_through(instance, tree)
            return
        name = template.definition.name
        near = nearest(
            "forward", [key for key, value in template.names.items() if isinstance(value, Function)]
        )
        hint = _(" ({near}: forward?)").format(near=near) if near else ""
        message = _("{name} has no forward: its layers are taken one after another as they stand")
        self.builder.remark(template.definition.lineno, message.format(name=name) + hint)
        modules = [
            value
            for value in instance.attributes.values()
            if isinstance(value, Layer | Container | Instance | Unknown)
        ]
        self._end(self._one_after_another(modules), template.definition)

    def _one_after_another(self, modules: list[Any]) -> Any:
        value: Any = self.builder.image
        for module in modules:
            node = ast.Call(ast.Name("layer"), [], [])
            node.lineno = getattr(module, "line", 1)
            value = call(self, node, module, [value], {})
        return value

    def _follow_through(self, module: Any, tree: ast.AST) -> None:
        node = ast.Call(ast.Name("model"), [], [])
        node.lineno = module.template.definition.lineno if isinstance(module, Instance) else 1
        result = call(self, node, module, [self.builder.image], {})
        self._end(result, node)
        for layer in self.made:
            if (
                not layer.used
                and layer.name
                and isinstance(module, Instance)
                and layer in module.attributes.values()
            ):
                self.builder.remark(layer.line, _("self.{name} is never used").format(name=layer.name))

    def _end(self, result: Any, node: ast.AST) -> None:
        """What the network gives; something that could not be read stands at its end."""
        if isinstance(result, Unknown | PartialOp | TensorValue):
            self.builder.results = (self.tensor(result, node),)
        else:
            tensors = (
                [value for value in result if isinstance(value, TensorValue)]
                if isinstance(result, tuple | list)
                else []
            )
            if tensors:
                self.builder.results = tuple(tensors)
                self.builder.remark(getattr(node, "lineno", 0), _("forward gives several values"))
            else:
                nothing = self.unknown(node, _("forward gives no value that flows"))
                self.builder.results = (self.builder.put_unknown(nothing),)

    def _follow_fragment(self, tree: ast.Module) -> None:
        """Layers without a class: what flows through `x`, else one after another as they stand."""
        for name in ("__init__", "forward"):
            function = self.names.get(name)
            if isinstance(function, Function):
                self.self_.template.names[name] = function
        beginning = self.self_.template.names.get("__init__")
        if isinstance(beginning, Function):
            parameters = beginning.definition.args.args
            owner = beginning._replace(owner=self.self_) if parameters else beginning
            self.enter(beginning.definition, owner, [], {})
        if "forward" in self.self_.template.names:
            self._follow_through(self.self_, tree)
            return
        last = self.names.get("x")
        if isinstance(last, TensorValue | Unknown) and last != self.builder.image:
            self._end(last, tree)
            return
        named = [
            value
            for value in self.self_.attributes.values()
            if isinstance(value, Layer | Container | Instance)
        ]
        assigned = [
            value
            for name, value in self.names.items()
            if name != "self" and isinstance(value, Layer | Container)
        ]
        listed = [
            part
            for value in self.names.values()
            if isinstance(value, list)
            for part in value
            if isinstance(part, Layer | Container | Instance)
        ]
        value = self._one_after_another(
            self._in_order(named) if self.loose and named else [*self.loose, *(named or assigned or listed)]
        )
        for attribute in self.self_.attributes.values():
            if isinstance(attribute, Unknown):
                value = self.builder.put_unknown(attribute._replace(tensors=_flow(value)))
        self._end(value, tree)

    def _in_order(self, named: list[Any]) -> list[Any]:
        """Named layers and those on lines of their own, by line."""
        return sorted([*named, *self.loose], key=lambda module: getattr(module, "line", 0))


def _flow(value: Any) -> tuple[TensorValue, ...]:
    return (value,) if isinstance(value, TensorValue) else ()


def _is_fragment(tree: ast.Module) -> bool:
    """Whether the file holds no class but those that our own code brings along: lines out of one."""
    return not any(isinstance(node, ast.ClassDef) and not is_ours(node) for node in tree.body)


def _is_sequential(template: Template) -> bool:
    return any(
        isinstance(base, Known) and base.path.lower().endswith(("sequential", "module"))
        for base in template.bases
    )
