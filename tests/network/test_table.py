"""The Analysis table and its three forms on paper."""

from __future__ import annotations

import csv
import io
import math
import re
from fractions import Fraction

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.columns import COLUMNS
from cnnbuilder.network.memory import kept_for_backward
from cnnbuilder.network.project import Network, Training
from cnnbuilder.network.table import as_csv, as_latex, as_markdown, as_text, table
from cnnbuilder.network.templates import TEMPLATES, chain
from tests.network.chains import chains
from tests.network.graphs import graphs

TRAINING = Training(batch_size=8)


@pytest.fixture
def lenet() -> Analysis:
    return analyse(TEMPLATES["lenet5"].make().network)


def test_csv_has_the_raw_numbers_of_every_block(lenet: Analysis) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(lenet, TRAINING))))
    assert [row["name"] for row in rows] == [row.name for row in lenet.rows.values()]
    conv = rows[1]
    assert [conv[f"output_{axis}"] for axis in "123"] == ["6", "28", "28"]
    assert (conv["parameters"], conv["macs"], conv["block"]) == ("156", "117600", "Conv2d")
    assert float(conv["share"]) == pytest.approx(156 / 61706)
    assert sum(int(row["parameters"]) for row in rows) == lenet.params == 61706
    assert sum(int(row["macs"]) for row in rows) == lenet.macs
    assert sum(int(row["kept"]) for row in rows) == 8 * sum(kept_for_backward(lenet).values())
    assert (rows[4]["receptive_field_height"], rows[4]["stride_height"]) == ("14", "2")


def test_the_offset_of_a_padded_convolution_lies_in_the_border() -> None:
    analysis = analyse(TEMPLATES["digits"].make().network)
    rows = list(csv.DictReader(io.StringIO(as_csv(analysis, TRAINING))))
    assert (rows[1]["offset_height"], rows[1]["offset_width"]) == ("-1", "-1")
    assert "−1, −1" in as_markdown(analysis, TRAINING)


def test_what_is_not_known_is_empty_in_csv_and_a_dash_on_paper() -> None:
    broken = chain(KINDS["Input"](id=""), KINDS["Linear"](id=""), KINDS["ReLU"](id=""))
    rows = list(csv.DictReader(io.StringIO(as_csv(analyse(broken), TRAINING))))
    assert [row["parameters"] for row in rows] == ["0", "", ""]
    assert [row["output_1"] for row in rows] == ["1", "", ""]
    assert (
        as_markdown(analyse(broken), TRAINING).splitlines()[3].count("–")
        == len(table(analyse(broken), TRAINING).columns) - 2
    )


def test_markdown_is_aligned_and_ends_with_the_totals(lenet: Analysis) -> None:
    lines = as_markdown(lenet, TRAINING).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len(lines) == 2 + len(lenet.rows) + 1
    assert "**61,706**" in lines[-1] and "**Total**" in lines[-1]
    assert lines[1].startswith("| --------- | ") and lines[1].endswith("-: |")


def test_names_cannot_break_markdown_or_latex() -> None:
    network = TEMPLATES["lenet5"].make().network
    blocks = (
        *network.blocks[:1],
        msgspec.structs.replace(network.blocks[1], name="first_part"),
        *network.blocks[2:],
    )
    analysis = analyse(Network(blocks, network.wires))
    assert "first\\_part" in as_markdown(analysis, TRAINING)
    latex = as_latex(analysis, TRAINING)
    assert "first\\_part" in latex
    body = [line for line in latex.splitlines() if line.endswith("\\\\")]
    columns = len(table(analysis, TRAINING).columns)
    assert len(body) == 1 + len(analysis.rows) + 1
    assert all(line.count("&") - line.count("\\&") == columns - 1 for line in body)
    assert "100 \\%" in body[-1] and "×" not in latex
    assert {"\\toprule", "\\midrule", "\\bottomrule"} <= set(latex.splitlines())


def test_columns_that_say_nothing_are_left_out_on_paper_but_not_in_csv(lenet: Analysis) -> None:
    assert "Buffers" not in as_markdown(lenet, TRAINING)
    assert "buffers" in as_csv(lenet, TRAINING).splitlines()[0]
    norm = chain(KINDS["Input"](id=""), KINDS["Conv2d"](id=""), KINDS["BatchNorm2d"](id=""))
    markdown = as_markdown(analyse(norm), TRAINING)
    assert "Buffers" in markdown and "**33**" in markdown


def test_an_empty_network_has_heads_and_totals() -> None:
    empty = analyse(Network())
    assert len(as_csv(empty, TRAINING).splitlines()) == 1
    assert len(as_markdown(empty, TRAINING).splitlines()) == 3


def test_chosen_rows_are_copied_with_tabs(lenet: Analysis) -> None:
    lines = as_text(table(lenet, TRAINING), [1, 4]).splitlines()
    assert [line.split("\t")[0] for line in lines] == ["Name", "conv1", "conv2"]


def test_column_keys_are_different() -> None:
    assert len({column.key for column in COLUMNS}) == len(COLUMNS)


def worth(numbers: str) -> int | Fraction:
    """What stands before the last equals sign of a formula's numbers, computed anew."""
    left = numbers.rpartition(" = ")[0].replace("−", "-").replace(",", "") if " = " in numbers else ""
    if not left:
        return Fraction(numbers.replace("−", "-").replace(",", "").split(" ")[0])
    # Commas part the arguments of min and max as well as thousands: those come with a blank.
    left = re.sub(r"(?<=\d),(?=\d)", "", numbers.rpartition(" = ")[0]).replace("−", "-").replace("·", "*")
    for sign, word in (("⌊", "floor("), ("⌋", ")"), ("⌈", "ceil("), ("⌉", ")"), ("/", " / ")):
        left = left.replace(sign, word)
    left = re.sub(r"\d+", r"Fraction(\g<0>)", left)
    known = {"floor": math.floor, "ceil": math.ceil, "min": min, "max": max, "Fraction": Fraction}
    found: Fraction = eval(left, known)
    return found


def said(numbers: str) -> str:
    return numbers.rpartition(" = ")[2].replace("−", "-").replace(",", "")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(chains(), graphs()), st.integers(1, 64))
def test_every_formula_comes_to_its_number(network: Network, batch: int) -> None:
    shown = table(analyse(network), Training(batch_size=batch))
    for entry in shown.entries:
        for column in COLUMNS:
            value, formulas = column.value(entry), column.formulas(entry)
            assert bool(formulas) == (
                value is not None
                and column.number
                and bool(entry.setting.analysis.params or column.key != "share")
            )
            if column.key in ("output", "share"):
                continue
            results = [worth(formula.numbers) for formula in formulas]
            assert [said(formula.numbers) for formula in formulas] == [str(result) for result in results]
            if column.key == "kept" and formulas:
                assert sum(results) == value
            elif isinstance(value, tuple):
                assert (results * 2)[:2] == list(value)
            elif formulas:
                assert set(results) == {entry.row.params if column.key in ("trainable", "frozen") else value}
    for column in COLUMNS:
        for formula in column.total_formulas(shown.setting.analysis, shown.entries):
            assert worth(formula.numbers) == int(said(formula.numbers))
