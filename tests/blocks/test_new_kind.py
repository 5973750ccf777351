"""A new kind is one class: a file is put beside the blocks, and every room of the program knows what is in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NEW = '''
"""Two kinds that the program does not have: one of torch's, with a function, and one of our own, with weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from cnnbuilder.blocks import windows
from cnnbuilder.blocks.base import Block, Call, Family, Field, Pair, Shape, Weights, Window, need_image
from cnnbuilder.blocks.formula import Formula, fill
from cnnbuilder.blocks.writing import arguments, docs, size_text
from cnnbuilder.text import _


class LPPool2d(Block, frozen=True, kw_only=True):
    """torch.nn.LPPool2d: the p-norm of each window."""

    norm_type: Annotated[int, Meta(ge=1, le=4), Field(_("Norm"), _("The power that is taken."), "p", (1, 2))] = 2
    kernel_size: Annotated[Pair, Field(_("Kernel size"), _("Height and width."), "F", ((2, 2), (3, 3)))] = (2, 2)
    stride: Annotated[Pair, Field(_("Stride"), _("How far it moves."), "S", ((2, 2),))] = (2, 2)
    ceil_mode: Annotated[bool, Field(_("Round up"), _("A last window counts too."), primary=False)] = False

    family: ClassVar[Family] = "pooling"
    title: ClassVar[str] = _("takes the norm")
    summary: ClassVar[str] = _("Takes the p-norm of each window.")
    icon: ClassVar[str] = "pool-avg"
    when: ClassVar[str] = _("Between mean and maximum.")
    page: ClassVar[str] = docs("torch.nn.LPPool2d")
    keywords: ClassVar[str] = _("powernorm pooling")
    name_prefix: ClassVar[str] = "lppool"
    shared: ClassVar[bool] = True
    layers: ClassVar[Mapping[str, str]] = {"LPPool2d": "norm_type, kernel_size, stride=None, ceil_mode=False"}
    functions: ClassVar[Mapping[str, str]] = {"lp_pool2d": "norm_type, kernel_size, stride=None, ceil_mode=False"}

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        need_image(self.kind(), shape)
        slide = windows.slide_ceil if self.ceil_mode else windows.slide
        sizes = zip(shape.sizes[1:], self.kernel_size, self.stride, strict=True)
        rows, columns = (slide(size, f, s, 0, 1) for size, f, s in sizes)
        if min(rows, columns) < 1:
            windows.check_fits(self.kind(), shape, self.window())
        return Shape((shape.sizes[0], rows, columns), shape.axes)

    def window(self, *inputs: Shape) -> Window:
        return Window(self.kernel_size, self.stride, (0, 0), (1, 1))

    @classmethod
    def fields_from(cls, called: str, given: Mapping[str, Any], rank: int | None) -> dict[str, Any]:
        stride = {} if given.get("stride") is not None else {"stride": given.get("kernel_size")}
        return super().fields_from(called, {**given, **stride}, rank)

    def call(self, *inputs: Shape) -> Call:
        sizes = (str(self.norm_type), size_text(self.kernel_size), size_text(self.stride))
        return Call(f"nn.LPPool2d({arguments(*sizes, ceil_mode=(self.ceil_mode, False))})")


CHANNEL_BIAS = """\\
class ChannelBias(nn.Module):
    def __init__(self, channels, first):
        super().__init__()
        self.bias = nn.Parameter(torch.full((channels, 1, 1), first))

    def forward(self, x):
        return x + self.bias
"""


class ChannelBias(Block, frozen=True, kw_only=True):
    """A learned number for each channel, added."""

    first: Annotated[float, Meta(ge=-9, le=9), Field(_("First number"), _("Where learning begins."), "", (0.5,))] = 0.5

    family: ClassVar[Family] = "normalisation"
    title: ClassVar[str] = _("a number a channel")
    summary: ClassVar[str] = _("Adds a learned number to each channel.")
    icon: ClassVar[str] = "norm"
    when: ClassVar[str] = _("Where a convolution has no bias.")
    page: ClassVar[str] = docs("torch.add")
    keywords: ClassVar[str] = _("shiftlearned bias")
    name_prefix: ClassVar[str] = "channel_bias"
    learns: ClassVar[bool] = True
    keeps_shape: ClassVar[bool] = True
    layers: ClassVar[Mapping[str, str]] = {"ChannelBias": "channels, first"}
    from_wire: ClassVar[Mapping[str, int]] = {"channels": 0}
    helper: ClassVar[str] = CHANNEL_BIAS

    def output(self, *inputs: Shape) -> Shape:
        need_image(self.kind(), inputs[0])
        return inputs[0]

    def weights(self, *inputs: Shape) -> Weights:
        return {"bias": (inputs[0].sizes[0], 1, 1)}

    def call(self, *inputs: Shape) -> Call:
        return Call(f"ChannelBias({inputs[0].sizes[0]}, {self.first!r})", helper=CHANNEL_BIAS)

    def count_formulas(self, *inputs: Shape) -> tuple[Formula, ...]:
        return (Formula(_("Parameters"), "D", fill("{}", inputs[0].sizes[0])),)
