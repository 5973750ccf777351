"""PyTorch source becomes a project; what cannot be read is said by line, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call

SOURCE = """
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 10, 3)
        self.pool = nn.MaxPool2d(4, 4)
        self.conv2 = nn.Conv2d(10, 20, 5, padding=2)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        return F.max_pool2d(self.conv2(x), 2)
"""


def test_a_class_becomes_the_network_it_is(call: Call, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(SOURCE)
    answer = call("import", tmp_path / "net.py", tmp_path / "net.cnn", "--input", "3x130x130")
    assert answer.status == 0, answer.err
    summary = call("summary", tmp_path / "net.cnn", "--json").lines[0]
    assert summary["rows"][-1]["output"] == [20, 16, 16]
    assert summary["total"]["params"] == 5_300


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("x = = 1", "Line 1 is not Python"),
        ("x = 1", "There is no PyTorch layer"),
        ("", "There is no PyTorch layer"),
    ],
)
def test_what_holds_no_network_gets_its_sentence(
    call: Call, tmp_path: Path, source: str, sentence: str
) -> None:
    (tmp_path / "net.py").write_text(source)
    answer = call("import", tmp_path / "net.py", tmp_path / "net.cnn")
    assert answer.status == 1
    assert sentence in answer.err
    assert not (tmp_path / "net.cnn").exists()


def test_a_project_that_is_there_stays(call: Call, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(SOURCE)
    (tmp_path / "net.cnn").write_text("mine")
    answer = call("import", tmp_path / "net.py", tmp_path / "net.cnn")
    assert answer.status == 1
    assert (tmp_path / "net.cnn").read_text() == "mine"


def test_a_size_that_is_none_is_wrong_usage(call: Call, tmp_path: Path) -> None:
    assert call("import", tmp_path / "net.py", tmp_path / "net.cnn", "--input", "3x0x5").status == 2
