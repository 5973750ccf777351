"""Packs a downloaded data set into one .cnndata file, for a USB stick, and takes it in on another computer.

The file is an ordinary zip: `about.json` (name, title, licence, checksums), the licence in words, and the published
files as they are. What is taken in has to have the checksums that this program knows, whatever the pack says.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cnnbuilder.engine.data.catalogue import UnknownDataSet, find
from cnnbuilder.engine.data.data_folders import download_folder
from cnnbuilder.engine.data.download import Download, Remote, has_md5
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.storage import reason_of, replacing
from cnnbuilder.text import _

_ABOUT, _LICENCE, _FILES = "about.json", "LICENCE.txt", "files"
_FORMAT, _VERSION = "cnndata", 1
_CHUNK = 1 << 20
_LONGEST_ABOUT = 1 << 20

OnDone = Callable[[float], None]
"""Takes the fraction that is done. It may raise to end the work."""


def pack(info: Download, target: Path, on_done: OnDone = lambda _fraction: None) -> None:
    """Writes the file, whole or not at all. Raises `DataProblem`."""
    paths = [info.checked(remote) for remote in info.files]
    sizes = [path.stat().st_size for path in paths]
    about = {
        "format": _FORMAT,
        "version": _VERSION,
        "name": info.name,
        "title": info.title,
        "licence": info.licence,
        "files": [
            {"place": remote.place, "bytes": size, "md5": remote.md5, "sha256": _sha256(path)}
            for remote, path, size in zip(info.files, paths, sizes, strict=True)
        ],
    }
    try:
        with replacing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
            packed.writestr(_ABOUT, json.dumps(about, indent=1, ensure_ascii=False))
            packed.writestr(_LICENCE, f"{info.title}: {info.licence_text()}\n")
            done = 0
            for remote, path, size in zip(info.files, paths, sizes, strict=True):
                packed.write(path, f"{_FILES}/{remote.place}")
                done += size
                on_done(done / sum(sizes))
    except OSError as error:
        raise DataProblem(
            _("{file} cannot be written: {reason}.").format(file=target, reason=reason_of(error))
        ) from error


def unpack(source: Path, on_done: OnDone = lambda _fraction: None) -> Download:
    """Takes a packed data set in, so that it is on this computer. Raises `DataProblem`, leaving nothing half done."""
    try:
        with zipfile.ZipFile(source) as packed:
            info = _described(source, packed)
            for place, remote in enumerate(info.files):
                _take_in(source, packed, remote)
                on_done((place + 1) / len(info.files))
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise _broken(source) from error
    except OSError as error:
        raise DataProblem(
            _("{file} cannot be taken in: {reason}.").format(file=source, reason=reason_of(error))
        ) from error
    return info


def _described(source: Path, packed: zipfile.ZipFile) -> Download:
    """The data set that a pack says it is."""
    if packed.getinfo(_ABOUT).file_size > _LONGEST_ABOUT:
        raise _broken(source)
    try:
        about: Any = json.loads(packed.read(_ABOUT))
        name, version = str(about["name"]), about["version"]
        known = about["format"] == _FORMAT
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _broken(source) from error
    if not known:
        raise _broken(source)
    if version != _VERSION:
        raise DataProblem(
            _("{file} was packed by a newer cnnbuilder: update this one to open it.").format(file=source)
        )
    try:
        info = find(name)
    except UnknownDataSet as problem:
        raise DataProblem(
            _("{file} holds “{name}”, which this cnnbuilder does not know: update it.").format(
                file=source, name=name
            )
        ) from problem
    if not isinstance(info, Download):
        raise DataProblem(_("{title} comes with the program already.").format(title=info.title))
    return info


def _take_in(source: Path, packed: zipfile.ZipFile, remote: Remote) -> None:
    """One file, whose checksum has to be the one that is known."""
    target = download_folder() / remote.place
    target.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(f"{_FILES}/{remote.place}") as content, replacing(target) as file:
        shutil.copyfileobj(content, file, _CHUNK)
        file.flush()
        if not has_md5(Path(file.name), remote.md5):
            raise DataProblem(
                _("{file} is damaged: the checksum of {name} in it is wrong.").format(
                    file=source, name=remote.name
                )
            )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _broken(source: Path) -> DataProblem:
    return DataProblem(_("{file} is no packed data set, or it is cut short.").format(file=source))
