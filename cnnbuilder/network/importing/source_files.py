"""Source on the disk: a file or a notebook, and what it may import from its own folder and from torchvision."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from cnnbuilder.network.importing.calls import Sources
from cnnbuilder.network.importing.definitions import PACKAGE_MARK
from cnnbuilder.network.importing.notebooks import code_of
from cnnbuilder.network.importing.parsing import MOST_CHARACTERS, CannotReadError
from cnnbuilder.text import _

MOST_BYTES = 200_000_000
"""Of a notebook, with all the pictures in it."""


def text_of(path: Path) -> str:
    """The Python in a file or notebook. Raises `OSError`, `UnicodeDecodeError` or `CannotReadError`."""
    if path.suffix.lower() == ".ipynb":
        if path.stat().st_size > MOST_BYTES:
            raise CannotReadError(_("The notebook is larger than 200 MB."))
        return code_of(path.read_bytes())
    with path.open(encoding="utf-8-sig") as file:
        return file.read(MOST_CHARACTERS + 1)


def beside(path: Path) -> Sources:
    """What the source in `path` may import: modules in its folder and below, and torchvision's own models."""
    folder = path.resolve().parent

    def source(module: str) -> str | None:
        if module.partition(".")[0] == "torchvision":
            return _of_torchvision(module)
        parts = module.split(".")
        if not all(part.isidentifier() for part in parts):
            return None
        return _module_text(folder, folder.joinpath(*parts))

    return source


def _module_text(folder: Path, place: Path) -> str | None:
    for file, mark in ((place.with_name(f"{place.name}.py"), ""), (place / "__init__.py", PACKAGE_MARK)):
        try:
            # A link may lead out of the folder.
            if (
                file.is_file()
                and file.resolve().is_relative_to(folder)
                and file.stat().st_size <= MOST_CHARACTERS
            ):
                return mark + file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue
    return None


def _of_torchvision(module: str) -> str | None:
    """A file of torchvision's models by its name, or the one with a function: "torchvision.models:vgg11"."""
    path, _colon, function = module.partition(":")
    folder = _models_folder()
    if folder is None or not (path == "torchvision.models" or path.startswith("torchvision.models.")):
        return None
    if function:
        return next((text for text in map(_read, _model_files()) if text and _gives(text, function)), None)
    name = path.removeprefix("torchvision.models").lstrip(".")
    file = folder / f"{name}.py"
    return _read(file) if name.isidentifier() and file.is_file() else None


@cache
def _models_folder() -> Path | None:
    try:
        found = find_spec("torchvision")
    except (ImportError, ValueError):
        return None
    places = found.submodule_search_locations if found is not None else None
    return Path(next(iter(places))) / "models" if places else None


@cache
def _model_files() -> tuple[Path, ...]:
    folder = _models_folder()
    return () if folder is None else tuple(sorted(folder.glob("[a-z]*.py")))


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _gives(text: str, name: str) -> bool:
    """Whether a file has a function or class of this name."""
    return f"\ndef {name}(" in text or f"\nclass {name}(" in text
