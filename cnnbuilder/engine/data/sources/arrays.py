"""An .npz file with images and labels as arrays, read a few images at a time however large it is."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from cnnbuilder.engine.data.listing import Listed, Listing
from cnnbuilder.engine.data.natural_order import natural
from cnnbuilder.engine.data.own import moved
from cnnbuilder.engine.data.pictures import Header
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.network.data import Arrays, PartName
from cnnbuilder.network.formatting import string
from cnnbuilder.text import _, number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ENDING = ".npz"
_PARTS: Mapping[str, tuple[PartName | None, str, str]] = {
    "x_train": ("train", "y_train", "train"), "x_val": ("val", "y_val", "val"), "x_test": ("test", "y_test", "test"),
    "train_images": ("train", "train_labels", "train"), "val_images": ("val", "val_labels", "val"),
    "test_images": ("test", "test_labels", "test"), "x": (None, "y", "all"), "images": (None, "labels", "all"),
}  # fmt: skip
"""The name of an array of images, in small letters → its part, the array of its labels, what its images are called."""
_CLASS_NAMES = "class_names"
_BYTES_AT_ONCE = 16_000_000


class _Member(NamedTuple):
    """One array in the file."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    fortran_order: bool


class _Images(NamedTuple):
    """One array of images, and how its values are to be understood."""

    member: _Member
    part: PartName | None
    called: str
    channels_first: bool


def listing(source: Arrays) -> Listing:
    """What the file holds. Raises `DataProblem` with one sentence."""
    import numpy as np

    path = Path(source.path)
    if not path.is_file():
        raise DataProblem(moved(source.path))
    with _archive(path) as archive:
        members = _members(archive, path)
        parts = _parts(members, path)
        labels = [_labels(archive, members, images, path) for images in parts]
        names = _read(archive, members[_CLASS_NAMES], path).tolist() if _CLASS_NAMES in members else None
    status = path.stat()
    found = np.unique(np.concatenate(labels)) if labels else np.array([])
    values = sorted(found.tolist(), key=lambda value: natural(str(value)))
    classes = _classes(values, names, path)
    places = {value: at if names is None else int(value) for at, value in enumerate(values)}
    files = tuple(
        Listed(f"{images.called}/{row}", places[label], images.part, None, status.st_size, status.st_mtime_ns)
        for images, of_part in zip(parts, labels, strict=True)
        for row, label in enumerate(of_part.tolist())
    )
    return Listing(path.parent, classes, files, (), (), _remarks(parts))


def headers(source: Arrays) -> Iterator[Header]:
    """The size and colour of the images of each part."""
    path = Path(source.path)
    with _archive(path) as archive:
        for images in _parts(_members(archive, path), path):
            shape = images.member.shape
            channels = 1 if len(shape) == 3 else shape[1 if images.channels_first else 3]
            height, width = shape[2:] if images.channels_first else shape[1:3]
            yield Header(height, width, channels > 1)


def images_in(source: Arrays) -> Iterator[NDArray[np.uint8]]:
    """The images in the order of the listing, some at a time: N×C×H×W with C 1 or 3. Raises `DataProblem`."""
    path = Path(source.path)
    with _archive(path) as archive:
        for images in _parts(_members(archive, path), path):
            scale = _scale(archive, images)
            for values in _streamed(archive, images.member):
                yield _as_bytes(values, images, scale)


_AS_BYTES = '''\
def as_bytes(values, black, white):
    """Numbers from black to white as whole ones from 0 to 255."""
    exact = np.nan_to_num(values.astype(np.float64))
    scaled = (exact - black) * (255 / (white - black))
    return np.clip(scaled + 0.5, 0, 255).astype(np.uint8)
'''


