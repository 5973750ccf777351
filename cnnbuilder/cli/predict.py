"""Names what is on pictures, with a trained run: the five likeliest classes of each."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnbuilder.cli.failures import RefusedError
from cnnbuilder.cli.images import NamedImage, named_images
from cnnbuilder.cli.json_output import print_json
from cnnbuilder.cli.options import add_json
from cnnbuilder.cli.projects import require_run
from cnnbuilder.storage import reason_of, replacing
from cnnbuilder.text import _, ngettext, number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHOWN = 5
_BATCH = 64
_READERS = 2
_Guess = tuple[str, float]


class Predicted(NamedTuple):
    """The answer to one image: its likeliest classes, or why there are none."""

    image: str
    guesses: tuple[_Guess, ...]
    reason: str | None = None


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder predict`."""
    parser.add_argument("run", metavar="RUNDIR", help=_("a run folder, such as digits.runs/0001"))
    parser.add_argument(
        "images",
        metavar="IMAGE|FOLDER",
        nargs="+",
        help=_('pictures in any common format, folders of them, or patterns such as "*.jpg"'),
    )
    parser.add_argument("--csv", metavar="OUT", help=_("write a table instead: a row an image"))
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Answers picture by picture; those that cannot be read are named, and the exit status is 1 at the end."""
    folder = require_run(Path(options.run))
    counts = [0, 0]
    with _table(options.csv) as write_row:
        for answer in _answers(folder, named_images(options.images)):
            counts[answer.reason is not None] += 1
            write_row(answer)
            if options.json:
                print_json(_as_json(answer))
            elif options.csv is None:
                print(_as_text(answer), flush=True)
    answered, unreadable = counts
    if options.csv is not None and not options.json:
        print(_("{n} images are in {file}.").format(n=number(answered), file=options.csv))
    if unreadable:
        sentence = ngettext("{n} picture could not be read.", "{n} pictures could not be read.", unreadable)
        print(sentence.format(n=number(unreadable)), file=sys.stderr)
    return 1 if unreadable else 0


def _answers(folder: Path, images: Iterable[NamedImage]) -> Iterator[Predicted]:
    """One answer an image, in their order; no more of them are in memory than a batch has."""
    from concurrent.futures import ThreadPoolExecutor

    from cnnbuilder.engine.data.source import DataProblem
    from cnnbuilder.engine.inference import classify, load_model
    from cnnbuilder.engine.preparation import read_fitted

    model = load_model(folder)

    def read(image: NamedImage) -> NDArray[np.uint8] | str:
        """As the network gets it, or why it cannot be read."""
        if image.reason is not None:
            return image.reason
        try:
            return read_fitted(Path(image.name), model.preparation)
        except DataProblem as problem:
            return str(problem)

    images = iter(images)
    with ThreadPoolExecutor(_READERS, "read") as readers:  # Pillow's decoders run side by side
        while batch := list(islice(images, _BATCH)):
            seen = list(readers.map(read, batch))
            found = iter(classify(model, [one for one in seen if not isinstance(one, str)]))
            for image, one in zip(batch, seen, strict=True):
                if isinstance(one, str):
                    yield Predicted(image.name, (), one)
                else:
                    yield Predicted(image.name, next(found)[:_SHOWN])


@contextmanager
def _table(path: str | None) -> Iterator[Callable[[Predicted], None]]:
    """Takes answers, and writes them as rows of a CSV file that appears whole at the end; without a path, nothing.

    Raises `RefusedError`.
    """
    if path is None:
        yield lambda _answer: None
        return
    try:
        with replacing(Path(path)) as file:
            text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
            writer = csv.writer(text, lineterminator="\n")
            columns = [
                name for place in range(1, _SHOWN + 1) for name in (f"class{place}", f"probability{place}")
            ]
            writer.writerow(["image", *columns, "reason"])
            yield lambda answer: writer.writerow(_as_row(answer))
            text.detach()
    except OSError as error:
        raise RefusedError(
            _("{file} cannot be written: {reason}.").format(file=path, reason=reason_of(error))
        ) from error


def _as_row(answer: Predicted) -> list[str]:
    values = [text for name, probability in answer.guesses for text in (name, f"{probability:.6f}")]
    return [answer.image, *values, *[""] * (2 * _SHOWN - len(values)), answer.reason or ""]


def _as_json(answer: Predicted) -> dict[str, Any]:
    if answer.reason is not None:
        return {"image": answer.image, "reason": answer.reason}
    classes = [{"class": name, "probability": probability} for name, probability in answer.guesses]
    return {"image": answer.image, "classes": classes}


def _as_text(answer: Predicted) -> str:
    if answer.reason is not None:
        return f"{answer.image}: {answer.reason}"
    likely = _(" · ").join(f"{name} {probability:.1%}" for name, probability in answer.guesses)
    return f"{answer.image}: {likely}"
