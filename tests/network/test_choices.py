"""A choice of the training settings without its row in a table ends the program before anything is trained."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cnnbuilder.network.choices import choices
from cnnbuilder.network.optimizers import OPTIMIZERS
from cnnbuilder.network.schedules import SCHEDULES

ONE_MORE_CHOICE = """
from typing import Literal
from cnnbuilder.network import project
class Training(project.Training, frozen=True):
    {field}: Literal["{first}", "{second}", "extra"] = "extra"
project.Training = Training
import cnnbuilder.network.{module}
"""

ONE_MORE_ROW = """
from cnnbuilder.network import optimizers
row = optimizers.OPTIMIZERS["adamw"]._replace(name="extra")
optimizers.OPTIMIZERS = {**optimizers.OPTIMIZERS, "extra": row}
import cnnbuilder.engine.optimizers
"""


def last_line_of(code: str) -> str:
    """Of what a process of its own says when it ends."""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return found.stderr.strip().splitlines()[-1] if found.returncode else "ended well"


def test_the_tables_have_the_choices_of_the_settings() -> None:
    assert set(choices("optimizer")) == set(OPTIMIZERS)
    assert set(choices("schedule")) == set(SCHEDULES)
    assert all(name == row.name for table in (OPTIMIZERS, SCHEDULES) for name, row in table.items())


@pytest.mark.parametrize(
    ("field", "module", "table"),
    [("optimizer", "optimizers", OPTIMIZERS), ("schedule", "schedules", SCHEDULES)],
)
def test_a_choice_without_its_row_is_noticed_at_import(
    field: str, module: str, table: dict[str, object]
) -> None:
    first, second = table
    code = ONE_MORE_CHOICE.format(field=field, module=module, first=first, second=second)
    said = last_line_of(code)
    assert said.startswith(f"TypeError: Training.{field} offers extra, of which network.{module}")


def test_a_row_without_its_implementation_is_noticed_at_import() -> None:
    said = last_line_of(ONE_MORE_ROW)
    assert "the rows of network.optimizers are adamw, extra, sgd" in said


def test_a_row_that_no_choice_offers_is_noticed_at_import() -> None:
    code = (
        "from cnnbuilder.network.choices import require_rows; "
        "require_rows('optimizer', 'TABLE', ['adamw', 'sgd', 'extra'])"
    )
    assert (
        last_line_of(code) == "TypeError: TABLE has a row of extra, which Training.optimizer does not offer."
    )
