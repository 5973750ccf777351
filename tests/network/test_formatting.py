"""Generated code is what ruff's formatter and rules leave alone."""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import Style, source
from cnnbuilder.network.formatting import WIDTH, string, wrapped
from cnnbuilder.network.project import Network
from cnnbuilder.network.templates import TEMPLATES
from tests.network.chains import chains
from tests.network.graphs import graphs

RULES = "E4,E7,E9,F,I,W,B,UP"
"""Ruff's own choice and more; not E501: a name of 120 letters cannot be broken."""


def ruff(*arguments: str) -> str:
    """What ruff, as people have it, finds wrong."""
    command = [sys.executable, "-m", "ruff", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def assert_formatted(path: Path, rules: str = RULES) -> None:
    """A file, or all in a folder."""
    assert not ruff("format", "--isolated", "--no-cache", "--diff", str(path))
    assert not ruff("check", "--isolated", "--no-cache", "--select", rules, str(path))


lengths = st.lists(st.integers(1, 120).map(lambda n: ("layer_" * 20)[:n]), min_size=1, max_size=4)


def named(network: Network, names: list[str]) -> Network:
    """The network with names given to its blocks."""
    blocks = tuple(
        msgspec.structs.replace(block, name=names[number % len(names)])
        for number, block in enumerate(network.blocks)
    )
    return msgspec.structs.replace(network, blocks=blocks)


@pytest.mark.parametrize("style", ["module", "sequential"])
def test_the_code_of_every_template_is_formatted(style: Style, tmp_path: Path) -> None:
    for template in TEMPLATES.values():
        text = source(template.make().network, style).text
        (tmp_path / f"{template.name}.py").write_text(text)
        assert all(len(line) <= WIDTH for line in text.splitlines())
    assert_formatted(tmp_path)


def test_the_code_of_any_network_is_formatted_whatever_its_blocks_are_called(tmp_path: Path) -> None:
    numbers = count()

    @settings(max_examples=300, deadline=None, database=None)
    @given(st.one_of(chains(), graphs()), lengths)
    def write(network: Network, names: list[str]) -> None:
        network = named(network, names)
        analysis = analyse(network)
        if not analysis.problems:
            (tmp_path / f"{next(numbers)}.py").write_text(source(network).text)
            if all(len(row.inputs) < 2 and row.block.kind() != "Chunk" for row in analysis.rows.values()):
                (tmp_path / f"{next(numbers)}s.py").write_text(source(network, "sequential").text)

    write()
    assert next(numbers) > 100
    assert_formatted(tmp_path)


def test_a_long_construction_is_broken_where_ruff_breaks_it() -> None:
    line = (
        "        self.conv1 = nn.Conv2d(1, 16, (3, 5), stride=(2, 1), padding=(1, 2), groups=16, bias=False)"
    )
    assert wrapped(line) == [
        "        self.conv1 = nn.Conv2d(",
        "            1, 16, (3, 5), stride=(2, 1), padding=(1, 2), groups=16, bias=False",
        "        )",
    ]


def test_each_line_of_a_broken_statement_belongs_to_its_block() -> None:
    network = named(TEMPLATES["digits"].make().network, ["layer_" * 12])
    made = source(network)
    text = made.text.splitlines()
    lines = [text[number - 1].strip() for number in made.lines["b2"]]
    assert "1, 16, 3, padding=1" in lines
    assert sum("self." in line for line in lines) == 2  # where it is made, and where it is called


@pytest.mark.parametrize("text", ["plain", "it's", 'a "word"', "both ' and \"", "back\\slash", "Ä × \n"])
def test_a_string_is_written_as_formatters_write_it(text: str, tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text(f"text = {string(text)}\n", encoding="utf-8")
    assert_formatted(path)
    namespace: dict[str, str] = {}
    exec(path.read_text(encoding="utf-8"), namespace)
    assert namespace["text"] == text
