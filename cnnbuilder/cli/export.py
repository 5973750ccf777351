"""Writes the network in another form, by the ending of OUT; a name without one makes a folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cnnbuilder.cli.options import add_project, one_of
from cnnbuilder.cli.projects import read_project, runs_folder
from cnnbuilder.text import _


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder export`."""
    add_project(parser)
    parser.add_argument(
        "out",
        metavar="OUT",
        help=_(
            "where to: .py the training script, .ipynb a notebook, .onnx, .pt2, .safetensors the trained network, "
            ".svg .png .pdf a figure, .csv .md .tex the table; a name without an ending, or with / behind it, a folder "
            "with model.py, weights, labels and predict.py"
        ),
    )
    parser.add_argument(
        "--model-only", action="store_true", help=_(".py: the network alone, as cnnbuilder code prints it")
    )
    parser.add_argument(
        "--style",
        type=one_of("module", "sequential"),
        metavar="module|sequential",
        help=_("the style of the network alone, and of the names of weights in .safetensors and folders"),
    )
    parser.add_argument(
        "--normalise",
        action="store_true",
        help=_(".onnx: the normalisation is part of the graph, which then takes values from 0 to 1"),
    )
    parser.add_argument(
        "--figure",
        type=one_of("canvas", "volumes"),
        metavar="canvas|volumes",
        help=_("figures: the canvas as drawn (the default), or the volumes of the literature"),
    )
    parser.set_defaults(refuse=parser.error)


def run(options: argparse.Namespace) -> int:
    """Writes the file or folder; standard error says which weights it has."""
    from cnnbuilder.cli.progress import waiting
    from cnnbuilder.engine.export import Choices, export, require_right
    from cnnbuilder.engine.export.export_path import FIGURES, form_of, require_place
    from cnnbuilder.engine.export.overwrite_guard import require_no_overwrite

    form = form_of(options.out)
    _require_fitting(options, form)
    file, out = Path(options.file), Path(options.out)
    project = read_project(file)
    require_no_overwrite(file, out, form)
    if form in FIGURES:
        require_place(out)
        require_right(project)
        options.paint(project, out, options.figure or "canvas")
        print(_("Wrote {path}.").format(path=out))
        return 0
    choices = Choices(
        runs_folder=runs_folder(file),
        run=file if file.is_dir() else None,
        model_only=options.model_only,
        style=options.style or "module",
        normalise=options.normalise,
    )
    with waiting(_("Exporting")):
        written = export(project, options.out, choices)
    for remark in written.remarks:
        print(remark, file=sys.stderr)
    print(_("Wrote {path}.").format(path=written.path))
    return 0


def _require_fitting(options: argparse.Namespace, form: str) -> None:
    """Ends with status 2 where an option says nothing about this form."""
    from cnnbuilder.engine.export.export_path import FIGURES, FOLDER

    if options.model_only and form != ".py":
        options.refuse(_("--model-only goes with an OUT that ends in .py"))
    if options.normalise and form != ".onnx":
        options.refuse(_("--normalise goes with an OUT that ends in .onnx"))
    if options.figure and form not in FIGURES:
        options.refuse(
            _("--figure goes with an OUT that ends in {endings}").format(endings=_(" or ").join(FIGURES))
        )
    if options.style and not (options.model_only or form in (".safetensors", FOLDER)):
        options.refuse(_("--style goes with --model-only, .safetensors or a folder"))
