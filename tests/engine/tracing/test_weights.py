"""Weights of torchvision's that lie on this machine: found, checked, kept as a run; nothing is ever downloaded."""

from __future__ import annotations

import hashlib
import pickle
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from cnnbuilder.engine import runs, tracing
from cnnbuilder.engine.data.pictures import read_image
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.inference import evaluate, load_model, predict
from cnnbuilder.engine.module import WeightsProblem
from cnnbuilder.engine.tracing import weights
from cnnbuilder.engine.tracing.published import all_weights, builder
from cnnbuilder.network.file import load

SMALL = "shufflenet_v2_x0_5"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty TORCH_HOME, and no way out of this machine."""

    def refused(*_arguments: object, **_named: object) -> None:
        raise AssertionError("something wanted to go to the network")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(socket.socket, "connect", refused)
    return tmp_path / "torch"


def put(name: str, state: object, number: int = 0) -> Path:
    """Lays a file where torchvision would have left the weights of that name."""
    path = weights.place(all_weights(name)[number])
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, path)
    return path


def seeded(name: str) -> nn.Module:
    """The network with weights and statistics of its own."""
    torch.manual_seed(3)
    module = builder(name)()
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            assert layer.running_mean is not None
            assert layer.running_var is not None
            layer.running_mean.normal_(0.0, 0.1)
            layer.running_var.uniform_(0.5, 1.5)
    return module


def state_of(module: nn.Module) -> dict[str, Tensor]:
    return dict(module.state_dict())


def test_torch_home_says_where_they_are_looked_for(home: Path) -> None:
    found = tracing.read(SMALL)
    assert found.weights is None
    (remark,) = found.remarks
    assert "not on this machine" in remark
    assert str(home / "hub" / "checkpoints" / "shufflenetv2_x0.5-f707e7126e.pth") in remark
    assert tracing.keep(found, home / "net.runs") is None
    assert not home.exists()


@torch.no_grad()
def test_weights_that_are_here_become_a_run_that_says_what_torchvision_says(
    home: Path, tmp_path: Path
) -> None:
    module = seeded(SMALL)
    path = put(SMALL, state_of(module))
    found = tracing.read(SMALL)
    folder = tracing.keep(found, tmp_path / "net.runs")
    assert folder == tmp_path / "net.runs" / "0001"
    assert {"project.cnn", "model.py", "best.safetensors", "run.json"} <= {
        file.name for file in folder.iterdir()
    }
    run = runs.read_run(folder)
    assert run.info.state == "finished"
    assert run.info.params == 1_366_792
    assert run.info.preparation.classes[:2] == ("tench", "goldfish")
    assert (run.info.preparation.mean, run.info.preparation.std) == (
        (0.485, 0.456, 0.406),
        (0.229, 0.224, 0.225),
    )
    assert run.info.source == path.name  # its checksum is not the published one's
    assert "its checksum differs" in found.remarks[-1]
    assert load(folder / "project.cnn") == found.project

    pixels = np.random.default_rng(0).integers(0, 256, (300, 500, 3), np.uint8)
    Image.fromarray(pixels).resize((640, 410)).save(tmp_path / "image.jpg", quality=95)
    ours = predict(load_model(folder), read_image(tmp_path / "image.jpg"))
    preset = all_weights(SMALL)[0].transforms()
    expected = module(preset(Image.open(tmp_path / "image.jpg"))[None])[0].softmax(0)
    names = all_weights(SMALL)[0].meta["categories"]
    assert ours.classes[0][0] == names[int(expected.argmax())]
    by_name = dict(ours.classes)
    theirs = {name: float(value) for name, value in zip(names, expected, strict=True)}
    for name, probability in by_name.items():
        assert abs(probability - theirs[name]) < 1e-6 or names.count(name) > 1
    with pytest.raises(
        DataProblem, match="were trained on ImageNet-1K, which is not among the data sets here"
    ):
        evaluate(folder)


def test_a_file_that_is_as_published_is_named_as_such(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(state_of(seeded(SMALL)), tmp_path / "weights")
    digest = hashlib.sha256((tmp_path / "weights").read_bytes()).hexdigest()
    named = tmp_path / f"small-{digest[:8]}.pth"
    (tmp_path / "weights").rename(named)
    assert weights.is_published(named)
    monkeypatch.setattr(weights, "place", lambda _entry: named)
    found = tracing.read(SMALL)
    assert found.remarks == (f"Its weights are those of {named.name}.",)
    assert found.source == "torchvision ShuffleNet_V2_X0_5_Weights.IMAGENET1K_V1"


def test_older_weights_serve_where_the_recommended_are_not_here() -> None:
    module = seeded("mobilenet_v3_large")
    path = put("mobilenet_v3_large", state_of(module), number=1)
    found = tracing.read("mobilenet_v3_large")
    assert path.name in found.remarks[-1]
    assert found.preparation.crop == runs.Crop(256)
    put("mobilenet_v3_large", state_of(module), number=0)
    assert tracing.read("mobilenet_v3_large").preparation.crop == runs.Crop(232)


def test_auxiliary_heads_stay_behind_and_are_told(tmp_path: Path) -> None:
    put("googlenet", state_of(seeded("googlenet")))
    found = tracing.read("googlenet")
    assert found.weights is not None
    assert not any("aux" in name for name in found.weights)
    assert found.analysis.params == 6_624_904
    assert found.remarks[:2] == (
        "left out: aux1, 3,188,968 parameters, used only in training",
        "left out: aux2, 3,191,016 parameters, used only in training",
    )
    folder = tracing.keep(found, tmp_path)
    assert folder is not None
    load_model(folder)


def test_files_from_before_names_lost_their_points_are_read() -> None:
    state = state_of(seeded("densenet121"))
    old = {
        name.replace("norm1.", "norm.1.").replace("conv2.", "conv.2.")
        if "denselayer" in name
        else name: value
        for name, value in state.items()
        if not name.endswith("num_batches_tracked")
    }
    assert set(old) - set(state)
    put("densenet121", old)
    found = tracing.read("densenet121")
    assert found.weights is not None
    assert torch.equal(
        found.weights["denseblock1_denselayer1_norm1.running_var"],
        state["features.denseblock1.denselayer1.norm1.running_var"],
    )
    assert int(found.weights["norm5.num_batches_tracked"]) == 0


def without(state: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    return {key: value for key, value in state.items() if key != name}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            lambda state: {**state, "conv1.0.weight": torch.zeros(24, 1, 3, 3)},
            r"do not fit: conv1\.0\.weight is 24 × 1 × 3 × 3 there, and 24 × 3 × 3 × 3 in the network",
        ),
        (lambda state: without(state, "fc.bias"), r"do not fit: they have no fc\.bias"),
        (lambda state: {**state, "fc2.bias": torch.zeros(2)}, r"their fc2\.bias is not part of the network"),
        (lambda state: [1, 2], "there is no list of weights in it"),
        (lambda state: {"state": "x"}, "there is no list of weights in it"),
    ],
)
def test_weights_that_do_not_fit_say_which_layer_and_which_shapes(spoil: Any, sentence: str) -> None:
    path = put(SMALL, spoil(state_of(seeded(SMALL))))
    with pytest.raises(WeightsProblem, match=sentence) as refused:
        tracing.read(SMALL)
    assert str(path) in str(refused.value)
    assert str(refused.value).endswith("Move that file away to import the network without weights.")


class Bomb:
    """What a pickle can do."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("exploded"),)


@pytest.mark.parametrize("content", [b"", b"no weights", pickle.dumps(Bomb()), b"PK\x03\x04cut short"])
def test_damaged_and_hostile_files_are_refused_in_one_line(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = put(SMALL, {})
    path.write_bytes(content)
    with pytest.raises(WeightsProblem, match="cannot be read") as refused:
        tracing.read(SMALL)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "exploded").exists()


def test_at_another_size_pictures_are_fitted_by_the_programs_own_rule() -> None:
    put(SMALL, state_of(seeded(SMALL)))
    found = tracing.read(SMALL, (3, 96, 128))
    assert found.preparation.shape == (3, 96, 128)
    assert found.preparation.crop is None
    assert found.weights is not None
