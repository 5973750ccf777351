"""The window's child reads a network of torchvision; what goes wrong is an answer too."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from cnnbuilder.engine.client import Client
from cnnbuilder.engine.messages import Failed, NetworkRead, ReadNetwork, Ready
from cnnbuilder.engine.runs import read_run
from cnnbuilder.engine.tracing import weights
from cnnbuilder.engine.tracing.published import all_weights, builder
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.file import loads
from tests.engine.test_client import Window


def test_the_child_reads_networks_and_brings_their_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    path = weights.place(all_weights("squeezenet1_1")[0])
    path.parent.mkdir(parents=True)
    torch.save(builder("squeezenet1_1")().state_dict(), path)
    window = Window()
    try:
        window.client.start()
        window.wait(Ready)
        ask(window.client, 7, "resnet50", tmp_path / "a.runs")
        found = window.wait(NetworkRead)
        assert (found.number, found.run) == (7, None)
        assert analyse(loads(found.project).network).params == 25_557_032
        assert "not on this machine" in found.remarks[0]
        ask(window.client, 8, "squeezenet1_1", tmp_path / "b.runs")
        found = window.wait(NetworkRead)
        run = read_run(Path(found.run))
        assert run.folder == tmp_path / "b.runs" / "0001"
        assert run.project() == loads(found.project)
        ask(window.client, 9, "resnet5", tmp_path / "c.runs")
        refused = window.wait(Failed)
        assert (refused.number, refused.reason[-22:]) == (9, "did you mean resnet50?")
        path.write_bytes(b"damaged")
        ask(window.client, 10, "squeezenet1_1", tmp_path / "d.runs")
        refused = window.wait(Failed)
        assert refused.number == 10
        assert "cannot be read" in refused.reason
        assert not (tmp_path / "d.runs").exists()
    finally:
        window.client.close()


def ask(client: Client, number: int, name: str, runs_folder: Path) -> None:
    client.send(ReadNetwork(number, name, str(runs_folder)))
