"""Networks that train side by side learn what each learns alone."""

import numpy as np
import pytest
import torch

from dl_pipelines.data.scalers import Standardizer
from dl_pipelines.data.splits import Split
from dl_pipelines.data.tables import Table
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_network
from dl_pipelines.models.stacked import Stacked, unstacked
from dl_pipelines.training.stacking import fit_member, rows_to_learn, rows_to_score
from dl_pipelines.training.supervised import train_supervised

MEMBERS = 3
PLAIN = {"hidden": [4]}


def start(model=PLAIN, architecture="mlp"):
    torch.manual_seed(0)
    return [build_network(architecture, model, features=2) for _ in range(MEMBERS)]


def rows():
    """Inputs and targets of different members, [24, M, 2] and [24, M, 1], of different scales."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(24, MEMBERS, 2, generator=generator)
    slopes = torch.tensor([[1.0, -2.0], [30.0, 10.0], [0.0, 0.1]])
    return x, (x * slopes).sum(dim=-1, keepdim=True)


@pytest.mark.parametrize(
    ("architecture", "model", "settings"),
    [
        ("mlp", PLAIN, {"optimizer": {"name": "sgd", "lr": 0.01}}),
        ("mlp", PLAIN, {"optimizer": {"name": "momentum", "lr": 0.01}}),
        ("mlp", PLAIN, {"optimizer": {"name": "adam", "lr": 0.02}}),
        ("mlp", PLAIN, {"optimizer": {"name": "adamw", "lr": 0.02, "weight_decay": 0.3}}),
        ("mlp", PLAIN, {"optimizer": {"name": "sgd", "lr": 0.1}, "clip_norm": 0.5}),
        ("mlp", PLAIN, {"ema_decay": 0.9, "schedule": {"name": "one_cycle"}}),
        # by Adam, biases before a batch norm would walk at random: their gradients are rounding
        ("mlp", {"hidden": [4], "batch_norm": True}, {"optimizer": {"name": "sgd", "lr": 1e-3}}),
        ("tabm", {"hidden": [4], "heads": 2}, {"loss": {"name": "huber"}}),
    ],
)
def test_side_by_side_is_as_alone(recipe, architecture, model, settings):
    settings = recipe(**settings)
    x, y = rows()
    nets = start(model, architecture)
    valid = (x[:5], y[:5])
    together = train_supervised(Stacked(nets), (x, y), valid, members=MEMBERS, **settings)

    states = unstacked(together.state)
    histories = []
    for number, net in enumerate(nets):
        pairs = [(inputs[:, number], targets[:, number]) for inputs, targets in ((x, y), valid)]
        alone = train_supervised(net, *pairs, **settings)
        torch.testing.assert_close(states[number], alone.state, rtol=1e-4, atol=1e-5)
        histories.append(alone.history)
    for row, *alone in zip(together.history, *histories, strict=True):
        for name, value in row.items():
            assert value == pytest.approx(np.mean([other[name] for other in alone]), rel=1e-4)


@pytest.mark.parametrize(
    "settings", [{"patience": 2}, {"schedule": {"name": "plateau"}}], ids=["patience", "plateau"]
)
def test_no_member_can_stop_or_slow_down_on_its_own(recipe, settings):
    with pytest.raises(SettingError, match="side by side cannot stop or slow down one by one"):
        train_supervised(Stacked(start()), rows(), rows(), members=MEMBERS, **recipe(**settings))


def member(split, *, scaling=Standardizer.fit, numeric=1):
    x = np.array([[2.0, 1.0, 0.0], [4.0, 0.0, 0.0], [9.0, 1.0, 0.0], [70.0, 0.0, 0.0]])
    targets = np.array([10.0, 30.0, 50.0, 7000.0])
    network = build_network("mlp", {**PLAIN, "numeric": numeric, "bins": 1}, features=3)
    table = Table(x, numeric, split)
    return fit_member(table, targets, network, scaling)


def split(train, test):
    return Split(np.array(train), np.arange(0), np.array(test))


def test_scalings_and_bins_are_those_of_the_training_rows():
    fitted = member(split([0, 1], [2, 3]))

    assert fitted.x[:3].tolist() == [[-1.0, 1.0, 0.0], [1.0, 0.0, 0.0], [6.0, 1.0, 0.0]]
    assert fitted.y[:3].flatten().tolist() == [-1.0, 1.0, 3.0]
    assert fitted.network.input.start.tolist() == [[-1.0]]
    assert fitted.network.input.slope.tolist() == [[0.5]]
    assert fitted.inputs.mean.tolist() == [3.0, 0.0, 0.0]
    assert fitted.inputs.scale.tolist() == [1.0, 1.0, 1.0]


def test_a_shorter_part_learns_some_of_its_rows_twice():
    members = [member(split([0, 1, 2], [3])), member(split([0, 1], [2, 3]))]
    x, y = rows_to_learn(members, [np.array([0, 1, 2]), np.array([0, 1])], seed=0)
    assert x.shape == (3, 2, 3) and y.shape == (3, 2, 1)
    assert torch.equal(x[:, 0], members[0].x[:3])
    assert torch.equal(y[:2, 1], members[1].y[:2])
    assert y[2, 1] in members[1].y[:2]


def test_a_shorter_part_to_score_ends_with_unknown_targets():
    members = [member(split([0, 1], [2, 3])), member(split([0, 1, 2], [3]))]
    x, y = rows_to_score(members, [np.array([2, 3]), np.array([3])])
    assert torch.equal(y[:, 0], members[0].y[2:])
    assert torch.equal(x[0, 1], members[1].x[3])
    assert y[0, 1] == members[1].y[3] and y[1, 1].isnan()
    assert rows_to_score(members, [np.arange(0)] * 2) is None
