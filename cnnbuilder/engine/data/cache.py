"""Cache entries: arrays in one file in the ordinary safetensors format, written once and memory-mapped ever after.

An entry is never changed or replaced (Windows cannot replace a mapped file): a damaged one gets a successor
of another name.
"""

from __future__ import annotations

import json
import mmap
import os
import secrets
import shutil
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import accumulate
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from cnnbuilder.storage import replacing

Array = NDArray[Any]

ENTRY = ".safetensors"
_TYPES: dict[str, np.dtype[Any]] = {
    "U8": np.dtype(np.uint8),
    "I64": np.dtype("<i8"),
    "F64": np.dtype("<f8"),
    "U32": np.dtype("<u4"),
}
_PAGE = 4096
_BLOCK = 1_000_000
"""Bytes that one crc32 stands for: it notices every flipped byte. 0.9 GB a second on two shared cores (measured)."""
_CHECKSUM_BYTES = 4
_USUAL_LIMIT = 5_000_000_000
"""Bytes of prepared data that are kept; what was used least lately goes first."""


_read_through: dict[Path, float] = {}
"""The entries that this process found whole, and when it used them last: whoever writes to one changes that time."""


class Layout:
    """Which arrays an entry holds, where, and the header that says so."""

    def __init__(self, arrays: Mapping[str, tuple[str, tuple[int, ...]]]) -> None:
        """`arrays`: name → (kind, shape), in the order in which they are written; kinds "U8", "I64", "F64"."""
        content = sum(prod(shape) * _TYPES[kind].itemsize for kind, shape in arrays.values())
        self.arrays = {**arrays, "checksums": ("U32", (-(-content // _BLOCK),))}
        sizes = [prod(shape) * _TYPES[kind].itemsize for kind, shape in self.arrays.values()]
        ends = list(accumulate(sizes))
        described = {
            name: {"dtype": kind, "shape": list(shape), "data_offsets": [end - size, end]}
            for (name, (kind, shape)), size, end in zip(self.arrays.items(), sizes, ends, strict=True)
        }
        text = json.dumps(described).encode()
        length = -(-(8 + len(text)) // _PAGE) * _PAGE - 8  # the arrays begin on a page of their own
        self.header = length.to_bytes(8, "little") + text.ljust(length)
        self.starts = {
            name: len(self.header) + end - size
            for name, size, end in zip(self.arrays, sizes, ends, strict=True)
        }
        self.bytes = len(self.header) + ends[-1]
        self.content = (len(self.header), self.starts["checksums"])
        """Where all arrays but the checksums begin and end."""


@contextmanager
def new_entry(folder: Path, stem: str, layout: Layout) -> Iterator[BinaryIO]:
    """A file to write the arrays to, one after the other; the entry appears whole at the end, or not at all.

    Raises `OSError`.
    """
    with replacing(folder / f"{stem}-{secrets.token_hex(4)}{ENTRY}") as file:
        file.write(layout.header)
        yield file
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            checksums = _checksums(content, layout)
        file.write(checksums)


class StreamedEntry:
    """An entry whose first array grows item by item, so that its length is known only in the end."""

    def __init__(self, file: BinaryIO, name: str, kind: str, item_shape: tuple[int, ...]) -> None:
        self._file = file
        self._name, self._kind, self._item_shape = name, kind, item_shape
        self._item_bytes = prod(item_shape) * _TYPES[kind].itemsize
        self._bytes = 0
        self.layout: Layout | None = None
        """What it holds, once it is finished."""
        file.write(bytes(_PAGE))  # the header's place: until the end nothing in the file says what it holds

    def append(self, items: bytes) -> None:
        """One item or several. Raises `OSError`."""
        self._file.write(items)
        self._bytes += len(items)

    def finish(self, others: Mapping[str, Array]) -> None:
        """The arrays behind the first, then the header. Raises `OSError`."""
        count = self._bytes // self._item_bytes
        kinds = {kind_type: kind for kind, kind_type in _TYPES.items()}
        layout = self.layout = Layout(
            {self._name: (self._kind, (count, *self._item_shape))}
            | {name: (kinds[array.dtype], array.shape) for name, array in others.items()}
        )
        assert len(layout.header) == _PAGE
        for array in others.values():
            self._file.write(np.ascontiguousarray(array).data)
        self._file.seek(0)
        self._file.write(layout.header)
        self._file.seek(0, os.SEEK_END)


@contextmanager
def streamed_entry(
    folder: Path, stem: str, name: str, kind: str, item_shape: tuple[int, ...]
) -> Iterator[StreamedEntry]:
    """An entry to append items to and to finish; it appears whole at the end of the block, or not at all.

    Raises `OSError`.
    """
    with replacing(folder / f"{stem}-{secrets.token_hex(4)}{ENTRY}") as file:
        entry = StreamedEntry(file, name, kind, item_shape)
        yield entry
        assert entry.layout is not None, "finish it"
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            checksums = _checksums(content, entry.layout)
        file.write(checksums)


def described_entry(folder: Path, stem: str) -> dict[str, Array] | None:
    """As `newest_entry`, for entries that alone know what they hold."""
    for path in sorted(folder.glob(f"{stem}-*{ENTRY}"), key=_last_use, reverse=True):
        layout = _described(path)
        if layout is not None:
            return newest_entry(folder, stem, layout)
        with suppress(OSError):
            path.unlink()
    return None


def remove_entries(folder: Path, stem: str) -> None:
    """No entry of that name is left, but where another process has one mapped (Windows)."""
    for path in folder.glob(f"{stem}-*{ENTRY}"):
        with suppress(OSError):
            path.unlink()


def _described(path: Path) -> Layout | None:
    """What an entry's header says."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if not 0 < length <= _PAGE:
                return None
            said = json.loads(file.read(length))
        return Layout(
            {name: (one["dtype"], tuple(one["shape"])) for name, one in said.items() if name != "checksums"}
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def newest_entry(folder: Path, stem: str, layout: Layout) -> dict[str, Array] | None:
    """The arrays of the newest whole entry, mapped and read-only; None where there is none.

    Entries that are cut short or changed are removed.
    """
    for path in sorted(folder.glob(f"{stem}-*{ENTRY}"), key=_last_use, reverse=True):
        content = _mapped(path)
        if content is not None and _is_whole(path, content, layout):
            with suppress(OSError):
                os.utime(path)  # used now: among the last to go
            _read_through[path] = _last_use(path)
            return {
                name: np.frombuffer(content, _TYPES[kind], prod(shape), layout.starts[name]).reshape(shape)
                for name, (kind, shape) in layout.arrays.items()
            }
        with suppress(OSError):
            path.unlink()
    return None


def make_room(folder: Path, needed: int, limit: int = _USUAL_LIMIT) -> int:
    """Removes entries, the longest unused first, until `needed` more bytes are within the limit and on the disk.

    Returns the free bytes of the disk.
    """
    entries = sorted(folder.glob(f"*{ENTRY}"), key=_last_use)
    kept = sum(_size(path) for path in entries)
    for path in entries:
        if kept + needed <= limit and shutil.disk_usage(folder).free >= needed:
            break
        kept -= _size(path)
        with suppress(OSError):  # Windows: another process has it mapped
            path.unlink()
    return shutil.disk_usage(folder).free


def _mapped(path: Path) -> mmap.mmap | None:
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # gone meanwhile, or empty
        return None


def _is_whole(path: Path, content: mmap.mmap, layout: Layout) -> bool:
    """Read through the first time that this process uses it; the pages then lie in memory for the first epoch."""
    if len(content) != layout.bytes or content[: len(layout.header)] != layout.header:
        return False
    if path in _read_through and _read_through[path] == _last_use(path):
        return True
    return content[layout.content[1] :] == _checksums(content, layout)


def _checksums(content: mmap.mmap, layout: Layout) -> bytes:
    """One crc32 for each block, little-endian one after the other."""
    first, end = layout.content
    found = bytearray()
    with memoryview(content) as view:
        for start in range(first, end, _BLOCK):
            with view[start : min(start + _BLOCK, end)] as block:
                found += zlib.crc32(block).to_bytes(_CHECKSUM_BYTES, "little")
    return bytes(found)


def _last_use(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
