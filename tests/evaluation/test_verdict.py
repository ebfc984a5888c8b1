import math

import pytest

from dl_pipelines.evaluation.holdout import evaluate_forecasts, reference_metrics
from dl_pipelines.evaluation.verdict import comparison_table, verdict


def _metrics(**changes: float) -> dict[str, float]:
    """Figures of a variant "net" that beats two references and ties with the third."""
    figures = {
        "days": 1699.0,
        "rmse": 36.2,
        "skill_vs_persistence": 0.189,
        "skill_vs_close_naive": 0.077,
        "skill_vs_har_ridge": 0.003,
        "dm_p_vs_persistence": 1e-12,
        "dm_p_vs_close_naive": 0.004,
        "dm_p_vs_har_ridge": 0.42,
        "return_direction_accuracy": 0.498,
        **changes,
    }
    return {f"net.{key}": value for key, value in figures.items()}


def test_a_win_is_told_with_its_size_and_its_luck():
    text = verdict(_metrics(), "net")
    assert text.startswith(
        "net beats yesterday's high by 18.9 % (RMSE 36.2 against 44.6 points, p < 0.001), "
        "beats close times a constant by 7.7 % (RMSE 36.2 against 39.2 points, p = 0.004) and "
        "beats the HAR ridge by 0.3 % "
        "(RMSE 36.2 against 36.3 points, p = 0.420, which may be luck)."
    )
    assert "seeds" not in text
    assert "intervals" not in text


def test_skill_in_the_range_is_told_from_skill_in_the_return():
    text = verdict(_metrics(), "net")
    assert "skill in the range, not in the return" in text
    assert "right on 49.8 % of the days, no better than a coin" in text
    lucky = verdict(_metrics(return_direction_accuracy=0.523), "net")
    assert "no better than a coin" in lucky
    better = verdict(_metrics(return_direction_accuracy=0.525), "net")
    assert "skill in the range and some in the return" in better


def test_a_loss_is_called_a_loss():
    losing = {f"skill_vs_{name}": -0.35 for name in ("persistence", "close_naive", "har_ridge")}
    text = verdict(_metrics(rmse=60.3, **losing), "net")
    assert "net loses to yesterday's high by 35.0 % (RMSE 60.3 against 44.7 points" in text
    assert "It has no skill: yesterday's high is the better forecast." in text
    assert "skill in the range" not in text


def test_beating_only_yesterday_s_high_is_credited_to_the_close():
    text = verdict(_metrics(skill_vs_close_naive=-0.01), "net")
    assert "loses to close times a constant by 1.0 %" in text
    assert "Its gain is today's close" in text


def test_the_average_of_the_seeds_has_a_sentence():
    average = {
        "ensemble.rmse": 36.1,
        "ensemble.skill_vs_persistence": 0.191,
        "ensemble.skill_vs_close_naive": 0.08,
        "ensemble.skill_vs_har_ridge": 0.006,
    }
    text = verdict(_metrics(**average), "net")
    assert "their average forecast has RMSE 36.1, skill 19.1 %" in text
    assert "other way round" not in text
    torn = _metrics(**average, skill_vs_har_ridge=-0.002, dm_p_vs_har_ridge=0.01)
    assert "p = 0.010, but the other way round for the average of the seeds" in verdict(torn, "net")


def test_intervals_have_a_sentence():
    text = verdict(_metrics(interval_coverage=0.903, interval_width=108.6), "net")
    assert text.endswith("Its intervals hold 90.3 % of the highs and are 109 points wide.")


def test_the_figures_of_an_evaluation_are_enough(forecasts):
    figures = evaluate_forecasts(forecasts[1:])
    text = verdict({f"a.b.{key}": value for key, value in figures.items()}, "a.b")
    assert text.startswith("a.b beats yesterday's high by 71.4 % (RMSE 3.0 against 10.6 points")
    assert "hold 75.0 % of the highs" in text


def test_the_table_has_a_row_for_each_forecaster(forecasts):
    own = evaluate_forecasts(forecasts[1:])
    metrics = reference_metrics(forecasts[1:]) | {f"net.{key}": own[key] for key in own}
    rows = [("2025", "high[t]", "persistence"), ("2025", "mean net", "net.ensemble")]
    table = comparison_table(metrics, rows)
    assert table.columns.tolist() == [
        "window",
        "forecaster",
        "RMSE",
        "MAE",
        "direction %",
        "skill vs persistence %",
    ]
    assert table["forecaster"].tolist() == ["high[t]", "mean net"]
    assert table["RMSE"].tolist() == pytest.approx([112.5**0.5, 5.25**0.5])
    assert math.isnan(table["direction %"][0])
    assert table["direction %"][1] == 100.0
    assert table["skill vs persistence %"].tolist() == pytest.approx(
        [0.0, 100 * (1 - (5.25 / 112.5) ** 0.5)]
    )
