"""`cnnbuilder import --run`: a file is executed in a process of its own, only when asked, and its network read."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from cnnbuilder.engine.module import build_without_weights, load_weights
from cnnbuilder.engine.running import CannotRunError, read_by_running
from cnnbuilder.network.file import load
from tests.cli.conftest import Call, is_one_sentence
from tests.test_house import loaded_by

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
NET = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)
        self.fc = nn.Linear(width, 10)
    def forward(self, x):
        x = self.conv(x)
        while x.shape[-1] > 4:
            x = F.max_pool2d(torch.relu(x), 2)
        return self.fc(x.mean((2, 3)))
"""
)


def put(folder: Path, text: str, name: str = "net.py") -> Path:
    (folder / name).write_text(text)
    return folder / name


def the_files_own(path: Path, call: str = "Net()") -> nn.Module:
    scope: dict = {"__name__": "net"}
    torch.manual_seed(0)
    exec(path.read_text(), scope)
    module: nn.Module = eval(call, scope)
    return module.eval()


def test_what_no_reader_follows_is_exact_with_its_weights_as_a_run(call: Call, tmp_path: Path) -> None:
    path = put(tmp_path, f"{NET}\ntorch.manual_seed(0)\nmodel = Net()\n")
    answer = call("import", path, "net.cnn", "--run", "--input", "3x24x24")
    assert answer.status == 0
    assert answer.out == "Made net.cnn: 11 blocks, 162 parameters.\n"
    assert "largest difference of the logits is" in answer.err
    assert answer.err.endswith(f"Its weights are run {Path('net.runs') / '0001'}.\n")
    net = build_without_weights(load(tmp_path / "net.cnn").network)
    load_weights(net, tmp_path / "net.runs" / "0001" / "best.safetensors")
    images = torch.rand(2, 3, 24, 24)
    own = the_files_own(path, "model")
    torch.testing.assert_close(net.eval()(images), own(images))
    assert call("runs", "net.cnn", "--json").status in (0, 2)


def test_without_being_asked_nothing_of_the_file_runs(call: Call, tmp_path: Path) -> None:
    path = put(tmp_path, f"{NET}\nopen('ran', 'w').close()\n")
    assert call("import", path, "read.cnn").status == 0
    assert not (tmp_path / "ran").exists()
    assert call("import", path, "run.cnn", "--run").status == 0
    assert (tmp_path / "ran").exists()


def test_the_file_runs_beside_its_siblings_and_its_main_part_does_not_run(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    put(folder, HEAD + "def layer():\n    return nn.Conv2d(3, 5, 3)\n", "parts.py")
    put(folder, "raise RuntimeError('a file of torch stands in the way')\n", "queue.py")
    text = HEAD + "from parts import layer\nprint('hello')\nmodel = nn.Sequential(layer(), nn.ReLU())\n"
    put(folder, text + "if __name__ == '__main__':\n    raise RuntimeError('training')\n")
    answer = call("import", folder / "net.py", "net.cnn", "--run")
    assert answer.status == 0
    assert answer.out == "Made net.cnn: 3 blocks, 140 parameters.\n"


def test_which_network_is_read_is_said_and_can_be_chosen(call: Call, tmp_path: Path) -> None:
    path = put(tmp_path, NET + "\ndef wide():\n    return Net(16)\n")
    answer = call("import", path, "one.cnn", "--run", "--network", "Net(8)")
    assert "314 parameters" in answer.out
    assert call("import", path, "two.cnn", "--run", "--network", "Net(8").status == 1
    answer = call("import", path, "three.cnn", "--run", "--network", "Nett(8)")
    assert answer.err == "Nett(8) fails: NameError: name 'Nett' is not defined.\n"
    path = put(tmp_path, f"{NET}\na = Net(4)\nb = Net(8)\n")
    answer = call("import", path, "four.cnn", "--run")
    assert "b is read; the file also has a: choose with --network." in answer.err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\n", "There is no network in what the file made"),
        ("import nothing_like_that\n", "stopped in line 1 (ModuleNotFoundError"),
        ("import os\nos._exit(3)\n", "ended its process before a network was read"),
        (NET.replace("self.fc(x.mean((2, 3)))", "self.fc(x.cumsum(1).mean((2, 3)))"), "No block does what cumsum does"),
        (NET.replace("x.mean((2, 3))", "torch.zeros(2, 4)").replace("self.fc(", "("), "does not come from its images"),
    ],
)  # fmt: skip
def test_what_gives_no_network_gets_one_sentence(
    call: Call, tmp_path: Path, text: str, sentence: str
) -> None:
    answer = call("import", put(tmp_path, text), "net.cnn", "--run", "--input", "3x24x24")
    assert answer.status == 1
    assert sentence in answer.err
    assert is_one_sentence(answer.err)
    assert not (tmp_path / "net.cnn").exists()
    assert not (tmp_path / "net.runs").exists()


def test_a_file_that_never_ends_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    text = (
        "import subprocess, sys, time\nfrom pathlib import Path\n"
        'loop = \'import time\\nwhile True:\\n    open("alive", "w").close(); time.sleep(0.05)\'\n'
        "subprocess.Popen([sys.executable, '-c', loop])\nwhile True:\n    time.sleep(1)\n"
    )
    with pytest.raises(CannotRunError, match="did not come to an end within 6 s, so it was stopped"):
        read_by_running(put(tmp_path, text), seconds=6)
    alive = tmp_path / "alive"
    if alive.exists():
        alive.unlink()
        deadline = time.monotonic() + 0.5
        while time.monotonic() < deadline:
            assert not alive.exists()


