"""Small project files for these tests."""

from __future__ import annotations

import json
from pathlib import Path

INPUT = {"block": "Input", "channels": 1, "height": 28, "width": 28}
CONV = {"block": "Conv2d", "out_channels": 32, "kernel_size": [3, 3], "padding": [1, 1]}
FLATTEN = {"block": "Flatten"}
LINEAR = {"block": "Linear", "out_features": 10}
SMALL_INPUT = {"block": "Input", "channels": 1, "height": 8, "width": 8}


def project(
    path: Path, *blocks: dict[str, object], chained: bool = True, dataset: str | None = "shapes"
) -> Path:
    """A project file with these blocks, one after another."""
    content = {
        "format": "cnnbuilder",
        "version": 1,
        "network": {
            "blocks": [{"id": f"b{number}", **block} for number, block in enumerate(blocks, 1)],
            "wires": [{"from": f"b{n}", "to": f"b{n + 1}"} for n in range(1, len(blocks))] if chained else [],
        },
        "data": {"dataset": dataset},
        "training": {"epochs": 1, "batch_size": 512},
    }
    path.write_text(json.dumps(content))
    return path


def tiny(path: Path) -> Path:
    """A project that trains in a moment: one Linear on grey 8×8 shapes."""
    return project(path, SMALL_INPUT, FLATTEN, LINEAR)
