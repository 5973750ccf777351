"""What every block has: typed fields, a shape rule, weights, counts, a line of code and its formulas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from cnnbuilder.blocks.fixes import MisfitError, Remove
from cnnbuilder.blocks.formula import Formula
from cnnbuilder.blocks.sampling import Resampling
from cnnbuilder.blocks.sampling import Window as Window
from cnnbuilder.blocks.signature import IGNORED, ArgumentError, ShapeHint, Signature, parse_signature, spread
from cnnbuilder.text import _

MAX_SIZE = 1 << 16
"""No channel count, kernel or feature count may exceed this; it keeps every number far inside 64 bits."""

Count = Annotated[int, Meta(ge=1, le=MAX_SIZE)]
Border = Annotated[int, Meta(ge=0, le=MAX_SIZE)]
Place = Annotated[float, Meta(ge=-1e6, le=1e6)]
"""A place on the canvas, in its pixels."""
Pair = tuple[Count, Count]
"""(height, width), each at least 1."""
BorderPair = tuple[Border, Border]
"""(height, width), each at least 0."""

Family = Literal[
    "input",
    "convolution",
    "activation",
    "pooling",
    "normalisation",
    "shape",
    "dense",
    "regularisation",
    "combine",
]


Autocast = Literal["half", "full", "wide", "follow"]
"""torch's autocast: "half" casts what arrives to bfloat16 and computes in it, "full" casts it to float32, "wide" takes
it as it is but float32 leaves, "follow" goes on in what arrives (the wider, of several). Measured on the CPU."""


class Shape(Struct, frozen=True, gc=False):
    """The sizes of one image's values, without the batch, and what each axis means.

    `axes` has one letter a size: C channels, H height, W width, F features of a flat vector.
    """

    sizes: tuple[int, ...]
    axes: str

    @property
    def count(self) -> int:
        """How many values there are."""
        return math.prod(self.sizes)

    @property
    def is_image(self) -> bool:
        """Whether this is channels × height × width."""
        return self.axes == "CHW"

    def __str__(self) -> str:
        return " × ".join(f"{size:,}" for size in self.sizes)


def image(channels: int, height: int, width: int) -> Shape:
    """Channels × height × width."""
    return Shape((channels, height, width), "CHW")


def flat(features: int) -> Shape:
    """A flat vector of features."""
    return Shape((features,), "F")


class Field(NamedTuple):
    """How one field of a block is shown: its label, its letter in the lesson's formulas, its usual values."""

    label: str
    help: str
    symbol: str = ""
    usual: tuple[Any, ...] = ()
    primary: bool = True
    """Shown at once; the others stand under "More fields"."""


class FieldInfo(NamedTuple):
    """One declared field as forms read it."""

    name: str
    type: Any
    default: Any
    field: Field


class Call(NamedTuple):
    """How a block is written in PyTorch.

    `module` is the layer's construction ("nn.Conv2d(1, 16, 3, padding=1)"). `function` is its form inside
    `forward`, with `{x}` for what arrives ("F.relu({x})"), or empty where the layer is called as a module.
    `joint` stands between several values that arrive. `imports` and `helper` are what the construction needs:
    a line of import, a class of its own.
    """

    module: str
    function: str = ""
    joint: str = ", "
    imports: str = ""
    helper: str = ""


Weights = Mapping[str, tuple[int, ...]]
"""Names and shapes in the order of PyTorch's `named_parameters()`."""
NO_WEIGHTS: Weights = {}


