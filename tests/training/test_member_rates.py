import copy

import pytest
import torch

from dl_pipelines.models import build_network
from dl_pipelines.models.stacked import Stacked, unstacked
from dl_pipelines.training.member_rates import MemberRates
from dl_pipelines.training.optimizers import OPTIMIZERS, build_optimizer

RATES = [1e-4, 0.003, 0.05, 1.5]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_member_learns_as_it_does_alone_at_its_rate(name):
    torch.manual_seed(0)
    net = build_network("mlp", {"hidden": [5]}, features=3).double()
    x, y = torch.randn(8, 3).double(), torch.randn(8, 1).double()
    stack = Stacked([net] * len(RATES))
    decay = {"weight_decay": 0.1}
    base = build_optimizer(stack.parameters(), name=name, lr=1.0, **decay)
    rates = MemberRates(base, torch.tensor(RATES, dtype=torch.float64))
    for _ in range(6):
        rates.zero_grad()
        outputs = stack(x[:, None].expand(-1, len(RATES), -1))
        (outputs - y[:, None]).square().mean(dim=0).sum().backward()
        rates.step()
    for rate, state in zip(RATES, unstacked(stack.state_dict()), strict=True):
        alone = copy.deepcopy(net)
        optimizer = build_optimizer(alone.parameters(), name=name, lr=rate, **decay)
        for _ in range(6):
            optimizer.zero_grad()
            (alone(x) - y).square().mean().backward()
            optimizer.step()
        torch.testing.assert_close(state, dict(alone.state_dict()), rtol=1e-7, atol=1e-9)
        moved = (alone.state_dict()["layers.0.weight"] - net.state_dict()["layers.0.weight"]).abs()
        assert moved.max() > 1e-5  # it has learnt something to compare
