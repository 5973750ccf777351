"""Networks that people break: a right one, and by chance some of what goes wrong while one draws."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from cnnbuilder.blocks import KINDS, OFFERED
from cnnbuilder.blocks.base import Block
from cnnbuilder.network.edits import append, create, insert_on_wire, new_id, place_loose, replace_block
from cnnbuilder.network.merge_edits import MERGE_KINDS, join
from cnnbuilder.network.project import Network
from cnnbuilder.network.removal import remove, splice_out
from cnnbuilder.network.templates import TEMPLATES

WHOLE = tuple(name for name in TEMPLATES if name != "empty")
Break = Callable[[Network, Random], Network]


def broken_network(seed: int) -> Network:
    """One of the templates with one to three breaks; which they are depends on the seed alone."""
    random = Random(seed)
    network = TEMPLATES[random.choice(WHOLE)].make().network
    for _time in range(random.choice([1, 1, 2, 3])):
        network = random.choice(BREAKS)(network, random)
    return network


def _some(network: Network, random: Random, *kinds: str) -> Block | None:
    found = [block for block in network.blocks if not kinds or block.kind() in kinds]
    return random.choice(found) if found else None


def _large_kernel(network: Network, random: Random) -> Network:
    block = _some(network, random, "Conv2d", "MaxPool2d")
    size = random.choice([7, 11, 20, 50])
    return network if block is None else replace_block(network, block.with_fields(kernel_size=(size, size)))


def _no_flatten(network: Network, random: Random) -> Network:
    return remove(network, [block.id for block in network.blocks if block.kind() == "Flatten"])


def _one_more(network: Network, random: Random) -> Network:
    """A block of any kind somewhere in the chain."""
    wires = network.wires
    kind = random.choice(OFFERED).kind()
    if not wires:
        return append(network, create(kind, network))
    return insert_on_wire(network, create(kind, network), random.choice(wires))


def _misplaced(network: Network, random: Random) -> Network:
    kind = random.choice(["Flatten", "Linear", "Conv2d", "MaxPool2d", "BatchNorm2d"])
    after = _some(network, random)
    return network if after is None else append(network, create(kind, network, after.id), after.id)


def _unequal_join(network: Network, random: Random) -> Network:
    ids = [block.id for block in network.blocks]
    if len(ids) < 2:
        return network
    return join(network, random.choice(MERGE_KINDS), random.sample(ids, 2))[0]


def _no_input(network: Network, random: Random) -> Network:
    return splice_out(network, [block.id for block in network.blocks if block.kind() == "Input"])


def _two_inputs(network: Network, random: Random) -> Network:
    return Network((*network.blocks, KINDS["Input"](id=new_id(network))), network.wires)


def _many_pools(network: Network, random: Random) -> Network:
    pool = _some(network, random, "MaxPool2d")
    for _time in range(random.choice([1, 2, 4])):
        if pool is not None:
            network = append(network, create("MaxPool2d", network, pool.id), pool.id)
    return network


def _cut(network: Network, random: Random) -> Network:
    if not network.wires:
        return network
    gone = random.choice(network.wires)
    return Network(network.blocks, tuple(wire for wire in network.wires if wire != gone))


def _second_end(network: Network, random: Random) -> Network:
    """A branch that nothing follows."""
    source = _some(network, random)
    if source is None:
        return network
    block = create(random.choice(["Conv2d", "ReLU", "Linear"]), network, source.id)
    loose = place_loose(network, block, (600.0, 40.0))
    wire = type(network.wires[0])(source.id, block.id) if network.wires else None
    return Network(loose.blocks, (*loose.wires, *([wire] if wire else [])))


BREAKS: tuple[Break, ...] = (
    _large_kernel,
    _no_flatten,
    _one_more,
    _misplaced,
    _unequal_join,
    _no_input,
    _two_inputs,
    _many_pools,
    _cut,
    _second_end,
)
