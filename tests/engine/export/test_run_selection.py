"""How a training script computes: as the run did, else as this machine would."""

from __future__ import annotations

from pathlib import Path

import torch
from msgspec.structs import replace

from cnnbuilder.engine import runs
from cnnbuilder.engine.device import find_device
from cnnbuilder.engine.export import Choices, export
from cnnbuilder.engine.export.run_selection import conditions
from tests.engine.export.conftest import Trained
from tests.engine.export.test_weights import a_run


def test_as_the_run_did_on_as_many_images(trained: Trained) -> None:
    info = runs.read_run(trained.run).info
    found, said = conditions(trained.project, None, trained.run)
    assert found == (info.precision, info.threads, info.device, 500)
    assert said == f"It computes as run 0001 did: {info.precision} on 1 thread of the CPU."


def test_a_project_computes_as_its_newest_run_but_on_all_images(trained: Trained, tmp_path: Path) -> None:
    run = a_run(tmp_path / "0001", trained.project, trained, "finished")
    info = replace(runs.read_run(run).info, precision="bfloat16", device="cuda", threads=7)
    runs.write_info(run, info)
    found, said = conditions(trained.project, tmp_path, None)
    assert found == ("bfloat16", 7, "cuda", None)
    assert said == "It computes as run 0001 did: bfloat16 on cuda."


def test_other_settings_are_the_projects_while_it_computes_as_the_run(trained: Trained) -> None:
    """Who tries one epoch from the command line goes on with the project's twenty."""
    training = replace(trained.project.training, epochs=20)
    found, said = conditions(replace(trained.project, training=training), trained.runs_folder, None)
    info = runs.read_run(trained.run).info
    assert found == (info.precision, info.threads, info.device, None)
    assert said == (
        f"It computes as run 0001 did ({info.precision} on 1 thread of the CPU), "
        "with the project's data and settings of now."
    )


def test_who_asks_for_another_precision_than_the_run_gets_it(trained: Trained) -> None:
    training = replace(trained.project.training, precision="float32")
    assert trained.project.training.precision == "auto"
    found, said = conditions(replace(trained.project, training=training), trained.runs_folder, None)
    assert found == ("float32", torch.get_num_threads(), find_device().name, None)
    assert "on this machine" in said


def test_nothing_trained_computes_as_this_machine_would(trained: Trained, tmp_path: Path) -> None:
    found, said = conditions(trained.project, tmp_path, None)
    device = find_device()
    precision = "bfloat16" if device.bfloat16 else "float32"
    assert found == (precision, torch.get_num_threads(), device.name, None)
    assert "on this machine" in said


def test_weights_from_elsewhere_say_nothing_of_how_to_compute(trained: Trained, tmp_path: Path) -> None:
    run = a_run(tmp_path / "0001", trained.project, trained, "finished")
    runs.write_info(run, replace(runs.read_run(run).info, source="torchvision", threads=0, device=""))
    for named in (None, run):
        found, _said = conditions(trained.project, tmp_path, named)
        assert (found.threads, found.device) == (torch.get_num_threads(), find_device().name)


def test_script_and_notebook_are_written_with_it(trained: Trained, tmp_path: Path) -> None:
    for ending in (".py", ".ipynb"):
        out = tmp_path / f"learn{ending}"
        written = export(trained.project, str(out), Choices(run=trained.run))
        assert written.remarks[0].startswith("It computes as run 0001 did")
        assert "500" in out.read_text()
