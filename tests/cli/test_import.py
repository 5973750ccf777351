"""PyTorch source becomes a project; what cannot be read is said by line, and nothing is overwritten."""

from __future__ import annotations

import json
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


SEVERAL = """
import torch.nn as nn

class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)

    def forward(self, x):
        return self.conv(x)

def small():
    return Net(4)

def large():
    return Net(16)
"""


def test_of_several_networks_the_likeliest_is_read_and_the_others_are_named(
    call: Call, tmp_path: Path
) -> None:
    (tmp_path / "nets.py").write_text(SEVERAL)
    answer = call("import", tmp_path / "nets.py", tmp_path / "net.cnn")
    assert answer.status == 0
    assert "read large(); there are also small(). Take another with --network 'small()'." in answer.err
    assert "448 parameters" in answer.out


@pytest.mark.parametrize(("network", "params"), [("small()", 112), ("Net(8)", 224), ("Net(width=2)", 56)])
def test_a_network_is_taken_by_its_call(call: Call, tmp_path: Path, network: str, params: int) -> None:
    (tmp_path / "nets.py").write_text(SEVERAL)
    answer = call("import", tmp_path / "nets.py", tmp_path / "net.cnn", "--network", network)
    assert answer.status == 0, answer.err
    assert f"{params} parameters" in answer.out


@pytest.mark.parametrize("network", ["Ne(8)", "8", "import os", "("])
def test_a_call_that_gives_no_network_is_refused(call: Call, tmp_path: Path, network: str) -> None:
    (tmp_path / "nets.py").write_text(SEVERAL)
    answer = call("import", tmp_path / "nets.py", tmp_path / "net.cnn", "--network", network)
    assert answer.status == 1
    assert network in answer.err


def test_a_notebook_is_one_program_without_its_magics(call: Call, tmp_path: Path) -> None:
    cells = [
        {
            "cell_type": "code",
            "source": ["%matplotlib inline\n", "!pip install torch\n", "import torch.nn as nn"],
        },
        {"cell_type": "code", "source": "%%bash\nls\n"},
        {"cell_type": "markdown", "source": "class"},
        {
            "cell_type": "code",
            "source": "nn.Conv2d?\nnet = nn.Sequential(nn.Conv2d(3, 8, 3))\nprint('%d of %d'\n      % (1, 2))",
        },
    ]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}))
    answer = call("import", tmp_path / "a.ipynb", tmp_path / "net.cnn")
    assert answer.status == 0, answer.err
    assert "224 parameters" in answer.out


def test_what_is_no_notebook_gets_a_sentence(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(b"\xff{")
    answer = call("import", tmp_path / "a.ipynb", tmp_path / "net.cnn")
    assert answer.status == 1
    assert "This is not a notebook" in answer.err


def test_a_flat_vector_can_be_asked_for(call: Call, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("import torch.nn as nn\nnet = nn.Sequential(nn.Linear(784, 10))\n")
    answer = call("import", tmp_path / "net.py", tmp_path / "net.cnn", "--input", "784")
    assert answer.status == 0, answer.err
    assert call("summary", tmp_path / "net.cnn", "--json").lines[0]["rows"][0]["output"] == [784]


def test_classes_beside_the_file_are_read_and_none_above_it(call: Call, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("import torch.nn as nn\nclass Far(nn.Identity): pass\n")
    folder = tmp_path / "project"
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "__init__.py").write_text("from .gate import Gate\n")
    (folder / "parts" / "gate.py").write_text(
        "import torch.nn as nn\nclass Gate(nn.Module):\n    def __init__(self, n):\n        super().__init__()\n"
        "        self.c = nn.Conv2d(n, n, 1)\n    def forward(self, x):\n        return x * self.c(x).sigmoid()\n"
    )
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    source = SOURCE.replace(
        "import torch.nn as nn", "import torch.nn as nn\nfrom parts import Gate\nfrom link import Far"
    )
    (folder / "net.py").write_text(
        source.replace("nn.MaxPool2d(4, 4)", "nn.Sequential(Gate(10), nn.MaxPool2d(4, 4))")
    )
    answer = call("import", folder / "net.py", tmp_path / "net.cnn")
    assert answer.status == 0, answer.err
    assert "5,410 parameters" in answer.out
    (folder / "net.py").write_text(source.replace("nn.MaxPool2d(4, 4)", "Far()"))
    answer = call("import", folder / "net.py", tmp_path / "far.cnn")
    assert "there is no block for Far" in answer.err
