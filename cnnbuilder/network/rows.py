"""One block and all that is known of it: what an analysis is made of, row by row."""

from __future__ import annotations

from msgspec import Struct

from cnnbuilder.blocks.base import NO_WEIGHTS, Block, Shape, Weights
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.network.project import Problem
from cnnbuilder.network.receptive import Receptive


class Measured(Struct, frozen=True, gc=False):
    """What one block makes of what arrives."""

    outputs: tuple[Shape, ...]
    """One shape for each output; none where there is a problem."""
    weights: Weights = NO_WEIGHTS
    buffers: Weights = NO_WEIGHTS
    params: int = 0
    macs: int = 0
    problem: Problem | None = None


class Row(Struct, frozen=True, gc=False):
    """One block and all that is known of it."""

    block: Block
    name: str
    inputs: tuple[Shape | None, ...]
    measured: Measured | None
    receptive: Receptive | None
    unknown: str | None = None
    """Why there are no numbers: "unknown, because of conv2"; None where there are."""
    connected: bool = True
    """Whether it hangs on the Input."""
    shares: str | None = None
    """The id of the block whose weights it uses; `block` is then what that one computes, at this place."""

    @property
    def kind(self) -> str:
        """What the block is called in files."""
        return self.block.kind() if self.shares is None else Shared.kind()

    @property
    def output(self) -> Shape | None:
        """The shape that leaves (by the first output), or None where it is unknown."""
        return self.measured.outputs[0] if self.measured and self.measured.outputs else None

    def output_at(self, number: int) -> Shape | None:
        """The shape that leaves by one of the outputs, or None where it is unknown."""
        outputs = self.measured.outputs if self.measured is not None else ()
        return outputs[number] if 0 <= number < len(outputs) else None

    @property
    def weights(self) -> Weights:
        """What is learned, by PyTorch's names; empty where unknown."""
        return self.measured.weights if self.measured else NO_WEIGHTS

    @property
    def buffers(self) -> Weights:
        """What is kept but not learned; empty where unknown."""
        return self.measured.buffers if self.measured else NO_WEIGHTS

    @property
    def params(self) -> int | None:
        """How many numbers are learned, or None where it is unknown."""
        return self.measured.params if self.measured and self.measured.outputs else None

    @property
    def trainable(self) -> int | None:
        """How many of them training changes, or None where it is unknown."""
        return 0 if self.block.frozen and self.params is not None else self.params

    @property
    def macs(self) -> int | None:
        """Multiply–accumulates of one image, or None where it is unknown."""
        return self.measured.macs if self.measured and self.measured.outputs else None

    @property
    def problem(self) -> str | None:
        """What is wrong here, in one sentence."""
        return self.measured.problem.message if self.measured and self.measured.problem else None

    @property
    def receptive_field(self) -> tuple[int, int] | None:
        """Height and width of the part of the image that one value looks at."""
        return self.receptive.pixels if self.receptive else None
