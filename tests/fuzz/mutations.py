"""Files made wrong by chance: bytes, fields, tensors, cells. Each change is decided by a seed alone."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

ODD_VALUES: list[Any] = [
    None, True, 0, -1, 1, 2, 3, 10**6, 2**63, 1e308, -0.5, "", "a", "ünïcode \u202e", [], [0.0], [[1]], {}, {"a": 1},
    "9" * 5000, ["x"] * 200, 0.1, float("nan"), float("inf"),
]  # fmt: skip
DTYPES = [torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.bool]


def bytes_changed(content: bytes, dice: random.Random) -> bytes:
    """A file as a bad disk, a cut connection or a careless editor leaves it."""
    data = bytearray(content)
    kind = dice.randrange(7)
    place = dice.randrange(len(data)) if data else 0
    if kind == 0:
        return bytes(data[:place])
    if kind == 1:
        return b""
    if kind == 2:
        return bytes(data[:place]) + dice.randbytes(dice.randrange(1, 64)) + bytes(data[place:])
    if kind == 3:
        end = place + dice.randrange(1, 200)
        return bytes(data[:place] + data[end:])
    if kind == 4:
        end = place + dice.randrange(1, 400)
        return bytes(data[:end] + data[place:])
    if kind == 5:
        return dice.randbytes(dice.randrange(1, 5000))
    for _change in range(dice.randrange(1, 8)):
        if data:
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def json_changed(content: bytes, dice: random.Random) -> bytes:
    """One to three places of the tree hold something else, lack, or stand twice."""
    tree = json.loads(content)
    for _change in range(dice.randrange(1, 4)):
        places = list(_places(tree))
        if not places:
            break
        holder, key = dice.choice(places)
        kind = dice.randrange(4)
        if kind == 0:
            del holder[key]
        elif kind == 1 and isinstance(holder, list):
            holder.insert(key, holder[dice.randrange(len(holder))])
        elif kind == 2:
            other, at = dice.choice(places)
            if (isinstance(other, dict) and at not in other) or (
                isinstance(other, list) and at >= len(other)
            ):
                continue
            holder[key] = json.loads(json.dumps(other[at]))
        else:
            holder[key] = dice.choice(ODD_VALUES)
    return json.dumps(tree).encode()


def _places(tree: Any) -> Any:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in list(items):
        yield tree, key
        yield from _places(value)


def _csv_changed(path: Path, dice: random.Random) -> None:
    rows = list(csv.reader(io.StringIO(path.read_text())))
    row = dice.choice(rows)
    row[dice.randrange(len(row))] = str(dice.choice(ODD_VALUES))
    if dice.random() < 0.3:
        rows.insert(dice.randrange(len(rows)), list(dice.choice(rows)))
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_text(text.getvalue())


def _tensor_changed(value: torch.Tensor, dice: random.Random) -> Any:
    kind = dice.randrange(5)
    if kind == 0:
        return value.to(dice.choice(DTYPES))
    if kind == 1:
        return value.reshape(-1)[: dice.randrange(1, value.numel() + 1)].clone()
    if kind == 2 and value.is_floating_point():
        changed = value.clone()
        changed.reshape(-1)[dice.randrange(value.numel())] = dice.choice([float("nan"), float("inf"), 1e38])
        return changed
    if kind == 3:
        return value[None].clone()
    return torch.zeros(dice.randrange(4))


def _weights_changed(path: Path, dice: random.Random) -> None:
    weights = load_file(path)
    name = dice.choice(sorted(weights))
    if dice.random() < 0.2:
        weights[f"{name}x"] = weights.pop(name)
    else:
        weights[name] = _tensor_changed(weights[name], dice)
    save_file(weights, path)


def _checkpoint_changed(path: Path, dice: random.Random) -> None:
    content = torch.load(path, weights_only=True)
    holder, key = dice.choice(list(_places(content)))
    value = holder[key]
    if isinstance(value, torch.Tensor) and value.numel() and dice.random() < 0.7:
        holder[key] = _tensor_changed(value, dice)
    elif dice.random() < 0.2:
        del holder[key]
    else:
        holder[key] = dice.choice(ODD_VALUES)
    torch.save(content, path)


def run_changed(folder: Path, dice: random.Random) -> str:
    """One file of a run folder is another; what was done to which."""
    changes: dict[str, list[Callable[[Path, random.Random], None]]] = {
        "run.json": [_by(json_changed)] * 4,
        "project.cnn": [_by(json_changed)],
        "metrics.csv": [_csv_changed],
        "best.safetensors": [_weights_changed],
        "last.safetensors": [_weights_changed],
        "checkpoint.pt": [_checkpoint_changed] * 4,
    }
    name = dice.choice(sorted(changes))
    path = folder / name
    kind = dice.randrange(8)
    if kind == 0:
        path.unlink()
        if dice.random() < 0.5:
            path.mkdir()
        return f"{name} gone"
    change = _by(bytes_changed) if kind < 3 else dice.choice(changes[name])
    change(path, dice)
    return f"{name}: {getattr(change, '__name__', 'changed')}"


def _by(change: Callable[[bytes, random.Random], bytes]) -> Callable[[Path, random.Random], None]:
    def changed(path: Path, dice: random.Random) -> None:
        path.write_bytes(change(path.read_bytes(), dice))

    changed.__name__ = change.__name__
    return changed


def copied(folder: Path, to: Path) -> Path:
    """A copy of a run folder to spoil."""
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(folder, to))
