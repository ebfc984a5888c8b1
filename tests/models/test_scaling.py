import torch
from torch import nn

from dl_pipelines.models.scaling import Ensemble, Scaled


class LastDay(nn.Module):
    def forward(self, x):
        return x[:, -1]


def scaled(**buffers):
    module = Scaled(LastDay(), features=2, outputs=2)
    module.load_state_dict(module.state_dict() | {k: torch.tensor(v) for k, v in buffers.items()})
    return module


def test_scaled_is_the_identity_at_first():
    x = torch.rand(3, 4, 2)
    assert torch.equal(scaled()(x), x[:, -1])


def test_scaled_takes_raw_inputs_and_gives_units_of_the_target():
    module = scaled(
        input_mean=[1.0, 2.0], input_scale=[2.0, 4.0],
        target_mean=[100.0, 200.0], target_scale=[10.0, 20.0],
    )  # fmt: skip
    assert module(torch.tensor([[[5.0, 10.0]]])).tolist() == [[120.0, 240.0]]


def test_ensemble_is_the_mean_of_its_members():
    members = [scaled(target_mean=[0.0, 0.0]), scaled(target_mean=[1.0, 3.0])]
    assert Ensemble(members)(torch.zeros(1, 1, 2)).tolist() == [[0.5, 1.5]]
