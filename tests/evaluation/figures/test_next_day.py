import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.figures import next_day

FORECAST = pd.DataFrame(
    {
        "date": ["2019-02-04"],
        "forecast": [3450.0],
        "lower_80": [3400.0],
        "upper_80": [3500.0],
        "model_version": [7],
        "data_until": ["2019-01-25"],
    }
)


@pytest.fixture
def past(bars) -> pd.DataFrame:
    """Forecasts of more days than are shown; the first of them had no interval."""
    days = pd.bdate_range("2018-11-01", bars["date"].iloc[-1])
    level = np.linspace(3000.0, 3400.0, len(days))
    past = pd.DataFrame({"date": days, "forecast": level, "lower": level - 9, "upper": level + 9})
    return past.mask(past["date"] < "2018-12-20", np.nan).assign(date=days, forecast=level)


def line(panel, label):
    return next(line for line in panel.lines if line.get_label() == label)


def test_the_next_day_stands_beside_the_last_ones(bars, past):
    figure = next_day(bars, past, FORECAST, coverage=0.8)
    (panel,) = figure.axes
    np.testing.assert_array_equal(line(panel, "Actual high").get_ydata(), bars["high"])
    shown = past[past["date"] >= bars["date"].iloc[0]]
    drawn = line(panel, "Forecast of past days")
    np.testing.assert_array_equal(drawn.get_ydata(), shown["forecast"])
    (bar,) = panel.containers
    assert bar.lines[0].get_ydata().tolist() == [3450.0]
    (segment,) = bar.lines[2][0].get_segments()
    assert segment[:, 1].tolist() == [3400.0, 3500.0]
    assert "2019-02-04 is forecast at 3,450 points" in figure.get_suptitle().replace("\n", " ")
    assert "version 7" in figure.get_supxlabel()


def test_a_champion_without_a_past_is_drawn_too(bars, past):
    (panel,) = next_day(bars, past.iloc[:0], FORECAST, coverage=0.8).axes
    assert [text.get_text() for text in panel.get_legend().get_texts()] == [
        "Actual high",
        "Next day, 80\N{NO-BREAK SPACE}% interval",
    ]
