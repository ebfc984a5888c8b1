"""Processes of a training as seen by one of them; real groups are in test_launch.py."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.layers import BatchNorm1d
from dl_pipelines.models.stacked import Stacked
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.ranks import Ranks


def one_of(count, *, number=0, device="cpu"):
    return Ranks(
        SimpleNamespace(process_index=number, num_processes=count, device=torch.device(device))
    )


def test_a_training_of_one_process_is_left_as_it_is():
    ranks = Ranks(build_accelerator("cpu"))
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    before = torch.get_rng_state()
    ranks.join(model, seed=0)
    assert torch.equal(torch.get_rng_state(), before)
    assert ranks.prepare(model) is model
    assert (ranks.share(len), ranks.agree(dict), ranks.agree(None)) == (len, dict, None)
    assert (ranks.parts(), ranks.settings(), ranks.broadcast(b"x")) == ({}, {}, b"x")


def test_processes_draw_different_numbers_and_the_first_one_the_seeds():
    draws, model = [], nn.Linear(1, 1)
    for number in range(3):
        torch.manual_seed(5)
        one_of(3, number=number).join(model, seed=5)
        draws.append(torch.rand(1).item())
    torch.manual_seed(5)
    assert draws[0] == torch.rand(1).item()
    assert len(set(draws)) == 3


@pytest.mark.parametrize(
    ("norm", "device"),
    [
        (nn.BatchNorm1d(2), "cpu"),
        (nn.BatchNorm2d(2, affine=False), "cpu"),
        (Stacked([BatchNorm1d(2), BatchNorm1d(2)]), "cuda"),
    ],
)
def test_batch_norms_that_cannot_see_the_whole_batch_are_named(norm, device):
    with pytest.raises(SettingError, match=r"has batch norms.*set 'devices' and 'nodes' to 1"):
        one_of(2, device=device).join(nn.Sequential(norm), seed=0)


def test_frozen_batch_norms_do_no_harm():
    model = nn.Sequential(nn.BatchNorm1d(2).eval())
    one_of(2).join(model, seed=0)
    assert type(model[0]) is nn.BatchNorm1d and not model[0].training


def test_on_gpus_batch_norms_see_the_whole_batch_and_keep_their_names():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), BatchNorm1d(2))
    names = list(model.state_dict())
    one_of(2, device="cuda").join(model, seed=0)
    assert [type(part) for part in model][1:] == [nn.SyncBatchNorm] * 2
    assert list(model.state_dict()) == names


def test_a_batch_norm_never_sees_a_row_that_only_fills_a_place():
    ranks = one_of(3, number=1, device="cuda")
    ranks.join(nn.Sequential(nn.BatchNorm1d(1)), seed=0)
    with pytest.raises(SettingError, match="a batch of 2 rows leaves none for some of 3 processes"):
        ranks.share(len)((torch.zeros(2, 1),), None)
