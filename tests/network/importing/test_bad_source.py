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
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "text",
    [
        "from torch.nn import *\nclass N(Module):\n  def __init__(self):\n    self.c = Conv2d(1, 2, 3)\n  def forward(self, x):\n    return self.c(x)",
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
