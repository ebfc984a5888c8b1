import pandas as pd
import pytest

from dl_pipelines.evaluation.seeds import over_seeds


def test_several_seeds_have_a_mean_and_a_spread():
    by_seed = pd.DataFrame({"seed": [3, 7], "loss": [1.0, 2.0]})
    assert over_seeds(by_seed) == {"loss": 1.5, "loss_sd": pytest.approx(0.5**0.5)}


def test_one_seed_has_no_spread():
    assert over_seeds(pd.DataFrame({"seed": [3], "loss": [1.0]})) == {"loss": 1.0}
