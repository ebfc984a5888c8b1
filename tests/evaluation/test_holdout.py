from datetime import date

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.evaluation.holdout import (
    evaluate_forecasts,
    metrics_by_year,
    period,
    reference_metrics,
)
from dl_pipelines.evaluation.significance import diebold_mariano

TEST = {"test_start": date(2024, 12, 30), "end": date(2025, 1, 3)}
# Squared errors of the four test days: persistence 100, 100, 25, 225; close_naive 4, 9, 4, 64;
# har_ridge 1, 4, 1, 16; seed_0 4, 16, 9, 4; seed_1 4, 0, 1, 36; their mean 0, 4, 1, 16.
PERSISTENCE_RMSE = 112.5**0.5
SEED_RMSE = (8.25**0.5 + 10.25**0.5) / 2
MEAN_RMSE = 5.25**0.5


def test_figures_are_means_over_the_seeds_and_of_their_average(forecasts):
    metrics = evaluate_forecasts(period(forecasts, **TEST))
    assert metrics["days"] == 4
    assert metrics["rmse"] == pytest.approx(SEED_RMSE)
    assert metrics["mae"] == pytest.approx(((2 + 4 + 3 + 2) / 4 + (2 + 0 + 1 + 6) / 4) / 2)
    assert metrics["skill_vs_persistence"] == pytest.approx(1 - SEED_RMSE / PERSISTENCE_RMSE)
    assert metrics["ensemble.rmse"] == pytest.approx(MEAN_RMSE)
    assert metrics["ensemble.mae"] == 1.75
    assert metrics["ensemble.mape"] == pytest.approx((2 / 110 + 1 / 105 + 4 / 120) / 4)
    assert metrics["ensemble.skill_vs_har_ridge"] == pytest.approx(1 - (5.25 / 5.5) ** 0.5)
    assert metrics["ensemble.direction_accuracy"] == 1.0
    assert metrics["direction_accuracy"] == 1.0


def test_significance_and_intervals_are_those_of_the_average(forecasts):
    metrics = evaluate_forecasts(period(forecasts, **TEST))
    test = forecasts[1:]
    for power, key in ((2, "dm_p_vs_close_naive"), (1, "dm_p_abs_vs_close_naive")):
        expected = diebold_mariano(
            test["actual"], test["forecast"], test["close_naive"], power=power
        ).p_value
        assert metrics[key] == expected
    assert metrics["interval_coverage"] == 0.75
    assert metrics["interval_width"] == 10.0


def test_the_call_on_the_next_close(forecasts):
    # forecast - close_naive: 2, 1, 3 (the last day has no next close); closes: up, down, up
    assert evaluate_forecasts(period(forecasts, **TEST))[
        "return_direction_accuracy"
    ] == pytest.approx(2 / 3)


def test_a_single_forecast_needs_no_seeds_and_no_interval(forecasts):
    single = forecasts.drop(columns=["seed_0", "seed_1", "lower", "upper"])
    metrics = evaluate_forecasts(period(single, **TEST))
    assert metrics["rmse"] == pytest.approx(MEAN_RMSE)
    assert "interval_width" not in metrics
    assert not [key for key in metrics if key.startswith("ensemble.")]
    whole = evaluate_forecasts(period(forecasts, **TEST))
    assert metrics["dm_p_vs_persistence"] == whole["dm_p_vs_persistence"]


def test_metrics_are_finite_plain_numbers(forecasts):
    for metrics in (
        evaluate_forecasts(period(forecasts, **TEST)),
        reference_metrics(period(forecasts, **TEST)),
    ):
        assert {type(value) for value in metrics.values()} == {float}
        assert np.isfinite(list(metrics.values())).all()


def test_references_have_figures_of_their_own(forecasts):
    metrics = reference_metrics(period(forecasts, **TEST))
    assert metrics["persistence.rmse"] == pytest.approx(PERSISTENCE_RMSE)
    assert metrics["persistence.skill_vs_persistence"] == 0.0
    assert metrics["close_naive.mae"] == 3.75
    assert metrics["har_ridge.direction_accuracy"] == 1.0
    assert metrics["har_ridge.skill_vs_persistence"] == pytest.approx(1 - (5.5 / 112.5) ** 0.5)
    assert "persistence.direction_accuracy" not in metrics


def test_years_are_judged_apart(forecasts):
    years = metrics_by_year(period(forecasts, **TEST))
    assert years["year"].tolist() == [2024, 2025]
    assert years["days"].tolist() == [2, 2]
    assert years["rmse"].tolist() == pytest.approx([2**0.5, 8.5**0.5])
    assert years["har_ridge_rmse"].tolist() == pytest.approx([2.5**0.5, 8.5**0.5])
    assert years["skill_vs_persistence"].tolist() == pytest.approx(
        [1 - 2**0.5 / 10, 1 - (8.5 / 125) ** 0.5]
    )
    assert years["coverage"].tolist() == [1.0, 0.5]
    without = metrics_by_year(period(forecasts.drop(columns="upper"), **TEST))
    assert without["coverage"].isna().all()


def test_what_lies_outside_the_period_does_not_count(forecasts):
    inside = evaluate_forecasts(period(forecasts, **TEST))
    forecasts.loc[0, forecasts.columns[1:]] = 1e6
    assert evaluate_forecasts(period(forecasts, **TEST)) == inside
    assert evaluate_forecasts(forecasts[1:]) == inside


def test_the_period_includes_both_ends(forecasts):
    rows = period(forecasts, date(2024, 12, 31), date(2025, 1, 2))
    assert rows["date"].dt.day.tolist() == [31, 2]


def test_a_period_without_forecasts_is_an_error(forecasts):
    with pytest.raises(
        SettingError, match=r"0 forecasts .* 2026-01-01 .* 2024-12-27 to 2025-01-03"
    ):
        period(forecasts, date(2026, 1, 1))


def test_a_missing_forecast_is_an_error(forecasts):
    forecasts.loc[2, "seed_1"] = np.nan
    with pytest.raises(DataError, match="no finite value in row 2"):
        evaluate_forecasts(period(forecasts, **TEST))


def test_the_forecasts_are_left_as_they_were(forecasts):
    before = forecasts.copy()
    evaluate_forecasts(period(forecasts, **TEST))
    pd.testing.assert_frame_equal(forecasts, before)
