"""All 68 convolutional classifiers of torchvision as this program opens them, beside what torchvision publishes."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from cnnbuilder.blocks.base import Shape
from cnnbuilder.engine.module import build_without_weights
from cnnbuilder.engine.torchvision_models import NETWORKS, find
from cnnbuilder.engine.tracing import read as read_network
from cnnbuilder.engine.tracing.graph import Traced, trace
from cnnbuilder.engine.tracing.published import all_weights, builder, skeleton
from cnnbuilder.engine.tracing.weights import renamed
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import CannotGenerateError, Style, source
from cnnbuilder.network.edits import replace_block
from cnnbuilder.network.equality import equal
from cnnbuilder.network.importing import read
from cnnbuilder.network.rows import Row
from tests.blocks.torchs import apply, build, results

LARGEST_GMACS = 5.0
"""Logits are compared at the weights' own image size up to this; larger networks get images of 128 × 128."""
REDUCED = 128
AGREES = 1e-4


def run(names: str = "", logits: int = 1) -> dict[str, Any]:
    """A row for each network; `names`: only these, with commas between; `logits` 0: without running any.

    First the time that the window's warm child takes for ResNet-50: PyTorch is loaded, torchvision is not.
    """
    first, again = _seconds_of_an_import(), _seconds_of_an_import()
    began = time.perf_counter()
    wanted = [find(name) for name in names.split(",")] if names else NETWORKS
    rows = [row(name, logits=bool(logits)) for name in wanted]
    differences = [found["logits_difference"] for found in rows if logits]
    return {
        "networks": len(rows),
        "params_equal": sum(
            found["params"] + found["params_left_out"] == found["params_published"] for found in rows
        ),
        "gmacs_equal": sum(found["gmacs"] == found["gmacs_published"] for found in rows),
        "shapes_equal": sum(found["shapes_equal"] for found in rows),
        "source_read_back": sum(found["source_read_back"] for found in rows),
        "logits_equal": sum(difference <= AGREES for difference in differences),
        "largest_logits_difference": max(differences, default=None),
        "import_resnet50_s": first,
        "import_resnet50_again_s": again,
        "seconds": time.perf_counter() - began,
        "rows": rows,
    }


def _seconds_of_an_import() -> float:
    began = time.perf_counter()
    read_network("resnet50")
    return time.perf_counter() - began


def row(name: str, *, logits: bool = True) -> dict[str, Any]:
    """What one network is here, and what is published of it."""
    entries = all_weights(name)
    published = entries[0].meta
    size = entries[0].transforms().crop_size[0]
    module = skeleton(name)
    began = time.perf_counter()
    traced = trace(module, (3, size, size))
    seconds = time.perf_counter() - began
    analysis = traced.analysis
    whole = sum(parameter.numel() for parameter in module.parameters())
    # torchvision publishes GoogLeNet without its auxiliary heads, and Inception v3 with its own.
    left_out = whole - analysis.params if published["num_params"] == whole else 0
    wrong_shapes = [*_misshapen(traced), *_misshapen_beside(module, traced)]
    found = {
        "name": name,
        "weights": entries[0].name,
        "input": [3, size, size],
        "blocks": len(traced.network.blocks),
        "params": analysis.params,
        "params_left_out": left_out,
        "params_published": published["num_params"],
        "gmacs": round(analysis.macs / 1e9, 3),
        "gmacs_published": published["_ops"],
        "shapes_equal": not wrong_shapes,
        "source_read_back": equal(read(source(traced.network).text, (3, size, size)).network, traced.network),
        "traced_s": seconds,
    }
    notes = [f"shapes differ: {', '.join(wrong_shapes)}"] if wrong_shapes else []
    if left_out:
        notes.append(
            f"published with its auxiliary head: {analysis.params:,} + {left_out:,} = {published['num_params']:,}"
        )
    notes += _other_weights(traced, entries[1:])
    if logits:
        pixels = size if analysis.macs <= LARGEST_GMACS * 1e9 else REDUCED
        found |= {"logits_at": [3, pixels, pixels], **differences(name, traced, pixels)}
    return {**found, "note": "; ".join(notes)}


