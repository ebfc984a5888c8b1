import pytest
import torch

from dl_pipelines.errors import SettingError
from dl_pipelines.training.losses import LOSSES, build_loss

OUTPUT = torch.tensor([1.0, 2.0, 7.0])
TARGET = torch.tensor([2.0, 2.0, 4.0])


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"name": "mse"}, 10 / 3),
        ({"name": "mae"}, 4 / 3),
        ({"name": "huber", "delta": 2.0}, (0.5 + 2.0 * (3.0 - 1.0)) / 3),
        ({"name": "quantile", "quantile": 0.9}, (0.9 * 1.0 + 0.1 * 3.0) / 3),
        ({"name": "quantile", "quantile": 0.5}, 2 / 3),
    ],
)
def test_loss(settings, expected):
    assert build_loss(**settings)(OUTPUT, TARGET).item() == pytest.approx(expected)


def test_a_label_is_spread_over_the_classes():
    outputs, label = torch.tensor([[2.0, 0.0, -1.0]]), torch.tensor([0])
    logs = torch.log_softmax(outputs, dim=-1)[0]
    sharp, smooth = (build_loss(name="cross_entropy", smoothing=share) for share in (0.0, 0.3))
    assert sharp(outputs, label).item() == pytest.approx(-logs[0].item())
    expected = -(0.7 * logs[0] + 0.3 * logs.mean()).item()
    assert smooth(outputs, label).item() == pytest.approx(expected)


def test_the_quantile_loss_is_least_at_the_quantile():
    target = torch.arange(101.0)
    loss = build_loss(name="quantile", quantile=0.8)
    losses = torch.stack([loss(torch.full_like(target, value), target) for value in target])
    assert losses.argmin() == 80


def test_unknown_loss_is_named_with_the_known_ones():
    with pytest.raises(SettingError, match=f"no loss 'l3': choose one of {', '.join(LOSSES)}"):
        build_loss(name="l3")
