"""What a file that is no project is, and what can be done with it: said instead of what its bytes break."""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.text import _

SOURCES = (".py", ".ipynb")
"""What is imported where a project might be opened."""
PICTURES = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".avif", ".svg"}
)
WEIGHTS = frozenset({".safetensors", ".pt", ".pth", ".ckpt", ".h5", ".keras", ".bin"})
EXPORTED = frozenset({".onnx", ".pt2"})


def what_else(path: Path) -> str | None:
    """One sentence for a path that its name, or its being a folder, shows to be no project; None for any other."""
    if path.is_dir():
        return _folder(path)
    suffix = path.suffix.lower()
    if suffix in PICTURES:
        text = _(
            "{name} is a picture, no project: a trained network reads it, under Try it in Train"
            " or by cnnbuilder predict."
        )
    elif suffix in SOURCES:
        text = _("{name} is Python source: File > Import, or cnnbuilder import, makes a project of it.")
    elif suffix in WEIGHTS:
        text = _(
            "{name} holds weights without their network: import the Python source of that network,"
            " by cnnbuilder import with --weights."
        )
    elif suffix in EXPORTED:
        text = _(
            "{name} is an exported network, which is written here and not read:"
            " open its project, or import its Python source."
        )
    else:
        return None
    return text.format(name=path.name)


def _folder(path: Path) -> str:
    if (path / "project.cnn").is_file():
        text = _("{name} is the folder of a run: open the project.cnn in it.")
    elif path.suffix == ".runs":
        text = _("{name} holds the runs of {project}: open that, and Train lists them.")
    else:
        text = _(
            "{name} cannot be opened: it is a folder. Projects are files that end in .cnn;"
            " a folder of pictures is data, for cnnbuilder train --data."
        )
    return text.format(name=path.name, project=f"{path.stem}.cnn")
