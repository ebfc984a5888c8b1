import numpy as np
import pandas as pd
import pytest

from dl_pipelines.data.targets import TARGETS
from dl_pipelines.data.task import ForecastTask


@pytest.fixture
def samples() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "target_date": pd.to_datetime(["2020-01-02", "2020-01-03", "2020-01-06"]),
            "high_next": [101.0, 103.0, 99.0],
            "close": [100.0, 101.0, 102.0],
            "range_22": [0.01, 0.02, 0.03],
            "return_1": [0.1, 0.2, 0.3],
            "high_low": [0.4, 0.5, 0.6],
        }
    )


@pytest.mark.parametrize("target", TARGETS)
def test_decoding_the_targets_gives_the_highs_back(samples, target):
    task = ForecastTask.from_frame(samples, ["return_1"], target)
    days = np.array([2, 0])
    decoded = task.decode(np.stack([task.targets[days]] * 2), days)
    np.testing.assert_allclose(decoded, [[99.0, 101.0]] * 2)


def test_values_are_the_chosen_columns_in_their_order(samples):
    task = ForecastTask.from_frame(samples, ["high_low", "return_1"], "level")
    assert task.values.tolist() == [[0.4, 0.1], [0.5, 0.2], [0.6, 0.3]]
    assert task.dates[0] == np.datetime64("2020-01-02")


def test_the_scale_is_the_mean_range_in_points(samples):
    task = ForecastTask.from_frame(samples, ["return_1"], "level")
    np.testing.assert_allclose(task.scale(np.array([1, 2])), [2.02, 3.06])
