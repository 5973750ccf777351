"""Writes a network as PyTorch source: the code that is shown, taken away and trained.

Safe by construction: every value comes from a typed, range-checked field and is written with `repr`; every name passes
`names.identifier`. No text of a project is ever pasted into code.
"""

from __future__ import annotations

from collections import Counter
from itertools import count, zip_longest
from typing import Literal, NamedTuple

from cnnbuilder.blocks.base import Call, Shape
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.formatting import WIDTH, wrapped
from cnnbuilder.network.project import Network
from cnnbuilder.network.rows import Row
from cnnbuilder.text import _

Style = Literal["module", "sequential"]


class CannotGenerateError(Exception):
    """The network has no code, for the reason that is given in one sentence."""


class Source(NamedTuple):
    """PyTorch source that defines `Net`.

    `lines`: the 1-based numbers of the lines that each block takes part in. `prefixes`: what the names of its weights
    begin with in the state_dict ("conv1", "features.0"); blocks without weights are not in it.
    """

    text: str
    lines: dict[str, tuple[int, ...]]
    prefixes: dict[str, str]


def source(network: Network, style: Style = "module", analysis: Analysis | None = None) -> Source:
    """The source of a network in one of two styles. Raises `CannotGenerateError` where it has problems."""
    analysis = analysis or analyse(network)
    if analysis.problems:
        raise CannotGenerateError(analysis.problems[0].message)
    rows = [row for row in analysis.rows.values() if row.connected and not isinstance(row.block, Input)]
    return _sequential(analysis, rows) if style == "sequential" else _module(analysis, rows)


def line_of(analysis: Analysis, id_: str) -> str:
    """A block by itself, as `__init__` or `forward` has it; empty where its input is unknown, or for the Input."""
    row = analysis.rows[id_]
    if row.output is None or isinstance(row.block, Input):
        return ""
    call = row.block.call(*_known(row))
    if row.shares is not None and not call.function:
        return f"x = self.{row.name}(x)"
    if not call.function:
        return f"self.{row.name} = {call.module}"
    given = ", ".join(_letters(len(row.measured.outputs) if row.measured else 1))
    return f"{given} = {call.function.format(x=call.joint.join(_letters(len(row.inputs))))}"


def _letters(count: int) -> list[str]:
    """Names for a few values."""
    return ["x", "y", "z"][:count] if count <= 3 else [f"x{number}" for number in range(1, count + 1)]


