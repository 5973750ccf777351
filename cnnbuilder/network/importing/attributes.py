"""What attributes of modules, layers and values stand for: self.conv, model.fc.in_features, x.shape."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.network.importing import (
    layer_attributes,
    module_tree,
    modules,
    records,
)
from cnnbuilder.network.importing.definitions import Definitions
from cnnbuilder.network.importing.values import (
    BatchSize,
    Computed,
    Container,
    DummyTensor,
    Function,
    Instance,
    Known,
    Layer,
    Method,
    Open,
    Parameter,
    Record,
    Size,
    SizeNumber,
    SizesOf,
    Template,
    TensorValue,
    TrainingFlag,
    WeightOf,
)
from cnnbuilder.network.nearest import nearest
from cnnbuilder.text import _

_MISSING = object()
MOST_COMPARED_NAMES = 500
"""Attributes among which the nearest is looked for where one is missing: the rest would take too long."""


class Attributes(Definitions):
    """What owner.name stands for."""

    def attribute(self, node: ast.AST, owner: Any, name: str) -> Any:
        """owner.name."""
        match owner:
            case Known(path):
                inner = self.module_beside(f"{path}.{name}", node) if self.sources is not None else None
                return inner or self.class_of_torchvision(f"{path}.{name}", node) or Known(f"{path}.{name}")
            case Instance():
                return self._attribute(owner, node, name)
            case Template():
                if name == "__name__":
                    return owner.definition.name
                found = owner.names.get(name, _MISSING)
                return Method(owner, name) if found is _MISSING else found
            case Record() if name in owner.template.names:
                return owner.template.names[name]
            case Function() if name == "__name__":
                return getattr(owner.definition, "name", "<lambda>")
            case TensorValue():
                return self._of_tensor(owner, name)
            case Layer() if (value := layer_attributes.get(owner, name)) is not layer_attributes.MISSING:
                return value
            case Container() if name in owner.members:
                return owner.members[name]
            case Container() if name == "_modules":
                return owner.members
            case Container() if name in owner.extra:
                return owner.extra[name]
            case WeightOf() | Parameter() if name in ("data", "grad"):
                return owner
            case Parameter() if name == "shape":
                return owner.sizes
            case DummyTensor() if name == "shape":
                return owner.sizes or Method(owner, name)
            case Container() | Layer() if name == "module":
                return owner
            case Container() | Layer() | Instance() if name == "__class__":
                return Method(owner, name)
            case Open():
                return Open(f"{owner.text}.{name}"[:100])
            case _:
                return Method(owner, name)

    def _of_tensor(self, owner: TensorValue, name: str) -> Any:
        if name == "shape":
            return self.sizes(owner)
        if name in ("data", "real"):
            return owner
        if name == "requires_grad":
            return True  # of what training computes
        if name == "mT" or name == "T":
            return self.unknown(ast.Constant(0), _("this is not understood"), [owner])
        if name == "ndim" and (rank := self.builder.rank(owner)) is not None:
            return rank + 1
        return Method(owner, name)

    def sizes(self, value: TensorValue) -> Any:
        """x.shape: a size for each axis, where it is known how many there are."""
        shape = self.builder.shape_of(value)
        if shape is not None:
            known = [SizeNumber(n, Size(value, (axis,))) for axis, n in enumerate(shape.sizes, 1)]
            return (BatchSize(), *known)
        rank = self.builder.rank(value)
        if rank is None:
            return SizesOf(value)
        return (BatchSize(), *(Size(value, (axis,)) for axis in range(1, rank + 1)))

    def _attribute(self, owner: Instance, node: ast.AST, name: str) -> Any:
        if name in owner.attributes:
            return owner.attributes[name]
        if name in owner.template.names:
            found = owner.template.names[name]
            if isinstance(found, Computed):
                return self.enter(node, found.function._replace(owner=owner), [], {})
            bound = isinstance(found, Function) and found.template is not None and found.owner is None
            return found._replace(owner=owner) if bound else found
        if name == "training" and modules.is_module(owner.template):
            return TrainingFlag()
        if name == "__dict__":
            return owner.attributes
        if name == "_modules":
            return module_tree.children(owner)
        if name == "module":
            return owner
        if isinstance(layer := owner.attributes.get(module_tree.LAYER), Layer):
            value = layer_attributes.get(layer, name)
            if value is not layer_attributes.MISSING:
                return value
        held = owner.attributes.get(module_tree.MEMBERS)
        if isinstance(held, Container) and name in held.members:
            return held.members[name]
        if "__getattr__" in owner.template.names and name != "forward":
            return self.enter(node, owner.template.names["__getattr__"]._replace(owner=owner), [name], {})
        if name in modules.OF_MODULES or name in ("__class__", "_get_name") or records.is_parser(owner):
            return Method(owner, name)
        if name in ("forward", "__call__") and modules.is_module(owner.template):
            return Method(owner, name)
        if (
            not modules.is_module(owner.template)
            and not owner.template.names
            and name not in owner.attributes
        ):
            # Options, or a module beside the file: what it does not say is open.
            return Open(name)
        near = nearest(name, owner.attributes) if len(owner.attributes) < MOST_COMPARED_NAMES else None
        hint = _(": self.{near}?").format(near=near) if near else ""
        return self.unknown(node, _("there is no self.{name}").format(name=name) + hint)
