"""Augmentation, balance and normalisation go along with a script: its losses are the program's bit by bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from msgspec.structs import replace
from safetensors.torch import load_file

from cnnbuilder.engine.runs import LAST
from cnnbuilder.network.data import Augmentation
from cnnbuilder.network.project import Project
from tests.engine.export.scripts import (
    LIMIT,
    PROJECTS,
    arguments,
    by_the_program,
    first_losses_alone,
    losses_in,
    run_here,
    script_of,
    short,
)
from tests.network.test_formatting import assert_formatted

EVERYTHING = Augmentation(
    flip_horizontal=True,
    flip_vertical=True,
    shift=0.1,
    rotation=15,
    scale=0.2,
    colour=0.3,
    erasing=0.5,
    mixup=0.4,
    cutmix=1.0,
)
OPTIONS: dict[str, dict[str, Any]] = {
    "flip": {"augmentation": Augmentation(flip_horizontal=True)},
    "upside down": {"augmentation": Augmentation(flip_vertical=True)},
    "shift": {"augmentation": Augmentation(shift=0.1)},
    "rotation": {"augmentation": Augmentation(rotation=15)},
    "scale": {"augmentation": Augmentation(scale=0.2)},
    "colour": {"augmentation": Augmentation(colour=0.3)},
    "erasing": {"augmentation": Augmentation(erasing=0.5)},
    "mixup": {"augmentation": Augmentation(mixup=0.4)},
    "cutmix": {"augmentation": Augmentation(cutmix=1.0)},
    "sampling": {"balance": "sampling"},
    "weights": {"balance": "weights"},
    "imagenet": {"normalisation": "imagenet"},
    "no normalisation": {"normalisation": "none"},
    "everything, sampled": {
        "augmentation": EVERYTHING,
        "balance": "sampling",
        "normalisation": "imagenet",
    },
    "everything, weighted": {"augmentation": EVERYTHING, "balance": "weights", "normalisation": "none"},
}


def varied(name: str, project: str = "colour shapes") -> Project:
    return replace(PROJECTS[project], data=replace(PROJECTS[project].data, **OPTIONS[name]))


@pytest.fixture(scope="module")
def plain_losses(tmp_path_factory: pytest.TempPathFactory) -> list[float]:
    """Of a training with everything off."""
    project = short(PROJECTS["colour shapes"], precision="float32", seed=3)
    return by_the_program(project, tmp_path_factory.mktemp("plain"), LIMIT).losses


@pytest.mark.parametrize("name", OPTIONS)
def test_ten_losses_and_the_weights_are_the_programs_bit_by_bit(
    name: str, plain_losses: list[float], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = short(varied(name), precision="float32", seed=3)
    ours = by_the_program(project, tmp_path / "0001", LIMIT)
    assert len(ours.losses) == 10
    assert ours.losses != plain_losses  # the option does something
    out = tmp_path / "net"
    text = script_of(project, limit_images=LIMIT)
    printed = run_here(text, [*arguments(project), "--out", str(out)], capsys)
    assert losses_in(printed) == ours.losses
    weights = load_file(out.with_suffix(".safetensors"))
    assert all((weights[key] == value).all() for key, value in load_file(ours.folder / LAST).items())


def test_alone_in_its_own_process_with_everything_on(tmp_path: Path) -> None:
    project = varied("everything, sampled", "digits resized")
    project = short(project, precision="float32")
    torch.set_num_threads(2)
    ours = by_the_program(project, tmp_path / "0001", LIMIT)
    script = tmp_path / "train.py"
    script.write_text(
        script_of(project, precision="float32", threads=2, limit_images=LIMIT), encoding="utf-8"
    )
    assert first_losses_alone(script, arguments(project)) == ours.losses[:10]


@pytest.mark.parametrize("project", ["digits", "colour shapes", "digits resized"])
def test_it_reads_as_if_written_by_hand(project: str, tmp_path: Path) -> None:
    for number, name in enumerate(OPTIONS):
        text = script_of(varied(name, project))
        (tmp_path / f"train{number}.py").write_text(text, encoding="utf-8")
        assert all(len(line) <= 88 for line in text.splitlines())
    assert_formatted(tmp_path, "E,F,W,I,B,UP")


def test_what_is_off_is_not_in_it() -> None:
    plain = script_of(PROJECTS["digits"])
    for word in ("image_keys", "times_before", "varied_loss", "class_weights", "rows", "mixed"):
        assert word not in plain
    flipped = script_of(varied("flip", "digits"))
    assert "randomly_flipped" in flipped and "randomly_shifted" not in flipped and "mixed" not in flipped
