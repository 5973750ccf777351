"""The data sets, and which are on this machine."""

from __future__ import annotations

import argparse
from typing import Any

from cnnbuilder.cli.json_output import print_json
from cnnbuilder.cli.options import add_json
from cnnbuilder.cli.table import table
from cnnbuilder.engine.data.catalogue import DataSetInfo, all_data_sets
from cnnbuilder.text import _, bytes_text, number


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder data`."""
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Prints the list."""
    if options.json:
        print_json({"datasets": [as_json(info) for info in all_data_sets()]})
        return 0
    head = (
        _("Name"), _("Title"), _("Classes"), _("Images"),
        _("Training"), _("Validation"), _("Test"), _("Size"), _("Here"),
    )  # fmt: skip
    print(table(head, (_row(info) for info in all_data_sets()), right={2, 4, 5, 6, 7}))
    return 0


def as_json(info: DataSetInfo) -> dict[str, Any]:
    """One data set as the contract has it."""
    return {
        "name": info.name,
        "title": info.title,
        "classes": len(info.classes),
        "class_names": list(info.classes),
        "shape": list(info.shape),
        "train_images": info.train_images,
        "val_images": info.val_images,
        "test_images": info.test_images,
        "available": info.available(),
        "bytes": info.bytes,
        "licence": info.licence,
    }


def _row(info: DataSetInfo) -> tuple[str, ...]:
    channels, height, width = info.shape
    return (
        info.name,
        info.title,
        number(len(info.classes)),
        f"{channels} × {height} × {width}",
        number(info.train_images),
        number(info.val_images),
        number(info.test_images),
        bytes_text(info.bytes) if info.bytes else "",
        _("yes") if info.available() else _("no"),
    )
