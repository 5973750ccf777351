"""Trained networks: what they say of pictures, how they are measured, and weights that do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from PIL import Image
from safetensors.torch import load_file, save_file

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.engine import runs
from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.device import find_device
from cnnbuilder.engine.export.predicting import predict_script
from cnnbuilder.engine.inference import Model, Tally, evaluate, load_model, predict
from cnnbuilder.engine.messages import Epoch, PredictFiles, decode_events, encode_events
from cnnbuilder.engine.module import WeightsProblem, build, load_weights
from cnnbuilder.engine.predict_files import predict_files
from cnnbuilder.engine.runs import Preparation
from cnnbuilder.network.classifier import gives_shares
from cnnbuilder.network.code import source
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.project import Project, Training
from cnnbuilder.network.templates import TEMPLATES, chain
from tests.engine.networks import events_of, finished, of_type, tiny_project


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("runs") / "0001"
    finished(events_of(tiny_project(epochs=3), folder, limit=2000))
    return folder


def test_a_prediction_is_the_networks_own_probabilities(run: Path) -> None:
    model = load_model(run)
    data = prepare(find("mnist"), model.preparation.shape)
    picture = data.test.images[0]
    found = predict(model, picture.transpose(1, 2, 0))
    assert np.array_equal(found.seen, picture)
    values = (torch.from_numpy(picture.astype(np.float32))[None] / 255 - data.mean[0]) / data.std[0]
    wanted = model.net(values).softmax(1)[0]
    assert sorted(found.classes, key=lambda pair: int(pair[0])) == [
        (str(index), pytest.approx(value, abs=1e-5)) for index, value in enumerate(wanted.tolist())
    ]
    assert [value for _name, value in found.classes] == sorted((v for _n, v in found.classes), reverse=True)
    assert sum(value for _name, value in found.classes) == pytest.approx(1.0, abs=1e-5)


def test_pictures_of_any_size_and_drawings_are_taken(run: Path) -> None:
    model = load_model(run)
    drawing = np.zeros((280, 280, 1), np.uint8)
    drawing[40:240, 130:150] = 255
    for pixels, drawn in ((drawing, True), (drawing, False), (np.zeros((7, 900, 3), np.uint8), False)):
        assert len(predict(model, pixels, drawn=drawn).classes) == 10


def test_files_are_answered_as_their_pictures_and_the_unreadable_with_a_reason(
    run: Path, tmp_path: Path
) -> None:
    model = load_model(run)
    pixels = np.random.default_rng(7).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    picture, broken = tmp_path / "picture.png", tmp_path / "broken.png"
    Image.fromarray(pixels).save(picture)
    broken.write_bytes(b"no picture")
    answer = predict_files(PredictFiles(5, (str(picture), str(broken)), str(run), 16), model)
    assert decode_events(encode_events([answer])) == [answer]
    read, unread = answer.predictions
    assert read.classes == predict(model, pixels).classes[:5]
    assert read.shape == (3, 16, 16) and len(read.pixels) == 3 * 16 * 16
    assert not unread.classes and "broken.png" in unread.reason


def test_predicting_leaves_a_network_in_training_as_it_was(run: Path) -> None:
    model = load_model(run)
    model.net.train()
    before = {name: value.clone() for name, value in model.net.state_dict().items()}
    dice = torch.get_rng_state()
    predict(model, np.full((28, 28, 1), 99, np.uint8))
    assert model.net.training
    assert all(torch.equal(before[name], value) for name, value in model.net.state_dict().items())
    assert torch.equal(dice, torch.get_rng_state())


def test_an_evaluation_adds_up(run: Path) -> None:
    told: list[float] = []
    found = evaluate(run, device="cpu", on_progress=told.append)
    assert (found.data, found.part, found.images) == ("mnist", "test", 10_000)
    confusion = np.array(found.confusion)
    assert confusion.shape == (10, 10) and confusion.sum() == 10_000
    assert found.accuracy == np.trace(confusion) / 10_000 > 0.5
    labels = prepare(find("mnist"), (1, 32, 32)).test.labels
    assert confusion.sum(axis=1).tolist() == np.bincount(labels).tolist()
    assert [score.class_ for score in found.per_class] == [str(digit) for digit in range(10)]
    three = found.per_class[3]
    assert three.recall == confusion[3, 3] / confusion[3].sum()
    assert three.precision == confusion[3, 3] / confusion[:, 3].sum()
    assert three.f1 == pytest.approx(2 * three.recall * three.precision / (three.recall + three.precision))
    assert told[-1] == 1.0 and told == sorted(told)


def test_other_data_can_be_measured(run: Path) -> None:
    found = evaluate(run, Data(Inside("fashion-mnist")), device="cpu")
    assert found.data == "fashion-mnist" and found.accuracy < 0.4


def test_outputs_without_a_class_are_counted_as_wrong() -> None:
    tally = Tally()
    tally.add(torch.tensor([[0.0, 0.0, 9.0], [9.0, 0.0, 0.0]]), torch.tensor([0, 0]))
    assert tally.confusion(2).tolist() == [[1, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert tally.accuracy() == 0.5


def test_the_validation_accuracy_told_is_the_kept_networks(tmp_path: Path) -> None:
    """In float32: the numbers of a run in bfloat16 differ in the third digit."""
    folder = tmp_path / "0001"
    events = events_of(tiny_project(epochs=1, precision="float32"), folder, limit=5000)
    model = load_model(folder)
    val = prepare(find("mnist"), (1, 32, 32)).val
    values = (
        torch.from_numpy(val.images.astype(np.float32)) / 255 - model.preparation.mean[0]
    ) / model.preparation.std[0]
    with torch.inference_mode():
        hits = (model.net(values).argmax(1).numpy() == val.labels).mean()
    assert of_type(Epoch, events)[-1].val_accuracy == pytest.approx(hits, abs=0.0004)


@pytest.mark.parametrize("name", ["digits", "colour-32", "lenet5"])
def test_saved_weights_load_strictly_and_give_the_same_logits_in_both_styles(
    tmp_path: Path, name: str
) -> None:
    project = replace(TEMPLATES[name].make(), training=Training(epochs=1))
    finished(events_of(project, tmp_path, limit=256))
    model = load_model(tmp_path)
    images = torch.randn(16, *model.preparation.shape)
    with torch.inference_mode():
        wanted = model.net(images)
        namespace: dict = {}
        exec((tmp_path / runs.MODEL).read_text(), namespace)
        plain = namespace["Net"]().eval()
        weights = load_file(tmp_path / runs.BEST)
        plain.load_state_dict(weights, strict=True)
        torch.testing.assert_close(plain(images), wanted, atol=1e-4, rtol=0)
        lesson = build(project.network, "sequential").eval()
        lesson.load_state_dict(renamed(weights, project), strict=True)
        torch.testing.assert_close(lesson(images), wanted, atol=1e-4, rtol=0)


def renamed(weights: dict, project: Project) -> dict:
    """The module style's names to the sequential style's."""
    ours, theirs = (source(project.network, style).prefixes for style in ("module", "sequential"))
    return {
        f"{theirs[id_]}.{name.removeprefix(prefix + '.')}": value
        for name, value in weights.items()
        for id_, prefix in ours.items()
        if name.startswith(f"{prefix}.")
    }


def test_weights_that_do_not_fit_are_refused_by_name(run: Path, tmp_path: Path) -> None:
    network = tiny_project().network
    weights = load_file(run / runs.BEST)
    last = next(name for name, value in weights.items() if value.shape == (10,))
    cases = {
        f"they have no {last}": {name: value for name, value in weights.items() if name != last},
        f"{last} is 3 there and 10 here": {**weights, last: torch.zeros(3)},
        "extra is not part of this one": {**weights, "extra": torch.zeros(1)},
    }
    for words, content in cases.items():
        save_file(content, tmp_path / "weights")
        with pytest.raises(WeightsProblem, match=words):
            load_weights(build(network), tmp_path / "weights")
    (tmp_path / "weights").write_bytes(b"half a file")
    with pytest.raises(WeightsProblem, match="cannot be read"):
        load_weights(build(network), tmp_path / "weights")
    with pytest.raises(WeightsProblem, match="is missing"):
        load_weights(build(network), tmp_path / "none")


def test_devices_have_names_for_people() -> None:
    cpu = find_device("cpu")
    assert cpu.title.startswith("CPU · ") and cpu.memory_bytes is not None and cpu.memory_bytes > 1e8
    assert find_device("auto").name in {"cpu", "cuda", "mps", "xpu"}


@pytest.mark.parametrize("kind", ["Softmax", "Sigmoid"])
def test_no_softmax_is_taken_of_shares(kind: str) -> None:
    """Else the surest answer among ten is e / (e + 9), 23.2 %."""
    blocks = (
        Input(id="", height=8, width=8),
        Flatten(id=""),
        Linear(id="", out_features=10),
        KINDS[kind](id=""),
    )
    network = chain(*blocks)
    assert gives_shares(network) and not gives_shares(chain(*blocks[:3]))
    assert gives_shares(chain(*blocks, KINDS["Dropout"](id="")))
    net = build(network).eval()
    with torch.no_grad():
        net.fc1.weight.zero_()
        net.fc1.bias.copy_(torch.tensor([9.0] + [-9.0] * 9))
    preparation = Preparation("", "", (1, 8, 8), (0.0,), (1.0,), tuple("0123456789"))
    model = Model(net, find_device("cpu"), preparation, shares=True)
    name, share = predict(model, np.zeros((8, 8, 1), np.uint8)).classes[0]
    assert name == "0" and share > 0.99
    text = predict_script(preparation, shares=True)
    assert ".softmax(" not in text and ".softmax(0)" in predict_script(preparation)
