"""`cnnbuilder code`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnbuilder.network.code import source
from cnnbuilder.network.templates import TEMPLATES

from .conftest import Call, is_one_sentence
from .projects import CONV, INPUT, LINEAR, project


@pytest.mark.parametrize("name", ["digits", "lenet5", "quiz-130"])
@pytest.mark.parametrize("style", ["module", "sequential"])
def test_it_prints_the_source_that_is_trained(call: Call, name: str, style: str) -> None:
    call("new", "t.cnn", "--template", name)
    answer = call("code", "t.cnn", "--style", style)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == source(TEMPLATES[name].make().network, style).text  # type: ignore[arg-type]
    compile(answer.out, "net.py", "exec")


def test_module_is_the_style_unless_told(call: Call) -> None:
    call("new", "t.cnn", "--template", "digits")
    assert call("code", "t.cnn").out == call("code", "t.cnn", "--style", "module").out


def test_a_network_with_a_problem_has_no_code_but_a_sentence(call: Call, tmp_path: Path) -> None:
    answer = call("code", project(tmp_path / "p.cnn", INPUT, CONV, LINEAR))
    assert (answer.status, answer.out) == (1, "")
    assert is_one_sentence(answer.err)
