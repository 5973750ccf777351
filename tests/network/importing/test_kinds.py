"""Whatever is read computes what torch does with the same weights; whatever is not has a sentence with its line."""

from __future__ import annotations

import pytest

from cnnbuilder.network.importing import read
from tests.network.importing.against_torch import compare, names_of
from tests.network.importing.kinds import EXACT, NAMED

SHAPE = (3, 8, 8)


@pytest.mark.parametrize("name", EXACT)
def test_it_computes_what_torch_does(name: str) -> None:
    found = read(EXACT[name], SHAPE)
    assert found.analysis.problems == ()
    module = names_of(EXACT[name])["Net"]()
    verdict, reason = compare(found, module, SHAPE)
    assert verdict == "exact", reason
    assert found.analysis.params == sum(value.numel() for value in module.parameters())


@pytest.mark.parametrize("name", NAMED)
def test_what_is_not_read_is_named(name: str) -> None:
    text, expected = NAMED[name]
    found = read(text, SHAPE)
    said = [remark.message for remark in found.remarks if remark.line]
    assert any(expected in message for message in said), said
