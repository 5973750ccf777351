"""`python -m tests.benchmarks NAME [--json]`: runs one benchmark; `--list` names them.

A benchmark is a module of this folder with a function `run(...) -> dict`; its parameters, which all have defaults,
are options: `run(device="cpu")` is called with `--device cuda`.
"""

from __future__ import annotations

import argparse
import inspect
import json
import pkgutil
import sys
from importlib import import_module, metadata
from pathlib import Path
from platform import python_version
from typing import Any


def names() -> list[str]:
    """Every benchmark there is."""
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(module.name for module in found if not module.name.startswith(("_", "test_")))


def machine() -> dict[str, Any]:
    """What the numbers were measured on. Loads torch, so only after the benchmark."""
    from cnnbuilder.engine.device import cpu_cores, find_device

    device, cpu = find_device(), find_device("cpu")
    versions = {"python": python_version()}
    for package in ("torch", "torchvision", "numpy", "PySide6_Essentials"):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {
        "cores": cpu_cores(),
        "device": device.title,
        "memory_bytes": cpu.memory_bytes,
        "bfloat16_in_hardware": {"cpu": cpu.bfloat16, device.name: device.bfloat16},
        "versions": versions,
    }


def main(arguments: list[str]) -> int:
    """Runs what the command line names; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "name", nargs="?", choices=names(), metavar="NAME", help="one of those that --list names"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--list", action="store_true", help="name the benchmarks, one a line")
    options, rest = parser.parse_known_args(arguments)
    if options.list:
        print("\n".join(names()))
        return 0
    if options.name is None:
        parser.error("NAME is missing; --list names the benchmarks")
    module = import_module(f"tests.benchmarks.{options.name}")
    own = argparse.ArgumentParser(prog=f"{parser.prog} {options.name}", description=module.__doc__)
    for name, parameter in inspect.signature(module.run).parameters.items():
        kind = type(parameter.default)
        own.add_argument(f"--{name.replace('_', '-')}", type=kind, default=parameter.default)
    found = module.run(**vars(own.parse_args(rest)))
    found["machine"] = {**machine(), **found.get("machine", {})}
    print(json.dumps(found, ensure_ascii=False) if options.json else as_text(found))
    return 0


def as_text(found: dict[str, Any], indent: str = "") -> str:
    """A table: one number a line."""
    width = max(len(key) for key in found)
    lines = []
    for key, value in found.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{indent}{key}", *_table(value, indent + "  ")]
        elif isinstance(value, dict):
            lines += [f"{indent}{key}", as_text(value, indent + "  ")]
        else:
            lines.append(f"{indent}{key:<{width}}  {_shown(value)}")
    return "\n".join(lines)


def _table(rows: list[dict[str, Any]], indent: str) -> list[str]:
    """Rows below the names of their columns."""
    cells = [list(rows[0]), *([_shown(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        (indent + "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))).rstrip()
        for line in cells
    ]


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    if isinstance(value, list):
        return " ".join(map(_shown, value))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
