"""Building pieces that torchvision offers besides layers, in our own words: read like classes of the file."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.parsing import all_nodes
from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.values import Function, Instance, Known, Template
from cnnbuilder.text import _

_CONV_NORM_ACTIVATION = """
class Conv2dNormActivation(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size=3, stride=1, padding=None, groups=1,
                 norm_layer=nn.BatchNorm2d, activation_layer=nn.ReLU, dilation=1, inplace=True, bias=None,
                 conv_layer=nn.Conv2d):
        if padding is None:
            if isinstance(kernel_size, int) and isinstance(dilation, int):
                padding = (kernel_size - 1) // 2 * dilation
            else:
                kernels = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
                steps = (dilation, dilation) if isinstance(dilation, int) else dilation
                padding = tuple((k - 1) // 2 * d for k, d in zip(kernels, steps))
        layers = [conv_layer(in_channels, out_channels, kernel_size, stride, padding, dilation=dilation,
                             groups=groups, bias=norm_layer is None if bias is None else bias)]
        if norm_layer is not None:
            layers.append(norm_layer(out_channels))
        if activation_layer is not None:
            layers.append(activation_layer())
        super().__init__(*layers)
"""
_SQUEEZE_EXCITATION = """
class SqueezeExcitation(nn.Module):
    def __init__(self, input_channels, squeeze_channels, activation=nn.ReLU, scale_activation=nn.Sigmoid):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def forward(self, x):
        scale = self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(x)))))
        return scale * x
"""
CLASSES = {
    "Conv2dNormActivation": _CONV_NORM_ACTIVATION,
    "ConvNormActivation": _CONV_NORM_ACTIVATION,
    "SqueezeExcitation": _SQUEEZE_EXCITATION,
}
"""Their source, by name."""


def template(run: Evaluator, name: str, node: ast.AST) -> Template:
    """The class, every line of it standing where the file uses it."""
    definition = ast.parse(CLASSES[name]).body[0]
    for inner in all_nodes(definition):
        if hasattr(inner, "lineno"):
            inner.lineno = getattr(node, "lineno", 0)
    names = Scope({"nn": Known("torch.nn")})
    run.run([definition], names)
    return next(value for value in names.values() if isinstance(value, Template))


def network(run: Evaluator, node: ast.Call, path: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """A network of torchvision's, models.resnet18(), read from its own source where that is on the machine, or None.

    `sources` finds it by the name of the function: "torchvision.models:resnet18".
    """
    name = path.rpartition(".")[2]
    if name == "get_model":
        first = positional[0] if positional else named.get("name")
        if not isinstance(first, str):
            return None
        name = first.lower().replace("-", "_")
        positional, named = positional[1:], {key: value for key, value in named.items() if key != "name"}
    module = run.module_beside(f"torchvision.models:{name}", node)
    made = None if module is None else module.attributes.get(name)
    if not isinstance(made, Function):
        return None
    given = {key: value for key, value in named.items() if key not in ("weights", "pretrained", "progress")}
    asked = named.get("weights", named.get("pretrained", positional[0] if positional else None))
    if asked not in (None, False):
        run.weights_asked = True
        message = _(
            "the weights of {name} that the source asks for do not come along, so they begin at random;"
            " they do where the file is read by running it"
        )
        run.builder.remark(getattr(node, "lineno", 0), message.format(name=name))
    result = run.enter(node, made, [], given)
    return result if isinstance(result, Instance) else None
