"""The project file: JSON, checked on reading, saved atomically. Every refusal is one sentence that names the place."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.network.data import Data, absolute_from, relative_to
from cnnbuilder.network.file_kinds import what_else
from cnnbuilder.network.nearest import nearest
from cnnbuilder.network.project import Network, Project, Training, Wire
from cnnbuilder.network.validation_messages import in_words
from cnnbuilder.storage import reason_of, write_atomically
from cnnbuilder.text import _

T = TypeVar("T")

FORMAT = "cnnbuilder"
VERSION = 2
MAX_BYTES = 64_000_000
MAX_DEPTH = 32
RUNS_ENDING = ".runs"
"""digits.cnn has its runs in digits.runs/0001, digits.runs/0002, …"""


def _second(content: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had the name of a data set, MNIST where nothing was said; version 2 has a source of some kind."""
    data = content.get("data", {})
    if not isinstance(data, dict) or "source" in data:
        return content  # refused where it is read
    rest = {key: value for key, value in data.items() if key != "dataset"}
    name = data.get("dataset", "mnist")
    return {**content, "data": {**rest, "source": None if name is None else {"kind": "inside", "name": name}}}


MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _second}
"""For each old version the function that turns its raw content into the next version's."""


class FileProblemError(Exception):
    """A file cannot be read or written, for the reason that is given in one sentence."""


