"""The training script: its losses are the program's, it stands alone, and it reads as if written by hand."""

from __future__ import annotations

import ast
import inspect
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from safetensors import safe_open
from safetensors.torch import load_file

from cnnbuilder.engine import training_step
from cnnbuilder.engine.data.catalogue import all_data_sets
from cnnbuilder.engine.data.fit import fit
from cnnbuilder.engine.data.split import held_out
from cnnbuilder.engine.device import find_device
from cnnbuilder.engine.export.fitting import fitting
from cnnbuilder.engine.runs import LAST, read_run
from cnnbuilder.engine.source_text import functions_of
from cnnbuilder.engine.trainable import CannotTrainError
from cnnbuilder.engine.training_step import in_batches
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.project import Project, Training
from cnnbuilder.network.schedules import learning_rate, one_cycle
from cnnbuilder.network.templates import TEMPLATES
from tests.engine.export.scripts import (
    LIMIT,
    PROJECTS,
    arguments,
    by_the_program,
    first_losses_alone,
    folder_of,
    losses_in,
    run_here,
    script_of,
    short,
)
from tests.engine.networks import StopAfter
from tests.network.test_formatting import assert_formatted

RULES = "E,F,W,I,B,UP"


@pytest.mark.parametrize("name", PROJECTS)
def test_losses_and_weights_are_the_programs_bit_by_bit(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = short(PROJECTS[name], precision="float32", seed=3)
    ours = by_the_program(project, tmp_path / "0001", LIMIT)
    assert len(ours.losses) == 10
    out = tmp_path / "net"
    printed = run_here(
        script_of(project, limit_images=LIMIT), [*arguments(project), "--out", str(out)], capsys
    )
    assert losses_in(printed) == ours.losses
    weights = load_file(out.with_suffix(".safetensors"))
    for key, value in load_file(ours.folder / LAST).items():
        assert torch.equal(weights[key], value), key
    with safe_open(out.with_suffix(".safetensors"), "pt") as file:
        about = {key: json.loads(text) for key, text in file.metadata().items()}
    preparation = read_run(ours.folder).info.preparation
    assert about["classes"] == list(preparation.classes)
    for part in ("mean", "std"):
        assert about["preparation"][part] == pytest.approx(getattr(preparation, part), rel=1e-6)
    assert f"{read_run(ours.folder).metrics()[-1].val_accuracy:.2%}" in printed


@pytest.mark.parametrize(
    ("name", "precision"),
    [
        ("digits", "float32"),
        ("digits", "bfloat16"),
        ("colour shapes", "bfloat16"),
        ("digits resized", "float32"),
    ],
)
def test_alone_in_its_own_process_the_first_ten_losses_are_equal(
    name: str, precision: str, tmp_path: Path
) -> None:
    if precision == "bfloat16" and not find_device("cpu").bfloat16:
        # Auto means float32 on such a CPU, and float32 is a case of its own.
        pytest.skip("this CPU has no bfloat16, so the program does not train with it here")
    settings = {"precision": "auto" if precision == "bfloat16" else "float32"}
    project = replace(PROJECTS[name], training=replace(PROJECTS[name].training, **settings))
    torch.set_num_threads(2)
    ours = by_the_program(project, tmp_path / "0001", None, StopAfter(looks=40))
    script = tmp_path / "train.py"
    script.write_text(script_of(project, precision=precision, threads=2), encoding="utf-8")
    assert first_losses_alone(script, arguments(project)) == ours.losses[:10]


def test_it_imports_nothing_of_the_program() -> None:
    for project in PROJECTS.values():
        tree = ast.parse(script_of(project))
        modules = {
            name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
        }
        allowed = {"torch", "numpy", "safetensors", "torchvision"}
        if project.data == Data(Inside("clothes")):  # photographs are read with Pillow
            allowed |= {"PIL"}
        assert modules - sys.stdlib_module_names <= allowed


def test_options_change_what_they_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = PROJECTS["branches, spare outputs"]
    changed = replace(
        project, training=Training(epochs=2, batch_size=100, learning_rate=0.002, seed=7, precision="float32")
    )
    ours = by_the_program(changed, tmp_path / "0001", 300)
    given = [
        "--epochs=2",
        "--batch-size=100",
        "--learning-rate=0.002",
        "--seed=7",
        "--limit=300",
        "--threads=1",
    ]
    given += [f"--out={tmp_path / 'net'}", *arguments(project)]
    printed = run_here(script_of(project, threads=2), given, capsys)
    assert losses_in(printed) == ours.losses
    assert printed.count("epoch ") == 2


def every_script() -> dict[str, str]:
    """Of all templates that can be trained, with every data set and every setting that changes the text."""
    found = {}
    for template in TEMPLATES.values():
        for dataset in (info.name for info in all_data_sets()):
            for training in (Training(), Training(optimizer="sgd", schedule="constant", momentum=0.0)):
                for precision, device in (("float32", "cpu"), ("bfloat16", "cuda")):
                    project = replace(template.make(), data=Data(Inside(dataset)), training=training)
                    try:
                        text = script_of(project, precision=precision, device=device, threads=64)
                    except CannotTrainError:
                        continue
                    found[f"{template.name}_{dataset}_{training.optimizer}_{precision}"] = text
    return found | {name: script_of(project) for name, project in PROJECTS.items()}


def test_every_script_is_formatted_and_keeps_the_rules(tmp_path: Path) -> None:
    scripts = every_script()
    assert len(scripts) > 40
    for name, text in scripts.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    assert_formatted(tmp_path, RULES)


def test_only_what_the_project_uses_is_in_it() -> None:
    plain = script_of(PROJECTS["clothes, SGD"])
    for word in ("autocast", "one_cycle", "AdamW", "math", "def fit", "resize", "grey(", "cudnn"):
        assert word not in plain
    assert "SGD" in plain and "momentum=0.9" in plain
    rich = script_of(PROJECTS["shapes in grey, resized"], precision="bfloat16", device="cuda")
    for word in ("autocast", "one_cycle", "def fit", "def resize", "def grey", "cudnn"):
        assert word in rich
    assert "--data" not in rich and "gzip" not in rich


def test_it_says_what_it_needs() -> None:
    assert "needs PyTorch and NumPy.\n" in script_of(PROJECTS["digits"])
    assert "needs PyTorch, torchvision and NumPy.\n" in script_of(PROJECTS["layers that need helpers"])
    assert "needs PyTorch, Pillow and NumPy.\n" in script_of(PROJECTS["photographs"])


def test_it_is_short() -> None:
    lines = script_of(PROJECTS["digits"]).count("\n")
    assert lines <= 240


def test_a_project_that_cannot_be_trained_gets_its_sentence() -> None:
    project = PROJECTS["digits"]
    with pytest.raises(
        CannotTrainError, match=r"^The project has no data to learn from: choose a data set\.$"
    ):
        script_of(replace(project, data=Data(None)))
    with pytest.raises(CannotTrainError, match="Linear needs"):
        without = Project(TEMPLATES["digits"].make().network, Data(Inside("mnist")))
        blocks = tuple(block for block in without.network.blocks if block.kind() != "Flatten")
        ids = {block.id for block in blocks}
        wires = [wire for wire in without.network.wires if wire.from_ in ids and wire.to in ids]
        wires.append(type(wires[0])("b10", "b12"))
        script_of(replace(without, network=replace(without.network, blocks=blocks, wires=tuple(wires))))


@pytest.mark.parametrize("name", ['x"""\nimport os', "a\\", "mine.v2", "über net", "\n"])
def test_no_name_becomes_code(name: str) -> None:
    assert script_of(PROJECTS["digits"], name=name) == script_of(PROJECTS["digits"], name="train")
    assert "python lenet5.py" in script_of(PROJECTS["digits"], name="lenet5")


def fake_torchvision(patch: pytest.MonkeyPatch, download: object) -> None:
    module = ModuleType("torchvision.datasets")
    module.MNIST = download  # type: ignore[attr-defined]
    patch.setitem(sys.modules, "torchvision.datasets", module)


def test_what_is_missing_is_downloaded_and_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = short(PROJECTS["clothes, SGD"], precision="float32")
    project = replace(project, data=Data(Inside("mnist")))

    def download(folder: Path, *, download: bool) -> None:
        assert download
        shutil.copytree(folder_of(project), folder / "MNIST" / "raw")

    fake_torchvision(monkeypatch, download)
    text = script_of(project, limit_images=128)
    given = ["--data", str(tmp_path / "here"), "--out", str(tmp_path / "net")]
    first = run_here(text, given, capsys)
    assert f"is not in {tmp_path / 'here'}: downloading MNIST into it" in first
    again = run_here(text, given, capsys)
    assert "downloading" not in again and losses_in(again) == losses_in(first)


def test_a_download_that_fails_says_so_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(folder: Path, *, download: bool) -> None:
        raise RuntimeError("no route to host")

    fake_torchvision(monkeypatch, download)
    with pytest.raises(SystemExit) as ended:
        run_here(script_of(PROJECTS["digits"]), ["--data", str(tmp_path)], capsys)
    assert str(ended.value) == "MNIST cannot be downloaded: no route to host"


def test_without_safetensors_it_saves_a_pt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = short(PROJECTS["clothes, SGD"])
    monkeypatch.setitem(sys.modules, "safetensors.torch", None)
    given = [*arguments(project), "--out", str(tmp_path / "net-0.1"), "--limit", "64"]
    assert f"Saved {tmp_path / 'net-0.1.pt'}" in run_here(script_of(project), given, capsys)
    saved = torch.load(tmp_path / "net-0.1.pt", weights_only=True)
    assert set(saved["weights"]) == {"conv1.weight", "conv1.bias", "fc1.weight", "fc1.bias"}
    assert json.loads(saved["classes"])[0] == "T-shirt"


def test_it_saves_under_the_whole_name_in_a_folder_that_it_makes(tmp_path: Path) -> None:
    """Hours of training must not end in a missing folder, nor a rate in the name replace another's weights."""
    save = functions(script_of(TEMPLATES["colour-32"].make()))["save"]
    save(torch.nn.Linear(2, 3), tmp_path / "tries" / "rate-0.01", torch.zeros(3), torch.ones(3))  # type: ignore[operator]
    assert [path.name for path in (tmp_path / "tries").iterdir()] == ["rate-0.01.safetensors"]


def functions(text: str) -> dict[str, object]:
    namespace: dict[str, object] = {}
    exec("import math\nimport numpy as np\nimport torch\nimport torch.nn.functional as F\n" + text, namespace)
    return namespace


sides = st.integers(1, 70)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([1, 3]), sides, sides, st.sampled_from([1, 3]), sides, sides, st.integers(0, 9))
def test_pictures_are_fitted_as_the_program_fits_them(
    channels: int, height: int, width: int, to_channels: int, to_height: int, to_width: int, seed: int
) -> None:
    want = (to_channels, to_height, to_width)
    text = fitting((channels, height, width), want)
    pixels = np.random.default_rng(seed).integers(0, 256, (2, channels, height, width), np.uint8)
    images = torch.from_numpy(pixels)
    if text:
        images = functions(text)["fit"](images)  # type: ignore[operator]
    assert images.dtype == torch.uint8
    assert (images.numpy() == fit(pixels, want)).all()


