"""The data sets by name, described. Loads neither torch nor numpy.

Every module in `sources/` that defines `SOURCE` is one data set: a new one is a new file there and nothing else.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib
import pkgutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from cnnbuilder.engine.data import fit_rules, sources
from cnnbuilder.engine.data.own import OwnDataSet
from cnnbuilder.engine.data.records import Finding, ImageRecord, SetAside
from cnnbuilder.engine.data.source import DataProblem, DataSetInfo
from cnnbuilder.folders import cache_folder
from cnnbuilder.network.data import Data, Inside, Source
from cnnbuilder.storage import write_atomically
from cnnbuilder.text import _

__all__ = [
    "DataProblem",
    "DataSetInfo",
    "Finding",
    "ImageRecord",
    "NoDataSet",
    "NotInspected",
    "OwnDataSet",
    "SetAside",
    "UnknownDataSet",
    "all_data_sets",
    "find",
    "preparation_text",
    "remember",
    "resolve",
    "resolve_or_none",
    "unfit",
]


class UnknownDataSet(DataProblem):
    """There is no data set of that name. Carries one sentence that names the nearest."""


class NoDataSet(DataProblem):
    """A project names no data. Carries one sentence."""


class NotInspected(DataProblem):
    """A person's own images that nobody has looked through yet. Carries one sentence."""


def _discovered() -> Mapping[str, DataSetInfo]:
    modules = (
        importlib.import_module(f"{sources.__name__}.{found.name}")
        for found in pkgutil.iter_modules(sources.__path__)
    )
    found: list[DataSetInfo] = [module.SOURCE for module in modules if hasattr(module, "SOURCE")]
    return MappingProxyType(
        {info.name: info for info in sorted(found, key=lambda info: (info.place, info.name))}
    )


_DATA_SETS: Mapping[str, DataSetInfo] = _discovered()
_KEPT_VERSION = 1
"""Raise it when descriptions hold something else."""
_INSPECTED: dict[Source, OwnDataSet] = {}


def remember(info: OwnDataSet) -> None:
    """From now on `resolve` knows these images, in this process."""
    assert info.data.source is not None
    _INSPECTED[info.data.source] = info


def keep(info: OwnDataSet) -> None:
    """Writes the description down, so that the next start knows it at once. A full disk costs only that."""
    with suppress(OSError):
        path = _kept_at(info.data)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, msgspec.json.encode(info))


def kept(data: Data) -> OwnDataSet | None:
    """What was written down of these images at the last look, whatever has changed since; None where nothing was."""
    try:
        info = msgspec.json.decode(_kept_at(data).read_bytes(), type=OwnDataSet)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return info if info.data.source == data.source and info.data.transparency == data.transparency else None


def with_data(info: OwnDataSet, data: Data) -> OwnDataSet:
    """The same images under other settings; counts and findings stay those of before."""
    return replace(info, data=data)


def _kept_at(data: Data) -> Path:
    name = hashlib.blake2b(
        repr((_KEPT_VERSION, data.source)).encode("utf-8", "surrogatepass"), digest_size=12
    ).hexdigest()
    return cache_folder() / "own" / f"{name}.json"


def all_data_sets() -> tuple[DataSetInfo, ...]:
    """Every data set, in the order of lists."""
    return tuple(_DATA_SETS.values())


def resolve(data: Data) -> DataSetInfo:
    """What a project learns from: the one way from its settings to its data set.

    A person's own images are known by their source: after another split or another change, counts and findings are
    those of before until they are inspected anew.

    Raises `NoDataSet` where it names none, `UnknownDataSet`, whose sentence names the nearest, and `NotInspected`.
    """
    match data.source:
        case None:
            raise NoDataSet(_("The project has no data to learn from: choose a data set."))
        case Inside(name):
            return find(name)
        case own:
            found = _INSPECTED.get(own)
            if found is None and (found := kept(data)):
                remember(found)
            if found is None:
                raise NotInspected(_("{path} has not been looked through yet.").format(path=own.path))
            return with_data(found, data)


def resolve_or_none(data: Data) -> DataSetInfo | None:
    """What a project learns from; None where it names no data, or none that is known here (yet)."""
    try:
        return resolve(data)
    except (NoDataSet, UnknownDataSet, NotInspected):
        return None


def find(name: str) -> DataSetInfo:
    """The data set that a person names; capitals, spaces and underscores do not matter.

    Raises `UnknownDataSet`, whose sentence names the nearest.
    """
    by_letters = {_letters(info.name): info for info in all_data_sets()}
    wanted = _letters(name)
    if wanted in by_letters:
        return by_letters[wanted]
    near = difflib.get_close_matches(wanted, by_letters, n=1)
    if near:
        raise UnknownDataSet(
            _("There is no data set “{name}”: did you mean {nearest}?").format(
                name=name, nearest=by_letters[near[0]].name
            )
        )
    raise UnknownDataSet(
        _("There is no data set “{name}”. There are: {names}.").format(name=name, names=", ".join(_DATA_SETS))
    )


def preparation_text(info: DataSetInfo, input_shape: tuple[int, int, int]) -> str | None:
    """How the pictures come to the Input's shape (C, H, W), or None where they have it already.

    For example "28×28 grey → 32×32 grey, with a border of 2".
    """
    if info.shorter_side(input_shape) is not None and not unfit(input_shape):
        channels, height, width = input_shape
        return _("photographs → {height}×{width} {colour}, their centre").format(
            height=height, width=width, colour=_("grey") if channels == 1 else _("colour")
        )
    return fit_rules.described(info.shape, input_shape)


def unfit(input_shape: tuple[int, int, int]) -> str | None:
    """One sentence that says why no picture can be prepared to the Input's shape, or None where it can."""
    return fit_rules.unfit(input_shape)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
