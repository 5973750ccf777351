"""The exchange formats: what others read is what the program computes, with class names and preparation inside."""

from __future__ import annotations

import io
import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from safetensors.torch import load_file

from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.export import Choices, ExportProblem, check, export
from cnnbuilder.engine.export import onnx as onnx_form
from cnnbuilder.engine.export.check import Check
from cnnbuilder.engine.export.comparing import agrees
from cnnbuilder.engine.export.request_handlers import checked, exported
from cnnbuilder.engine.export.weights import weighted
from cnnbuilder.engine.inference import load_model
from cnnbuilder.engine.messages import CheckExport, Export
from cnnbuilder.network.code import CannotGenerateError, source
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.file import dumps
from cnnbuilder.network.project import Project
from tests.engine.export.conftest import Trained
from tests.engine.export.test_weights import branches


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """Real digits as values from 0 to 1."""
    return prepare(find("mnist"), (1, 32, 32)).test.images[:7].astype(np.float32) / 255


@pytest.fixture(scope="module")
def logits(trained: Trained, images: np.ndarray) -> torch.Tensor:
    """What the program computes for them."""
    model = load_model(trained.run)
    mean, std = model.preparation.mean[0], model.preparation.std[0]
    with torch.inference_mode():
        return model.net((torch.from_numpy(images) - mean) / std)


@pytest.mark.parametrize("normalise", [False, True])
def test_onnx_computes_the_same_for_any_number_of_images(
    trained: Trained, images: np.ndarray, logits: torch.Tensor, normalise: bool, tmp_path: Path
) -> None:
    out = tmp_path / "net.onnx"
    written = export(trained.project, str(out), Choices(runs_folder=trained.runs_folder, normalise=normalise))
    assert written.remarks[1].startswith("Checked with onnxruntime: the largest difference is ")
    preparation = load_model(trained.run).preparation
    values = images if normalise else (images - preparation.mean[0]) / np.float32(preparation.std[0])
    session = onnxruntime.InferenceSession(out)
    for count in (1, 2, 7):
        found = session.run(None, {"images": values[:count].astype(np.float32)})[0]
        assert np.abs(found - logits[:count].numpy()).max() < 1e-4
    model = onnx.load(out)
    onnx.checker.check_model(model)
    assert [(opset.domain, opset.version) for opset in model.opset_import] == [("", onnx_form.OPSET)]
    for end in (model.graph.input[0], model.graph.output[0]):
        assert end.type.tensor_type.shape.dim[0].dim_param == "batch"
    said = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(said["classes"]) == [str(digit) for digit in range(10)]
    assert json.loads(said["preparation"])["mean"] == list(preparation.mean)
    assert (json.loads(said["preparation"])["input"] == "value / 255") is normalise


