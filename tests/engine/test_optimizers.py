"""Our optimisers and schedules are torch's, number by number."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from cnnbuilder.engine.optimizers import learning_rate, optimizer
from cnnbuilder.network.project import Training


def networks() -> tuple[nn.Module, nn.Module]:
    torch.manual_seed(0)
    one = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
    other = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
    other.load_state_dict(one.state_dict())
    return one, other


@pytest.mark.parametrize("name", ["adamw", "sgd"])
def test_steps_equal_those_of_torch_bit_by_bit(name: str) -> None:
    ours, theirs = networks()
    training = Training(optimizer=name, weight_decay=0.02, momentum=0.8)
    mine = optimizer(ours.parameters(), training)
    if name == "adamw":
        torchs = torch.optim.AdamW(theirs.parameters(), weight_decay=0.02, fused=True)
    else:
        torchs = torch.optim.SGD(theirs.parameters(), lr=1.0, weight_decay=0.02, momentum=0.8, fused=True)
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
