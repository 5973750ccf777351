"""Attributes of a layer that source reads, model.fc.in_features, and gives other values, conv.stride = (1, 1)."""

from __future__ import annotations

from typing import Any

from cnnbuilder.network.importing.signatures import LAYERS
from cnnbuilder.network.importing.values import Container, Instance, Layer, Open, Unknown, WeightOf
from cnnbuilder.text import _

MISSING = object()
_FIXED = frozenset(
    {"in_channels", "out_channels", "in_features", "out_features", "num_features", "bias", "affine", "groups"}
)
"""What decides at the construction which weights there are: another value later changes nothing, or breaks torch."""
_PAIRS = frozenset({"kernel_size", "stride", "padding", "dilation", "output_padding"})
_WEIGHTS = frozenset({"weight", "bias"})
_MEANINGLESS = frozenset({"training", "name", "requires_grad"})


def get(layer: Layer, name: str) -> Any:
    """layer.name, or `MISSING`."""
    if name in layer.extra:
        return layer.extra[name]
    if name == "training":
        return False
    if name in _WEIGHTS:
        has_bias = layer.arguments.get("bias", True) is not False
        return WeightOf(layer, name) if name == "weight" or has_bias else None
    kind = LAYERS[layer.called]
    signature = kind.signature(layer.called)
    value = layer.arguments.get(name, signature.defaults.get(name, MISSING))
    if name in _PAIRS and "Conv" in layer.called and isinstance(value, int):
        return (value, value)
    return value


def put(layer: Layer, name: str, value: Any) -> None:
    """layer.name = value: an argument that the layer is called with from now on, or something no block can do."""
    names = LAYERS[layer.called].signature(layer.called).names
    layer.made = None
    if name == "bias" and value is None and name in names:
        layer.arguments["bias"] = False
    elif name in _WEIGHTS and name != "bias" and not isinstance(value, Unknown | Open):
        layer.changed = _("its {name} is another layer's, or put in by hand").format(name=name)
    elif name in _WEIGHTS:
        layer.changed = _("its {name} is put in by hand").format(name=name)
    elif name in names and name not in _FIXED and not ("Conv" in layer.called and name == "kernel_size"):
        layer.arguments[name] = value
    elif name in names:
        if get(layer, name) != value:
            layer.changed = _("{name} gets another value after it was made").format(name=name)
    elif name == "forward":
        layer.changed = _("its forward is replaced")
    elif isinstance(value, Layer | Container | Instance) or name not in _MEANINGLESS:
        layer.extra[name] = value
