import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.figures import lag_plot, residual_autocorrelation
from dl_pipelines.evaluation.figures.diagnostics import autocorrelation


def test_autocorrelation_of_alternating_values():
    series = pd.Series([1.0, -1.0] * 5)
    np.testing.assert_allclose(autocorrelation(series, 3), [-0.9, 0.8, -0.7])


def test_residual_autocorrelation_draws_lags_and_band(forecasts):
    figure = residual_autocorrelation(forecasts, "lstm", lags=5)
    (panel,) = figure.axes
    own, naive = panel.lines[-2:]
    error = forecasts["actual"] - forecasts["forecast"]
    np.testing.assert_array_equal(own.get_xdata(), [1, 2, 3, 4, 5])
    np.testing.assert_allclose(own.get_ydata(), autocorrelation(error, 5))
    # The forecast's error is a quarter of persistence's, so it remembers as much.
    np.testing.assert_allclose(naive.get_ydata(), own.get_ydata())
    band = panel.patches[0]
    assert band.get_y() == pytest.approx(-1.96 / np.sqrt(39))
    assert band.get_height() == pytest.approx(2 * 1.96 / np.sqrt(39))
    outside = (np.abs(own.get_ydata()) > 1.96 / np.sqrt(39)).sum()
    assert f"{outside} of 5" in figure.get_suptitle()


def _correlations(figure):
    return [panel.get_title(loc="left").rpartition("= ")[2] for panel in figure.axes]


def test_lag_plot_exposes_yesterdays_high(forecasts):
    figure = lag_plot(forecasts.assign(forecast=forecasts["persistence"]), "textbook")
    first, _, third = _correlations(figure)
    assert (first, third) == ("1.00", "0.00")
    assert "adds nothing to yesterday's high" in " ".join(figure.get_suptitle().split())


def test_lag_plot_recognises_a_forecast_that_knows_the_change(forecasts):
    figure = lag_plot(forecasts, "lstm")
    assert _correlations(figure)[2] == "1.00"
    assert figure.get_suptitle().startswith("LSTM adds to yesterday's high")


def test_lag_plot_draws_moves_against_changes(forecasts):
    panels = lag_plot(forecasts, "lstm").axes
    change = forecasts["actual"] - forecasts["persistence"]
    move = forecasts["forecast"].diff()
    expected = [(change.shift(), move), (change, move), (change, 0.75 * change)]
    for panel, (across, up) in zip(panels, expected, strict=True):
        points = panel.lines[-1]
        np.testing.assert_allclose(points.get_xdata(), across)
        np.testing.assert_allclose(points.get_ydata(), up, atol=1e-9)
