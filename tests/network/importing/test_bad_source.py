"""Source that is broken, hostile or endless: one sentence, soon, and nothing of it has run."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbuilder.network.code import source
from cnnbuilder.network.importing import CannotReadError, read
from cnnbuilder.network.templates import TEMPLATES

REFUSED = {
    "": "There is no PyTorch layer",
    "class A(:": "Line 1 is not Python",
    "some text that is no source": "Line 1 is not Python",
    "a\0b": "not Python",
    "x = " + "(" * 500 + "1" + ")" * 500: "not Python",
    "x = " + "-" * 50_000 + "1": "nested too deeply",
    "x = " + "+".join(["1"] * 30_000): "nested too deeply",
    "nn.Conv2d(1, " + "9" * 5_000 + ", 3)": "Line 1 is not Python",
    "nn.Sequential(*[nn.ReLU() for i in range(15_000)])": "more than 10,000 layers",
    "\n".join(["nn.ReLU()"] * 12_000): "more than 10,000 layers",
    "def f(x):\n    return f(x)\nf(1)": "over and over",
    "m = nn.Sequential()\nm.append(m)": "nested too deeply",
    "a = [0]\nfor i in range(10_000):\n    for j in range(10_000):\n        a = [0]": "goes on for longer",
    "a = [0]\nfor i in range(99):\n    a += a": "too long",
    "while True:\n    pass": "goes on for longer",
    "a = []\nwhile True:\n    a.append(nn.ReLU())": "too long",
    "f = lambda x: f(x)\nf(1)": "nested too deeply",
    "class A(nn.Module):\n    def __init__(self):\n        self.a = A()\n    def forward(self, x):\n        return self.a(x)": (
        "over and over"
    ),
    "def f(n):\n    f(n - 1) if n else 0\n    f(n - 1) if n else 0\nf(38)": "goes on for longer",
    "a = [" + "0," * 490_000 + "]": "larger than any network needs",
    "a = list(range(20_000))\nb = [a[i:] for i in range(20_000)]": "goes on for longer",
    "m = nn.Sequential(nn.ReLU())\nfor i in range(99):\n    m.extend(m)": "too long",
    "class N(nn.Module):\n    def forward(self, x):\n        a = [x]\n        for i in range(3_000):\n"
    "            a.append(torch.cat(a, 1))\n        return a[-1]": "joins more values",
    "a = 'x'\nfor i in range(60):\n    a = f'{a}{a}'": "There is no PyTorch layer",
    "a = ','.join(['x' * 20_000] * 20_000)": "There is no PyTorch layer",
    "a = '{:1000000000}'.format(1)": "There is no PyTorch layer",
    "a = sum([[0] * 20_000] * 20_000, [])": "There is no PyTorch layer",
    "a = 'x' * 10**12": "There is no PyTorch layer",
    "a = 10 ** 10 ** 10": "There is no PyTorch layer",
    "a = '%1000000000d' % 1": "There is no PyTorch layer",
    "import os\nos.remove('/')": "line 2: not read: os.remove('/')",
}


@pytest.mark.parametrize("text", REFUSED, ids=[text[:20] for text in REFUSED])
def test_one_sentence_and_soon(text: str) -> None:
    start = time.process_time()
    with pytest.raises(CannotReadError) as refused:
        read(text)
    sentence = str(refused.value)
    assert REFUSED[text] in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 250
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    "text",
    [
        "from layers import *\nclass N(Module):\n  def __init__(self):\n    self.c = Conv2d(1, 2, 3)\n  def forward(self, x):\n    return self.c(x)",
        "nn.Conv2d(1, 10**10**10, 3)",
        "nn.Conv2d(1, -3, 3)",
        "nn.Conv2d(1, 2.5, 3)",
        "nn.Linear('a', 'b')",
        "nn.Conv2d(1, 2, 3, paddin=1)",
        "nn.ReLU(1, 2, 3)",
        "nn.Conv2d(1, 2)",
        "nn.Sequential(eval('nn.ReLU()'))",
        "nn.AdaptiveAvgPool2d((None, 7))",
    ],
)
def test_a_line_that_cannot_be_read_is_a_problem_with_its_number(text: str) -> None:
    problems = read(text).analysis.problems
    assert any("could not be read" in problem.message for problem in problems)


def test_what_would_run_is_named_and_never_run() -> None:
    found = read("exec('raise SystemExit')\nnn.ReLU()")
    assert [block.kind() for block in found.network.blocks] == ["Input", "ReLU"]
    assert found.remarks[-1] == (
        1,
        "not read: exec('raise SystemExit') (there is no exec in this source)",
        None,
    )


def test_a_decorator_is_said_not_to_be_followed() -> None:
    text = "from torch import nn\n@wrap\nclass N(nn.Module):\n  def __init__(self):\n    self.a = nn.ReLU()\n  def forward(self, x):\n    return self.a(x)"
    assert [remark.message for remark in read(text).remarks if remark.line] == [
        "the decorator of N is not followed"
    ]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_source_never_fails_otherwise(data: st.DataObject) -> None:
    text = source(TEMPLATES[data.draw(st.sampled_from(["digits", "lenet5"]))].make().network).text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    put = data.draw(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(["x", "self", "nn.", "(", "*", "[0]", "lambda x: x", "None", "-1"]),
        )
    )
    try:
        read(text[:start] + put + text[end:])
    except CannotReadError as refused:
        assert str(refused).endswith(".")


def test_ten_thousand_layers_are_read_soon() -> None:
    text = "\n".join(["nn.Conv2d(3, 3, 3, padding=1)"] * 9_990)
    start = time.process_time()
    assert len(read(text).network.blocks) == 9_991
    assert time.process_time() - start < 4


def test_decorators_of_torch_are_said_not_to_be_followed() -> None:
    text = (
        "class N(nn.Module):\n  def __init__(self):\n    super().__init__()\n    self.a = nn.ReLU()\n"
        "  @torch.jit.export\n  def twice(self, x):\n    return self.a(self.a(x))\n"
        "  @property\n  def act(self):\n    return self.a\n"
        "  def forward(self, x):\n    return self.act(self.twice(x))"
    )
    found = read(text, (3, 8, 8))
    assert [block.kind() for block in found.network.blocks[1:]] == ["ReLU", "ReLU", "ReLU"]
    assert [(remark.line, remark.message) for remark in found.remarks] == [
        (6, "the decorator of twice is not followed")
    ]