class Block(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="block", tag=True):
    """A kind of layer; an instance is one placed in a network. One subclass a kind, one file a few kinds."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    name: Annotated[str, Meta(max_length=200)] | None = None
    position: tuple[Place, Place] | None = None
    open: tuple[Annotated[str, Meta(max_length=64)], ...] = ()
    """Fields that imported source names without a value: they hold their default and want filling in."""

    frozen: Annotated[
        bool,
        Field(_("Frozen"), _("Training leaves its weights as they are."), primary=False),
    ] = False

    family: ClassVar[Family]
    title: ClassVar[str] = ""
    """A few words for the palette: "finds patterns"."""
    summary: ClassVar[str] = ""
    """One or two sentences: what it is for."""
    icon: ClassVar[str] = ""
    """The file in resources/icons, without .svg."""
    keywords: ClassVar[str] = ""
    """Other words that the palette's search finds it by."""
    when: ClassVar[str] = ""
    """One sentence: when to use it."""
    paper: ClassVar[str] = ""
    """Who proposed it, and when: "Ioffe and Szegedy, 2015"; empty where it is older than papers."""
    page: ClassVar[str] = ""
    """Its page in PyTorch's documentation."""
    offered: ClassVar[bool] = True
    """Stands in the palette. What only an import makes does not, nor what joins several: the canvas puts it in."""
    basic: ClassVar[bool] = False
    """Stands in the palette's first, open section."""
    keeps_shape: ClassVar[bool] = False
    """Drawn as a thin strip joined to the card above."""
    arity: ClassVar[tuple[int, int | None]] = (1, 1)
    """How many wires may come in: at least, at most (None: any number)."""
    name_prefix: ClassVar[str] = ""
    """Its name in code, before the number: "conv"."""
    shared: ClassVar[bool] = False
    """Without weights or memory of its own: one attribute serves wherever the same construction occurs."""
    learns: ClassVar[bool] = False
    """Has weights, at least with some of its values."""
    saves_output: ClassVar[bool] = False
    """The backward pass reads this block's output."""
    autocast: ClassVar[Autocast] = "follow"
    """What becomes of it where training computes in bfloat16, on the CPU."""
    autocast_on_accelerators: ClassVar[Autocast | None] = None
    """The same on an accelerator, where it differs there: by the lists in torch's ATen/autocast_mode.h."""

    layers: ClassVar[Mapping[str, str]] = {}
    """How torch constructs it: each class's name with its parameters as Python writes them."""
    functions: ClassVar[Mapping[str, str]] = {}
    """Functions, and methods of a tensor, that do what it does: the name, and the parameters behind what flows."""
    operator: ClassVar[str] = ""
    """The sign that does it in Python: "+"."""
    from_wire: ClassVar[Mapping[str, int]] = {}
    """Parameters of torch's that follow from what arrives here, each with the axis whose size it is."""
    helper: ClassVar[str] = ""
    """The class that its code brings along where torch has none; read back, it is this block."""
    sign: ClassVar[str] = ""
    """What figures draw in place of a solid where values are joined place by place."""
    is_gate: ClassVar[bool] = False
    """One of the values that it joins scales the others: the main line goes past that one."""
    shortcut: ClassVar[str] = ""
    """The key that joins the selected blocks by it, where it takes several values."""
    named_in_figures: ClassVar[bool] = False
    """A figure says `summary_text` of it beside its name."""

    def output(self, *inputs: Shape) -> Shape:
        """The shape that leaves. Raises `MisfitError` where the inputs do not fit."""
        raise NotImplementedError

    def outputs(self, *inputs: Shape) -> tuple[Shape, ...]:
        """What leaves by each output; all kinds but those that split have one."""
        return (self.output(*inputs),)

    def pieces(self) -> int | None:
        """How many values its function gives at most, as a tuple; None: one value by itself."""
        return None

    def output_rank(self, rank: int) -> int:
        """How many axes leave where `rank` arrive, without the batch."""
        return rank

    def does_nothing(self) -> bool:
        """Whether what leaves always is what arrives."""
        return False

    def canonical(self, *inputs: Shape) -> Self:
        """The same block, said in one way where these shapes make several ways the same."""
        return self

    def weights(self, *inputs: Shape) -> Weights:
        """What is learned, by PyTorch's names."""
        return NO_WEIGHTS

    @property
    def keeps_statistics(self) -> bool:
        """Whether training changes what it keeps, though that is not learned."""
        return False

    def buffers(self, *inputs: Shape) -> Weights:
        """What is kept but not learned, by PyTorch's names."""
        return NO_WEIGHTS

    def macs(self, output: Shape, *inputs: Shape) -> int:
        """Multiply–accumulates of one image; convolutions and linear layers count, nothing else."""
        return 0

    def saves_input(self) -> bool:
        """Whether the backward pass reads this block's input."""
        return False

    def is_view(self) -> bool:
        """Whether the output is the input's memory seen differently (Flatten)."""
        return False

    def extra_saved_bytes(self, output: Shape, *inputs: Shape) -> int:
        """Bytes of one image that the backward pass keeps besides input and output: indices, statistics.

        As torch does on the CPU; what is kept once for a whole batch is left out.
        """
        return 0

    def extra_saved_values(self, output: Shape, *inputs: Shape) -> int:
        """The same counted in values of the output's own kind, which are smaller in bfloat16: masks, copies."""
        return 0

    def pads_first(self) -> bool:
        """Whether it works on a padded copy of what arrives, which also serves the gradient of its weights."""
        return False

    def macs_formulas(self, output: Shape, *inputs: Shape) -> tuple[Formula, ...]:
        """How the multiply–accumulates follow."""
        return ()

    def window(self, *inputs: Shape) -> Window | None:
        """What an output pixel looks at, or None where it looks at its own place only."""
        return None

    def resampling(self, *inputs: Shape) -> Resampling | None:
        """The same where pixels may come to lie closer than they arrive; None where they do not."""
        return None

    def reduced_axes(self, *inputs: Shape) -> str:
        """The axes, by their letters, along which an output value looks at all places (Linear: the last)."""
        return ""

    def call(self, *inputs: Shape) -> Call:
        """The block in PyTorch's words."""
        raise NotImplementedError

    def summary_text(self) -> str:
        """The few fields that tell it from its neighbours: "16 filters · 3×3 · padding 1"."""
        return ""

    def label_text(self) -> str:
        """`summary_text`, and before it that the block is frozen, where that means something."""
        words = (
            _("frozen") if self.frozen and (self.learns or self.keeps_statistics) else "",
            self.summary_text(),
        )
        return " · ".join(filter(None, words))

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """How the output's sizes follow, for height and width apart where they differ."""
        return ()

    def count_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """How the number of parameters follows."""
        return ()

    @classmethod
    @cache
    def kind(cls) -> str:
        """The name in files and in the palette: PyTorch's class name, or the tag that files have known it by."""
        return str(cls.__struct_config__.tag)

    @classmethod
    @cache
    def fields(cls) -> tuple[FieldInfo, ...]:
        """The arguments of the layer in order."""
        return tuple(info for info in cls._declared() if info.name != "frozen")

    @classmethod
    def form_fields(cls) -> tuple[FieldInfo, ...]:
        """What a person can set: the layer's arguments, and whether it learns where it has something to learn."""
        frozen = tuple(info for info in cls._declared() if info.name == "frozen")
        return cls.fields() + (frozen if cls.learns else ())

    @classmethod
    @cache
    def _declared(cls) -> tuple[FieldInfo, ...]:
        hints = get_type_hints(cls, include_extras=True)
        found = []
        for info in msgspec.structs.fields(cls):
            shown = [
                extra for extra in getattr(hints[info.name], "__metadata__", ()) if isinstance(extra, Field)
            ]
            if shown:
                found.append(FieldInfo(info.name, info.type, info.default, shown[0]))
        return tuple(found)

    @classmethod
    def usual(cls, id_: str, before: Iterable[Block], classes: int) -> Self:
        """A new block with what people use. `before`: the blocks ahead of it, the nearest first."""
        return cls(id=id_)

    @classmethod
    def signature(cls, called: str) -> Signature:
        """The parameters of one of `layers` or `functions`."""
        return parse_signature(cls.layers[called] if called in cls.layers else cls.functions[called])

    @classmethod
    def shape_hints(cls, called: str, given: Mapping[str, Any]) -> tuple[ShapeHint, ...]:
        """What the arguments of torch's `called` say of what arrives."""
        return tuple(
            ShapeHint(name, given[name], axis)
            for name, axis in cls.from_wire.items()
            if type(given.get(name)) is int
        )

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """The field values that the arguments of torch's `called` mean, not checked yet.

        Values may be anything that source says, also what is not known. `rank`: how many axes arrive, without the
        batch, where that is known. Raises `ArgumentError`.
        """
        torchs = cls.signature(called)
        missing = sorted(torchs.required - given.keys() - cls.from_wire.keys())
        if missing:
            raise ArgumentError(_("{called} lacks {name}").format(called=called, name=missing[0]))
        lengths = cls._lengths()
        values = {}
        for name, value in {**torchs.defaults, **given}.items():
            if name in lengths:
                values[name] = spread(value, lengths[name])
            elif name not in torchs.names:
                raise ArgumentError(_("{kind} has no field {name}").format(kind=cls.kind(), name=name))
            elif name not in cls.from_wire and name not in IGNORED and value != torchs.defaults.get(name):
                raise ArgumentError(_("{name} is nothing that a block has").format(name=name))
        return values

    @classmethod
    @cache
    def _lengths(cls) -> Mapping[str, int | None]:
        """For each field how many numbers its value is made of, where it is a tuple."""
        return {info.name: _length(info.type) for info in cls.fields()}

    def with_fields(self, **changes: Any) -> Self:
        """The same block with other field values, converted and checked.

        Raises `msgspec.ValidationError` where a value has the wrong type or is out of range. A field that gets a value
        is no longer open.
        """
        if self.open and "open" not in changes:
            changes["open"] = tuple(name for name in self.open if name not in changes)
        return msgspec.convert({**msgspec.structs.asdict(self), "block": self.kind(), **changes}, type(self))


def _length(declared: Any) -> int | None:
    """How many parts a tuple of this type always has, also where it is one of several types; None for all others."""
    if get_origin(declared) is tuple:
        return None if ... in get_args(declared) else len(get_args(declared))
    lengths = [found for part in get_args(declared) if (found := _length(part)) is not None]
    return next(iter(lengths), None)


def need_image(kind: str, shape: Shape) -> None:
    """Raises `MisfitError` unless there are three axes; as in torch, the first is taken for channels."""
    if len(shape.sizes) != 3:
        raise MisfitError(
            _("{kind} needs channels × height × width but gets {shape}.").format(kind=kind, shape=shape),
            Remove(_("Remove {kind}").format(kind=kind)),
        )