def test_writing_onnx_says_nothing_on_the_screen(
    trained: Trained, tmp_path: Path, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    export(trained.project, str(tmp_path / "net.onnx"), Choices(runs_folder=trained.runs_folder))
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


def test_what_leaves_says_nothing_of_the_machine(trained: Trained, tmp_path: Path) -> None:
    installed = str(Path(torch.__file__).parent).encode()
    for ending in (".onnx", ".pt2", ".safetensors"):
        out = tmp_path / f"net{ending}"
        export(trained.project, str(out), Choices(runs_folder=trained.runs_folder))
        content = out.read_bytes()
        assert installed not in content
        assert str(tmp_path).encode() not in content
        assert str(trained.runs_folder).encode() not in content


def test_without_the_packages_one_sentence_says_what_to_install(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(ExportProblem, match=r'pip install "cnnbuilder\[onnx\]"'):
        export(trained.project, str(tmp_path / "net.onnx"))
    assert not list(tmp_path.iterdir())


def test_without_onnxruntime_it_leaves_unchecked_and_says_so(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    written = export(trained.project, str(tmp_path / "net.onnx"))
    assert written.remarks[-1] == "Not checked: onnxruntime is not installed."
    assert (tmp_path / "net.onnx").is_file()


def test_an_onnx_that_computes_something_else_is_not_left(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_form, "onnx_logits", lambda content, values: torch.zeros(len(values), 10))
    with pytest.raises(ExportProblem, match="would not compute the same here: its logits differ by up to"):
        export(trained.project, str(tmp_path / "net.onnx"))
    assert not list(tmp_path.iterdir())


def test_a_network_too_large_for_a_file_of_onnx_is_told_what_to_export(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_form, "_LARGEST", 1000)
    with pytest.raises(ExportProblem, match=r"holds 2 GB at most; this network takes \d+ kB: export \.pt2"):
        export(trained.project, str(tmp_path / "net.onnx"))


def test_pt2_computes_the_same_for_any_number_of_images(
    trained: Trained, images: np.ndarray, logits: torch.Tensor, tmp_path: Path
) -> None:
    out = tmp_path / "net.pt2"
    export(trained.project, str(out), Choices(runs_folder=trained.runs_folder))
    said = {"classes": "", "preparation": "", "source_sha256": ""}
    program = torch.export.load(io.BytesIO(out.read_bytes()), extra_files=said)
    assert json.loads(said["classes"]) == [str(digit) for digit in range(10)]
    preparation = json.loads(said["preparation"])
    values = (torch.from_numpy(images) - torch.tensor(preparation["mean"])) / torch.tensor(preparation["std"])
    with torch.inference_mode():
        for count in (1, 2, 7):
            found = program.module()(values[:count])
            assert (found - logits[:count]).abs().max() < 1e-5


@pytest.mark.parametrize("style", ["module", "sequential"])
def test_safetensors_fit_the_source_of_their_style(
    trained: Trained, images: np.ndarray, logits: torch.Tensor, style: str, tmp_path: Path
) -> None:
    out = tmp_path / "net.safetensors"
    export(trained.project, str(out), Choices(runs_folder=trained.runs_folder, style=style))  # type: ignore[arg-type]
    namespace: dict[str, type[torch.nn.Module]] = {}
    exec(source(trained.project.network, style).text, namespace)  # type: ignore[arg-type]
    net = namespace["Net"]().eval()
    net.load_state_dict(load_file(out))
    preparation = load_model(trained.run).preparation
    with torch.inference_mode():
        found = net((torch.from_numpy(images) - preparation.mean[0]) / preparation.std[0])
    assert (found - logits).abs().max() < 1e-5


def test_branches_have_no_sequential_weights(tmp_path: Path) -> None:
    project = Project(branches(), Data(Inside("mnist")))
    with pytest.raises(CannotGenerateError, match="branches cannot be written"):
        export(project, str(tmp_path / "net.safetensors"), Choices(style="sequential"))


def test_checking_compares_every_form(trained: Trained) -> None:
    answer = checked(CheckExport(4, dumps(trained.project), str(trained.runs_folder)))
    assert answer.number == 4
    assert [form.form for form in answer.forms] == [
        "model.py",
        "sequential style",
        ".safetensors",
        ".pt2",
        ".onnx",
    ]
    for form in answer.forms:
        assert form.agrees, form
        assert form.keys_equal is (None if form.form == ".onnx" else True)
        assert form.largest_difference is not None
        assert form.largest_difference < 1e-4
        assert "largest difference is " in form.sentence
    assert "run 0001" in answer.remarks[0]
    assert answer.remarks[1] == "Compared on 16 images of MNIST."


def test_a_check_finds_what_differs(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    found = weighted(trained.project, trained.runs_folder)
    with monkeypatch.context() as patch:
        patch.setattr(check, "onnx_logits", lambda content, values: torch.full((len(values), 10), 100.0))
        patch.setattr(check, "load", lambda content: {"conv9.weight": torch.zeros(1)})
        patch.setattr(check.portable, "pt2", raising(ExportProblem("Too large.")))
        forms = {form.form: form for form in Check(trained.project.network, found).forms()}
    assert forms["model.py"].agrees
    assert not forms[".onnx"].agrees
    assert "differ from the network's by up to" in forms[".onnx"].sentence
    assert (forms[".safetensors"].keys_equal, forms[".safetensors"].agrees) == (False, False)
    assert (forms[".pt2"].largest_difference, forms[".pt2"].sentence) == (None, "Too large.")


@pytest.mark.parametrize(
    ("logits", "difference", "rounding"),
    [
        ([1.0, -3.0], 2e-4, True),
        ([1.0, -3.0], 4e-4, False),
        ([0.5], 9e-5, True),
        ([0.5], 2e-4, False),
        ([1e-6], 1e-9, True),
        ([1e-6], 1e-6, False),
        ([0.0], 0.0, True),
        ([0.0], math.inf, False),
    ],
)
def test_what_counts_as_rounding(logits: list[float], difference: float, rounding: bool) -> None:
    assert agrees(difference, torch.tensor(logits)) is rounding


def test_branches_are_checked_on_random_images_without_the_sequential_style(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    answer = checked(CheckExport(1, dumps(Project(branches(), Data(None)))))
    assert [form.form for form in answer.forms] == ["model.py", ".safetensors", ".pt2", ".onnx"]
    assert [form.agrees for form in answer.forms] == [True, True, True, False]
    assert "pip install" in answer.forms[-1].sentence
    assert answer.remarks[-1] == "Compared on 16 random images."


def test_a_network_that_computes_no_number_agrees_with_nothing(tmp_path: Path, trained: Trained) -> None:
    found = weighted(trained.project, trained.runs_folder)
    with torch.no_grad():
        next(iter(found.net.parameters())).fill_(math.nan)
    assert not any(form.agrees for form in Check(trained.project.network, found).forms())


def test_a_request_of_the_window_is_answered_with_its_path(trained: Trained, tmp_path: Path) -> None:
    out = tmp_path / "net.safetensors"
    answer = exported(Export(9, dumps(trained.project), str(out), str(trained.runs_folder), sequential=True))
    assert (answer.number, answer.path) == (9, str(out))
    assert "run 0001" in answer.remarks[0]
    assert "features.0.weight" in load_file(out)


def test_a_network_that_learns_nothing_leaves_too(tmp_path: Path) -> None:
    project = Project(chain_of_nothing(), Data(Inside("mnist")))
    for ending in (".safetensors", ".pt2", ".onnx"):
        export(project, str(tmp_path / f"net{ending}"))
    assert len(list(tmp_path.iterdir())) == 3


def chain_of_nothing():  # type: ignore[no-untyped-def]
    from cnnbuilder.network.templates import chain

    return chain(Input(id=""), Flatten(id=""))


def raising(error: Exception):  # type: ignore[no-untyped-def]
    def fail(*_arguments: object) -> bytes:
        raise error

    return fail
