"""Source as people write it, run by torch in this test only: what we read has its parameters and its output."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from cnnbuilder.network.importing import read
from tests.network.importing.classics import CLASSICS, HEAD
from tests.network.importing.habits import HABITS

SOURCES = {**CLASSICS, **HABITS}


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
