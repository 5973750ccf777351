"""Which weights an export gets: the newest finished run of an equal network, else what a training begins with."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from msgspec.structs import replace
from safetensors.torch import load_file, save_file

from cnnbuilder.blocks.activation import ReLU
from cnnbuilder.blocks.base import Block
from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.blocks.dense import Linear
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.merging import Add
from cnnbuilder.blocks.pooling import AdaptiveAvgPool2d
from cnnbuilder.blocks.shape import Flatten
from cnnbuilder.engine import runs
from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.data_loading import input_shape
from cnnbuilder.engine.device import find_device
from cnnbuilder.engine.export.export_path import ExportProblem
from cnnbuilder.engine.export.weights import weighted
from cnnbuilder.engine.inference import load_model
from cnnbuilder.engine.module import WeightsProblem, build, save_weights
from cnnbuilder.engine.training_setup import set_up
from cnnbuilder.network.code import source
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.project import Network, Project, Wire
from cnnbuilder.network.templates import chain
from tests.engine.export.conftest import Trained
from tests.engine.networks import tiny_project


def same_weights(net: torch.nn.Module, other: torch.nn.Module) -> bool:
    mine, theirs = net.state_dict(), other.state_dict()
    return list(mine) == list(theirs) and all(torch.equal(mine[name], theirs[name]) for name in mine)


def test_a_trained_network_leaves_with_its_best_weights(trained: Trained) -> None:
    found = weighted(trained.project, trained.runs_folder)
    assert same_weights(found.net, load_model(trained.run).net)
    info = runs.read_run(trained.run).info
    assert found.preparation == info.preparation
    assert info.result is not None
    assert info.result.best_accuracy is not None
    accuracy = f"{100 * info.result.best_accuracy:.1f}"
    assert found.remarks == (
        f"Exported with the weights of run 0001 ({accuracy} % of the validation images).",
    )
    assert not found.net.training


def test_without_a_run_it_leaves_with_what_training_would_begin_with(tmp_path: Path) -> None:
    project = tiny_project(seed=7)
    data = prepare(find("mnist"), (1, 32, 32))
    dice = torch.get_rng_state()
    found = weighted(project, tmp_path / "none.runs")
    assert torch.equal(dice, torch.get_rng_state())
    begun = set_up(project, data, tmp_path, find_device("cpu"), None)
    assert same_weights(found.net, begun.net)
    assert found.preparation == begun.info.preparation
    assert found.remarks == ("Exported with fresh weights from seed 7: nothing is trained yet.",)


def test_an_edited_network_does_not_take_another_ones_weights(trained: Trained) -> None:
    first, conv, *rest = trained.project.network.blocks
    network = Network((first, replace(conv, out_channels=9), *rest), trained.project.network.wires)
    found = weighted(replace(trained.project, network=network), trained.runs_folder)
    assert found.remarks == (
        "Exported with fresh weights from seed 0: no run has trained this very network.",
    )


def test_the_newest_of_the_finished_runs_counts(trained: Trained, tmp_path: Path) -> None:
    for number, state in enumerate(("finished", "finished", "unfinished", "failed"), 1):
        a_run(tmp_path / f"{number:04}", trained.project, trained, state)
    assert "run 0002" in weighted(trained.project, tmp_path).remarks[0]


def test_a_run_that_its_user_stopped_counts_and_says_so(trained: Trained, tmp_path: Path) -> None:
    a_run(tmp_path / "0001", trained.project, trained, "stopped")
    assert "run 0001 (stopped after 2 epochs, " in weighted(trained.project, tmp_path).remarks[0]


def test_a_run_whose_project_is_damaged_stands_in_nobodys_way(trained: Trained, tmp_path: Path) -> None:
    a_run(tmp_path / "0001", trained.project, trained, "finished")
    a_run(tmp_path / "0002", trained.project, trained, "finished")
    (tmp_path / "0002" / runs.PROJECT).write_text("{")
    assert "run 0001" in weighted(trained.project, tmp_path).remarks[0]


def test_equal_networks_that_name_their_layers_in_another_order_get_the_right_weights(
    trained: Trained, tmp_path: Path
) -> None:
    """Two branches alike but for their activation: listed the other way round, conv1 and conv2 change their names."""
    one, other = branches(), branches(turned=True)
    assert source(one).text != source(other).text
    torch.manual_seed(3)
    net = build(one).eval()
    run = a_run(tmp_path / "0001", Project(one, Data(Inside("mnist"))), trained, "finished", net)
    found = weighted(Project(other, Data(Inside("mnist"))), tmp_path)
    assert "run 0001" in found.remarks[0]
    images = torch.rand(3, 1, 8, 8)
    with torch.inference_mode():
        assert torch.equal(found.net(images), net(images))
    assert run.is_dir()


def test_a_run_can_be_named(trained: Trained, tmp_path: Path) -> None:
    run = a_run(tmp_path / "0001", trained.project, trained, "unfinished")
    runs.write_info(run, replace(runs.read_run(run).info, result=None))
    (remark,) = weighted(trained.project, None, tmp_path / "0001").remarks
    assert remark == "Exported with the weights of run 0001 (it did not come to its end)."


def test_a_named_run_that_does_not_fit_says_which_layer_and_which_shapes(trained: Trained) -> None:
    first, conv, *rest = trained.project.network.blocks
    network = Network((first, replace(conv, out_channels=9), *rest), trained.project.network.wires)
    with pytest.raises(
        WeightsProblem, match=r"conv1\.weight is 8 × 1 × 5 × 5 there and 9 × 1 × 5 × 5 here\.$"
    ):
        weighted(replace(trained.project, network=network), None, trained.run)


def test_a_named_run_of_a_changed_network_that_fits_all_the_same_says_so(trained: Trained) -> None:
    blocks = tuple(
        replace(block, kernel_size=(2, 2), stride=(2, 2), ceil_mode=True)
        if block.kind() == "MaxPool2d"
        else block
        for block in trained.project.network.blocks
    )
    project = replace(trained.project, network=Network(blocks, trained.project.network.wires))
    assert weighted(project, None, trained.run).remarks[1:] == (
        "The network was changed since that run; its weights fit all the same.",
    )


def test_weights_that_fit_images_of_another_size_are_exported_at_that_size(
    trained: Trained, tmp_path: Path
) -> None:
    small, large = pooled(8), pooled(16)
    torch.manual_seed(2)
    run = a_run(tmp_path / "0001", Project(small, Data(Inside("mnist"))), trained, "finished", build(small))
    assert weighted(Project(large, Data(Inside("mnist"))), None, run).preparation.shape == (1, 16, 16)


def test_weights_for_other_channels_are_refused(trained: Trained, tmp_path: Path) -> None:
    """No layer can tell: each channel is worked on alone."""
    grey = chain(Input(id=""), Flatten(id=""))
    colour = chain(Input(id="", channels=3), Flatten(id=""))
    run = a_run(tmp_path / "0001", Project(grey, Data(Inside("mnist"))), trained, "finished", build(grey))
    with pytest.raises(ExportProblem, match="images of 1 × 32 × 32, but the Input is 3 × 32 × 32"):
        weighted(Project(colour, Data(Inside("mnist"))), None, run)


def test_a_run_without_weights_says_when_they_come(trained: Trained, tmp_path: Path) -> None:
    run = a_run(tmp_path / "0001", trained.project, trained, "unfinished")
    (run / runs.BEST).unlink()
    with pytest.raises(ExportProblem, match=r"^Run 0001 has no weights yet: .*\.$"):
        weighted(trained.project, None, run)


def test_damaged_weights_are_named(trained: Trained, tmp_path: Path) -> None:
    run = a_run(tmp_path / "0001", trained.project, trained, "finished")
    (run / runs.BEST).write_bytes(b"nothing")
    with pytest.raises(WeightsProblem, match="cannot be read"):
        weighted(trained.project, tmp_path)


@pytest.mark.parametrize(
    ("project", "said"),
    [
        (
            Project(chain(Input(id=""), Flatten(id=""), Linear(id="", out_features=3)), Data(None)),
            "No data set",
        ),
        (
            Project(
                chain(Input(id="", channels=2), Flatten(id=""), Linear(id="", out_features=3)),
                Data(Inside("mnist")),
            ),
            "Images have 1 channel",
        ),
    ],
)
def test_without_data_values_are_not_normalised_and_that_is_said(project: Project, said: str) -> None:
    found = weighted(project)
    channels = found.preparation.shape[0]
    assert (found.preparation.mean, found.preparation.std) == ((0.0,) * channels, (1.0,) * channels)
    assert len(found.preparation.classes) == 3
    assert said in found.remarks[1]
    assert "not normalised" in found.remarks[1]


def a_run(
    folder: Path, project: Project, trained: Trained, state: str, net: torch.nn.Module | None = None
) -> Path:
    """A run folder as training leaves it; without `net` the weights are those of the trained one."""
    info = runs.read_run(trained.run).info
    preparation = replace(info.preparation, shape=input_shape(project.network))
    result = replace(info.result, stopped=state == "stopped")
    runs.begin(folder, project, replace(info, state=state, result=result, preparation=preparation))
    if net is None:
        save_file(load_file(trained.run / runs.BEST), folder / runs.BEST)
    else:
        save_weights(net, folder / runs.BEST)
    return folder


def pooled(size: int) -> Network:
    """A network for images of any size."""
    return chain(
        Input(id="", height=size, width=size),
        Conv2d(id="", out_channels=4),
        AdaptiveAvgPool2d(id=""),
        Flatten(id=""),
        Linear(id="", out_features=10),
    )


def branches(turned: bool = False) -> Network:
    """conv → ReLU and conv, added. `turned`: the same graph, its wires listed from the other side."""
    blocks: tuple[Block, ...] = (
        Input(id="in", height=8, width=8),
        Conv2d(id="a", out_channels=2, padding=(1, 1)),
        ReLU(id="r"),
        Conv2d(id="b", out_channels=2, padding=(1, 1)),
        Add(id="sum"),
        Flatten(id="flat"),
        Linear(id="out", out_features=10),
    )
    wires = (
        Wire("in", "a"),
        Wire("in", "b"),
        Wire("a", "r"),
        Wire("r", "sum", 0),
        Wire("b", "sum", 1),
        Wire("sum", "flat"),
        Wire("flat", "out"),
    )
    return Network(blocks[::-1], wires[::-1]) if turned else Network(blocks, wires)