'''
FIELDS = {
    "LPPool2d": {"norm_type": 3, "kernel_size": (3, 2), "stride": (2, 2)},
    "ChannelBias": {"first": 0.25},
}
SOURCES = {
    "as a function": "x = F.lp_pool2d(x, 2, 3, stride=1)",
    "as a function, without a stride": "x = F.lp_pool2d(x, 2, (3, 2))",
    "with another word": "nn.LPPool2d(2, 3, dilation=2)",
    "mistyped": "nn.LPPol2d(2, 3)",
}


def run(folder: Path, task: dict[str, Any], timeout: int = 300) -> subprocess.CompletedProcess[str]:
    """A fresh process that finds the new file among the blocks."""
    command = [sys.executable, "-m", "tests.blocks.new_kind", str(folder), json.dumps(task)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    root = Path(__file__).parents[2]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("blocks")
    (made / "two_more.py").write_text(NEW, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def rooms(folder: Path) -> dict[str, Any]:
    """What every room makes of the new kinds."""
    done = run(folder, {"fields": FIELDS, "sources": SOURCES})
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("kind", FIELDS)
def test_the_palette_offers_it_and_finds_it(rooms: dict[str, Any], kind: str) -> None:
    assert rooms[kind]["in the palette"]
    assert rooms[kind]["found by its first keyword"]


def test_the_form_has_a_row_for_each_of_its_fields(rooms: dict[str, Any]) -> None:
    assert rooms["LPPool2d"]["form"] == {
        "norm_type": "Norm",
        "kernel_size": "Kernel size",
        "stride": "Stride",
        "ceil_mode": "Round up",
    }
    assert rooms["ChannelBias"]["form"] == {"first": "First number", "frozen": "Frozen"}


@pytest.mark.parametrize("kind", FIELDS)
def test_the_file_keeps_it(rooms: dict[str, Any], kind: str) -> None:
    assert rooms[kind]["saved and loaded"]


def test_the_analysis_knows_its_shape_and_its_parameters(rooms: dict[str, Any]) -> None:
    pool, bias = rooms["LPPool2d"], rooms["ChannelBias"]
    assert pool["problems"] == bias["problems"] == []
    assert (pool["output"], pool["params"], pool["formulas"]) == ([4, 5, 5], 0, [])
    assert (bias["output"], bias["params"], bias["formulas"]) == ([4, 12, 11], 4, ["4"])


@pytest.mark.parametrize("style", ["module", "sequential"])
@pytest.mark.parametrize("kind", FIELDS)
def test_its_code_runs_and_is_read_back(rooms: dict[str, Any], kind: str, style: str) -> None:
    found = rooms[kind]
    assert f"{kind}(" in found[f"code, {style}"]
    assert found[f"torch's output, {style}"] == [2, 10]
    assert found[f"torch's parameters, {style}"]
    assert found[f"read back, {style}"], found[f"code, {style}"]


def test_lines_that_people_write_are_read(rooms: dict[str, Any]) -> None:
    (pool,) = rooms["sources"]["as a function"]
    assert (pool["block"], pool["norm_type"], pool["kernel_size"], pool["stride"]) == (
        "LPPool2d",
        2,
        [3, 3],
        [1, 1],
    )
    (pool,) = rooms["sources"]["as a function, without a stride"]
    assert (pool["kernel_size"], pool["stride"]) == ([3, 2], [3, 2])


def test_what_it_cannot_do_and_what_is_mistyped_is_said(rooms: dict[str, Any]) -> None:
    unread, said = rooms["sources"]["with another word"]
    assert unread["block"] == "Unread"
    assert "LPPool2d has no argument dilation" in said
    unread, said = rooms["sources"]["mistyped"]
    assert unread["instead"] == "nn.LPPool2d(2, 3)"
    assert "nn.LPPol2d: LPPool2d?" in said


def test_the_contract_finds_it_and_holds_for_it(folder: Path) -> None:
    done = run(folder, {"contract": list(FIELDS)})
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("line", "lack"),
    [
        ('    title: ClassVar[str] = _("takes the norm")\n', "LPPool2d has no title; say it in the class"),
        ('    icon: ClassVar[str] = "norm"\n', "ChannelBias has no icon; say it in the class"),
    ],
)
def test_without_one_of_its_words_the_program_does_not_start(tmp_path: Path, line: str, lack: str) -> None:
    assert NEW.count(line) == 1
    (tmp_path / "half.py").write_text(NEW.replace(line, ""), encoding="utf-8")
    done = run(tmp_path, {"fields": {}, "sources": {}})
    assert done.returncode == 1
    assert lack in done.stderr


def test_without_its_window_the_contract_fails(tmp_path: Path) -> None:
    says = "    def window(self, *inputs: Shape) -> Window:\n"
    assert NEW.count(says) == 1
    # The sizes still follow; only what a pixel looks at is no longer said.
    text = NEW.replace(says, says.replace("window", "own")).replace("self.window()", "self.own()")
    (tmp_path / "blind.py").write_text(text, encoding="utf-8")
    done = run(tmp_path, {"contract": ["LPPool2d"]})
    assert done.returncode == 1
    assert "test_no_pixel_is_seen_outside_the_field[LPPool2d]" in done.stdout
    assert "test_windows.py" in done.stdout.split("short test summary")[1]
    assert "test_reading_back" not in done.stdout.split("short test summary")[1]
