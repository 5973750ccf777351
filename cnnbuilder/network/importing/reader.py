"""Draws the networks of a file: modules, classes, and lines without one."""

from __future__ import annotations

import ast
import re
from typing import Any

from cnnbuilder.network.importing import arithmetic, candidates, leftovers, several_outputs
from cnnbuilder.network.importing.calls import call
from cnnbuilder.network.importing.candidates import Candidate
from cnnbuilder.network.importing.module_tree import LAYER, MEMBERS, is_module, walk
from cnnbuilder.network.importing.modules import initialise
from cnnbuilder.network.importing.network_builder import Arriving, NetworkBuilder
from cnnbuilder.network.importing.network_finder import NetworkFinder
from cnnbuilder.network.importing.statements import MOST_STEPS, Names
from cnnbuilder.network.importing.values import (
    Container,
    Function,
    Instance,
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


class Reader(NetworkFinder):
    """Draws the networks of a file, one at a time."""

    def draw(self, candidate: Candidate, shape: Arriving | None = None) -> NetworkBuilder:
        """Draws one of the networks. `shape`: of the images, where it is known."""
        self.state.restore()
        self.builder = NetworkBuilder(3 if shape is None else len(shape), shape)
        self.builder.remarks = list(self.said)
        self.steps = self.depth = 0
        self.inside = 1
        self.most_steps = MOST_STEPS
        module = candidate.module
        if (
            module is None
            and candidate.found in (candidates.CLASS, candidates.NEEDS_ARGUMENTS)
            and candidate.template
        ):
            self._follow_class(candidate.template, self.tree)
            return self.builder
        if module is None:
            module = self.value(
                ast.fix_missing_locations(ast.parse(candidate.call, mode="eval")).body, self.names
            )
        kept = [
            (part.attributes, dict(part.attributes))
            for _path, part in walk(module)
            if isinstance(part, Instance)
        ]
        self._follow_through(module, self.tree)
        for attributes, before in kept:
            attributes.clear()
            attributes.update(before)
        return self.builder

    # --- lines by themselves ----------------------------------------------------------------------

    def shown(self, value: Any) -> None:
        """A layer on a line of its own belongs to the fragment, and so do those of a list on a line of its own."""
        if isinstance(value, list) or type(value) is tuple:
            if not arithmetic.is_small(value):
                return
            for part in value:
                if isinstance(part, Unknown):
                    self.keeps(part)
                self.shown(part)
            return
        # model.append(…) gives the model itself, which has its name and its place.
        if (
            isinstance(value, Layer | Container | Instance)
            and self.depth == 0
            and self.fragment
            and not any(value is known for known in self.names.values())
        ):
            self.loose.append(value)

    def is_aside(self, targets: list[ast.expr], names: Names) -> bool:
        """Beside classes, whatever neither makes nor changes a module."""
        if self.fragment or self.inside:
            return self.from_elsewhere > 0 and not self.inside
        held = [names.find(target.id) for target in targets if isinstance(target, ast.Name)]
        return not any(isinstance(value, Container | Instance) and is_module(value) for value in held)

    def keeps(self, value: Unknown) -> bool:
        """A line of a fragment that could not be read gets its place among the layers."""
        kept = self.fragment and self.depth == 0 and _LAYER.search(value.text) is not None
        if kept:
            self.loose.append(value)
        return kept

    def _follow_class(self, template: Template, tree: ast.Module) -> None:
        instance = Instance(template)
        initialise(self, template.definition, instance, template, [], {})
        if "forward" in template.names or {MEMBERS, LAYER, "net", "forward"} & instance.attributes.keys():
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
        for remark in leftovers.remarks(module, self.builder):
            self.builder.remark(*remark)

    def _end(self, result: Any, node: ast.AST) -> None:
        """What the network gives; something that could not be read stands at its end."""
        if isinstance(result, TensorValue):
            result = self.builder.storage.halfway_of(result)
        if isinstance(result, Unknown | PartialOp | TensorValue):
            self.builder.results = (self.tensor(result, node),)
            return
        values = arithmetic.items_of(result)
        if isinstance(result, dict):
            values = list(result.values())
        flowing = [
            (at, value)
            for at, value in enumerate(values or [])
            if isinstance(value, TensorValue | PartialOp | Unknown)
        ]
        if not flowing:
            nothing = self.unknown(node, _("forward gives no value that flows"))
            self.builder.results = (self.builder.put_unknown(nothing),)
            return
        trained = several_outputs.trained(self.tree, len(values or []))
        at, value = next((pair for pair in flowing if pair[0] == trained), flowing[0])
        self.builder.results = (self.tensor(value, node),)
        if len(flowing) > 1:
            why = _("which the training uses") if at == trained else _("the first")
            message = _("forward gives several values; number {n}, {why}, is read")
            self.builder.remark(getattr(node, "lineno", 0), message.format(n=at + 1, why=why))

    def follow_fragment(self, tree: ast.Module) -> None:
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
