"""`cnnbuilder export`: every form by its ending, which weights it has, and what stands in its way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cnnbuilder import cli
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.code import source
from cnnbuilder.network.file import load
from cnnbuilder.network.table import as_csv, as_latex, as_markdown

from .conftest import Answer, Call, call_process, is_one_sentence
from .projects import CONV, INPUT, LINEAR, project, tiny


def test_the_trained_network_leaves_with_the_weights_of_its_newest_run(
    trained: tuple[Path, Answer], call: Call, tmp_path: Path
) -> None:
    file = trained[0].parent.parent / "tiny.cnn"
    best = max(line["val_accuracy"] for line in trained[1].lines if line["event"] == "epoch")
    for out in ("net.safetensors", "net.onnx", "net.pt2"):
        answer = call("export", file, out)
        assert (answer.status, answer.out) == (0, f"Wrote {out}.\n")
        first = answer.err.splitlines()[0]
        assert (
            first == f"Exported with the weights of run 0001 ({100 * best:.1f} % of the validation images)."
        )
        assert (tmp_path / out).stat().st_size > 1000


def test_a_run_leaves_with_its_own(trained: tuple[Path, Answer], call: Call) -> None:
    assert "run 0001" in call("export", trained[0], "net.safetensors").err


def test_without_a_run_the_weights_are_fresh_and_that_is_said(call: Call, tmp_path: Path) -> None:
    answer = call("export", tiny(tmp_path / "t.cnn"), "net.safetensors")
    assert answer.status == 0
    assert answer.err == "Exported with fresh weights from seed 0: nothing is trained yet.\n"


def test_the_folder_says_what_the_program_says(
    trained: tuple[Path, Answer], call: Call, tmp_path: Path
) -> None:
    Image.effect_noise((50, 41), 80).save(tmp_path / "noise.jpg")
    assert call("export", trained[0], "leaving").status == 0
    ours = call("predict", trained[0], "noise.jpg", "--json").json
    done = subprocess.run(
        [sys.executable, "leaving/predict.py", "--json", "noise.jpg"],
        capture_output=True,
        text=True,
        timeout=100,
    )
    theirs = json.loads(done.stdout)
    assert theirs["image"] == ours["image"]
    for mine, other in zip(ours["classes"], theirs["classes"], strict=True):
        assert mine["class"] == other["class"]
        assert mine["probability"] == pytest.approx(other["probability"], abs=1e-5)


def test_code_and_tables_need_neither_torch_nor_qt(tmp_path: Path) -> None:
    tiny(tmp_path / "t.cnn")
    for arguments in (["net.py", "--model-only"], ["net.csv"], ["net.md"], ["net.tex"]):
        program = (
            "import sys; from cnnbuilder import cli; status = cli.run(sys.argv[1:]); "
            "print(status, *{'torch', 'numpy', 'PySide6'} & set(sys.modules))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, "export", "t.cnn", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=60,
        )
        assert done.stdout.splitlines() == [f"Wrote {arguments[0]}.", "0"], done.stderr
    drawn = load(tmp_path / "t.cnn")
    assert (tmp_path / "net.py").read_text() == source(drawn.network).text
    assert (tmp_path / "net.csv").read_text() == as_csv(analyse(drawn.network), drawn.training)
    assert (tmp_path / "net.md").read_text() == as_markdown(analyse(drawn.network), drawn.training)
    assert (tmp_path / "net.tex").read_text() == as_latex(analyse(drawn.network), drawn.training)


def test_the_training_script_leaves_with_the_runs_precision(
    trained: tuple[Path, Answer], call: Call, tmp_path: Path
) -> None:
    info = json.loads((trained[0] / "run.json").read_text())
    for out in ("train.py", "train.ipynb"):
        answer = call("export", trained[0], out)
        assert answer.status == 0
        assert answer.err.startswith(f"It computes as run 0001 did: {info['precision']} on ")
        assert "cnnbuilder." not in (tmp_path / out).read_text().replace("Written by cnnbuilder", "")
    compile((tmp_path / "train.py").read_text(), "train.py", "exec")
    assert json.loads((tmp_path / "train.ipynb").read_text())["nbformat"] == 4


def test_the_styles(call: Call, tmp_path: Path) -> None:
    file = tiny(tmp_path / "t.cnn")
    assert call("export", file, "net.py", "--model-only", "--style", "sequential").status == 0
    assert (tmp_path / "net.py").read_text() == source(load(file).network, "sequential").text


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_figures_are_painted_by_whoever_can(
    call: Call, tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tiny(tmp_path / "t.cnn")
    painted: list[object] = []
    status = cli.run(
        ["export", str(file), f"net.{ending}", "--figure", "volumes"],
        lambda project, out, figure: painted.append((project, out, figure)),
    )
    assert status == 0
    assert painted == [(load(file), Path(f"net.{ending}"), "volumes")]
    assert call("export", file, f"gone/net.{ending}").status == 1


def test_a_figure_is_drawn_without_a_display(tmp_path: Path) -> None:
    answer = call_process(
        "export", tiny(tmp_path / "t.cnn"), tmp_path / "net.svg", DISPLAY=None, QT_QPA_PLATFORM=None
    )
    assert (answer.status, answer.err) == (0, "")
    assert "<svg" in (tmp_path / "net.svg").read_text()


def test_a_network_with_a_problem_leaves_in_no_form(call: Call, tmp_path: Path) -> None:
    file = project(tmp_path / "p.cnn", INPUT, CONV, LINEAR)
    reason = call("code", file).err
    for out in (
        "a.py",
        "a.ipynb",
        "a.onnx",
        "a.pt2",
        "a.safetensors",
        "a.svg",
        "a.csv",
        "a.md",
        "a.tex",
        "a",
    ):
        answer = call("export", file, out)
        assert (answer.status, answer.out, answer.err) == (1, "", reason)
    assert [path.name for path in tmp_path.iterdir()] == ["p.cnn"]


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("net.onx", ".onx: .onnx?"),
        ("net.docx", ".docx"),
        ("", "no name"),
        ("-", "not to -; cnnbuilder code prints"),
        (".csv", "put a name before it"),
        ("gone/net.py", "no folder gone"),
        ("gone/net", "no folder gone"),
        ("t.cnn/net.csv", "t.cnn is a file"),
        ("taken.onnx", "taken.onnx is a folder"),
        ("taken", "taken is a file"),
        ("n" * 300 + ".csv", "name is too long"),
    ],
)
def test_a_place_that_cannot_be_gets_one_sentence(call: Call, tmp_path: Path, out: str, said: str) -> None:
    tiny(tmp_path / "t.cnn")
    (tmp_path / "taken.onnx").mkdir()
    (tmp_path / "taken").write_text("mine")
    before = sorted(os.walk(tmp_path))
    answer = call("export", "t.cnn", out)
    assert (answer.status, answer.out) == (1, "")
    assert said in answer.err
    assert is_one_sentence(answer.err)
    assert sorted(os.walk(tmp_path)) == before


@pytest.mark.parametrize(
    "arguments",
    [
        "net.onnx --model-only",
        "net.py --normalise",
        "net.py --figure canvas",
        "net.svg --figure canvass",
        "net.pt2 --style sequential",
        "net.py --model-only --style sequentail",
        "",
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(call: Call, tmp_path: Path, arguments: str) -> None:
    answer = call("export", tiny(tmp_path / "t.cnn"), *arguments.split())
    assert (answer.status, answer.out) == (2, "")
    assert "Traceback" not in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["t.cnn"]


def test_an_export_replaces_an_older_one(call: Call, tmp_path: Path) -> None:
    (tmp_path / "net.csv").write_text("old")
    assert call("export", tiny(tmp_path / "t.cnn"), "net.csv").status == 0
    assert (tmp_path / "net.csv").read_text() != "old"


def test_a_folder_is_filled_beside_what_lies_in_it_and_again(call: Call, tmp_path: Path) -> None:
    file = tiny(tmp_path / "t.cnn")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    assert call("export", file, "mine").status == 0
    (tmp_path / "mine" / "model.safetensors").unlink()  # too large for their git, say
    assert call("export", file, "mine").status == 0
    assert (tmp_path / "mine" / "notes.txt").read_text() == "mine"
    assert (tmp_path / "mine" / "model.safetensors").exists()


@pytest.mark.parametrize("name", ["model.py", "labels.txt", "model.safetensors", "predict.py"])
def test_a_folder_whose_files_no_export_wrote_keeps_them(call: Call, tmp_path: Path, name: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("mine")
    answer = call("export", tiny(tmp_path / "t.cnn"), "mine")
    assert (answer.status, answer.out) == (1, "")
    assert answer.err == f"mine has a {name} that no export wrote: choose another folder.\n"
    assert [path.read_text() for path in (tmp_path / "mine").iterdir()] == ["mine"]


def test_no_export_replaces_its_own_project(call: Call, tmp_path: Path) -> None:
    file = tiny(tmp_path / "t.cnn").rename(tmp_path / "t.csv")
    before = file.read_text()
    answer = call("export", file, "t.csv")
    assert (answer.status, answer.err) == (1, "t.csv is what is exported: choose another name.\n")
    assert file.read_text() == before


def test_no_export_replaces_a_file_of_a_run(trained: tuple[Path, Answer], call: Call, tmp_path: Path) -> None:
    run = tmp_path / "0001"
    shutil.copytree(trained[0], run)
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    for out, *options in (
        ["0001/best.safetensors", "--style", "sequential"], ["0001/metrics.csv"], ["0001/model.py"], ["0001"],
    ):  # fmt: skip
        answer = call("export", tiny(tmp_path / "t.cnn"), out, *options)
        assert (answer.status, answer.out) == (1, "")
        assert "belongs to a run" in answer.err or "no export wrote" in answer.err
        assert is_one_sentence(answer.err)
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before
    assert call("export", run, "0001/net.csv").status == 0


def test_a_damaged_project_is_told_before_anything_else(call: Call, tmp_path: Path) -> None:
    (tmp_path / "t.cnn").write_text("{")
    answer = call("export", "t.cnn", "net.onnx")
    assert answer.status == 1
    assert is_one_sentence(answer.err)
