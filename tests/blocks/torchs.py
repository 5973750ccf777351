"""torch's own answer to what a block does: builds its code, as it is written, and runs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from cnnbuilder.blocks.base import Block, Shape


def build(block: Block, *shapes: Shape) -> nn.Module | None:
    """The block's layer, made from its own line of code; None where it is a function without one."""
    call = block.call(*shapes)
    scope = _scope()
    exec(call.imports, scope)
    exec(call.helper, scope)
    if not call.module:
        return None
    module: nn.Module = eval(call.module, scope)
    return module.requires_grad_(not block.frozen)


def apply(block: Block, module: nn.Module | None, tensors: Sequence[torch.Tensor], *shapes: Shape) -> Any:
    """What torch makes of these tensors: by the function where the code has one, else by the layer."""
    function = block.call(*shapes).function
    if not function:
        assert module is not None
        return module(*tensors)
    scope = _scope()
    scope.update({f"x{i}": tensor for i, tensor in enumerate(tensors)})
    arguments = block.call(*shapes).joint.join(f"x{i}" for i in range(len(tensors)))
    return eval(function.format(x=arguments), scope)


def results(output: Any) -> tuple[torch.Tensor, ...]:
    """One tensor for each output, however torch wraps them."""
    return tuple(output) if isinstance(output, tuple | list) else (output,)


def _scope() -> dict[str, Any]:
    return {"torch": torch, "nn": nn, "F": nn.functional}
