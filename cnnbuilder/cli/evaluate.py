"""Measures a run on the test part of its data: accuracy, each class, and what is taken for what."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from cnnbuilder.cli.downloads import fetch_if_missing
from cnnbuilder.cli.json_output import print_json
from cnnbuilder.cli.options import add_json
from cnnbuilder.cli.own_images import data_named, look_through
from cnnbuilder.cli.projects import require_run
from cnnbuilder.cli.table import table
from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.network.data import OWN, Data
from cnnbuilder.text import _, number

if TYPE_CHECKING:
    from cnnbuilder.engine.inference import Evaluation


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder evaluate`."""
    parser.add_argument("run", metavar="RUNDIR", help=_("a run folder, such as digits.runs/0001"))
    parser.add_argument(
        "--data", metavar="NAME|PATH", help=_("other data than the run's own, or where they are now")
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Prints the measures."""
    folder = require_run(Path(options.run))
    data = _data(options.data, folder)  # a mistyped name is answered before PyTorch is loaded
    from cnnbuilder.cli.progress import waiting
    from cnnbuilder.engine.inference import evaluate

    with nullcontext() if options.json else waiting(_("Measuring")):
        found = evaluate(folder, data)
    if options.json:
        print_json(found)
    else:
        print(as_text(found))
    return 0


def _data(named: str | None, folder: Path) -> Data | None:
    """The data that are named, looked through; None for the run's own."""
    from cnnbuilder.engine.runs import read_run

    preparation = read_run(folder).info.preparation
    data = None if named is None else data_named(named, preparation.data)
    if isinstance((data or preparation.data).source, OWN):
        look_through(data or preparation.data, preparation.shape)
    elif info := resolve_or_none(data or preparation.data):
        fetch_if_missing(info)
    return data


def as_text(found: Evaluation) -> str:
    """The totals, a line for each class, and the commonest mistakes."""
    part = _("test") if found.part == "test" else _("validation")
    totals = _("{data}, {part} part: {images} images · accuracy {accuracy:.2%} · loss {loss:.4f}").format(
        data=found.data, part=part, images=number(found.images), accuracy=found.accuracy, loss=found.loss
    )
    head = (_("Class"), _("Precision"), _("Recall"), _("F1"))
    rows = [
        (score.class_, *map(_percent, (score.precision, score.recall, score.f1))) for score in found.per_class
    ]
    mistakes = _mistakes(found)
    return "\n".join([totals, "", table(head, rows, right={1, 2, 3}), *(["", *mistakes] if mistakes else [])])


def _percent(fraction: float | None) -> str:
    return "–" if fraction is None else f"{fraction:.2%}"


def _mistakes(found: Evaluation) -> list[str]:
    names = [score.class_ for score in found.per_class]
    counted = [
        (count, true, guess)
        for true, row in enumerate(found.confusion)
        for guess, count in enumerate(row)
        if count and true != guess
    ]
    commonest = sorted(counted, key=lambda mistake: -mistake[0])[:3]
    return [
        _("{count} × {true} taken for {guess}").format(
            count=number(count), true=names[true], guess=names[guess]
        )
        for count, true, guess in commonest
    ]
