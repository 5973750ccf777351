"""What a name can stand for while source is read: numbers and lists as they are, and these."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MOST_MEMBERS = 20_000


def line_of(node: ast.AST) -> int:
    """The number of the line on which a node begins."""
    return getattr(node, "lineno", 0)


class TensorValue(NamedTuple):
    """What flows through the network: one output of a placed block."""

    block: str
    output: int = 0


class Open(NamedTuple):
    """A name, or an expression with one, whose value the source does not say."""

    text: str


class Unknown(NamedTuple):
    """Something that is not read, and why. `tensors`: what flows into it."""

    line: int
    text: str
    reason: str
    tensors: tuple[TensorValue, ...] = ()
    instead: str = ""
    """What was probably meant: "nn.MaxPool2d(2)"."""


class Pieces(NamedTuple):
    """What torch.chunk gives: as many pieces as asked for, or fewer."""

    block: str
    most: int

    def piece(self, number: int) -> TensorValue:
        """One of them."""
        return TensorValue(self.block, number)


class BatchSize(NamedTuple):
    """How many images there are at once: x.size(0)."""


class SizesOf(NamedTuple):
    """x.size() or x.shape."""

    value: TensorValue


@dataclass(frozen=True)
class Size:
    """How long some axes of what flows are together, over a divisor: x.size(1) // 2. Axes as torch counts them."""

    value: TensorValue
    axes: tuple[int, ...]
    divisor: int = 1

    @property
    def text(self) -> str:
        """In a few letters, for what stays open."""
        size = "·".join(f"size({axis})" for axis in self.axes)
        return size if self.divisor == 1 else f"{size} // {self.divisor}"


@dataclass(frozen=True)
class PartialOp:
    """What flows half-way through something that source writes in two steps and a block does in one.

    `step`: "split" and "swapped" (a channel shuffle), "mean" and "squeeze" (over one of two axes); `number`: how many
    groups, or which axis is done.
    """

    value: TensorValue
    step: str
    number: int
    line: int


@dataclass(frozen=True)
class DummyTensor:
    """A tensor that the source makes up, torch.zeros(1, 3, 32, 32), to try its layers with: nothing of the network."""


@dataclass(eq=False)
class Partial:
    """functools.partial: something to call, with arguments that are there already."""

    called: Any
    positional: list[Any]
    named: dict[str, Any]


@dataclass(eq=False)
class Layer:
    """A layer that the source makes: a constructor with its arguments. `name`: the attribute that holds it."""

    called: str
    arguments: dict[str, Any]
    line: int
    name: str | None = None
    used: bool = False
    frozen: bool = False


@dataclass(eq=False)
class Container:
    """nn.Sequential (`called`: its members run one after another) or nn.ModuleList, by the members' names."""

    members: dict[str, Any] = field(default_factory=dict)
    called: bool = True

    def add(self, value: Any, name: str | None = None) -> None:
        """Puts a member at the end. Raises `OverflowError` where no network could hold so many."""
        if len(self.members) >= MOST_MEMBERS:
            raise OverflowError
        self.members[str(len(self.members)) if name is None else name] = value


@dataclass(eq=False)
class Template:
    """A class of the file."""

    definition: ast.ClassDef
    names: dict[str, Any]
    """Its class attributes and methods."""
    bases: tuple[Any, ...]


@dataclass(eq=False)
class Instance:
    """A module of a class of the file: what `self` is."""

    template: Template
    attributes: dict[str, Any] = field(default_factory=dict)


class Function(NamedTuple):
    """A function or method of the file; `owner` is bound to its first parameter."""

    definition: ast.FunctionDef | ast.Lambda
    names: dict[str, Any]
    owner: Instance | None = None
    template: Template | None = None


class Computed(NamedTuple):
    """A property: a method that is read like an attribute."""

    function: Function


class Known(NamedTuple):
    """A name of torch's by its whole path: "torch.nn.Conv2d"."""

    path: str


class Method(NamedTuple):
    """A method of something that is no module of the file: x.view, layers.append."""

    owner: Any
    name: str


UNDECIDED = (Unknown, Open, TensorValue, Size, SizesOf, BatchSize, PartialOp, DummyTensor)
"""What is neither true nor false as far as the source says."""


class Parent(NamedTuple):
    """super() inside a method."""

    instance: Instance
    template: Template