@given(st.integers(1, 2000), st.floats(1e-6, 100))
def test_the_learning_rate_is_the_programs(steps: int, peak: float) -> None:
    written = functions(functions_of(one_cycle.__module__, "one_cycle"))["one_cycle"]
    training = Training(learning_rate=peak)
    for step in {0, 1, steps // 3, steps // 2, steps - 1} & set(range(steps)):
        assert written(step, steps, peak) == learning_rate(training, step, steps)  # type: ignore[operator]


@given(st.integers(1, 300), st.integers(1, 70))
def test_batches_are_the_programs(images: int, size: int) -> None:
    written = functions(script_of(PROJECTS["digits"]))
    batches = written["in_batches"](torch.arange(images), size)  # type: ignore[operator]
    parts = in_batches(range(images), size)
    assert [(int(batch[0]), int(batch[-1]) + 1) for batch in batches] == [(p.start, p.stop) for p in parts]


def test_the_training_step_is_the_programs_own_text() -> None:
    """Written once: what the program runs stands in the script word for word, but for types."""
    scripts = {
        precision: ast.unparse(ast.parse(script_of(PROJECTS["digits"], precision=precision)))
        for precision in ("float32", "bfloat16")
    }
    step = ast.parse(inspect.getsource(training_step))
    names = [node.name for node in step.body if isinstance(node, ast.FunctionDef)]
    assert {"forward_backward", "normalise", "in_batches", "shuffled", "pick", "in_bfloat16"} == set(names)
    for name in names:
        own = ast.unparse(ast.parse(functions_of(training_step.__name__, name)))
        assert own in scripts["bfloat16"], name
        assert (own in scripts["float32"]) == (name != "in_bfloat16"), name


def test_its_functions_stand_alone() -> None:
    """In a namespace that has what a script imports and nothing of the program."""
    written = functions(script_of(PROJECTS["digits"], precision="bfloat16"))
    images = torch.randint(0, 256, (6, 1, 4, 4), dtype=torch.uint8)
    shift, scale = torch.full((1, 1, 1, 1), 100.0), torch.full((1, 1, 1, 1), 0.02)
    labels = torch.arange(6)
    nets = [torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 6)) for _each in range(2)]
    nets[1].load_state_dict(nets[0].state_dict())
    results = []
    for step, net in zip((written, vars(training_step)), nets, strict=True):
        batch = step["normalise"](images, shift, scale)  # type: ignore[operator]
        half = step["in_bfloat16"](net)  # type: ignore[operator]
        loss, logits = step["forward_backward"](half, batch, labels)  # type: ignore[operator]
        order = step["shuffled"](50, 3, 2)  # type: ignore[operator]
        some = step["pick"](images, labels, 4, torch.device("cpu"))  # type: ignore[operator]
        results.append([batch, loss, logits, net[1].weight.grad, order, *some])
    assert all(torch.equal(one, other) for one, other in zip(*results, strict=True))


def test_the_same_images_are_held_out() -> None:
    text = script_of(PROJECTS["digits"])
    labels = np.random.default_rng(0).integers(0, 10, 6000)
    namespace: dict[str, object] = {"__name__": "script"}
    exec(compile(text, "train.py", "exec"), namespace)
    assert (namespace["held_out"](labels, 500) == held_out(labels, 500)).all()  # type: ignore[operator]
