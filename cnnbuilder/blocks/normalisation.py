"""Normalisation: values brought to a common scale, which steadies and speeds up learning."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from cnnbuilder.blocks.base import (
    NO_WEIGHTS,
    Block,
    Call,
    Family,
    Field,
    Formula,
    Shape,
    Weights,
    arguments,
    fill,
    need_image,
)
from cnnbuilder.text import _


class BatchNorm2d(Block, frozen=True, kw_only=True):
    """torch.nn.BatchNorm2d: each channel to mean 0, deviation 1 over the batch (Ioffe and Szegedy, 2015)."""

    eps: Annotated[
        float,
        Meta(gt=0, le=1),
        Field(_("Epsilon"), _("Added to the variance so that nothing is divided by zero."), telling=False),
    ] = 1e-5
    momentum: Annotated[
        float,
        Meta(ge=0, le=1),
        Field(
            _("Momentum"),
            _("How much a batch moves the running mean and variance."),
            usual=(0.1, 0.01),
            telling=False,
        ),
    ] = 0.1
    affine: Annotated[
        bool, Field(_("Scale and shift"), _("Learns a scale and a shift for each channel."))
    ] = True
    track_running_stats: Annotated[
        bool,
        Field(_("Running statistics"), _("Keeps mean and variance for use after training."), telling=False),
    ] = True

    family: ClassVar[Family] = "normalisation"
    title: ClassVar[str] = _("steadies learning")
    summary: ClassVar[str] = _(
        "Brings each channel to mean 0 and deviation 1 over the batch: learning is steadier and faster."
    )
    icon: ClassVar[str] = "norm"
    keywords: ClassVar[str] = _("batch normalisation normalization norm scale mean variance")
    keeps_shape: ClassVar[bool] = True
    stem: ClassVar[str] = "bn"
    keeps_input: ClassVar[bool] = True

    def output(self, *inputs: Shape) -> Shape:
        """What arrives; it must be an image."""
        need_image("BatchNorm2d", inputs[0])
        return inputs[0]

    def weights(self, *inputs: Shape) -> Weights:
        """weight C, bias C."""
        channels = inputs[0].sizes[0]
        return {"weight": (channels,), "bias": (channels,)} if self.affine else NO_WEIGHTS

    def buffers(self, *inputs: Shape) -> Weights:
        """running_mean C, running_var C, num_batches_tracked (a single number)."""
        channels = inputs[0].sizes[0]
        if not self.track_running_stats:
            return NO_WEIGHTS
        return {"running_mean": (channels,), "running_var": (channels,), "num_batches_tracked": ()}

    def call(self, *inputs: Shape) -> Call:
        """nn.BatchNorm2d(channels, …)."""
        named = arguments(
            str(inputs[0].sizes[0]), eps=(self.eps, 1e-5), momentum=(self.momentum, 0.1),
            affine=(self.affine, True), track_running_stats=(self.track_running_stats, True),
        )  # fmt: skip
        return Call(f"nn.BatchNorm2d({named})")

    def count_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """2·D."""
        if not self.affine:
            return ()
        depth = inputs[0].sizes[0]
        return (Formula(_("Parameters"), "2·D", fill("2·{} = {}", depth, 2 * depth)),)
