"""Writes a network as PyTorch source: the code that is shown, taken away and trained.

Safe by construction: every value comes from a typed, range-checked field and is written with `repr`; every name passes
`names.identifier`. No text of a project is ever pasted into code.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from cnnbuilder.blocks.base import Shape
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.network.analysis import Analysis, Row, analyse
from cnnbuilder.network.project import Network
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
    return f"x = {call.function.format(x='x')}" if call.function else f"self.{row.name} = {call.module}"


class _Writer:
    """Lines of source, and which blocks each belongs to."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.lines: dict[str, list[int]] = {}

    def add(self, line: str = "", *ids: str) -> None:
        self.text.append(line)
        for id_ in ids:
            self.lines.setdefault(id_, []).append(len(self.text))

    def finish(self, prefixes: dict[str, str]) -> Source:
        body = "\n".join(self.text) + "\n"
        imports = []
        if "torch." in body:
            imports.append("import torch")
        if "F." in body:
            imports.append("import torch.nn.functional as F")
        imports.append("from torch import nn")
        head = [*imports, "", ""]
        lines = {id_: tuple(n + len(head) for n in numbers) for id_, numbers in self.lines.items()}
        return Source("\n".join(head) + "\n" + body, lines, prefixes)

    def begin(self) -> None:
        self.add("class Net(nn.Module):")
        self.add("    def __init__(self):")
        self.add("        super().__init__()")


def _module(analysis: Analysis, rows: list[Row]) -> Source:
    """One attribute a layer, and a `forward` that reads like the drawing."""
    writer = _Writer()
    writer.begin()
    made: dict[str, list[Row]] = {}
    for row in rows:
        if not row.block.call(*_known(row)).function:
            made.setdefault(row.name, []).append(row)
    for name, users in made.items():
        module = users[0].block.call(*_known(users[0])).module
        writer.add(f"        self.{name} = {module}", *(row.block.id for row in users))
    writer.add()
    writer.add("    def forward(self, x):")
    result = _forward(writer, analysis, rows)
    writer.add(f"        return {result}")
    return writer.finish({row.block.id: row.name for row in rows if row.weights or row.buffers})


def _forward(writer: _Writer, analysis: Analysis, rows: list[Row]) -> str:
    """Writes the steps; returns the name of the result. Values that are needed later keep a name of their own."""
    network = analysis.network
    live = {row.block.id for row in analysis.rows.values() if row.connected}
    readers = {id_: sum(wire.to in live for wire in network.outgoing[id_]) for id_ in live}
    names = {id_: "x" for id_ in live if isinstance(network.by_id[id_], Input)}
    pending: tuple[str, list[str]] | None = None  # an expression that the next block wraps, and its blocks
    for index, row in enumerate(rows):
        id_ = row.block.id
        call = row.block.call(*_known(row))
        if pending:
            arguments, ids = pending[0], [*pending[1], id_]
            pending = None
        else:
            sources = [wire.from_ for wire in network.incoming[id_]]
            arguments, ids = ", ".join(names[source] for source in sources), [id_]
            for source in sources:
                readers[source] -= 1
                if not readers[source]:
                    del names[source]
        expression = call.function.format(x=arguments) if call.function else f"self.{row.name}({arguments})"
        following = rows[index + 1] if index + 1 < len(rows) else None
        if (
            following is not None
            and len(ids) < 3
            and following.block.keeps_shape
            and _joined(network, readers, row, following)
        ):
            readers[id_] = 0
            pending = (expression, ids)
            continue
        names[id_] = "x" if "x" not in names.values() else row.name
        writer.add(f"        {names[id_]} = {expression}", *ids)
    return names[rows[-1].block.id] if rows else "x"


def _joined(network: Network, readers: dict[str, int], row: Row, following: Row) -> bool:
    """Whether the one reader of a block's output is the next in order, so that both may stand in one line."""
    wires = network.incoming[following.block.id]
    return readers[row.block.id] == 1 and len(wires) == 1 and wires[0].from_ == row.block.id


def _sequential(analysis: Analysis, rows: list[Row]) -> Source:
    """The form of the lesson: features, flatten, classifier."""
    if any(len(analysis.network.outgoing[row.block.id]) > 1 or len(row.inputs) > 1 for row in rows):
        raise CannotGenerateError(
            _("A network with branches cannot be written as nn.Sequential; use the module style.")
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
            writer.add(f"            {row.block.call(*_known(row)).module},", row.block.id)
            if row.weights or row.buffers:
                prefixes[ids[index]] = f"{name}.{index}"
        writer.add("        )")
    writer.add()
    writer.add("    def forward(self, x):")
    if parts["features"]:
        writer.add("        x = self.features(x)", *(row.block.id for row in parts["features"]))
    if split < len(rows):
        writer.add("        x = torch.flatten(x, 1)", rows[split].block.id)
    if parts["classifier"]:
        writer.add("        x = self.classifier(x)", *(row.block.id for row in parts["classifier"]))
    writer.add("        return x")
    return writer.finish(prefixes)


def _known(row: Row) -> tuple[Shape, ...]:
    return tuple(shape for shape in row.inputs if shape is not None)
