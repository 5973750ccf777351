"""Normalisation: values brought to a common scale, which steadies and speeds up learning."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar

from msgspec import Meta

from cnnbuilder.blocks.base import (
    NO_WEIGHTS,
    Autocast,
    Block,
    Call,
    Count,
    Family,
    Field,
    Shape,
    Weights,
    need_image,
)
from cnnbuilder.blocks.fixes import InsertBefore, MisfitError, Remove, Replace, SetFields
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.writing import arguments, docs
from cnnbuilder.text import _, ngettext

Epsilon = Annotated[
    float,
    Meta(gt=0, le=1e6),
    Field(_("Epsilon"), _("Added to the variance so that nothing is divided by zero."), primary=False),
]


class Normalisation(Block, frozen=True, kw_only=True):
    """What normalising kinds have in common: the shape stays."""

    family: ClassVar[Family] = "normalisation"
    icon: ClassVar[str] = "norm"
    keeps_shape: ClassVar[bool] = True

    def saves_input(self) -> bool:
        """For the gradient of what arrives."""
        return True


class Scaling(Normalisation, frozen=True, kw_only=True):
    """A normalisation after which a scale and a shift may be learned."""

    bias: Annotated[bool, Field(_("Shift"), _("With the scale, a shift is learned too."), primary=False)] = (
        True
    )

    learns: ClassVar[bool] = True

    def _learned(self, *inputs: Shape) -> tuple[int, ...] | None:
        """The shape of the learned scale, and of the shift; None where there are none."""
        raise NotImplementedError

    def weights(self, *inputs: Shape) -> Weights:
        """weight, and bias where there is one, of one shape."""
        shape = self._learned(*inputs)
        if shape is None:
            return NO_WEIGHTS
        return {"weight": shape, "bias": shape} if self.bias else {"weight": shape}

    def count_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """A scale for each, and a shift."""
        shape = self._learned(*inputs)
        if shape is None:
            return ()
        letters = "D" if len(shape) == 1 else "D·H·W"
        factors = "·".join(["{}"] * len(shape))
        count = math.prod(shape)
        if self.bias:
            return (Formula(_("Parameters"), f"2·{letters}", fill(f"2·{factors} = {{}}", *shape, 2 * count)),)
        if len(shape) == 1:
            return (Formula(_("Parameters"), letters, fill(factors, count)),)
        return (Formula(_("Parameters"), letters, fill(f"{factors} = {{}}", *shape, count)),)


_BATCH_NORM = (
    "num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True,"
    " device=None, dtype=None, bias=True"
)


class ByChannel(Scaling, frozen=True, kw_only=True):
    """Each channel by itself, with statistics that may be kept for use after training."""

    eps: Epsilon = 1e-5

    affine: bool
    track_running_stats: bool

    from_wire: ClassVar[Mapping[str, int]] = {"num_features": 0}

    def _learned(self, *inputs: Shape) -> tuple[int, ...] | None:
        return (inputs[0].sizes[0],) if self.affine else None

    @property
    def keeps_statistics(self) -> bool:
        """Running ones, of what it sees in training."""
        return self.track_running_stats

    def buffers(self, *inputs: Shape) -> Weights:
        """running_mean C, running_var C, num_batches_tracked (a single number)."""
        if not self.track_running_stats:
            return NO_WEIGHTS
        channels = inputs[0].sizes[0]
        return {"running_mean": (channels,), "running_var": (channels,), "num_batches_tracked": ()}

    def call(self, *inputs: Shape) -> Call:
        """nn.BatchNorm2d(channels, …)."""
        given = {
            name: (getattr(self, name), default)
            for name, default in ((info.name, info.default) for info in self.fields())
        }
        shift = given.pop("bias")
        return Call(f"nn.{self.kind()}({arguments(str(inputs[0].sizes[0]), **given, bias=shift)})")


class BatchNorm(ByChannel, frozen=True, kw_only=True):
    """Each channel to mean 0, deviation 1 over the batch: what it is for images and for vectors."""

    momentum: Annotated[
        Annotated[float, Meta(ge=0, le=1)] | None,
        Field(
            _("Momentum"),
            _("How much a batch moves the running mean and variance; empty: all batches count alike."),
            usual=(0.1, 0.01),
            primary=False,
        ),
    ] = 0.1
    affine: Annotated[
        bool, Field(_("Scale and shift"), _("Learns a scale and a shift for each channel."))
    ] = True
    track_running_stats: Annotated[
        bool,
        Field(_("Running statistics"), _("Keeps mean and variance for use after training."), primary=False),
    ] = True

    paper: ClassVar[str] = _("Ioffe and Szegedy, 2015")
    name_prefix: ClassVar[str] = "bn"


class BatchNorm2d(BatchNorm, frozen=True, kw_only=True):
    """torch.nn.BatchNorm2d: each channel to mean 0, deviation 1 over the batch."""

    title: ClassVar[str] = _("steadies learning")
    summary: ClassVar[str] = _(
        "Brings each channel to mean 0 and deviation 1 over the batch: learning is steadier and faster."
    )
    when: ClassVar[str] = _("Between a convolution and its ReLU, with batches of 16 images or more.")
    page: ClassVar[str] = docs("torch.nn.BatchNorm2d")
    keywords: ClassVar[str] = _("batch normalisation normalization norm scale mean variance")
    layers: ClassVar[Mapping[str, str]] = {"BatchNorm2d": _BATCH_NORM}

    def output(self, *inputs: Shape) -> Shape:
        """What arrives; it must be an image."""
        need_image("BatchNorm2d", inputs[0])
        return inputs[0]


class BatchNorm1d(BatchNorm, frozen=True, kw_only=True):
    """torch.nn.BatchNorm1d: each feature to mean 0, deviation 1 over the batch."""

    title: ClassVar[str] = _("steadies vectors")
    summary: ClassVar[str] = _(
        "Brings each number of a vector to mean 0 and deviation 1 over the batch, as BatchNorm2d does for images."
    )
    when: ClassVar[str] = _("Between a Linear and its ReLU, with batches of 16 images or more.")
    page: ClassVar[str] = docs("torch.nn.BatchNorm1d")
    keywords: ClassVar[str] = _("batch normalisation normalization norm vector features")
    layers: ClassVar[Mapping[str, str]] = {"BatchNorm1d": _BATCH_NORM}

    def output(self, *inputs: Shape) -> Shape:
        """What arrives; it must be a vector, or several of them."""
        if len(inputs[0].sizes) > 2:
            message = _("BatchNorm1d needs a flat vector but gets {shape}; BatchNorm2d takes images.")
            raise MisfitError(
                message.format(shape=inputs[0]),
                Replace("nn.BatchNorm2d(1)", _("Use BatchNorm2d")),
                InsertBefore("Flatten", _("Insert Flatten")),
            )
        return inputs[0]


class InstanceNorm2d(ByChannel, frozen=True, kw_only=True):
    """torch.nn.InstanceNorm2d: each channel of each image to mean 0, deviation 1."""

    momentum: Annotated[
        float,
        Meta(ge=0, le=1),
        Field(
            _("Momentum"),
            _("How much a batch moves the running mean and variance."),
            usual=(0.1, 0.01),
            primary=False,
        ),
    ] = 0.1
    affine: Annotated[
        bool, Field(_("Scale and shift"), _("Learns a scale and a shift for each channel."))
    ] = False
    track_running_stats: Annotated[
        bool,
        Field(_("Running statistics"), _("Keeps mean and variance for use after training."), primary=False),
    ] = False

    title: ClassVar[str] = _("each image by itself")
    summary: ClassVar[str] = _(
        "Brings each channel of each image to mean 0 and deviation 1: contrast no longer counts."
    )
    when: ClassVar[str] = _("Where the style of an image should not count, as in style transfer.")
    paper: ClassVar[str] = _("Ulyanov and others, 2016")
    page: ClassVar[str] = docs("torch.nn.InstanceNorm2d")
    keywords: ClassVar[str] = _("normalisation normalization norm contrast style")
    layers: ClassVar[Mapping[str, str]] = {
        "InstanceNorm2d": (
            "num_features, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False,"
            " device=None, dtype=None, bias=True"
        )
    }
    name_prefix: ClassVar[str] = "instance_norm"

    def output(self, *inputs: Shape) -> Shape:
        """What arrives; an image of more than one pixel."""
        need_image("InstanceNorm2d", inputs[0])
        if inputs[0].sizes[1] * inputs[0].sizes[2] == 1:
            message = _("InstanceNorm2d needs more than one pixel in each channel but gets {shape}.")
            raise MisfitError(message.format(shape=inputs[0]), Remove(_("Remove InstanceNorm2d")))
        return inputs[0]

    def extra_saved_bytes(self, output: Shape, *inputs: Shape) -> int:
        """Mean and deviation of each channel, and copies of the running ones and of the scale."""
        return (8 + 8 * self.track_running_stats + 4 * self.affine) * output.sizes[0]


class GroupNorm(Scaling, frozen=True, kw_only=True):
    """torch.nn.GroupNorm: groups of channels of each image to mean 0, deviation 1."""

    num_groups: Annotated[
        Count, Field(_("Groups"), _("Into how many groups the channels are put."), "G", (1, 8, 16, 32))
    ] = 8
    eps: Epsilon = 1e-5
    affine: Annotated[
        bool, Field(_("Scale and shift"), _("Learns a scale and a shift for each channel."))
    ] = True

    title: ClassVar[str] = _("channels in groups")
    summary: ClassVar[str] = _("Brings groups of channels to mean 0 and deviation 1, image by image.")
    when: ClassVar[str] = _("In place of BatchNorm2d where batches are small.")
    paper: ClassVar[str] = _("Wu and He, 2018")
    page: ClassVar[str] = docs("torch.nn.GroupNorm")
    keywords: ClassVar[str] = _("normalisation normalization norm small batch")
    layers: ClassVar[Mapping[str, str]] = {
        "GroupNorm": "num_groups, num_channels, eps=1e-05, affine=True, device=None, dtype=None, bias=True"
    }
    from_wire: ClassVar[Mapping[str, int]] = {"num_channels": 0}
    name_prefix: ClassVar[str] = "group_norm"
    autocast_on_accelerators: ClassVar[Autocast | None] = "full"

    def output(self, *inputs: Shape) -> Shape:
        """What arrives; the groups must divide its channels."""
        channels = inputs[0].sizes[0]
        if channels % self.num_groups:
            fitting = max(n for n in range(1, min(channels, self.num_groups) + 1) if channels % n == 0)
            raise MisfitError(
                _("{groups} groups do not divide the {channels} channels of GroupNorm evenly.").format(
                    groups=self.num_groups, channels=channels
                ),
                SetFields((("num_groups", fitting),), _("Use {n} groups").format(n=fitting)),
            )
        return inputs[0]

    def _learned(self, *inputs: Shape) -> tuple[int, ...] | None:
        return (inputs[0].sizes[0],) if self.affine else None

    def extra_saved_bytes(self, output: Shape, *inputs: Shape) -> int:
        """Mean and deviation of each group."""
        return 8 * self.num_groups

    def call(self, *inputs: Shape) -> Call:
        """nn.GroupNorm(groups, channels, …)."""
        sizes = (str(self.num_groups), str(inputs[0].sizes[0]))
        named = arguments(*sizes, eps=(self.eps, 1e-5), affine=(self.affine, True), bias=(self.bias, True))
        return Call(f"nn.GroupNorm({named})")

    def summary_text(self) -> str:
        """For example "8 groups"."""
        return ngettext("{g} group", "{g} groups", self.num_groups).format(g=self.num_groups)


class LocalResponseNorm(Normalisation, frozen=True, kw_only=True):
    """torch.nn.LocalResponseNorm: each value divided by a power of its neighbours' squares across channels."""

    size: Annotated[Count, Field(_("Channels"), _("Over how many neighbouring channels."), "", (5,))] = 5
    alpha: Annotated[
        float, Meta(ge=-100, le=100), Field(_("Alpha"), _("How much the neighbours count."), primary=False)
    ] = 1e-4
    beta: Annotated[float, Meta(ge=-100, le=100), Field(_("Beta"), _("The power."), primary=False)] = 0.75
    k: Annotated[
        float,
        Meta(ge=0, le=1000),
        Field(_("K"), _("Added to the sum, against division by zero."), primary=False),
    ] = 1.0

    title: ClassVar[str] = _("neighbours compete")
    summary: ClassVar[str] = _("Damps a value where its neighbouring channels are large at the same pixel.")
    when: ClassVar[str] = _("To rebuild AlexNet; newer networks use BatchNorm2d.")
    paper: ClassVar[str] = _("Krizhevsky and others, 2012")
    page: ClassVar[str] = docs("torch.nn.LocalResponseNorm")
    keywords: ClassVar[str] = _("normalisation normalization lrn alexnet lateral")
    layers: ClassVar[Mapping[str, str]] = {"LocalResponseNorm": "size, alpha=0.0001, beta=0.75, k=1.0"}
    functions: ClassVar[Mapping[str, str]] = {"local_response_norm": "size, alpha=0.0001, beta=0.75, k=1.0"}
    name_prefix: ClassVar[str] = "lrn"
    autocast: ClassVar[Autocast] = "wide"

    def output(self, *inputs: Shape) -> Shape:
        """What arrives; it must be more than a vector."""
        if len(inputs[0].sizes) == 1:
            need_image("LocalResponseNorm", inputs[0])
        return inputs[0]

    def reduced_axes(self, *inputs: Shape) -> str:
        """The first axis, where neighbours count."""
        return inputs[0].axes[0]

    def extra_saved_bytes(self, output: Shape, *inputs: Shape) -> int:
        """The squares with a border of channels, their mean, and its power."""
        channels = output.sizes[0]
        return 4 * (2 * channels + channels + self.size - 1) * (output.count // channels)

    def call(self, *inputs: Shape) -> Call:
        """nn.LocalResponseNorm(size, …)."""
        more = {"alpha": (self.alpha, 1e-4), "beta": (self.beta, 0.75), "k": (self.k, 1.0)}
        return Call(f"nn.LocalResponseNorm({arguments(str(self.size), **more)})")