class _Writer:
    """The lines of the class, and which blocks each belongs to; adds what they need above it."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.lines: dict[str, list[int]] = {}
        self.imports: dict[str, None] = {}
        self.helpers: dict[str, None] = {}

    def add(self, line: str = "", *ids: str) -> None:
        first = len(self.text) + 1
        if len(line) > WIDTH:
            self.text += wrapped(line)
        else:
            self.text.append(line)
        numbers = range(first, len(self.text) + 1)
        for id_ in ids:
            self.lines.setdefault(id_, []).extend(numbers)

    def begin(self) -> None:
        self.add("class Net(nn.Module):")
        self.add("    def __init__(self):")
        self.add("        super().__init__()")

    def module(self, call: Call) -> str:
        """The construction of a layer; what it needs is remembered."""
        if call.imports:
            self.imports[call.imports] = None
        if call.helper:
            self.helpers[call.helper] = None
        return call.module

    def finish(self, prefixes: dict[str, str]) -> Source:
        body = "\n".join(self.text) + "\n"
        helpers = "".join(f"{helper}\n\n" for helper in self.helpers)
        imports = ["from torch import nn", *self.imports]
        if "F." in body:
            imports.insert(0, "import torch.nn.functional as F")
        if "torch." in helpers + body:
            imports.insert(0, "import torch")
        head = "\n".join(imports) + "\n\n\n" + helpers
        above = head.count("\n")
        lines = {id_: tuple(number + above for number in numbers) for id_, numbers in self.lines.items()}
        return Source(head + body, lines, prefixes)


def _module(analysis: Analysis, rows: list[Row]) -> Source:
    """One attribute a layer, and a `forward` that reads like the drawing."""
    writer = _Writer()
    writer.begin()
    made: dict[str, list[Row]] = {}
    for row in rows:
        if not row.block.call(*_known(row)).function:
            made.setdefault(row.name, []).append(row)
    for name, users in made.items():
        module = writer.module(users[0].block.call(*_known(users[0])))
        writer.add(f"        self.{name} = {module}", *(row.block.id for row in users))
        if users[0].block.frozen and (users[0].weights or users[0].buffers):
            writer.add(f"        self.{name}.requires_grad_(False)", users[0].block.id)
    writer.add()
    writer.add("    def forward(self, x):")
    _lay_out_flat(writer, analysis)
    result = _Forward(writer, analysis, rows).write()
    writer.add(f"        return {result}")
    _hold_statistics(writer, {f"self.{name}": users[0] for name, users in made.items()})
    return writer.finish({row.block.id: row.name for row in rows if row.weights or row.buffers})


def _lay_out_flat(writer: _Writer, analysis: Analysis) -> None:
    """Where the network takes a flat vector, a picture of as many values is taken too; a vector stays as it is."""
    source = next((row for row in analysis.rows.values() if isinstance(row.block, Input)), None)
    if source is not None and source.output is not None and not source.output.is_image:
        writer.add("        x = torch.flatten(x, 1)", source.block.id)


def _hold_statistics(writer: _Writer, layers: dict[str, Row]) -> None:
    """Frozen layers that keep statistics of what they see stay in evaluation mode: else these would go on moving."""
    held = {place: row for place, row in layers.items() if row.block.frozen and row.buffers}
    if not held:
        return
    writer.add()
    writer.add("    def train(self, mode=True):")
    writer.add("        super().train(mode)")
    for place, row in held.items():
        writer.add(f"        {place}.eval()  # frozen, its running statistics too", row.block.id)
    writer.add("        return self")


class _Forward:
    """Writes the steps of `forward`. A value that is read again later keeps a name of its own; the rest is `x`."""

    def __init__(self, writer: _Writer, analysis: Analysis, rows: list[Row]) -> None:
        self.writer = writer
        self.network = analysis.network
        self.rows = rows
        live = {row.block.id for row in analysis.rows.values() if row.connected}
        self.readers = Counter((wire.from_, wire.output) for wire in self.network.wires if wire.to in live)
        self.names = {(id_, 0): "x" for id_ in live if isinstance(self.network.by_id[id_], Input)}

    def write(self) -> str:
        """All steps; returns the name of the result."""
        pending = ""  # an expression that the next block wraps, and its blocks
        ids: list[str] = []
        for row, following in zip_longest(self.rows, self.rows[1:]):
            call = row.block.call(*_known(row))
            arguments = pending or self._arguments(row, call)
            ids = [*ids, row.block.id] if pending else [row.block.id]
            pending = call.function.format(x=arguments) if call.function else f"self.{row.name}({arguments})"
            if following is None or len(ids) == 3 or not self._wraps(row, following):
                self.writer.add(f"        {self._target(row)} = {pending}", *ids)
                pending = ""
        return self.names[self.rows[-1].block.id, 0] if self.rows else "x"

    def _arguments(self, row: Row, call: Call) -> str:
        """What arrives, by name; names that nobody reads any more are free again."""
        values = [(wire.from_, wire.output) for wire in self.network.incoming[row.block.id]]
        arguments = call.joint.join(self.names[value] for value in values)
        for value in values:
            self.readers[value] -= 1
            if not self.readers[value]:
                del self.names[value]
        return arguments

    def _wraps(self, row: Row, following: Row) -> bool:
        """Whether the next block is the only reader of this one and keeps its shape, so that both share a line."""
        wires = self.network.incoming[following.block.id]
        return (
            following.block.keeps_shape
            and len(wires) == 1
            and wires[0].from_ == row.block.id
            and len(row.block.outputs(*_known(row))) == 1
            and self.readers[row.block.id, 0] == 1
        )

    def _target(self, row: Row) -> str:
        """The name, or names, that a block's values get."""
        id_ = row.block.id
        pieces = len(row.block.outputs(*_known(row)))
        taken = set(self.names.values())
        if pieces > 1:
            names = [_free(f"{row.name}_{number}", taken) for number in range(1, pieces + 1)]
        else:
            names = [_free(row.name, taken) if "x" in taken else "x"]
        self.names.update({(id_, number): name for number, name in enumerate(names)})
        return ", ".join(names)


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number behind it where another value has it."""
    numbered = (f"{name}_{number}" for number in count(2))
    return name if name not in taken else next(found for found in numbered if found not in taken)


def _sequential(analysis: Analysis, rows: list[Row]) -> Source:
    """The form of the lesson: features, flatten, classifier."""
    if any(len(row.inputs) > 1 or not row.block.call(*_known(row)).module for row in rows):
        raise CannotGenerateError(
            _("A network with branches cannot be written as nn.Sequential; use the module style.")
        )
    if any(row.shares is not None for row in rows):
        raise CannotGenerateError(
            _("A layer that is used again cannot be written as nn.Sequential; use the module style.")
        )
    writer = _Writer()
    writer.begin()
    prefixes: dict[str, str] = {}
    split = next((index for index, row in enumerate(rows) if isinstance(row.block, Flatten)), len(rows))
    parts = {"features": rows[:split], "classifier": rows[split + 1 :]}
    for name, members in parts.items():
        if not members:
            continue
        ids = [row.block.id for row in members]
        writer.add(f"        self.{name} = nn.Sequential(")
        for index, row in enumerate(members):
            writer.add(f"            {writer.module(row.block.call(*_known(row)))},", row.block.id)
            if row.weights or row.buffers:
                prefixes[ids[index]] = f"{name}.{index}"
        writer.add("        )")
        for index, row in enumerate(members):
            if row.block.frozen and (row.weights or row.buffers):
                writer.add(f"        self.{name}[{index}].requires_grad_(False)", row.block.id)
    writer.add()
    writer.add("    def forward(self, x):")
    _lay_out_flat(writer, analysis)
    if parts["features"]:
        writer.add("        x = self.features(x)", *(row.block.id for row in parts["features"]))
    if split < len(rows):
        flatten = rows[split].block.call(*_known(rows[split])).function.format(x="x")
        writer.add(f"        x = {flatten}", rows[split].block.id)
    if parts["classifier"]:
        writer.add("        x = self.classifier(x)", *(row.block.id for row in parts["classifier"]))
    writer.add("        return x")
    places = {
        f"self.{name}[{index}]": row for name, members in parts.items() for index, row in enumerate(members)
    }
    _hold_statistics(writer, places)
    return writer.finish(prefixes)


def _known(row: Row) -> tuple[Shape, ...]:
    return tuple(shape for shape in row.inputs if shape is not None)
