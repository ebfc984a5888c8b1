import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.figures import next_day
from tests.evaluation.figures.next_day_frames import FORECAST, past_of


@pytest.fixture
def past(bars) -> pd.DataFrame:
    return past_of(bars)


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