def dumps(project: Project) -> str:
    """The project as the text of its file: fields in a fixed order, one line a block, a line feed at the end."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "network": {
            "blocks": [_block_content(block) for block in project.network.blocks],
            "wires": msgspec.to_builtins(project.network.wires),
        },
        "data": _data_content(project.data),
        "training": msgspec.to_builtins(project.training),
    }
    return _one_line_a_block(content)


def _data_content(data: Data) -> dict[str, Any]:
    """The source always, the rest where a person chose it."""
    content: dict[str, Any] = msgspec.to_builtins(data)
    content.pop("source", None)
    return {"source": msgspec.to_builtins(data.source), **content}


def _block_content(block: Block) -> dict[str, Any]:
    content = msgspec.to_builtins(block)
    for rare in ("open", "frozen", "features"):
        if not content.get(rare, True):
            del content[rare]
    return {"id": content.pop("id"), "block": content.pop("block"), **content}


def _one_line_a_block(content: dict[str, Any]) -> str:
    """JSON that reads and diffs well: one line a block, one a wire."""

    def listed(values: list[Any]) -> str:
        return (
            "[\n" + ",\n".join(f"      {_spaced(value)}" for value in values) + "\n    ]" if values else "[]"
        )

    network = content["network"]
    return (
        "{\n"
        f'  "format": "{content["format"]}",\n'
        f'  "version": {content["version"]},\n'
        '  "network": {\n'
        f'    "blocks": {listed(network["blocks"])},\n'
        f'    "wires": {listed(network["wires"])}\n'
        "  },\n"
        f'  "data": {_spaced(content["data"])},\n'
        f'  "training": {_spaced(content["training"])}\n'
        "}\n"
    )


def _spaced(value: dict[str, Any]) -> str:
    """One object on one line, with spaces behind its commas and colons."""
    parts = []
    for key, item in value.items():
        text = msgspec.json.encode(item).decode()
        if isinstance(item, list | tuple):
            text = "[" + ", ".join(msgspec.json.encode(element).decode() for element in item) + "]"
        parts.append(f'"{key}": {text}')
    return "{" + ", ".join(parts) + "}"


def loads(text: str | bytes) -> Project:
    """The project in the text of a file. Raises `FileProblemError`."""
    data = text.encode() if isinstance(text, str) else text
    if len(data) > MAX_BYTES:
        raise FileProblemError(
            _("The file is larger than any project (over {size} MB).").format(size=MAX_BYTES // 1_000_000)
        )
    data = data.removeprefix(codecs.BOM_UTF8)  # which some editors put before the text
    if not data.strip(b" \t\r\n"):
        raise FileProblemError(_("The file is empty, so there is no project in it."))
    try:
        content = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileProblemError(
            _("The file is not a whole project: {reason}.").format(reason=_lower(str(error)))
        ) from None
    except RecursionError:
        raise FileProblemError(_("The file is nested too deeply to be a project.")) from None
    return _project(_newest(content))


def _newest(content: Any) -> dict[str, Any]:
    if _depth(content) > MAX_DEPTH:
        raise FileProblemError(_("The file is nested too deeply to be a project."))
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FileProblemError(_('The file is not a cnnbuilder project: "format" is not "cnnbuilder".'))
    version = content.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise FileProblemError(
            _('"version" must be a whole number from 1 to {newest}.').format(newest=VERSION)
        )
    if version > VERSION:
        raise FileProblemError(
            _(
                "The file comes from a newer cnnbuilder (version {found}; this one reads {newest}). Update it."
            ).format(found=version, newest=VERSION)
        )
    migrated: dict[str, Any] = content
    for old in range(version, VERSION):
        migrated = MIGRATIONS[old](migrated)
    return migrated


def _depth(content: Any) -> int:
    """How deeply lists and objects are nested, without recursion."""
    level, here = 0, [content]
    while here and level <= MAX_DEPTH:
        inner: list[Any] = []
        for value in here:
            if isinstance(value, dict):
                inner.extend(v for v in value.values() if isinstance(v, dict | list))
            elif isinstance(value, list):
                inner.extend(v for v in value if isinstance(v, dict | list))
        here, level = inner, level + 1
    return level


def _project(content: dict[str, Any]) -> Project:
    _only(content, ("format", "version", "network", "data", "training"), "")
    network = content.get("network")
    if not isinstance(network, dict):
        raise FileProblemError(_('"network" is missing or no object.'))
    _only(network, ("blocks", "wires"), "network.")
    blocks = tuple(_block(raw, index) for index, raw in enumerate(_list(network, "blocks")))
    wires = tuple(_convert(raw, Wire, f"network.wires[{i}]") for i, raw in enumerate(_list(network, "wires")))
    ids = {block.id for block in blocks}
    if len(ids) < len(blocks):
        twice = next(
            block.id for i, block in enumerate(blocks) if any(block.id == other.id for other in blocks[:i])
        )
        raise FileProblemError(_('Two blocks have the same id "{id}".').format(id=_short(twice)))
    for index, wire in enumerate(wires):
        for end in (wire.from_, wire.to):
            if end not in ids:
                raise FileProblemError(
                    _('network.wires[{index}] names the block "{id}", which does not exist.').format(
                        index=index, id=_short(end)
                    )
                )
    return Project(
        Network(blocks, wires),
        _data(content.get("data", {})),
        _convert(content.get("training", {}), Training, "training"),
    )


def _data(raw: Any) -> Data:
    return _convert({"source": None, **raw} if isinstance(raw, dict) else raw, Data, "data")


def _list(network: dict[str, Any], key: str) -> list[Any]:
    found = network.get(key)
    if not isinstance(found, list):
        raise FileProblemError(_('"network.{key}" is missing or no list.').format(key=key))
    return found


def _only(content: dict[str, Any], known: tuple[str, ...], place: str) -> None:
    for key in content:
        if key not in known:
            raise FileProblemError(
                _('"{place}{key}" is nothing that a project has.').format(place=place, key=_short(key))
            )


def _block(raw: Any, index: int) -> Block:
    place = f"network.blocks[{index}]"
    kind = raw.get("block") if isinstance(raw, dict) else None
    if not isinstance(kind, str):
        raise FileProblemError(_('{place} has no "block" that says what it is.').format(place=place))
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        hint = _(' Did it mean "{near}"?').format(near=near) if near else ""
        raise FileProblemError(
            _('{place}: there is no block "{kind}".').format(place=place, kind=_short(kind)) + hint
        )
    return _convert(raw, KINDS[kind], place)


def _convert(raw: Any, kind: type[T], place: str) -> T:
    try:
        return msgspec.convert(raw, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        reason, _at, where = str(error).partition(" - at `$")
        place += where.rstrip("`")
        message = _("{place} {reason}.").format(place=place, reason=in_words(reason))
        raise FileProblemError(message) from None


def _lower(text: str) -> str:
    # "JSON is malformed" keeps its capitals.
    return (text[:1] if text[1:2].isupper() else text[:1].lower()) + text[1:].rstrip(".")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}…"


def load(path: Path) -> Project:
    """The project in a file. Raises `FileProblemError` with one sentence that begins with the file's name."""
    other = what_else(path)
    if other is not None:
        raise FileProblemError(other)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        return from_file(loads(content), path)
    except FileProblemError as problem:
        raise FileProblemError(f"{path.name}: {problem}") from None
    except OSError as error:
        message = _("{name} cannot be read: {reason}.").format(name=path.name, reason=reason_of(error))
        raise FileProblemError(message) from None


def save(project: Project, path: Path) -> None:
    """Writes the project; the old file stays whole until the new one is. Raises `FileProblemError`."""
    save_content(dumps(for_file(project, path)).encode(), path)


def for_file(project: Project, path: Path) -> Project:
    """The project as the file at `path` has it: own images below the project's folder by their relative path."""
    return replace(project, data=relative_to(project.data, paths_base(path)))


def from_file(project: Project, path: Path) -> Project:
    """The project of the file at `path`, its paths made whole."""
    return replace(project, data=absolute_from(project.data, paths_base(path)))


def paths_base(path: Path) -> Path:
    """The folder that a file's paths are relative to: its own; that of the project for what lies in a run's folder.

    So a project moves with its runs and its images as one.
    """
    folder = path.absolute().parent
    return folder.parent.parent if folder.parent.suffix == RUNS_ENDING else folder


def save_content(content: bytes, path: Path) -> None:
    """Puts `content` where `path` says, or leaves what was there. Raises `FileProblemError`."""
    try:
        write_atomically(path, content)
    except OSError as error:
        raise FileProblemError(
            _("{name} cannot be saved: {reason}. Save it somewhere else; nothing is lost.").format(
                name=path.name, reason=reason_of(error)
            )
        ) from None
