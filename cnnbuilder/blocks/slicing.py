"""Parts of what arrives: a range of channels, rows or columns, or pieces of given sizes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from msgspec import Meta
from msgspec.structs import replace

from cnnbuilder.blocks.base import MAX_SIZE, Block, Call, Count, Family, Field, Shape, Window
from cnnbuilder.blocks.fixes import MisfitError, SetFields
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.merging import Axis, need_axis
from cnnbuilder.blocks.signature import ArgumentError, axis_of
from cnnbuilder.blocks.writing import docs
from cnnbuilder.text import _

End = Annotated[int, Meta(ge=-MAX_SIZE, le=MAX_SIZE)]

SLICE = """\
class Slice(nn.Module):
    def __init__(self, dim, start=0, end=None, step=1):
        super().__init__()
        self.key = (slice(None),) * dim + (slice(start, end, step),)

    def forward(self, x):
        return x[self.key]
"""


class Slice(Block, frozen=True, kw_only=True):
    """x[:, start:end:step]: a range along one axis, counted as Python does. A crop takes two of them."""

    dim: Axis = 1
    start: Annotated[
        End,
        Field(_("From"), _("The first that stays, counted from 0; below 0 from the end."), "", (0, 1, -1)),
    ] = 0
    end: Annotated[
        End | None,
        Field(
            _("To"),
            _("The first that no longer stays; below 0 from the end; empty: all that follow."),
            "",
            (8, 16, -1),
        ),
    ] = None
    step: Annotated[Count, Field(_("Step"), _("Every how many of them stay."), "", (1, 2))] = 1

    family: ClassVar[Family] = "shape"
    title: ClassVar[str] = _("takes a part")
    summary: ClassVar[str] = _("Takes some of the channels, rows or columns and leaves the others out.")
    icon: ClassVar[str] = "slice"
    when: ClassVar[str] = _("To crop an image, to thin it out, or to let some channels go another way.")
    page: ClassVar[str] = "https://docs.pytorch.org/docs/stable/tensor_view.html"
    keywords: ClassVar[str] = _("slice crop cut range index part channels rows columns subsample")
    name_prefix: ClassVar[str] = "slice"
    layers: ClassVar[Mapping[str, str]] = {"Slice": "dim, start=0, end=None, step=1"}
    helper: ClassVar[str] = SLICE

    def _range(self, size: int) -> range:
        return range(size)[self.start : self.end : self.step]

    def canonical(self, *inputs: Shape) -> Self:
        """An end that leaves nothing out is no end."""
        whole = self.end is not None and self.end >= inputs[0].sizes[self.dim - 1]
        return replace(self, end=None) if whole else self

    def output(self, *inputs: Shape) -> Shape:
        """The axis becomes as long as the range is."""
        (shape,) = inputs
        need_axis(self.kind(), shape, self.dim)
        axis = self.dim - 1
        length = len(self._range(shape.sizes[axis]))
        if not length:
            raise MisfitError(
                _("Slice from {start} to {end} leaves nothing of the {size} that arrive.").format(
                    start=self.start,
                    end=_("the end") if self.end is None else self.end,
                    size=shape.sizes[axis],
                ),
                SetFields((("start", 0), ("end", None)), _("Take all of them")),
            )
        return Shape((*shape.sizes[:axis], length, *shape.sizes[axis + 1 :]), shape.axes)

    def window(self, *inputs: Shape) -> Window | None:
        """One pixel, moved by what is left out before it; none where channels are taken."""
        shape = inputs[0]
        if shape.axes != "CHW" or self.dim == 1:
            return None
        first = self._range(shape.sizes[self.dim - 1]).start
        row = self.dim == 2
        return Window(
            (1, 1),
            (self.step, 1) if row else (1, self.step),
            (-first, 0) if row else (0, -first),
            (1, 1),
        )

    def reduced_axes(self, *inputs: Shape) -> str:
        """The axis, along which values change their place; rows and columns of an image have a window."""
        axes = inputs[0].axes
        return "" if axes == "CHW" and self.dim > 1 else axes[self.dim - 1]

    def is_view(self) -> bool:
        """Yes."""
        return True

    def call(self, *inputs: Shape) -> Call:
        """A class of our own: torch has none, only the brackets that it writes."""
        given = [str(self.dim), str(self.start)]
        if self.end is not None or self.step != 1:
            given.append(str(self.end))
        if self.step != 1:
            given.append(str(self.step))
        return Call(f"Slice({', '.join(given)})", helper=SLICE)

    def summary_text(self) -> str:
        """For example "channels 0 to 8"."""
        what = {1: _("channels"), 2: _("rows"), 3: _("columns")}[self.dim]
        end = _("end") if self.end is None else str(self.end)
        text = _("{what} {start} to {end}").format(what=what, start=self.start, end=end)
        return text if self.step == 1 else _("{text}, every {step}").format(text=text, step=self.step)

    def output_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        """⌈(end − start) / step⌉."""
        taken = self._range(inputs[0].sizes[self.dim - 1])
        parts = fill(
            "⌈({} − {}) / {}⌉ = {}",
            max(taken.stop, taken.start),
            taken.start,
            ("step", self.step),
            len(taken),
        )
        return (Formula(_("Output, axis {n}").format(n=self.dim), "⌈(end − start) / step⌉", parts),)


class Split(Block, frozen=True, kw_only=True):
    """torch.split: cuts values into pieces of given sizes along one axis."""

    split_sizes: Annotated[
        tuple[Count, ...],
        Meta(min_length=1, max_length=64),
        Field(
            _("Sizes"),
            _("How long each piece is; together as long as the axis that arrives."),
            "",
            ((4, 4), (2, 6)),
        ),
    ] = (4, 4)
    dim: Axis = 1

    family: ClassVar[Family] = "combine"
    title: ClassVar[str] = _("splits by sizes")
    summary: ClassVar[str] = _(
        "Cuts what arrives into pieces whose sizes you say, each with an output of its own."
    )
    when: ClassVar[str] = _(
        "Where the parts that go different ways are not equally large: Chunk makes equal ones."
    )
    page: ClassVar[str] = docs("torch.split")
    icon: ClassVar[str] = "split"
    keywords: ClassVar[str] = _("split cut divide pieces branch sizes sections")
    functions: ClassVar[Mapping[str, str]] = {"split": "split_size_or_sections, dim=0"}
    named_in_figures: ClassVar[bool] = True
    name_prefix: ClassVar[str] = "split"

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        """torch also takes one size for all pieces; how many there are is then known only with what arrives."""
        sizes = given.get("split_size_or_sections")
        if type(sizes) not in (list, tuple):
            raise ArgumentError(_("name the size of each piece"))
        dim = axis_of(given.get("dim", 0), rank)
        return {"split_sizes": tuple(sizes), "dim": dim}  # type: ignore[arg-type]

    def pieces(self) -> int:
        """As many as there are sizes."""
        return len(self.split_sizes)

    def output(self, *inputs: Shape) -> Shape:
        """The first piece."""
        return self.outputs(*inputs)[0]

    def outputs(self, *inputs: Shape) -> tuple[Shape, ...]:
        """All pieces; their sizes must add up to what arrives."""
        (shape,) = inputs
        need_axis(self.kind(), shape, self.dim)
        axis = self.dim - 1
        size, total = shape.sizes[axis], sum(self.split_sizes)
        if total != size:
            rest = size - sum(self.split_sizes[:-1])
            fitting = (*self.split_sizes[:-1], rest) if rest > 0 else (size,)
            raise MisfitError(
                _("The sizes of Split add up to {total}, but {size} arrive.").format(total=total, size=size),
                SetFields(
                    (("split_sizes", fitting),),
                    _("Use {sizes}").format(sizes=", ".join(map(str, fitting))),
                ),
            )
        return tuple(
            Shape((*shape.sizes[:axis], length, *shape.sizes[axis + 1 :]), shape.axes)
            for length in self.split_sizes
        )

    def reduced_axes(self, *inputs: Shape) -> str:
        """The axis, along which values change their place."""
        return inputs[0].axes[self.dim - 1]

    def is_view(self) -> bool:
        """Yes."""
        return True

    def call(self, *inputs: Shape) -> Call:
        """torch.split(x, [4, 4], 1); a single piece is taken out of its tuple."""
        only = "[0]" if len(self.split_sizes) == 1 else ""
        return Call("", f"torch.split({{x}}, {list(self.split_sizes)}, {self.dim}){only}")

    def summary_text(self) -> str:
        """For example "4, 4"."""
        return ", ".join(map(str, self.split_sizes))
