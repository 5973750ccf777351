"""Activations: a curve applied to every value by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from cnnbuilder.blocks.base import Autocast, Block, Call, Count, Family, Field, Shape, Weights
from cnnbuilder.blocks.fixes import MisfitError, SetFields
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.writing import docs, literal
from cnnbuilder.text import _


class Activation(Block, frozen=True, kw_only=True):
    """What all activations have in common: any shape comes and stays. `function` is its name in torch."""

    family: ClassVar[Family] = "activation"
    icon: ClassVar[str] = "activation"
    keeps_shape: ClassVar[bool] = True
    function: ClassVar[str]

    def output(self, *inputs: Shape) -> Shape:
        """What arrives."""
        return inputs[0]

    def saves_input(self) -> bool:
        """Where the slope is found from the input; from the output where that is enough."""
        return not self.saves_output

    def call(self, *inputs: Shape) -> Call:
        """F.name(x, …), with only those fields that differ from torch's defaults."""
        values = msgspec.structs.asdict(self)
        given = [
            f"{info.name}={literal(values[info.name])}"
            for info in self.fields()
            if values[info.name] != info.default
        ]
        return Call(f"nn.{self.kind()}({', '.join(given)})", f"{self.function}({', '.join(['{x}', *given])})")

    def summary_text(self) -> str:
        """The fields that differ from the usual."""
        values = msgspec.structs.asdict(self)
        return " · ".join(
            f"{info.field.label.lower()} {values[info.name]}"
            for info in self.fields()
            if values[info.name] != info.default
        )


