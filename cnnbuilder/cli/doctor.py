"""What works here and what does not: versions, devices, display, data; each problem with its remedy."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import cnnbuilder
from cnnbuilder.cli import display
from cnnbuilder.cli.json_output import print_json
from cnnbuilder.cli.options import add_json
from cnnbuilder.engine.data.catalogue import all_data_sets
from cnnbuilder.folders import cache_folder, data_folder
from cnnbuilder.text import _, bytes_text

_PACKAGES = (
    "torch",
    "torchvision",
    "PySide6-Essentials",
    "numpy",
    "msgspec",
    "safetensors",
    "pillow",
)
_LEAST_ROOM = 1_000_000_000
"""Prepared data of the sets that come inside takes 230 MB at 32×32; a run a few MB."""


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder doctor`."""
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Looks at everything and says what it found. Exit status 0 whatever that is."""
    found = examine()
    if options.json:
        print_json(found)
    else:
        print(_as_text(found))
    return 0


def examine() -> dict[str, Any]:
    """The contract's object."""
    problems: list[dict[str, str]] = []
    reason = display.probe()
    if reason:
        problems.append(_problem(reason, _("The window needs this; all commands work without it.")))
    devices = _devices(problems)
    _look_at_folders(problems)
    return {
        "versions": _versions(problems),
        "devices": devices,
        "display": {"ok": reason is None, "reason": reason},
        "data": _data(problems),
        "problems": problems,
    }


def _problem(message: str, remedy: str) -> dict[str, str]:
    return {"message": message, "remedy": remedy}


def _versions(problems: list[dict[str, str]]) -> dict[str, str | None]:
    versions: dict[str, str | None] = {
        "cnnbuilder": cnnbuilder.__version__,
        "python": ".".join(map(str, sys.version_info[:3])),
    }
    for name in _PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
            message = _("{name} is not installed.").format(name=name)
            problems.append(_problem(message, _("pip install {name}").format(name=name)))
    return versions


def _devices(problems: list[dict[str, str]]) -> list[dict[str, Any]]:
    try:
        from cnnbuilder.engine.device import all_devices

        devices = all_devices()
    except (ImportError, OSError) as error:
        what = str(error).splitlines()[0].rstrip(".")
        message = _("PyTorch does not load here ({what}).").format(what=what)
        remedy = _("Install torch and torchvision anew, both from one index.")
        problems.append(_problem(message, remedy))
        return []
    if all(device.name == "cpu" for device in devices) and shutil.which("nvidia-smi"):
        message = _("There is an NVIDIA GPU here, but this PyTorch does not use it.")
        remedy = _("Install a CUDA build of torch and torchvision, and a driver that fits it.")
        problems.append(_problem(message, remedy))
    return [
        {
            "name": device.name,
            "title": device.title,
            "memory_bytes": device.memory_bytes,
            "bfloat16": device.bfloat16,
        }
        for device in devices
    ]


def _data(problems: list[dict[str, str]]) -> list[dict[str, Any]]:
    for info in all_data_sets():
        if info.comes_inside() and not info.available():
            message = _("The data set {title} is not on this machine.").format(title=info.title)
            remedy = _("It comes with the program: install cnnbuilder again.")
            problems.append(_problem(message, remedy))
    return [
        {"name": info.name, "title": info.title, "available": info.available()} for info in all_data_sets()
    ]


def _look_at_folders(problems: list[dict[str, str]]) -> None:
    for folder in {_existing(cache_folder()), _existing(data_folder())}:
        if not os.access(folder, os.W_OK):
            message = _("Nothing can be written to {folder}.").format(folder=folder)
            remedy = _("Give yourself the right to write there, or set CNNBUILDER_HOME to another folder.")
            problems.append(_problem(message, remedy))
        elif (room := shutil.disk_usage(folder).free) < _LEAST_ROOM:
            message = _("Only {room} are free on the disk of {folder}.").format(
                room=bytes_text(room), folder=folder
            )
            remedy = _("Free some room, or set CNNBUILDER_HOME to a folder on another disk.")
            problems.append(_problem(message, remedy))


def _existing(path: Path) -> Path:
    """The folder itself, or the nearest above it that exists: the rest will be made there."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _as_text(found: dict[str, Any]) -> str:
    width = max(len(name) for name in found["versions"])
    lines = [_("Versions")]
    lines += [f"  {name:<{width}}  {version or _('missing')}" for name, version in found["versions"].items()]
    lines += ["", _("Devices")]
    lines += [f"  {device['name']:<6}  {_device_text(device)}" for device in found["devices"]]
    lines += ["", _("Display"), "  " + (found["display"]["reason"] or _("A window can open."))]
    lines += ["", _("Data")]
    lines += [
        f"  {entry['title']}: " + (_("here") if entry["available"] else _("not here"))
        for entry in found["data"]
    ]
    lines += [""]
    lines += [f"! {problem['message']} → {problem['remedy']}" for problem in found["problems"]] or [
        _("No problems.")
    ]
    return "\n".join(lines)


def _device_text(device: dict[str, Any]) -> str:
    parts = [device["title"]]
    if device["memory_bytes"] is not None:
        parts.append(bytes_text(device["memory_bytes"]))
    parts.append(_("bfloat16") if device["bfloat16"] else _("float32"))
    return " · ".join(parts)