def saved(form: str, state: dict[str, torch.Tensor], path: Path) -> None:
    """The weights as people save them."""
    match form:
        case "plain":
            torch.save(state, path)
        case "parallel":
            torch.save({f"module.{name}": value for name, value in state.items()}, path)
        case "inside":
            torch.save({"epoch": 3, "state_dict": state}, path)
        case "inside, parallel":
            torch.save({"model": {f"module.{name}": value for name, value in state.items()}}, path)
        case "safetensors":
            save_file(state, path)


@pytest.mark.parametrize("form", ["plain", "parallel", "inside", "inside, parallel", "safetensors"])
def test_weights_of_a_file_are_used(call: Call, tmp_path: Path, form: str) -> None:
    path = put(tmp_path, NET)
    torch.manual_seed(7)
    state = {name: torch.randn_like(value) for name, value in the_files_own(path).state_dict().items()}
    weights = tmp_path / ("w.safetensors" if form == "safetensors" else "w.pth")
    saved(form, state, weights)
    answer = call("import", path, "net.cnn", "--run", "--input", "3x24x24", "--weights", weights)
    assert answer.status == 0
    assert f"4 of 4 weights of {weights.name} are used." in answer.err
    kept = load_file(tmp_path / "net.runs" / "0001" / "best.safetensors")
    assert torch.equal(kept["conv.weight" if "conv.weight" in kept else "conv1.weight"], state["conv.weight"])


def test_weights_that_do_not_fit_are_named_and_none_at_all_is_refused(call: Call, tmp_path: Path) -> None:
    path = put(tmp_path, NET)
    state = the_files_own(path).state_dict()
    torch.save({**state, "fc.weight": torch.zeros(3, 4), "more": torch.zeros(1)}, tmp_path / "w.pth")
    answer = call("import", path, "net.cnn", "--run", "--input", "3x24x24", "--weights", "w.pth")
    assert "3 of 5 weights of w.pth are used." in answer.err
    assert "from the file's own start: fc.weight." in answer.err
    assert "Not used: fc.weight, more." in answer.err
    torch.save({"other": torch.zeros(1)}, tmp_path / "other.pth")
    answer = call("import", path, "new.cnn", "--run", "--weights", "other.pth")
    assert answer.err == "None of the 1 weights in other.pth fits the network.\n"
    (tmp_path / "bad.pth").write_bytes(b"no weights")
    assert "cannot be read" in call("import", path, "new.cnn", "--run", "--weights", "bad.pth").err
    assert "add --run" in call("import", path, "new.cnn", "--weights", "w.pth").err


def test_nothing_in_a_weights_file_is_executed(call: Call, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "exploded"), "w"))

    torch.save({"conv.weight": Bomb()}, tmp_path / "bomb.pth")
    answer = call("import", put(tmp_path, NET), "net.cnn", "--run", "--weights", "bomb.pth")
    assert answer.status == 1
    assert not (tmp_path / "exploded").exists()


def test_a_layer_used_twice_an_alias_and_what_only_training_uses(call: Call, tmp_path: Path) -> None:
    text = (
        HEAD
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.head = nn.Linear(7, 7)
        self.factor = nn.Parameter(torch.tensor([0.5]))
    def forward(self, x):
        y = self.conv(x)
        z = y
        y += x
        if self.training:
            return y, self.head
        return self.conv(F.relu(z, inplace=True)) * self.factor - 2 * y
"""
    )
    path = put(tmp_path, text)
    answer = call("import", path, "net.cnn", "--run", "--input", "3x8x8")
    assert answer.status == 0
    assert "left out: head, 56 parameters, which evaluation does not use" in answer.err
    kinds = [block.kind() for block in load(tmp_path / "net.cnn").network.blocks]
    assert kinds.count("Conv2d") == kinds.count("Shared") == kinds.count("LayerScale") == 1


def test_a_change_in_place_that_another_view_sees_is_refused(call: Call, tmp_path: Path) -> None:
    text = (
        HEAD
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
    def forward(self, x):
        y = self.conv(x)
        part = y[:, :1]
        y += 1
        return torch.cat([y, part], 1)
"""
    )
    answer = call("import", put(tmp_path, text), "net.cnn", "--run", "--input", "3x8x8")
    assert answer.status == 1
    assert "changed in place" in answer.err


def test_asking_to_run_loads_no_torch_in_the_process_that_asks(tmp_path: Path) -> None:
    put(tmp_path, NET)
    assert loaded_by("import", "net.py", "net.cnn", "--run", folder=tmp_path) == ["0"]


def test_a_network_that_takes_flat_vectors_is_read_and_trained_on_pictures(
    call: Call, tmp_path: Path
) -> None:
    text = (
        HEAD + "model = nn.Sequential(nn.Linear(768, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 10))\n"
    )
    path = put(tmp_path, text)
    assert call("import", path, "guessed.cnn", "--run").status == 0
    assert call("import", path, "net.cnn", "--run", "--input", "768").status == 0
    summary = call("summary", "net.cnn", "--json").json
    assert summary["input"] == [768]
    assert call("summary", "guessed.cnn", "--json").json["input"] == [768]
    answer = call("train", "net.cnn", "--data", "shapes", "--epochs", 1, "--json")
    assert answer.lines[-1]["event"] == "finished"
    assert call("import", path, "read.cnn", "--input", "768").status == 0
    assert call("summary", "read.cnn", "--json").json["input"] == [768]
