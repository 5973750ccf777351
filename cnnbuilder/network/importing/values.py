"""What a name can stand for while source is read: numbers and lists as they are, and these."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cnnbuilder.network.importing.scopes import Scope

MOST_MEMBERS = 20_000
MOST_LOOKED_AT = 200
"""Values of a list in which what flows is looked for."""


def line_of(node: ast.AST) -> int:
    """The number of the line on which a node begins."""
    return getattr(node, "lineno", 0)


class TensorValue(NamedTuple):
    """What flows through the network: one output of a placed block.

    Names of the source that see one another's changes in place hold equal values; `copy` tells apart those that do not.
    """

    block: str
    output: int = 0
    copy: int = 0


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


class Stream:
    """What can be gone through once: a generator, zip, map, enumerate."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.at = 0
        """How many of them were taken."""

    def next(self) -> Any:
        """The next of them. Raises `LookupError` behind the last."""
        self.at += 1
        return self.items[self.at - 1]

    def rest(self) -> list[Any]:
        """All that are left, none of which are left afterwards."""
        found, self.at = self.items[self.at :], len(self.items)
        return found


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
    groups, or which axis is done. "unsqueeze" is an image of one pixel begun, "expand" what is stretched to `other`.
    """

    value: TensorValue
    step: str
    number: int
    line: int
    other: TensorValue | None = None
    parts: tuple[Any, ...] = ()
    """What a LayerNorm that is written out has so far: eps, then its factors."""


class SizeNumber(int):
    """A size that is known, and of what: x.size(2), where x is 8 pixels high, is 8."""

    of: Size

    def __new__(cls, number: int, of: Size) -> SizeNumber:
        """`number`, which is the length that `of` asks for."""
        made = super().__new__(cls, number)
        made.of = of
        return made


@dataclass(frozen=True)
class DummyTensor:
    """A tensor that the source makes up, torch.zeros(1, 3, 32, 32), to try its layers with: nothing of the network."""

    sizes: tuple[int, ...] = ()
    """With the batch, where they are known."""
    fill: float | None = None
    """The number that it is filled with, where it is one."""
    one: bool = False
    """Whether it holds a single number, on one axis at most."""


@dataclass(eq=False)
class Parameter:
    """nn.Parameter(torch.ones(n)): numbers that the network learns and no layer of torch's holds."""

    sizes: tuple[int, ...]
    fill: float
    line: int
    seen_as: Parameter | None = None
    """The parameter that this is laid out from, gamma.view(1, -1, 1, 1)."""

    @property
    def own(self) -> Parameter:
        """The parameter itself."""
        return self.seen_as or self


class TrainingFlag(NamedTuple):
    """self.training: false where a network is read, and what stands under it is looked at."""

    value: bool = False


@dataclass(frozen=True)
class WeightOf:
    """A tensor that a layer has learned: self.conv.weight."""

    layer: Any
    name: str


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
    frozen: bool = False
    frozen_parts: frozenset[str] = frozenset()
    """Which of its tensors the source freezes by themselves: conv.weight.requires_grad = False."""
    changed: str = ""
    """What the source does to it afterwards that no block can do; empty where nothing is."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Attributes that the source gives it and torch knows nothing of."""
    made: Any = None
    """The block that its arguments make, where that does not depend on what arrives."""


@dataclass(eq=False)
class Container:
    """nn.Sequential (`called`: its members run one after another) or nn.ModuleList, by the members' names."""

    members: dict[str, Any] = field(default_factory=dict)
    called: bool = True
    extra: dict[str, Any] = field(default_factory=dict)
    """Attributes that the source gives it."""
    kind: str = ""
    """"ModuleList" or "ModuleDict", where it is one of those."""

    def add(self, value: Any, name: str | None = None) -> None:
        """Puts a member at the end. Raises `OverflowError` where no network could hold so many."""
        if len(self.members) >= MOST_MEMBERS:
            raise OverflowError
        self.members[str(len(self.members)) if name is None else name] = value


@dataclass(eq=False)
class Template:
    """A class of the file."""

    definition: ast.ClassDef
    names: Scope
    """Its class attributes and methods, and those that it has from other classes."""
    bases: tuple[Any, ...]
    own: set[str] = field(default_factory=set)
    """Those of its own body."""
    below: list[Template] = field(default_factory=list)
    """The classes that come from it directly."""


@dataclass(eq=False)
class Instance:
    """A module of a class of the file: what `self` is."""

    template: Template
    attributes: dict[str, Any] = field(default_factory=dict)
    unread: list[Unknown] = field(default_factory=list)
    """Lines that were not followed and may have given it layers, or changed them."""


class Function(NamedTuple):
    """A function or method of the file; `owner` is bound to its first parameter."""

    definition: ast.FunctionDef | ast.Lambda
    names: Scope
    owner: Any = None
    template: Template | None = None
    defaults: tuple[Any, ...] = ()
    """The values of its default arguments, then of those that are only given by name (None: needed)."""


REQUIRED = object()
"""Stands where a record's field has no default."""
ORDER = "__fields__"
"""The attribute that holds the order of a record's names, as a tuple would have them."""


class Record(NamedTuple):
    """A class whose instances are values by name: a namedtuple, a dataclass."""

    name: str
    fields: dict[str, Any]
    """Each with its default, or `REQUIRED`."""
    template: Template


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


UNDECIDED = (
    Unknown,
    Open,
    TensorValue,
    Size,
    SizesOf,
    BatchSize,
    PartialOp,
    DummyTensor,
    Method,
    WeightOf,
    Parameter,
)
"""What is neither true nor false as far as the source says."""


class Parent(NamedTuple):
    """super() inside a method."""

    instance: Instance
    template: Template


def tensors_in(value: Any) -> list[TensorValue]:
    """What flows into a value; of long lists only the beginning is looked at."""
    found: list[TensorValue] = []
    waiting, looked = [value], 0
    while waiting and looked < MOST_LOOKED_AT:
        looked += 1
        here = waiting.pop()
        if isinstance(here, TensorValue):
            found.append(here)
        elif isinstance(here, PartialOp):
            found.append(here.value)
        elif isinstance(here, Unknown):
            found.extend(here.tensors)
        elif isinstance(here, tuple | list) and not isinstance(here, Open | Known):
            waiting.extend(reversed(here[:MOST_LOOKED_AT]))
    return found
