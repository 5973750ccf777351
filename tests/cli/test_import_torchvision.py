"""Networks of torchvision become projects: by name, with weights where they are on this machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnbuilder.engine.tracing import weights
from cnnbuilder.engine.tracing.published import all_weights, builder
from tests.cli.conftest import Call, call_process, is_one_sentence
from tests.test_house import loaded_by

SMALL = "squeezenet1_1"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty TORCH_HOME."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path / "torch"


def put_weights(change: object = None) -> Path:
    """Lays weights from a seed where torchvision would have left its own."""
    torch.manual_seed(1)
    state = {**builder(SMALL)().state_dict(), **(change or {})}  # type: ignore[dict-item]
    path = weights.place(all_weights(SMALL)[0])
    path.parent.mkdir(parents=True)
    torch.save(state, path)
    return path


def test_it_is_the_network_that_torchvision_publishes(call: Call, tmp_path: Path) -> None:
    answer = call("import", "torchvision:ResNet-18", "net.cnn")
    assert answer.status == 0
    assert answer.out == "Made net.cnn: 70 blocks, 11,689,512 parameters.\n"
    assert is_one_sentence(answer.err)
    assert f"they would be read from {tmp_path / 'torch'}" in answer.err
    summary = call("summary", "net.cnn", "--json").lines[0]
    assert summary["input"] == [3, 224, 224]
    assert summary["total"]["params"] == 11_689_512
    assert round(summary["total"]["macs"] / 1e9, 3) == 1.814
    assert not (tmp_path / "net.runs").exists()


def test_the_images_may_be_of_another_size(call: Call) -> None:
    assert call("import", "torchvision:resnet18", "net.cnn", "--input", "3x64x96").status == 0
    assert call("summary", "net.cnn", "--json").lines[0]["input"] == [3, 64, 96]


def test_weights_that_are_here_come_along_and_name_pictures(call: Call, tmp_path: Path) -> None:
    path = put_weights()
    answer = call("import", f"torchvision:{SMALL}", "net.cnn")
    assert answer.status == 0
    assert f"Its weights are those of {path.name}" in answer.err
    assert answer.err.endswith(f"They are run {Path('net.runs') / '0001'}.\n")
    pixels = np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)
    Image.fromarray(pixels).resize((300, 400)).save(tmp_path / "image.jpg")
    (line,) = call("predict", "net.runs/0001", "image.jpg", "--json").lines
    torch.manual_seed(1)
    entry = all_weights(SMALL)[0]
    with torch.no_grad():
        expected = builder(SMALL)()(entry.transforms()(Image.open(tmp_path / "image.jpg"))[None])[0].softmax(
            0
        )
    best = torch.topk(expected, 5)
    assert [found["class"] for found in line["classes"]] == [
        entry.meta["categories"][i] for i in best.indices
    ]
    assert [found["probability"] for found in line["classes"]] == pytest.approx(
        best.values.tolist(), abs=1e-5
    )


def test_weights_that_do_not_fit_are_refused_and_nothing_is_made(call: Call, tmp_path: Path) -> None:
    path = put_weights({"classifier.1.bias": torch.zeros(10)})
    answer = call("import", f"torchvision:{SMALL}", "net.cnn")
    assert answer.status == 1
    assert answer.err == (
        f"The weights in {path} do not fit: classifier.1.bias is 10 there, and 1000 in the network. "
        "Move that file away to import the network without weights.\n"
    )
    assert not (tmp_path / "net.cnn").exists()
    assert not (tmp_path / "net.runs").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("torchvision:resnet5", "net.cnn"), "did you mean resnet50?"),
        (("torchvision:", "net.cnn"), "It has 68"),
        (("torchvision:vit_b_16", "net.cnn"), "is a transformer"),
        (("torchvision:inception_v3", "net.cnn", "--input", "3x32x32"), "larger than the 1×1 image"),
        (("torchvision:resnet18", "net.cnn", "--input", "1x32x32"), "3 channels, not 1."),
        (("torchvision:resnet18", "mine.cnn"), "mine.cnn"),
        (
            ("torchvision:resnet18", "gone/net.cnn"),
            "There is no folder gone.",
        ),
    ],
)
def test_what_cannot_be_done_gets_one_sentence(
    call: Call, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "mine.cnn").write_text("mine")
    answer = call("import", *arguments)
    assert answer.status == 1
    assert not answer.out
    assert sentence in answer.err
    assert is_one_sentence(answer.err)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.cnn"]
    assert (tmp_path / "mine.cnn").read_text() == "mine"


def test_what_is_refused_is_refused_without_torch_and_a_file_is_read_without_it(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("nn.Linear(4, 2)")
    (tmp_path / "there.cnn").write_text("mine")
    for status, arguments in (
        ("0", "import net.py net.cnn"),
        ("1", "import torchvision:resnet5 new.cnn"),
        ("1", "import torchvision:resnet18 there.cnn"),
    ):
        assert loaded_by(*arguments.split(), folder=tmp_path) == [status]


def test_without_torchvision_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "torchvision.py").write_text("raise ImportError('operator torchvision::nms does not exist')")
    answer = call_process("import", "torchvision:resnet18", tmp_path / "net.cnn", PYTHONPATH=str(tmp_path))
    assert answer.status == 1
    assert answer.err == (
        "torchvision does not load here (operator torchvision::nms does not exist). "
        "Install torch and torchvision anew.\n"
    )