def differences(name: str, traced: Traced, pixels: int) -> dict[str, float | None]:
    """The largest differences between the original's logits and those of the generated source, with the same weights.

    Of two images of noise, with first values and normalisation's statistics from a seed. `sequential`: of the
    source as nn.Sequential, None where the network has branches.
    """
    torch.manual_seed(0)
    original = builder(name)()
    images = torch.randn(2, 3, pixels, pixels)
    _randomise(original, images)
    with torch.inference_mode():
        expected = original(images)
    found: dict[str, float | None] = {"largest_logit": float(expected.abs().max())}
    styles: tuple[tuple[str, Style], ...] = (
        ("logits_difference", "module"),
        ("logits_difference_sequential", "sequential"),
    )
    for key, style in styles:
        try:
            net = build_without_weights(traced.network, style)
        except CannotGenerateError:
            found[key] = None
            continue
        net.load_state_dict(renamed(original.state_dict(), traced, style), assign=True)
        with torch.inference_mode():
            found[key] = float((net.eval()(images) - expected).abs().max())
    del original
    gc.collect()
    return found


@torch.no_grad()
def _randomise(module: nn.Module, images: torch.Tensor) -> None:
    """BatchNorm's statistics become those of the images, a little off, as they are after a training.

    Fresh ones (0 and 1) would let a deep network's values grow beyond all measure, and check little.
    """
    norms = [layer for layer in module.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [layer.momentum for layer in norms]
    for layer in norms:
        layer.weight.uniform_(0.8, 1.2)
        layer.bias.normal_(0.0, 0.1)
        layer.train()
        layer.momentum = 1.0
    module(images)
    for layer, momentum in zip(norms, momenta, strict=True):
        layer.eval()
        layer.momentum = momentum
        layer.running_mean += 0.1 * torch.randn_like(layer.running_mean) * layer.running_var.sqrt()
        layer.running_var *= torch.empty_like(layer.running_var).uniform_(0.8, 1.25)


def _misshapen(traced: Traced) -> Iterator[str]:
    """The blocks whose own line of code gives torch another shape than the analysis says."""
    seen: set[tuple[Any, ...]] = set()
    for found in traced.analysis.rows.values():
        inputs = tuple(shape for shape in found.inputs if shape is not None)
        key = (
            type(found.block),
            *(getattr(found.block, field.name) for field in found.block.fields()),
            inputs,
        )
        if inputs and key not in seen:
            seen.add(key)
            if _by_torch(found, inputs) != [shape.sizes for shape in found.measured.outputs]:
                yield found.name


def _by_torch(found: Row, inputs: tuple[Shape, ...]) -> list[tuple[int, ...]]:
    with torch.device("meta"):
        module = build(found.block, *inputs)
        values = [torch.empty(2, *shape.sizes) for shape in inputs]
        if module is not None:
            module.eval()
        output = apply(found.block, module, values, *inputs)
    return [tuple(value.shape[1:]) for value in results(output)]


def _misshapen_beside(module: nn.Module, traced: Traced) -> Iterator[str]:
    """The blocks whose layer in torchvision's own network gives another shape."""
    shapes: dict[str, tuple[int, ...]] = {}
    layers = {path: layer for path, layer in module.named_modules() if path in set(traced.paths.values())}
    with _watched(layers, shapes):
        image = traced.analysis.network.blocks[0].output()
        output = module.to("meta")(torch.empty(2, *image.sizes, device="meta"))
    for id_, path in traced.paths.items():
        expected = traced.analysis.rows[id_].output
        if path in layers and (expected is None or shapes.get(path) != expected.sizes):
            yield path
    if traced.analysis.output is None or tuple(output.shape[1:]) != traced.analysis.output.sizes:
        yield "output"


@contextmanager
def _watched(layers: dict[str, nn.Module], shapes: dict[str, tuple[int, ...]]) -> Iterator[None]:
    def watch(path: str) -> Any:
        def hook(_layer: nn.Module, _inputs: Any, output: torch.Tensor) -> None:
            shapes[path] = tuple(output.shape[1:])

        return hook

    hooks = [layer.register_forward_hook(watch(path)) for path, layer in layers.items()]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _other_weights(traced: Traced, entries: tuple[Any, ...]) -> Iterator[str]:
    """What is published of further weights of the same network, where it is not what the program finds."""
    for entry in entries:
        size = entry.transforms().crop_size[0]
        network = replace_block(traced.network, traced.network.blocks[0].with_fields(height=size, width=size))
        analysis = analyse(network)
        if (analysis.params, round(analysis.macs / 1e9, 3)) != (entry.meta["num_params"], entry.meta["_ops"]):
            yield f"{entry.name}: {analysis.params:,} parameters, {analysis.macs / 1e9:.3f} GMACs at {size} × {size}"
