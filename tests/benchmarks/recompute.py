"""One field edited in a chain of 1,000 blocks, until all numbers are known, beside torchinfo on the same network."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.blocks.input import Input
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import source
from cnnbuilder.network.edits import replace_block
from cnnbuilder.network.memory import training_memory
from cnnbuilder.network.project import Network, Training
from cnnbuilder.network.templates import chain


def run(blocks: int = 1000, repeats: int = 40) -> dict[str, Any]:
    """Milliseconds, medians. Each edit changes another block's filters; the first edits change the most behind them."""
    network = stack(blocks)
    before = analyse(network)
    places = [index for index, block in enumerate(network.blocks) if isinstance(block, Conv2d)]
    edits = [places[number * len(places) // repeats] for number in range(repeats)]

    def edit(number: int) -> None:
        block = network.blocks[edits[number]]
        analyse(replace_block(network, block.with_fields(out_channels=24, stride=(1, 1))), before)

    def edit_with_memory(number: int) -> None:
        block = network.blocks[edits[number]]
        changed = block.with_fields(out_channels=24, stride=(1, 1))
        training_memory(analyse(replace_block(network, changed), before), Training())

    def resize(number: int) -> None:
        analyse(replace_block(network, network.blocks[0].with_fields(height=40 + number)), before)

    def fresh(number: int) -> None:
        analyse(Network(network.blocks, network.wires))

    import torchinfo

    scope: dict[str, Any] = {}
    exec(compile(source(network).text, "<network>", "exec"), scope)
    net, size = scope["Net"](), (1, 3, 32, 32)

    def peer(number: int) -> None:
        torchinfo.summary(net, input_size=size, verbose=0)

    ours = _milliseconds(edit, repeats)
    theirs = _milliseconds(peer, 5)
    assert torchinfo.summary(net, input_size=size, verbose=0).total_params == before.params
    return {
        "blocks": len(network.blocks),
        "ours_ms_median": ours,
        "ours_with_memory_forecast_ms_median": _milliseconds(edit_with_memory, repeats),
        "ours_input_resized_ms_median": _milliseconds(resize, repeats),
        "ours_from_nothing_ms_median": _milliseconds(fresh, repeats),
        "torchinfo_ms_median": theirs,
        "torchinfo_over_ours_ratio": theirs / ours,
    }


def stack(blocks: int) -> Network:
    """An Input and convolutions, normalisation and ReLU in turn, as many blocks as asked for."""
    kinds = [
        Conv2d(id="", out_channels=16, padding=(1, 1)),
        KINDS["BatchNorm2d"](id=""),
        KINDS["ReLU"](id=""),
    ]
    return chain(Input(id="", channels=3), *(kinds[n % 3] for n in range(blocks - 1)))


def _milliseconds(action: Callable[[int], None], repeats: int) -> float:
    times = []
    for number in range(repeats):
        began = time.perf_counter()
        action(number)
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000
