import random

import numpy as np
import pytest
import torch

from dl_pipelines.training.seeds import RandomState, seed_everything


def draw():
    return random.gauss(0, 1), np.random.rand(), torch.rand(1).item()


def test_a_seed_repeats_all_generators():
    draws = []
    for seed in (1, 1, 2):
        with seed_everything(seed):
            draws.append(draw())
    assert draws[0] == draws[1]
    assert all(one != other for one, other in zip(draws[0], draws[2], strict=True))


def test_the_outer_state_comes_back_also_after_an_error():
    outer = RandomState().state_dict()
    expected = draw()
    RandomState().load_state_dict(outer)

    with pytest.raises(RuntimeError), seed_everything(5):
        draw()
        assert torch.are_deterministic_algorithms_enabled()
        raise RuntimeError

    assert draw() == expected
    assert not torch.are_deterministic_algorithms_enabled()
    assert torch.utils.deterministic.fill_uninitialized_memory
