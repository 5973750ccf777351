"""Names what is on pictures, with a trained run: the five likeliest classes of each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cnnbuilder.cli.json_output import print_json
from cnnbuilder.cli.options import add_json
from cnnbuilder.cli.projects import require_run
from cnnbuilder.text import _, ngettext, number

_SHOWN = 5
_Guess = tuple[str, float]


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder predict`."""
    parser.add_argument("run", metavar="RUNDIR", help=_("a run folder, such as digits.runs/0001"))
    parser.add_argument(
        "images", metavar="IMAGE", nargs="+", help=_("pictures: PNG, JPEG and other common formats")
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Answers picture by picture; those that cannot be read are named, and the exit status is 1 at the end."""
    folder = require_run(Path(options.run))
    from cnnbuilder.engine.data.pictures import read_image
    from cnnbuilder.engine.data.source import DataProblem
    from cnnbuilder.engine.inference import load_model, predict

    model = load_model(folder)
    unreadable = 0
    for image in options.images:
        try:
            guesses = predict(model, read_image(image)).classes[:_SHOWN]
        except DataProblem as problem:
            unreadable += 1
            _show_reason(image, str(problem), options.json)
        else:
            _show(image, guesses, options.json)
    if unreadable:
        sentence = ngettext("{n} picture could not be read.", "{n} pictures could not be read.", unreadable)
        print(sentence.format(n=number(unreadable)), file=sys.stderr)
    return 1 if unreadable else 0


def _show(image: str, guesses: tuple[_Guess, ...], as_json: bool) -> None:
    if as_json:
        classes = [{"class": name, "probability": probability} for name, probability in guesses]
        print_json({"image": image, "classes": classes})
        return
    likely = _(" · ").join(f"{name} {probability:.1%}" for name, probability in guesses)
    print(f"{image}: {likely}", flush=True)


def _show_reason(image: str, reason: str, as_json: bool) -> None:
    if as_json:
        print_json({"image": image, "reason": reason})
    else:
        print(f"{image}: {reason}", flush=True)
