"""The project as an immutable value: the network that was drawn, its data and its training settings."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

from cnnbuilder.blocks.base import Block, Field
from cnnbuilder.blocks.fixes import Fix
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.network.data import Data
from cnnbuilder.text import _


class Wire(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Joins an output of one block to an input of another; blocks are named by their ids."""

    from_: str
    to: str
    input: int = 0
    output: int = 0


class Network(Struct, frozen=True, dict=True):
    """What the user drew. A graph: blocks and wires, in no particular order, right or not."""

    blocks: tuple[Block, ...] = ()
    wires: tuple[Wire, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Block]:
        """Every block by its id."""
        return {block.id: block for block in self.blocks}

    @cached_property
    def layers(self) -> dict[str, Block]:
        """What computes at each place, by id: the block itself; where a layer is used again, that layer.

        Such a layer has the id and the place of the block that uses it.
        """
        by_id = self.by_id
        if not any(isinstance(block, Shared) for block in self.blocks):
            return by_id
        found = {}
        for block in self.blocks:
            owner = by_id.get(block.of) if isinstance(block, Shared) else None
            usable = owner is not None and not isinstance(owner, Shared) and owner.arity[0] > 0
            found[block.id] = (
                replace(owner, id=block.id, name=None, position=block.position)
                if usable and owner is not None
                else block
            )
        return found

    @cached_property
    def incoming(self) -> dict[str, tuple[Wire, ...]]:
        """The wires into each block, by the number of the input they enter."""
        found: dict[str, list[Wire]] = {block.id: [] for block in self.blocks}
        for wire in self.wires:
            if wire.to in found and wire.from_ in found:
                found[wire.to].append(wire)
        return {
            id_: tuple(sorted(wires, key=lambda w: w.input)) if len(wires) > 1 else tuple(wires)
            for id_, wires in found.items()
        }

    @cached_property
    def outgoing(self) -> dict[str, tuple[Wire, ...]]:
        """The wires out of each block."""
        found: dict[str, list[Wire]] = {block.id: [] for block in self.blocks}
        for wire in self.wires:
            if wire.from_ in found and wire.to in found:
                found[wire.from_].append(wire)
        return {id_: tuple(wires) for id_, wires in found.items()}

    @cached_property
    def order(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Block ids so that each comes after what it needs, and those that feed themselves in a circle."""
        incoming, outgoing = self.incoming, self.outgoing
        waiting = {id_: len(wires) for id_, wires in incoming.items()}
        # Depth first: a branch is followed to its end before the next begins, as a person would write it down.
        ready = [id_ for id_, count in waiting.items() if not count][::-1]
        order = []
        while ready:
            id_ = ready.pop()
            order.append(id_)
            for wire in reversed(outgoing[id_]):
                if wire.to in waiting:
                    waiting[wire.to] -= 1
                    if not waiting[wire.to]:
                        ready.append(wire.to)
        if len(order) == len(waiting):
            return tuple(order), ()
        placed = set(order)
        return tuple(order), tuple(id_ for id_ in waiting if id_ not in placed)

    def with_blocks(self, blocks: tuple[Block, ...]) -> Network:
        """The same network with other versions of its blocks: the same ids in the same order.

        What follows from the wires alone is not worked out again.
        """
        network = Network(blocks, self.wires)
        for name in ("incoming", "outgoing", "order"):
            if name in self.__dict__:
                network.__dict__[name] = self.__dict__[name]
        return network


class Training(Struct, frozen=True, forbid_unknown_fields=True):
    """How the network is trained."""

    epochs: Annotated[
        int, Meta(ge=1, le=10_000), Field(_("Epochs"), _("How often the network sees every training image."))
    ] = 5
    optimizer: Annotated[
        Literal["adamw", "sgd"],
        Field(_("Optimiser"), _("The rule that turns gradients into steps: AdamW, or SGD with momentum.")),
    ] = "adamw"
    learning_rate: Annotated[
        float,
        Meta(gt=0, le=100),
        Field(
            _("Learning rate"),
            _("How large the steps are; with one-cycle, the largest."),
            usual=(0.001, 0.005, 0.05),
        ),
    ] = 0.005
    schedule: Annotated[
        Literal["one-cycle", "constant"],
        Field(
            _("Schedule"),
            _("One-cycle climbs to the learning rate and falls to nearly nothing; constant keeps it."),
        ),
    ] = "one-cycle"
    batch_size: Annotated[
        int,
        Meta(ge=1, le=65_536),
        Field(
            _("Batch size"), _("How many images are looked at before each step."), usual=(32, 64, 128, 256)
        ),
    ] = 128
    momentum: Annotated[
        float,
        Meta(ge=0, lt=1),
        Field(_("Momentum"), _("How much of the last step SGD carries on."), primary=False),
    ] = 0.9
    weight_decay: Annotated[
        float,
        Meta(ge=0, le=1),
        Field(_("Weight decay"), _("How strongly weights are drawn towards zero."), primary=False),
    ] = 0.01
    seed: Annotated[
        int,
        Meta(ge=0, le=2**31 - 1),
        Field(
            _("Seed"), _("The same seed gives the same start and the same order of images."), primary=False
        ),
    ] = 0
    precision: Annotated[
        Literal["auto", "float32"],
        Field(
            _("Precision"),
            _("Auto uses bfloat16 where the hardware has it; float32 never does."),
            primary=False,
        ),
    ] = "auto"


class Project(Struct, frozen=True):
    """One document: network, data and training settings."""

    network: Network = Network()
    data: Data = Data()
    training: Training = Training()


class Problem(NamedTuple):
    """What is wrong, where (a block's id, or None for the network), and how to mend it."""

    id: str | None
    message: str
    fixes: tuple[Fix, ...] = ()
