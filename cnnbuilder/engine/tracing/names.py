"""Names for the layers of a traced network, from the paths that torchvision keeps them under."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from torch import nn

from cnnbuilder.network.names import identifier

_SILENT = frozenset({"features", "classifier", "layers", "trunk_output", "block", "conv", "f"})
"""Containers whose names say nothing of what is in them."""


def tidy_names(module: nn.Module, paths: Mapping[str, str], prefixes: Mapping[str, str]) -> dict[str, str]:
    """A name for each block (by its id) whose path says more than a place in a list, unique, safe in code.

    `paths`: where torchvision keeps it ("layer1.0.downsample.0"), in the order of use; `prefixes`: what its kind is
    called in code ("conv"). That example becomes layer1_0_downsample_conv. Blocks that are left out are best
    numbered by the program: conv1, conv2, …
    """
    wanted: dict[str, str] = {}
    for id_, path in paths.items():
        words = _words(module, path, prefixes[id_])
        name = identifier("_".join(words))
        # An identifier that had to be changed to be safe is no good name any more.
        if words and name.strip("_") == name:
            wanted[id_] = name
    return _told_apart(wanted)


def _words(module: nn.Module, path: str, prefix: str) -> list[str]:
    """What of a path is worth saying; nothing where it is a place in a list only."""
    parts = path.split(".")
    outer, inner = parts[: _unit(module, parts)], parts[_unit(module, parts) :]
    last = prefix if inner[-1].isdigit() else inner[-1]
    if inner[-1].isdigit() and set(outer) <= _SILENT:
        return []
    following = [*outer, inner[0]][1:]
    told = [
        part
        for part, after in zip(outer, following, strict=True)
        # "features" stands before a number, which alone would be no name; "block1" is said again in "block1-0".
        if not (part in _SILENT and not after.isdigit()) and not after.startswith(f"{part}-")
    ]
    return [*told, *(part for part in inner[:-1] if not part.isdigit() and part not in _SILENT), last]


def _unit(module: nn.Module, parts: list[str]) -> int:
    """How many parts lead to the block of layers that a paper would draw as one box; all but the last, without one."""
    here: nn.Module = module
    for count, part in enumerate(parts[:-1], 1):
        here = here.get_submodule(part)
        if not isinstance(here, nn.Sequential):
            return count
    return len(parts) - 1


def _told_apart(wanted: Mapping[str, str]) -> dict[str, str]:
    """A number behind names that several blocks would have."""
    users = Counter(wanted.values())
    counts: Counter[str] = Counter()
    names = {}
    for id_, name in wanted.items():
        counts[name] += 1
        names[id_] = name if users[name] == 1 else f"{name}{counts[name]}"
    return names
