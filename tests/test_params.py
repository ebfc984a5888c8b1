from typing import get_args

import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.frames.features import FEATURES
from dl_pipelines.params import Compute, Holdout, Training
from dl_pipelines.pipelines.stock_lstm.params import FeatureName, WalkForward

TRAINING = {"epochs": 1, "batch_size": 8}


@pytest.mark.parametrize(
    ("model", "values", "parts"),
    [
        (Compute, {"workers": 0}, ["'workers' is 0", "-1 for one a core"]),
        (Compute, {"address": "tcp://a:1"}, ["'address'", "'backend' is loky", "dask"]),
        (Compute, {"backend": "threading"}, ["'backend' is 'threading'", "'loky'"]),
        (Training, {**TRAINING, "seeds": [0, 0]}, ["'seeds'", "a seed appears twice"]),
        (Training, {**TRAINING, "seeds": [-1]}, ["'seeds.0' is -1"]),
        (Training, {**TRAINING, "seeds": []}, ["'seeds'", "at least 1"]),
        (Training, {**TRAINING, "optimizer": {"betas": [0.9, 1.0]}}, ["'optimizer.betas.1'"]),
        (Training, {"epochs": 1}, ["the setting 'batch_size' is missing"]),
        (WalkForward, {"seeds": [3, 3]}, ["a seed appears twice"]),
        (Holdout, {"test_start": "soon"}, ["'test_start' is 'soon'"]),
        (
            Holdout,
            {"start": "2020-01-01", "test_start": "2019-01-01"},
            ["start (2020-01-01) must lie before test_start 2019-01-01"],
        ),
        (
            Holdout,
            {"test_start": "2019-01-01", "end": "2018-01-01"},
            ["end (2018-01-01) must not lie before test_start 2019-01-01"],
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_in_one_sentence(model, values, parts):
    with pytest.raises(SettingError) as caught:
        model.model_validate(values)
    for part in parts:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_are_frozen():
    settings = Compute()
    with pytest.raises(ValueError, match="frozen"):
        settings.workers = 2


def test_the_features_that_can_be_chosen_are_those_that_are_built():
    assert set(get_args(FeatureName)) == {"high", "close", *FEATURES}
