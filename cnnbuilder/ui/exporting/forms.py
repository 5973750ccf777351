"""The forms in which a network leaves the program: what each is for, its endings and what can be chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct

from cnnbuilder.network.code import Style
from cnnbuilder.text import _

Option = Literal["style", "normalise", "figure", "ending", "scale", "weights", "name"]


class Form(Struct, frozen=True):
    """One form."""

    key: str
    icon: str
    title: str
    line: str
    """What it is for, in a few words."""
    purpose: str
    """What one gets, in a sentence or two."""
    endings: tuple[str, ...]
    """The first is proposed; none: a folder."""
    kind: str
    """What the system's file dialog calls such a file."""
    options: tuple[Option, ...] = ()
    stem: str = "{name}"
    """The proposed name, made from the project's."""
    here: bool = False
    """Written by the window itself: text and figures need no PyTorch."""


FORMS = {
    form.key: form
    for form in (
        Form(
            "model", "code", _("PyTorch model (.py)"), _("The network as code, nothing else"),
            _("A file that defines Net(nn.Module), to read or to import in your own program."),
            (".py",), _("Python files"), ("style",), here=True,
        ),
        Form(
            "script", "script", _("Training script (.py)"), _("Trains it again without cnnbuilder"),
            _("One file with the model, its images, their preparation and the training loop. Run it anywhere "
              "with Python and PyTorch: the same seed gives the same losses."),
            (".py",), _("Python files"), stem="train_{name}",
        ),
        Form(
            "notebook", "notebook", _("Notebook (.ipynb)"), _("The script in steps, with curves"),
            _("The training script in cells with a word on each; runs from top to bottom in Jupyter or Colab."),
            (".ipynb",), _("Jupyter notebooks"),
        ),
        Form(
            "onnx", "graph", _("ONNX (.onnx)"), _("For other runtimes, phones and browsers"),
            _("The graph with its weights for ONNX Runtime, OpenVINO, TensorRT and others; any batch size."),
            (".onnx",), _("ONNX graphs"), ("weights", "normalise"),
        ),
        Form(
            "program", "program", _("PyTorch program (.pt2)"), _("Runs in PyTorch without its source"),
            _("The graph with its weights as torch.export writes it, for torch.export.load or AOTInductor; any "
              "batch size."),
            (".pt2",), _("PyTorch programs"), ("weights",),
        ),
        Form(
            "weights", "weights", _("Weights (.safetensors)"), _("What was learned, for load_state_dict"),
            _("Every weight under the name that the code gives it, with the preparation and the classes beside them."),
            (".safetensors",), _("Weights"), ("weights", "style"),
        ),
        Form(
            "figure", "figure", _("Figure (.svg .pdf .png)"), _("For slides, papers and posters"),
            _("The network as the canvas shows it, or as a row of volumes."),
            (".svg", ".pdf", ".png"), _("Figures"), ("figure", "ending", "scale"), here=True,
        ),
        Form(
            "table", "table", _("Table (.csv .md .tex)"), _("Every number of every block"),
            _("Name, kind, output, parameters, MACs, memory and receptive field of every block."),
            (".csv", ".md", ".tex"), _("Tables"), ("ending",), here=True,
        ),
        Form(
            "folder", "folder", _("Folder for use elsewhere"), _("Model, weights, classes and a predictor"),
            _("model.py, model.safetensors, labels.txt and predict.py, which reads a picture exactly as this "
              "program does."),
            (), "", ("weights", "name"), stem="{name}-model",
        ),
    )
}  # fmt: skip
"""By key, in the order in which they are shown."""

ENDINGS = {
    ".svg": _("SVG"),
    ".pdf": _("PDF"),
    ".png": _("PNG"),
    ".csv": _("CSV"),
    ".md": _("Markdown"),
    ".tex": _("LaTeX"),
}

Figure = Literal["canvas", "volumes"]


class Choice(Struct, frozen=True):
    """What a person chose in the dialog."""

    form: str = "model"
    style: Style = "module"
    normalise: bool = False
    figure: Figure = "canvas"
    scale: float = 2.0
    """Of a figure in pixels: so many times as many as on a screen at 100 %."""
    endings: dict[str, str] = {}
    """For forms with several: the ending in use."""
    name: str = ""
    """Of the folder; empty: the proposed one."""
    run: Path | None = None
    """The run whose weights go out; None: fresh ones."""

    @property
    def ending(self) -> str:
        """The ending of the file to be; none for a folder."""
        endings = FORMS[self.form].endings
        return self.endings.get(self.form, endings[0] if endings else "")


def proposed(form: Form, project: Path | None, choice: Choice) -> str:
    """The name that a file, or the folder, is offered under."""
    stem = form.stem.format(name=project.stem if project else _("network"))
    if form.key == "figure" and choice.figure == "volumes":
        stem += "-" + _("volumes")
    return stem + choice.ending
