"""The data sets, and which are on this machine; of a path, what is in it and what is wrong with it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cnnbuilder.cli.downloads import fetch_if_missing
from cnnbuilder.cli.failures import RefusedError
from cnnbuilder.cli.json_output import print_json
from cnnbuilder.cli.options import add_json
from cnnbuilder.cli.own_images import look_through
from cnnbuilder.cli.table import table
from cnnbuilder.engine.data.catalogue import DataSetInfo, Finding, OwnDataSet, all_data_sets, find
from cnnbuilder.engine.data.download import PACK_ENDING, Download
from cnnbuilder.network.data import Data
from cnnbuilder.text import _, bytes_text, ngettext, number

_BAR = 24
"""Characters of the longest bar."""
_SHOWN = 8
"""So many files are named; the rest is counted."""
_OF_CLASSES = ("few-images", "imbalance", "unsure")
"""Findings about classes, not about single images."""


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder data`."""
    parser.add_argument(
        "path", metavar="PATH", nargs="?", help=_("a folder of images, a table (.csv, .tsv) or arrays (.npz)")
    )
    parser.add_argument(
        "--pack",
        metavar=("NAME", "OUT"),
        nargs=2,
        help=_("write a downloaded data set into one .cnndata file; `data OUT` takes it in elsewhere"),
    )
    parser.add_argument("--csv", metavar="OUT", help=_("write the report of PATH as a table, too"))
    add_json(parser)
    parser.set_defaults(refuse_usage=parser.error)


def run(options: argparse.Namespace) -> int:
    """Prints the list, or the report."""
    if options.pack is not None:
        return _pack(*options.pack)
    if options.path is not None and options.path.endswith(PACK_ENDING):
        return _unpack(options.path)
    if options.path is not None:
        return _report(options)
    if options.csv is not None:
        options.refuse_usage(_("--csv needs a PATH to report on"))
    if options.json:
        print_json({"datasets": [as_json(info) for info in all_data_sets()]})
        return 0
    head = (
        _("Name"), _("Title"), _("Classes"), _("Images"),
        _("Training"), _("Validation"), _("Test"), _("Size"), _("Here"),
    )  # fmt: skip
    print(table(head, (_row(info) for info in all_data_sets()), right={2, 4, 5, 6, 7}))
    return 0


def _pack(name: str, out: str) -> int:
    """One file with a data set in it, for a computer without a network."""
    from cnnbuilder.engine.data.pack import pack

    info = find(name)
    if not isinstance(info, Download):
        raise RefusedError(_("{title} comes with the program already.").format(title=info.title))
    fetch_if_missing(info)
    path = Path(out) if out.endswith(PACK_ENDING) else Path(f"{out}{PACK_ENDING}")
    pack(info, path)
    print(_("{title} is in {file}.").format(title=info.title, file=path))
    return 0


def _unpack(path: str) -> int:
    """A data set from such a file."""
    from cnnbuilder.engine.data.pack import unpack

    info = unpack(Path(path).expanduser())
    print(_("{title} is here now: cnnbuilder train --data {name}.").format(title=info.title, name=info.name))
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


# --- of a path ------------------------------------------------------------------------------------


def _report(options: argparse.Namespace) -> int:
    from cnnbuilder.engine.data.own_source import source_of

    info = look_through(Data(source_of(Path(options.path).expanduser())))
    if options.csv is not None:
        from cnnbuilder.engine.data.inspection import report_csv
        from cnnbuilder.network.file import save_content

        save_content(report_csv(info).encode("utf-8-sig"), Path(options.csv))
    if options.json:
        print_json(report_json(info))
    else:
        print(report_text(info))
    return 0


def report_json(info: OwnDataSet) -> dict[str, Any]:
    """The report as the contract has it."""
    return {
        "path": info.path,
        "kind": info.kind,
        "images": sum(map(sum, info.counts)),
        "classes": [
            {"name": name, "images": sum(count), "train": count[0], "val": count[1], "test": count[2]}
            for name, count in zip(info.classes, info.counts, strict=True)
        ],
        "set_aside": [{"file": aside.file, "reason": aside.reason} for aside in info.set_aside],
        "findings": [
            {
                "kind": finding.kind,
                "severity": finding.severity,
                "message": finding.message,
                "files": list(finding.files),
            }
            for finding in info.findings
        ],
    }


def report_text(info: OwnDataSet) -> str:
    """The report for people: what there is, class by class with bars, what was set aside, what was found."""
    most = max((sum(count) for count in info.counts), default=1) or 1
    head = (_("Class"), _("Images"), _("Training"), _("Validation"), _("Test"), "")
    rows = [
        (name, *map(number, (sum(count), *count)), "█" * round(_BAR * sum(count) / most) or "▏")
        for name, count in zip(info.classes, info.counts, strict=True)
    ]
    parts = ["\n".join(_totals(info)), table(head, rows, right={1, 2, 3, 4})]
    if info.set_aside:
        text = ngettext("{n} file was set aside:", "{n} files were set aside:", len(info.set_aside))
        named = [(f"  {aside.file}", aside.reason) for aside in info.set_aside[:_SHOWN]]
        width = max(len(file) for file, _reason in named)
        lines = [f"{file.ljust(width)}  {reason}" for file, reason in named]
        parts.append(
            "\n".join([text.format(n=number(len(info.set_aside))), *lines, *_rest(len(info.set_aside))])
        )
    parts += map(_finding_text, info.findings)
    return "\n\n".join(parts)


def _totals(info: OwnDataSet) -> Iterator[str]:
    kinds = {"folder": _("folder"), "table": _("table"), "arrays": _("arrays")}
    yield f"{info.title} ({kinds[info.kind]}): {info.summary}"
    sizes = _("Sizes from {smallest} to {largest}, the middle one {median}; {colour}.")
    texts = [f"{width} × {height}" for height, width in (info.smallest, info.largest, info.median)]
    smallest, largest, median = texts
    colour = _("colour") if info.colour else _("grey")
    if info.smallest == info.largest:
        yield _("All are {size}; {colour}.").format(size=median, colour=colour)
    else:
        yield sizes.format(smallest=smallest, largest=largest, median=median, colour=colour)
    yield _("An Input of {shape} suits them.").format(shape=" × ".join(map(str, info.shape)))
    yield from info.remarks


def _finding_text(finding: Finding) -> str:
    """The sentence, and the files it is about; those of a whole class are known from the table."""
    sign = "✗" if finding.severity == "red" else "!"
    files = () if finding.kind in _OF_CLASSES else finding.files
    return "\n".join(
        [f"{sign} {finding.message}", *(f"  {file}" for file in files[:_SHOWN]), *_rest(len(files))]
    )


def _rest(count: int) -> list[str]:
    return [_("  and {count} more").format(count=number(count - _SHOWN))] if count > _SHOWN else []
