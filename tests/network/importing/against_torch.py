"""Runs source that tests hold with torch, and compares: what we read of it gives the same logits by the same weights."""

from __future__ import annotations

import contextlib
import io
import linecache
import sys
import types
from typing import Any, NamedTuple

import torch
from torch import nn

from cnnbuilder.network.code import source
from cnnbuilder.network.importing import Imported


class Comparison(NamedTuple):
    """How what we read stands beside torch. `verdict`: "exact", "placeholder" or "wrong"."""

    verdict: str
    reason: str = ""


def names_of(text: str) -> dict[str, Any]:
    """What running the source leaves; only for source of this project's tests."""
    module = sys.modules["theirs"] = types.ModuleType("theirs")  # where dataclasses look
    names: dict[str, Any] = module.__dict__
    linecache.cache["theirs.py"] = (len(text), None, text.splitlines(keepends=True), "theirs.py")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(
            compile(text, "theirs.py", "exec", dont_inherit=True), names
        )  # our own text, or a case that lies beside the project
    return names


def modules_of(text: str) -> list[nn.Module]:
    """Every network that the source makes, or that its functions and classes make without arguments."""
    names = names_of(text)
    found = [value for value in names.values() if isinstance(value, nn.Module)]
    for name in list(names):
        value = names_of(text)[name]  # each alone: one may change what another finds
        own = getattr(value, "__module__", "") == "theirs" and callable(value)
        if own and not isinstance(value, nn.Module):
            with contextlib.suppress(Exception):
                made = value()
                if isinstance(made, nn.Module):
                    found.append(made)
    return found


def compare(found: Imported, module: nn.Module, shape: tuple[int, ...]) -> Comparison:
    """Our code with the module's weights, in evaluation, on random images."""
    unread = [block for block in found.network.blocks if block.kind() == "Unread"]
    if unread:
        return Comparison("placeholder", unread[0].reason)
    if found.analysis.problems:
        return Comparison("placeholder", found.analysis.problems[0].message)
    names: dict[str, Any] = {}
    exec(source(found.network).text, names)
    ours, theirs = names["Net"]().eval(), module.eval()
    torch.manual_seed(0)
    images = torch.randn(2, *shape)
    if found.network.blocks[0].output().axes == "F":
        images = images.flatten(1)
    with torch.no_grad():
        order = _called(theirs, images)
        rows = found.analysis.rows
        named = [getattr(ours, rows[block.id].name, None) for block in found.network.blocks]
        mine = [part for part in dict.fromkeys(named) if isinstance(part, nn.Module) and _own(part)]
        for tensor in (*theirs.parameters(), *theirs.buffers()):
            if tensor.is_floating_point():
                fan = max(1, tensor[0].numel()) if tensor.dim() > 1 else 1
                tensor.uniform_(0.1, 0.9) if tensor.dim() == 1 else tensor.normal_(0, fan**-0.5)
        for part in mine:
            wanted = [tuple(value.shape) for value in _own(part)]
            fitting = [it for it in order if [tuple(value.shape) for value in _own(it)] == wanted]
            if not fitting:
                return Comparison("wrong", f"no weights like those of {part}")
            order.remove(fitting[0])
            for value, other in zip(_own(part), _own(fitting[0]), strict=True):
                value.copy_(other)
        if any(any(True for _p in part.parameters(recurse=False)) for part in order):
            return Comparison("wrong", f"weights of {order[0]} are lost")
        with contextlib.redirect_stdout(io.StringIO()):
            right = theirs(images.clone())
        got = ours(images.reshape(2, *found.network.blocks[0].output().sizes).clone())
    rights = [value for value in (right if isinstance(right, tuple | list) else [right]) if value is not None]
    if not isinstance(rights[0], torch.Tensor) or rights[0].shape != got.shape:
        return Comparison(
            "wrong", f"shape {tuple(got.shape)} where torch gives {[tuple(r.shape) for r in rights]}"
        )
    scale = max(1.0, rights[0].abs().max().item())
    difference = (rights[0] - got).abs().max().item() / scale
    return (
        Comparison("exact")
        if difference < 1e-4
        else Comparison("wrong", f"logits differ by {difference:.3g}")
    )


def _called(module: nn.Module, images: torch.Tensor) -> list[nn.Module]:
    """The parts with weights of their own, in the order in which they are first called."""
    order: list[nn.Module] = []

    def note(part: nn.Module, _inputs: Any) -> None:
        if part not in order and (any(True for _p in part.parameters(recurse=False)) or part._buffers):
            order.append(part)

    hooks = [part.register_forward_pre_hook(note) for part in module.modules()]
    with contextlib.redirect_stdout(io.StringIO()):
        module(images.clone())
    for hook in hooks:
        hook.remove()
    return order


def _own(part: nn.Module) -> list[torch.Tensor]:
    """What a module itself holds, without its parts: weights, then what is kept but not learned."""
    return [*part.parameters(recurse=False), *part.buffers(recurse=False)]
