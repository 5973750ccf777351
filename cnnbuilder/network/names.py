"""Names in code: PyTorch identifiers that never collide with Python's keywords or `nn.Module`'s attributes."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

import msgspec

from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.shared import Shared

RESERVED = frozenset(
    [
        "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children",
        "compile", "cpu", "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward",
        "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half", "ipu",
        "load_state_dict", "modules", "mtia", "named_buffers", "named_children", "named_modules",
        "named_parameters", "parameters", "register_backward_hook", "register_buffer",
        "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
        "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook", "register_module", "register_parameter",
        "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_",
        "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
        "training", "type", "xpu", "zero_grad",
        "features", "classifier", "self", "x", "nn", "F", "torch", "Net", "l",
    ]
)  # fmt: skip
"""What a layer must not be called: the attributes of torch.nn.Module, the names that our code uses itself,
and l, which looks like 1."""


def identifier(text: str) -> str:
    """What a person called a block, as a Python name that is safe in a module: '3x3 Filter' -> 'layer_3x3_filter'."""
    name = re.sub(r"[^0-9a-z]+", "_", text.lower()).strip("_")
    if not name or name[0].isdigit():
        name = f"layer_{name}".rstrip("_")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in RESERVED:
        name += "_"
    return name


def identifiers(blocks: Iterable[Block]) -> dict[str, str]:
    """The name in code of each block, by its id. `blocks` come in execution order.

    conv1, conv2, … by kind; blocks without weights of equal construction share one name ("pool"); names that the
    user gave come first and are told apart by a number where two are alike. A layer that is used again has one name.
    """
    every = tuple(blocks)
    known = {block.id for block in every}
    shared = {block.id: block.of for block in every if isinstance(block, Shared) and block.of in known}
    blocks = tuple(block for block in every if block.id not in shared)
    taken: set[str] = set()
    names: dict[str, str] = {}
    for block in blocks:
        if block.name:
            name = wanted = identifier(block.name)
            number = 2
            while name in taken:
                name, number = f"{wanted}_{number}", number + 1
            taken.add(name)
            names[block.id] = name
    constructions = _constructions(blocks)
    counts: dict[str, int] = {}
    given: dict[tuple[object, ...], str] = {}
    for block in blocks:
        if block.id in names:
            continue
        prefix = block.name_prefix
        key = construction(block) if block.shared else None
        name = given.get(key, "") if key else ""
        if not name:
            if key and constructions[prefix] == 1 and prefix not in taken:
                name = prefix
            else:
                number = counts.get(prefix, 0) + 1
                name = f"{prefix}{number}"
                while name in taken:
                    number += 1
                    name = f"{prefix}{number}"
                counts[prefix] = number
            taken.add(name)
            if key:
                given[key] = name
        names[block.id] = name
    for id_, owner in shared.items():
        names[id_] = names.get(owner, "shared")
    return names


def _constructions(blocks: tuple[Block, ...]) -> dict[str, int]:
    """How many different constructions there are of each shared prefix."""
    found: dict[str, set[tuple[object, ...]]] = {}
    for block in blocks:
        if block.shared and not block.name:
            found.setdefault(block.name_prefix, set()).add(construction(block))
    return {prefix: len(keys) for prefix, keys in found.items()}


def construction(block: Block) -> tuple[object, ...]:
    """What makes two blocks the same layer, wherever they stand: their kind and field values."""
    return (type(block), *msgspec.structs.astuple(block)[3:])
