import math

import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.training.polynomials import learn_polynomial, powers

RECIPE = {
    "degree": 2,
    "spread": 1.0,
    "batch_size": 16,
    "lr": 0.1,
    "target": 1e-3,
    "max_steps": 5000,
    "seed": 3,
}


def test_powers_are_columns():
    assert powers(torch.tensor([2.0, -1.0]), 3).tolist() == [[2, 4, 8], [-1, 1, -1]]


def test_training_ends_with_the_first_batch_below_the_target():
    found = learn_polynomial(**RECIPE)
    assert found.losses[-1] < 1e-3 <= min(found.losses[:-1])
    assert len(found.actual) == len(found.learned) == 3
    assert found.learned == pytest.approx(found.actual, abs=0.2)
    assert 0 < found.fresh_loss < 0.01


def test_the_first_steps_are_those_of_torch():
    found = learn_polynomial(**{**RECIPE, "target": 1e9})  # the first batch will do
    with torch.random.fork_rng():
        torch.manual_seed(3)
        actual, layer = torch.randn(3), nn.Linear(2, 1)
        x = torch.randn(16)
        loss = nn.SmoothL1Loss()(
            layer(torch.stack([x, x**2], dim=1))[:, 0], actual[0] + actual[1] * x + actual[2] * x**2
        )
        optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
        loss.backward()
        optimizer.step()
    assert found.losses == pytest.approx([loss.item()])
    assert found.actual == actual.tolist()
    assert found.learned == pytest.approx([layer.bias.item(), *layer.weight[0].tolist()])


def test_a_seed_gives_the_same_again_and_leaves_no_trace():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    one, other = learn_polynomial(**RECIPE), learn_polynomial(**RECIPE)
    assert torch.rand(1) == expected
    assert (one.losses, one.learned) == (other.losses, other.learned)


@pytest.mark.parametrize("lr", [1e3, 1e38])
def test_a_target_that_is_not_reached_is_told(lr):
    with pytest.raises(SettingError, match=r"lower 'curve_fit\.polynomial\.lr'") as caught:
        learn_polynomial(**{**RECIPE, "lr": lr, "max_steps": 50})
    assert "'curve_fit.polynomial.target' (0.001)" in str(caught.value)


def test_steps_that_are_too_few_are_told():
    with pytest.raises(SettingError, match=r"raise 'curve_fit\.polynomial\.max_steps' \(1,000\)"):
        learn_polynomial(**{**RECIPE, "lr": 1e-6, "max_steps": 1000})


def test_a_loss_that_is_no_number_ends_training_at_once(monkeypatch):
    from dl_pipelines.training import polynomials

    losses = iter([1.0, math.nan])
    monkeypatch.setattr(polynomials, "_learn_batch", lambda *_: next(losses))
    with pytest.raises(SettingError, match="no batch of 2 had") as caught:
        learn_polynomial(**RECIPE)
    assert "max_steps" not in str(caught.value)  # more steps are of no use