def reading(source: Arrays) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Python that does the like with `arrays`, the file as numpy loads it: definitions, and the pixels of each part.

    Pixels come as N×H×W or N×H×W×3 uint8, as Pillow takes them.
    """
    path = Path(source.path)
    needs_scaling = False
    pixels = []
    with _archive(path) as archive:
        for images in _parts(_members(archive, path), path):
            code = f"arrays[{string(images.member.name.removesuffix('.npy'))}]"
            if images.member.dtype.name != "uint8":
                black, white = _scale(archive, images)
                code, needs_scaling = f"as_bytes({code}, {black!r}, {white!r})", True
            if len(images.member.shape) == 4:
                channels = images.member.shape[1 if images.channels_first else 3]
                code += ".transpose(0, 2, 3, 1)" if images.channels_first else ""
                code += "[..., 0]" if channels == 1 else "[..., :3]" if channels == 4 else ""
            pixels.append(code)
    return ((_AS_BYTES,) if needs_scaling else ()), tuple(pixels)


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile, ValueError, EOFError) as error:
        message = _("{name} is no whole .npz file ({reason}).")
        raise DataProblem(message.format(name=path.name, reason=str(error).rstrip("."))) from None


def _members(archive: zipfile.ZipFile, path: Path) -> dict[str, _Member]:
    """The arrays by their names in small letters. What would have to be unpickled is refused."""
    found = {}
    for entry in archive.namelist():
        if not entry.endswith(".npy"):
            continue
        name = entry.removesuffix(".npy")
        with archive.open(entry) as file:
            shape, fortran_order, dtype = _header(file)
        if dtype.hasobject:
            message = _(
                "{name} holds Python objects in {array}, which would have to be run: save plain arrays."
            )
            raise DataProblem(message.format(name=path.name, array=name))
        found[name.casefold()] = _Member(entry, shape, dtype, fortran_order)
    return found


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    from numpy.lib import format as npy

    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, fortran_order, dtype = read(file)
    return shape, fortran_order, dtype


def _parts(members: dict[str, _Member], path: Path) -> list[_Images]:
    parts = [
        _understood(members[name], part, called, path)
        for name, (part, _labels_name, called) in _PARTS.items()
        if name in members
    ]
    if not parts:
        message = _("{name} has no x_train; it has {arrays}.")
        raise DataProblem(message.format(name=path.name, arrays=", ".join(members) or _("nothing")))
    return parts


def _understood(member: _Member, part: PartName | None, called: str, path: Path) -> _Images:
    shape = member.shape
    last, first = len(shape) == 4 and shape[3] in (1, 3, 4), len(shape) == 4 and shape[1] in (1, 3, 4)
    if (len(shape) != 3 and not last and not first) or prod(shape) == 0 or member.dtype.kind not in "uifb":
        message = _(
            "{name}: {array} is {shape} {kind}; images are N×H×W, N×H×W×C or N×C×H×W with C 1, 3 or 4."
        )
        shown = "×".join(map(str, shape))
        array = member.name.removesuffix(".npy")
        raise DataProblem(message.format(name=path.name, array=array, shape=shown, kind=member.dtype))
    return _Images(member, part, called, first and not last)


def _labels(
    archive: zipfile.ZipFile, members: dict[str, _Member], images: _Images, path: Path
) -> NDArray[np.generic]:
    """One value an image: a number or a text; one-hot rows become numbers."""
    name = images.member.name.removesuffix(".npy").casefold()
    label_name = _PARTS[name][1]
    if label_name not in members:
        message = _("{name} has {images} but no {labels}.")
        raise DataProblem(message.format(name=path.name, images=name, labels=label_name))
    labels = _read(archive, members[label_name], path)
    count = images.member.shape[0]
    if labels.ndim == 2 and labels.shape[1] > 1:
        labels = labels.argmax(axis=1)
    labels = labels.reshape(-1)
    if len(labels) != count:
        message = _("{name} has {images} images in {array}, but {labels} labels.")
        raise DataProblem(
            message.format(name=path.name, images=number(count), array=name, labels=number(len(labels)))
        )
    if labels.dtype.kind == "S":
        labels = labels.astype(str)
    return labels.astype("int64") if labels.dtype.kind in "uifb" else labels


def _classes(values: list[object], names: list[object] | None, path: Path) -> tuple[str, ...]:
    if names is None:
        return tuple(str(value) for value in values)
    texts = tuple(name.decode() if isinstance(name, bytes) else str(name) for name in names)
    if any(not isinstance(value, int) or not 0 <= value < len(texts) for value in values):
        message = _("{name} names {names} classes, but its labels are not the numbers 0 to {last}.")
        raise DataProblem(message.format(name=path.name, names=len(texts), last=len(texts) - 1))
    return texts


def _remarks(parts: list[_Images]) -> tuple[str, ...]:
    return tuple(
        _("{array} is taken as N×C×H×W.").format(array=images.member.name.removesuffix(".npy"))
        for images in parts
        if images.channels_first
    )


def _read(archive: zipfile.ZipFile, member: _Member, path: Path) -> NDArray[np.generic]:
    """A small array, whole."""
    from numpy.lib import format as npy

    with archive.open(member.name) as file:
        array: NDArray[np.generic] = npy.read_array(file, allow_pickle=False)
    return array


def _streamed(archive: zipfile.ZipFile, member: _Member) -> Iterator[NDArray[np.generic]]:
    """An array of images, some at a time."""
    import numpy as np

    if member.fortran_order:  # its first image lies all over the file
        yield _read(archive, member, Path(member.name))
        return
    one = prod(member.shape[1:]) * member.dtype.itemsize
    step = max(1, _BYTES_AT_ONCE // one)
    with archive.open(member.name) as file:
        _header(file)
        for start in range(0, member.shape[0], step):
            count = min(step, member.shape[0] - start)
            content = file.read(count * one)
            if len(content) < count * one:
                raise EOFError(_("it is cut short"))
            yield np.frombuffer(content, member.dtype).reshape(count, *member.shape[1:])


def _scale(archive: zipfile.ZipFile, images: _Images) -> tuple[float, float]:
    """(what is black, what is white) in the array's numbers."""
    import numpy as np

    kind = images.member.dtype
    if kind == np.uint8:
        return 0.0, 255.0
    if kind.kind == "b":
        return 0.0, 1.0
    lowest = highest = 0.0
    for values in _streamed(archive, images.member):
        exact = np.nan_to_num(values.astype(np.float64))
        lowest, highest = min(lowest, float(exact.min())), max(highest, float(exact.max()))
    if kind.kind == "f" and highest <= 1:
        return (0.0, 1.0) if lowest >= 0 else (-1.0, 1.0) if lowest >= -1 else (lowest, highest)
    if lowest >= 0 and highest <= 255:
        return 0.0, 255.0
    if lowest >= 0 and highest <= 65535 and kind.kind != "f":
        return 0.0, 65535.0
    return lowest, highest


def _as_bytes(values: NDArray[np.generic], images: _Images, scale: tuple[float, float]) -> NDArray[np.uint8]:
    """N×C×H×W uint8 with C 1 or 3; a fourth channel, of transparency, is left out."""
    import numpy as np

    if values.dtype != np.uint8:
        black, white = scale
        exact = np.nan_to_num(values.astype(np.float64))
        values = np.clip((exact - black) * (255 / (white - black)) + 0.5, 0, 255).astype(np.uint8)
    if values.ndim == 3:
        values = values[:, None]
    elif not images.channels_first:
        values = values.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(values[:, :3]).astype(np.uint8, copy=False)
