"""Source as people write it, run by torch in this test only: what we read has its parameters and its output."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from cnnbuilder.network.importing import CannotReadError, read
from tests.network.importing.classics import CLASSICS, HEAD
from tests.network.importing.habits import HABITS
from tests.network.importing.moderns import MODERNS

SOURCES = {**CLASSICS, **MODERNS, **HABITS}


def run_by_torch(text: str) -> nn.Module:
    """The last module that the source makes, or one of its last class."""
    names: dict[str, Any] = {"__name__": "theirs"}
    exec(compile(text, "theirs.py", "exec"), names)  # our own text, above
    modules = [value for value in names.values() if isinstance(value, nn.Module)]
    modules = [module for module in modules if not isinstance(module, nn.CrossEntropyLoss)]
    if modules:
        return modules[-1].eval()
    classes = [
        value
        for value in names.values()
        if isinstance(value, type) and issubclass(value, nn.Module) and value.__module__ == "theirs"
    ]
    return classes[-1]().eval()


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_read_is_what_torch_makes_of_it(name: str) -> None:
    text, shape = SOURCES[name]
    found = read(HEAD + text, shape)
    assert found.analysis.problems == ()
    assert [remark for remark in found.remarks if "never used" not in remark.message] == []
    module = run_by_torch(HEAD + text)
    with torch.no_grad():
        out = module(torch.zeros(2, *shape))  # first: lazy layers get their weights here
    expected = sum(
        value.numel() for part, value in module.named_parameters() if not part.startswith("activations.prelu")
    )
    assert found.analysis.params == expected
    assert found.analysis.output is not None
    assert found.analysis.output.sizes == tuple(out.shape[1:])


WORDS = re.compile(r"-?\b\d+\b|\b[a-z_]\w*\b|[+*]|//")
SMALL = [name for name in SOURCES if name != "alexnet in two parts"]


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
@settings(max_examples=1_500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_nothing_is_guessed_whatever_a_line_says(data: st.DataObject) -> None:
    """Where torch runs a source with another number or name in it, and we find nothing to say, both agree."""
    name = data.draw(st.sampled_from(SMALL))
    text, shape = SOURCES[name]
    words = [found.span() for found in WORDS.finditer(text)]
    start, end = data.draw(st.sampled_from(words))
    word = text[start:end]
    if word.lstrip("-").isdigit():
        others = ["0", "1", "2", "3", "-1", "4", "8"]
    elif word in ("+", "*", "//"):
        others = ["+", "*", "//", "-"]
    else:
        others = sorted({text[a:b] for a, b in words if text[a].isalpha()})
    text = HEAD + text[:start] + data.draw(st.sampled_from(others)) + text[end:]
    try:
        with contextlib.redirect_stdout(io.StringIO()), torch.no_grad():
            module = run_by_torch(text)
            out = module(torch.zeros(2, *shape))
    except Exception:  # whatever Python or torch has against it
        return
    try:
        found = read(text, shape)
    except CannotReadError:
        return
    if found.analysis.problems or found.remarks:
        return
    assert found.analysis.output is not None
    assert found.analysis.output.sizes == tuple(out.shape[1:]), text
    if name != "a dictionary of modules":  # which holds an activation that it does not use
        assert found.analysis.params == sum(value.numel() for value in module.parameters()), text


def test_what_forward_computes_and_does_not_give_back_is_left_out() -> None:
    text = (
        "class N(nn.Module):\n  def __init__(self):\n    super().__init__()\n    self.a = nn.Conv2d(3, 4, 1)\n"
        "    self.b = nn.Conv2d(4, 8, 1)\n  def forward(self, x):\n    x = self.a(x)\n    y = self.b(x)\n    return x"
    )
    found = read(text, (3, 8, 8))
    assert [block.kind() for block in found.network.blocks] == ["Input", "Conv2d"]
    assert [(remark.line, remark.message) for remark in found.remarks] == [
        (5, "what forward gives does not depend on this: it is left out"),
        (5, "left out: 40 parameters of layers whose values forward does not give back"),
    ]
