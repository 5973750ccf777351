"""The table of snippets that lies beside the project: each is read exactly, or what is not is named."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

import pytest
from torch import nn
from torch.nn.parameter import UninitializedParameter

from cnnbuilder.network.importing import read
from cnnbuilder.network.importing.source_files import beside
from tests.network.importing.against_torch import compare, modules_of

CASES = Path(__file__).parents[4] / "shared" / "cases" / "import"
NAMED = {
    "f_dropout_bare.py": "drops in evaluation too",
    "s_list_not_modulelist.py": "torch neither counts nor trains 2 of these layers, 168 parameters",
    "import_from_sibling.py": "there is no block for SqueezeLayer",
}
"""Snippets that no network of ours computes as torch does, and what is said of each; the sibling is not there."""
ELSEWHERE = {"unknown_base_one_net_made.py": 11_926, "magic_and_percent.py": 224}
"""Snippets that torch cannot run as they stand: their parameters as the table has them."""


class Case(NamedTuple):
    """A row of the table."""

    name: str
    params: int
    shape: tuple[int, int, int]


def _cases() -> list[Case]:
    if not CASES.is_dir():
        return []
    rows = [
        [cell.strip() for cell in line.split("|")] for line in (CASES / "README.md").read_text().splitlines()
    ]
    rows = [row for row in rows if len(row) > 5 and row[1].endswith(".py")]
    return [Case(row[1], int(row[3]), tuple(map(int, row[4].split("x")))) for row in rows]  # type: ignore[arg-type]


def _meant(text: str, params: int) -> nn.Module:
    """The module of the source that has so many parameters."""
    found = modules_of(text)
    for module in found:
        with contextlib.suppress(ValueError):
            lazy = any(isinstance(value, UninitializedParameter) for value in module.parameters())
            if not lazy and sum(value.numel() for value in module.parameters()) == params:
                return module
    raise AssertionError(f"no module with {params} parameters in {len(found)}")


# The cases lie beside the checkout only where the project is developed; what they taught has tests of our own words.
@pytest.mark.skipif(
    not CASES.is_dir(), reason="the cases lie beside the checkout only where they are written"
)
def test_the_table_has_all_its_rows() -> None:
    assert {case.name for case in _cases()} == {path.name for path in CASES.glob("*.py")}


@pytest.mark.filterwarnings("ignore:Implicit dimension choice")
@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.name)
def test_a_snippet_is_exact_or_named(case: Case) -> None:
    path = CASES / case.name
    text = path.read_text()
    found = read(text, case.shape, None, beside(path))
    said = " · ".join(remark.message for remark in found.remarks)
    if case.name in NAMED:
        assert NAMED[case.name] in said
        return
    assert found.analysis.problems == ()
    if case.name in ELSEWHERE:
        assert found.analysis.params == ELSEWHERE[case.name]
        return
    verdict, reason = compare(found, _meant(text, case.params), case.shape)
    assert verdict == "exact", f"{reason}: {said}"
    left_out = case.params - found.analysis.params
    assert left_out == 0 or f"{left_out:,} parameters" in said
