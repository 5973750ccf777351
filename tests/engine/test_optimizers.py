"""Our optimisers and schedules are torch's, number by number."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from cnnbuilder.engine.optimizers import optimizer
from cnnbuilder.network.optimizers import OPTIMIZERS
from cnnbuilder.network.project import Training
from cnnbuilder.network.schedules import learning_rate


def networks() -> tuple[nn.Module, nn.Module]:
    torch.manual_seed(0)
    one = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
    other = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
    other.load_state_dict(one.state_dict())
    return one, other


def made_by_code(name: str, net: nn.Module, training: Training) -> torch.optim.Optimizer:
    """What an exported script makes of the settings."""
    args = SimpleNamespace(learning_rate=1.0)
    made = eval(OPTIMIZERS[name].code(training), {"torch": torch, "net": net, "args": args})
    assert isinstance(made, torch.optim.Optimizer)
    return made


def test_the_code_hands_over_the_settings() -> None:
    training = Training(weight_decay=0.02, momentum=0.8)
    net, _other = networks()
    adamw, sgd = (made_by_code(name, net, training) for name in ("adamw", "sgd"))
    assert type(adamw) is torch.optim.AdamW and type(sgd) is torch.optim.SGD
    assert adamw.param_groups[0]["weight_decay"] == sgd.param_groups[0]["weight_decay"] == 0.02
    assert sgd.param_groups[0]["momentum"] == 0.8
    assert all(group["fused"] for each in (adamw, sgd) for group in each.param_groups)
    assert "momentum" in OPTIMIZERS["sgd"].settings and "momentum" not in OPTIMIZERS["adamw"].settings


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_forecast_counts_what_is_remembered(name: str, momentum: float) -> None:
    training = Training(optimizer=name, momentum=momentum)
    net, _other = networks()
    used = optimizer(net.parameters(), training)
    for _step in range(2):
        net(torch.ones(2, 6)).sum().backward()
        used.step(0.1)
    remembered = [
        value for values in used.state().values() for value in values if isinstance(value, torch.Tensor)
    ]
    values = sum(
        tensor.numel() for tensor in remembered if tensor.dim()
    )  # a count of steps is no copy of the weights
    assert values == OPTIMIZERS[name].slots(training) * sum(param.numel() for param in net.parameters())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_equal_those_of_torch_bit_by_bit(name: str) -> None:
    ours, theirs = networks()
    training = Training(optimizer=name, weight_decay=0.02, momentum=0.8)
    mine = optimizer(ours.parameters(), training)
    torchs = made_by_code(name, theirs, training)
    for step in range(8):
        rate = 0.01 * (step + 1)
        images = torch.randn(4, 6)
        for net in (ours, theirs):
            net(images).square().sum().backward()
        mine.step(rate)
        torchs.param_groups[0]["lr"] = rate
        torchs.step()
        torchs.zero_grad()
        assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))


def test_sgd_without_momentum_works() -> None:
    net, _other = networks()
    before = net[0].weight.clone()
    plain = optimizer(net.parameters(), Training(optimizer="sgd", momentum=0.0, weight_decay=0.0))
    for _step in range(2):
        net(torch.ones(2, 6)).sum().backward()
        plain.step(0.1)
    assert not torch.equal(before, net[0].weight)


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 1290])
def test_one_cycle_equals_torchs(steps: int) -> None:
    training = Training(learning_rate=0.005)
    ours = [learning_rate(training, step, steps) for step in range(steps)]
    dummy = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        dummy, max_lr=0.005, total_steps=steps, cycle_momentum=False
    )
    for step, rate in enumerate(ours):
        if steps > 3:  # below, torch's own phases do not fit into the steps
            assert rate == pytest.approx(dummy.param_groups[0]["lr"], rel=1e-9)
        assert 0 < rate <= 0.005
        dummy.step()
        if step + 1 < steps:
            schedule.step()


def test_a_constant_rate_is_constant() -> None:
    training = Training(learning_rate=0.02, schedule="constant")
    assert {learning_rate(training, step, 50) for step in range(50)} == {0.02}
