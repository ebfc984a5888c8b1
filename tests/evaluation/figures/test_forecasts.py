import numpy as np
import pytest

from dl_pipelines.evaluation.figures import (
    forecast_against_truth,
    forecast_zoom,
    interval_coverage,
)


def _line(panel, label):
    return next(line for line in panel.lines if line.get_label().startswith(label))


def _band(panel):
    """Lower and upper edge of a filled band of n days."""
    (shape,) = panel.collections
    vertices = shape.get_paths()[0].vertices
    days = (len(vertices) - 3) // 2
    return vertices[1 : days + 1, 1], vertices[days + 2 : 2 * days + 2, 1][::-1]


def test_forecast_against_truth_draws_levels_and_band(forecasts):
    figure = forecast_against_truth(forecasts, "lstm")
    levels, _ = figure.axes
    np.testing.assert_array_equal(_line(levels, "Actual").get_ydata(), forecasts["actual"])
    np.testing.assert_array_equal(_line(levels, "LSTM").get_ydata(), forecasts["forecast"])
    lower, upper = _band(levels)
    np.testing.assert_allclose(lower, forecasts["lower"])
    np.testing.assert_allclose(upper, forecasts["upper"])


def test_forecast_against_truth_tells_errors_outside_the_interval(forecasts):
    _, errors = forecast_against_truth(forecasts, "lstm").axes
    error = forecasts["actual"] - forecasts["forecast"]
    np.testing.assert_allclose(_line(errors, "Inside").get_ydata(), error[:-1])
    np.testing.assert_allclose(_line(errors, "Outside").get_ydata(), error[-1:])
    lower, _ = _band(errors)
    np.testing.assert_allclose(lower, -60)


def test_title_gives_the_skill_and_the_footer_its_nature(forecasts):
    figure = forecast_against_truth(forecasts, "lstm")
    assert "75.0\N{NO-BREAK SPACE}% better" in figure.get_suptitle()
    assert "not in the return" in figure.get_supxlabel()


def test_negative_skill_is_not_hidden(forecasts):
    trailing = 2 * forecasts["persistence"] - forecasts["actual"]  # twice persistence's error
    figure = forecast_against_truth(forecasts.assign(forecast=trailing), "textbook")
    assert "100.0\N{NO-BREAK SPACE}% worse" in figure.get_suptitle()
    assert "not in the return" not in figure.get_supxlabel()


def test_forecast_zoom_shows_the_last_days_beside_yesterdays_high(forecasts):
    figure = forecast_zoom(forecasts, "lstm", days=5)
    (panel,) = figure.axes
    for label, column in [("Actual", "actual"), ("LSTM", "forecast"), ("Yest", "persistence")]:
        np.testing.assert_array_equal(_line(panel, label).get_ydata(), forecasts[column].tail(5))
    assert "last 5 days" in figure.get_suptitle()


@pytest.mark.parametrize("draw", [forecast_against_truth, forecast_zoom])
def test_the_band_is_named_by_its_coverage(draw, forecasts):
    panel = draw(forecasts, "lstm", coverage=0.8).axes[0]
    names = [text.get_text() for text in panel.get_legend().get_texts()]
    assert "80\N{NO-BREAK SPACE}% interval" in names


def test_interval_coverage_is_a_rolling_mean_of_known_days(forecasts):
    forecasts.loc[0, ["lower", "upper"]] = np.nan
    figure = interval_coverage(forecasts, "lstm", window=10)
    share, size = figure.axes
    inside = share.lines[-1].get_ydata()
    assert len(inside) == len(forecasts) - 1
    assert inside[-2:].tolist() == [100.0, 90.0]
    width = forecasts["upper"] - forecasts["lower"]
    assert size.lines[0].get_ydata()[-1] == pytest.approx(width.tail(10).mean())
    assert f"{37 / 38:.1%}".replace("%", "\N{NO-BREAK SPACE}%") in figure.get_suptitle()
    low, high = share.patches[0].get_y(), share.patches[0].get_height()
    assert (low, high) == pytest.approx((90 - 18.594, 37.188), abs=1e-3)