class ReLU(Activation, frozen=True, kw_only=True):
    """torch.nn.ReLU: max(0, x)."""

    title: ClassVar[str] = _("cuts below zero")
    summary: ClassVar[str] = _(
        "Keeps what is above zero and turns the rest to zero, so that layers add up to more than one."
    )
    when: ClassVar[str] = _("After every convolution and every Linear but the last, unless you know better.")
    paper: ClassVar[str] = _("Nair and Hinton, 2010")
    page: ClassVar[str] = docs("torch.nn.ReLU")
    icon: ClassVar[str] = "relu"
    keywords: ClassVar[str] = _("activation rectifier nonlinear zero curve")
    basic: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "relu"
    layers: ClassVar[Mapping[str, str]] = {"ReLU": "inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"relu": "inplace=False", "relu_": ""}
    function: ClassVar[str] = "F.relu"
    saves_output: ClassVar[bool] = True


class ReLU6(Activation, frozen=True, kw_only=True):
    """torch.nn.ReLU6: min(max(0, x), 6)."""

    title: ClassVar[str] = _("cuts at 0 and 6")
    summary: ClassVar[str] = _("ReLU that stops at 6, so that values stay small enough for coarse numbers.")
    when: ClassVar[str] = _("In networks for phones, such as MobileNet.")
    paper: ClassVar[str] = _("Krizhevsky, 2010")
    page: ClassVar[str] = docs("torch.nn.ReLU6")
    keywords: ClassVar[str] = _("activation rectifier mobile clip")
    layers: ClassVar[Mapping[str, str]] = {"ReLU6": "inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"relu6": "inplace=False"}
    name_prefix: ClassVar[str] = "relu6_"
    function: ClassVar[str] = "F.relu6"


class LeakyReLU(Activation, frozen=True, kw_only=True):
    """torch.nn.LeakyReLU: x above zero, negative_slope·x below."""

    negative_slope: Annotated[
        float,
        Meta(ge=-100, le=100),
        Field(_("Negative slope"), _("How steep it is below zero."), "", (0.01, 0.1, 0.2)),
    ] = 0.01

    title: ClassVar[str] = _("leaks below zero")
    summary: ClassVar[str] = _(
        "ReLU that lets a little through below zero, so that no unit falls silent for good."
    )
    when: ClassVar[str] = _("Where many ReLUs end up giving only zeros.")
    paper: ClassVar[str] = _("Maas and others, 2013")
    page: ClassVar[str] = docs("torch.nn.LeakyReLU")
    keywords: ClassVar[str] = _("activation rectifier leak slope dying")
    layers: ClassVar[Mapping[str, str]] = {"LeakyReLU": "negative_slope=0.01, inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"leaky_relu": "negative_slope=0.01, inplace=False"}
    name_prefix: ClassVar[str] = "leaky_relu"
    function: ClassVar[str] = "F.leaky_relu"


class PReLU(Activation, frozen=True, kw_only=True):
    """torch.nn.PReLU: LeakyReLU whose slope is learned, one for all channels or one for each."""

    num_parameters: Annotated[
        Count, Field(_("Slopes"), _("One for all channels, or as many as channels arrive."), "", (1,))
    ] = 1
    init: Annotated[
        float,
        Meta(ge=-100, le=100),
        Field(_("First slope"), _("Where learning begins."), "", (0.25,), primary=False),
    ] = 0.25

    title: ClassVar[str] = _("learns its slope")
    summary: ClassVar[str] = _("ReLU that learns how much it lets through below zero.")
    when: ClassVar[str] = _("In large networks with much data, where a few more parameters pay.")
    paper: ClassVar[str] = _("He and others, 2015")
    page: ClassVar[str] = docs("torch.nn.PReLU")
    keywords: ClassVar[str] = _("activation rectifier slope learned")
    layers: ClassVar[Mapping[str, str]] = {"PReLU": "num_parameters=1, init=0.25, device=None, dtype=None"}
    name_prefix: ClassVar[str] = "prelu"
    learns: ClassVar[bool] = True
    autocast: ClassVar[Autocast] = "half"
    function: ClassVar[str] = ""

    def output(self, *inputs: Shape) -> Shape:
        """What arrives; the number of slopes must be 1 or that of the channels."""
        channels = inputs[0].sizes[0]
        if self.num_parameters not in (1, channels):
            raise MisfitError(
                _("PReLU has {n} slopes but {channels} channels arrive; it takes 1 or {channels}.").format(
                    n=self.num_parameters, channels=channels
                ),
                SetFields((("num_parameters", channels),), _("Use {n} slopes").format(n=channels)),
                SetFields((("num_parameters", 1),), _("Use 1 slope")),
            )
        return inputs[0]

    def weights(self, *inputs: Shape) -> Weights:
        """weight: the slopes."""
        return {"weight": (self.num_parameters,)}

    def call(self, *inputs: Shape) -> Call:
        """nn.PReLU(num_parameters): a module, because it has weights."""
        return super().call(*inputs)._replace(function="")

    def count_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """The slopes."""
        return (Formula(_("Parameters"), "N", fill("{}", ("num_parameters", self.num_parameters))),)


class ELU(Activation, frozen=True, kw_only=True):
    """torch.nn.ELU: x above zero, alpha·(eˣ − 1) below."""

    alpha: Annotated[
        float, Meta(ge=-100, le=100), Field(_("Alpha"), _("How far it falls below zero."), "", (1.0,))
    ] = 1.0

    title: ClassVar[str] = _("smooth below zero")
    summary: ClassVar[str] = _("Bends smoothly to −alpha below zero, so that values keep a mean near zero.")
    when: ClassVar[str] = _("In place of ReLU and BatchNorm2d in networks of middling depth.")
    paper: ClassVar[str] = _("Clevert and others, 2015")
    page: ClassVar[str] = docs("torch.nn.ELU")
    keywords: ClassVar[str] = _("activation exponential smooth")
    layers: ClassVar[Mapping[str, str]] = {"ELU": "alpha=1.0, inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"elu": "alpha=1.0, inplace=False"}
    name_prefix: ClassVar[str] = "elu"
    function: ClassVar[str] = "F.elu"


class SELU(Activation, frozen=True, kw_only=True):
    """torch.nn.SELU: a scaled ELU under which values keep mean 0 and deviation 1."""

    title: ClassVar[str] = _("normalises itself")
    summary: ClassVar[str] = _(
        "An ELU scaled so that values keep mean 0 and deviation 1 from layer to layer."
    )
    when: ClassVar[str] = _("In deep networks of Linear blocks without normalisation.")
    paper: ClassVar[str] = _("Klambauer and others, 2017")
    page: ClassVar[str] = docs("torch.nn.SELU")
    keywords: ClassVar[str] = _("activation exponential self normalising")
    layers: ClassVar[Mapping[str, str]] = {"SELU": "inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"selu": "inplace=False"}
    name_prefix: ClassVar[str] = "selu"
    function: ClassVar[str] = "F.selu"


class GELU(Activation, frozen=True, kw_only=True):
    """torch.nn.GELU: x times the chance that a normal variable lies below x."""

    approximate: Annotated[
        Literal["none", "tanh"],
        Field(_("Approximate"), _("The exact curve, or one made of tanh."), primary=False),
    ] = "none"

    title: ClassVar[str] = _("smooth gate")
    summary: ClassVar[str] = _("A smooth ReLU: each value is weighed by how large it is among normal ones.")
    when: ClassVar[str] = _("In newer networks such as ConvNeXt and in transformers.")
    paper: ClassVar[str] = _("Hendrycks and Gimpel, 2016")
    page: ClassVar[str] = docs("torch.nn.GELU")
    keywords: ClassVar[str] = _("activation gaussian smooth transformer")
    layers: ClassVar[Mapping[str, str]] = {"GELU": "approximate='none'"}
    functions: ClassVar[Mapping[str, str]] = {"gelu": "approximate='none'"}
    name_prefix: ClassVar[str] = "gelu"
    function: ClassVar[str] = "F.gelu"


class SiLU(Activation, frozen=True, kw_only=True):
    """torch.nn.SiLU: x·sigmoid(x), also called swish."""

    title: ClassVar[str] = _("smooth, dips once")
    summary: ClassVar[str] = _(
        "A smooth ReLU, x · sigmoid(x), that dips a little below zero before it rises."
    )
    when: ClassVar[str] = _("In EfficientNet and its kin.")
    paper: ClassVar[str] = _("Elfwing and others, 2017; Ramachandran and others, 2017")
    page: ClassVar[str] = docs("torch.nn.SiLU")
    keywords: ClassVar[str] = _("activation swish smooth")
    layers: ClassVar[Mapping[str, str]] = {"SiLU": "inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"silu": "inplace=False"}
    name_prefix: ClassVar[str] = "silu"
    function: ClassVar[str] = "F.silu"


class Mish(Activation, frozen=True, kw_only=True):
    """torch.nn.Mish: x·tanh(softplus(x))."""

    title: ClassVar[str] = _("much like SiLU")
    summary: ClassVar[str] = _(
        "A smooth ReLU, x · tanh(softplus(x)), that dips a little below zero as SiLU does."
    )
    when: ClassVar[str] = _("Where SiLU works, and you have time for a comparison.")
    paper: ClassVar[str] = _("Misra, 2019")
    page: ClassVar[str] = docs("torch.nn.Mish")
    keywords: ClassVar[str] = _("activation smooth yolo")
    layers: ClassVar[Mapping[str, str]] = {"Mish": "inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"mish": "inplace=False"}
    name_prefix: ClassVar[str] = "mish"
    function: ClassVar[str] = "F.mish"


class Hardswish(Activation, frozen=True, kw_only=True):
    """torch.nn.Hardswish: x·min(max(x + 3, 0), 6)/6."""

    title: ClassVar[str] = _("SiLU from straight lines")
    summary: ClassVar[str] = _("SiLU made of straight lines, which cost less on phones.")
    when: ClassVar[str] = _("In MobileNetV3.")
    paper: ClassVar[str] = _("Howard and others, 2019")
    page: ClassVar[str] = docs("torch.nn.Hardswish")
    keywords: ClassVar[str] = _("activation swish mobile")
    layers: ClassVar[Mapping[str, str]] = {"Hardswish": "inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"hardswish": "inplace=False"}
    name_prefix: ClassVar[str] = "hardswish"
    function: ClassVar[str] = "F.hardswish"


class Hardsigmoid(Activation, frozen=True, kw_only=True):
    """torch.nn.Hardsigmoid: min(max(x + 3, 0), 6)/6."""

    title: ClassVar[str] = _("0 to 1, straight lines")
    summary: ClassVar[str] = _("A sigmoid made of three straight lines: everything ends between 0 and 1.")
    when: ClassVar[str] = _("As the gate of a squeeze-and-excitation branch on phones.")
    paper: ClassVar[str] = _("Courbariaux and others, 2015; with this slope Howard and others, 2019")
    page: ClassVar[str] = docs("torch.nn.Hardsigmoid")
    keywords: ClassVar[str] = _("activation gate mobile squash")
    layers: ClassVar[Mapping[str, str]] = {"Hardsigmoid": "inplace=False"}
    functions: ClassVar[Mapping[str, str]] = {"hardsigmoid": "inplace=False"}
    name_prefix: ClassVar[str] = "hardsigmoid"
    function: ClassVar[str] = "F.hardsigmoid"


class Sigmoid(Activation, frozen=True, kw_only=True):
    """torch.nn.Sigmoid: 1 / (1 + e⁻ˣ)."""

    title: ClassVar[str] = _("squashes to 0…1")
    summary: ClassVar[str] = _("Squashes every value to between 0 and 1, like a chance or a gate.")
    when: ClassVar[str] = _("As a gate that scales other values; between layers it learns slowly.")
    page: ClassVar[str] = docs("torch.nn.Sigmoid")
    keywords: ClassVar[str] = _("activation logistic gate squash probability")
    layers: ClassVar[Mapping[str, str]] = {"Sigmoid": ""}
    functions: ClassVar[Mapping[str, str]] = {"sigmoid": ""}
    name_prefix: ClassVar[str] = "sigmoid"
    function: ClassVar[str] = "torch.sigmoid"
    saves_output: ClassVar[bool] = True


class Tanh(Activation, frozen=True, kw_only=True):
    """torch.nn.Tanh: the hyperbolic tangent."""

    title: ClassVar[str] = _("squashes to −1…1")
    summary: ClassVar[str] = _("Squashes every value to between −1 and 1.")
    when: ClassVar[str] = _("In old networks such as LeNet-5, and where an output must lie between −1 and 1.")
    page: ClassVar[str] = docs("torch.nn.Tanh")
    keywords: ClassVar[str] = _("activation hyperbolic tangent squash")
    layers: ClassVar[Mapping[str, str]] = {"Tanh": ""}
    functions: ClassVar[Mapping[str, str]] = {"tanh": ""}
    name_prefix: ClassVar[str] = "tanh"
    function: ClassVar[str] = "torch.tanh"
    saves_output: ClassVar[bool] = True


class Softplus(Activation, frozen=True, kw_only=True):
    """torch.nn.Softplus: log(1 + e^(beta·x)) / beta, straight above threshold."""

    beta: Annotated[
        float, Meta(gt=0, le=1000), Field(_("Beta"), _("How sharp the bend is."), "", (1.0,), primary=False)
    ] = 1.0
    threshold: Annotated[
        float,
        Meta(ge=0, le=1000),
        Field(
            _("Threshold"),
            _("Above this it is a straight line, to save arithmetic."),
            "",
            (20.0,),
            primary=False,
        ),
    ] = 20.0

    title: ClassVar[str] = _("a rounded ReLU")
    summary: ClassVar[str] = _("ReLU with its corner rounded off: always above zero.")
    when: ClassVar[str] = _("Where an output must be above zero, such as a width.")
    paper: ClassVar[str] = _("Dugas and others, 2001")
    page: ClassVar[str] = docs("torch.nn.Softplus")
    keywords: ClassVar[str] = _("activation smooth positive")
    layers: ClassVar[Mapping[str, str]] = {"Softplus": "beta=1.0, threshold=20.0"}
    functions: ClassVar[Mapping[str, str]] = {"softplus": "beta=1.0, threshold=20.0"}
    name_prefix: ClassVar[str] = "softplus"
    autocast_on_accelerators: ClassVar[Autocast | None] = "full"
    function: ClassVar[str] = "F.softplus"
