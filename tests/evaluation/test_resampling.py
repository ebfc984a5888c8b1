import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.resampling import (
    metrics_by_seed,
    metrics_by_split,
    repeats,
    summarize,
)


@pytest.fixture
def predictions() -> pd.DataFrame:
    """Two splits, two seeds; the errors of the seeds are 1 and 3, then 2 and -2."""
    return pd.DataFrame(
        [
            (0, 5, "valid", 10.0, 10.0, 18.0, 14.0),
            (0, 0, "test", 10.0, 11.0, 13.0, 12.0),
            (0, 1, "test", 20.0, 21.0, 23.0, 22.0),
            (1, 5, "valid", 10.0, 10.0, 8.0, 9.0),
            (1, 2, "test", 30.0, 32.0, 28.0, 30.0),
            (1, 3, "test", 34.0, 36.0, 32.0, 34.0),
            (1, 4, "test", 38.0, 40.0, 36.0, 38.0),
        ],
        columns=["split", "row", "part", "actual", "seed_3", "seed_7", "prediction"],
    )


@pytest.fixture
def baseline(predictions) -> pd.DataFrame:
    return predictions.drop(columns=["seed_3", "seed_7"])


def test_a_split_has_the_mean_of_its_seeds_errors_and_the_ensembles_error(predictions):
    by_split = metrics_by_split(predictions)
    assert by_split["split"].tolist() == [0, 1]
    assert by_split["rows"].tolist() == [2, 3]
    assert by_split["rmse"].tolist() == [2.0, 2.0]
    assert by_split["mae"].tolist() == [2.0, 2.0]
    assert by_split["rmse_seed_sd"].tolist() == pytest.approx([np.sqrt(2), 0.0])
    assert by_split["ensemble_rmse"].tolist() == [2.0, 0.0]
    assert by_split["ensemble_r2"].tolist() == pytest.approx([1 - 8 / 50, 1.0])
    assert "log_rmse" not in by_split


def test_validation_rows_are_judged_apart(predictions):
    changed = predictions.copy()
    changed.loc[changed["part"] == "valid", ["seed_3", "seed_7", "prediction"]] = 99.0
    before, after = (metrics_by_split(frame) for frame in (predictions, changed))
    assert before.pop("validation_rmse").tolist() == [4.0, 1.0]
    assert after.pop("validation_rmse").tolist() == [89.0, 89.0]
    pd.testing.assert_frame_equal(before, after)


def test_without_validation_rows_there_is_no_figure_of_them(predictions):
    by_split = metrics_by_split(predictions[predictions["part"] == "test"])
    assert by_split["split"].tolist() == [0, 1]
    assert not [name for name in by_split if name.startswith("validation")]


def test_a_baseline_has_one_prediction_and_no_ensemble(baseline):
    by_split = metrics_by_split(baseline)
    assert by_split["rmse"].tolist() == [2.0, 0.0]
    assert by_split["rmse_seed_sd"].tolist() == [0.0, 0.0]
    assert not [name for name in by_split if name.startswith("ensemble")]


def test_one_seed_is_no_ensemble(predictions):
    one = predictions.drop(columns="seed_7").assign(prediction=predictions["seed_3"])
    by_split = metrics_by_split(one)
    assert by_split["rmse"].tolist() == [1.0, 2.0]
    assert "ensemble_rmse" not in by_split


def test_the_logarithm_counts_where_asked(predictions):
    by_split = metrics_by_split(predictions, log=True)
    expected = np.sqrt(np.mean(np.log([12 / 10, 22 / 20]) ** 2))
    assert by_split["ensemble_log_rmse"][0] == pytest.approx(expected)
    logs = np.abs(np.log([14 / 10, 9 / 10]))
    np.testing.assert_allclose(by_split["validation_log_rmse"], logs)


def test_summary_is_mean_and_sd_over_splits(predictions):
    summary = summarize(metrics_by_split(predictions))
    assert summary["rmse_mean"] == 2.0
    assert summary["rmse_sd"] == 0.0
    assert summary["ensemble.rmse_mean"] == 1.0
    assert summary["ensemble.rmse_sd"] == pytest.approx(np.sqrt(2))
    assert summary["validation_rmse_mean"] == 2.5
    assert {name for name in summary if "validation" not in name} == {
        f"{prefix}{figure}_{kind}"
        for prefix in ("", "ensemble.")
        for figure in ("rmse", "mae", "r2")
        for kind in ("mean", "sd")
    }


def test_on_one_split_the_sd_is_over_its_seeds(predictions):
    summary = summarize(metrics_by_split(predictions[predictions["split"] == 0]))
    assert summary["rmse_sd"] == pytest.approx(np.sqrt(2))
    assert summary["ensemble.rmse_sd"] == 0.0
    assert summary["validation_rmse_sd"] == 0.0


def test_each_seed_has_its_own_row(predictions, baseline):
    by_seed = metrics_by_seed(predictions)
    assert by_seed["seed"].tolist() == [3, 7]
    assert by_seed["rmse"].tolist() == [1.5, 2.5]
    assert by_seed.columns.tolist() == ["seed", "rmse", "mae", "r2"]
    assert metrics_by_seed(baseline).empty


def test_repeats_average_their_folds():
    by_split = pd.DataFrame({"split": [4, 1, 3, 2], "rows": 5, "rmse": [4.0, 1.0, 3.0, 2.0]})
    assert repeats(by_split, 2).to_dict("list") == {"repeat": [0, 1], "rmse": [1.5, 3.5]}
    with pytest.raises(DataError, match="4 splits are no whole number of repeats of 3 folds"):
        repeats(by_split, 3)


@settings(max_examples=20)
@given(seed=st.integers(0, 99))
def test_an_average_is_never_worse_than_the_seeds_average_error(seed):
    random = np.random.default_rng(seed)
    seeds = random.normal(size=(3, 8))
    frame = pd.DataFrame({f"seed_{number}": values for number, values in enumerate(seeds)})
    frame = frame.assign(
        split=[0, 0, 0, 0, 1, 1, 1, 1],
        part="test",
        actual=random.normal(size=8),
        prediction=seeds.mean(axis=0),
    )
    by_split = metrics_by_split(frame)
    assert (by_split["ensemble_rmse"] <= by_split["rmse"] + 1e-12).all()
