import datetime

import numpy as np
import pandas as pd
from matplotlib.dates import num2date

from dl_pipelines.evaluation.figures import high_over_time, quality, summary_table


def _cells(figure):
    (table,) = figure.axes[0].tables
    return {place: cell.get_text().get_text() for place, cell in table.get_celld().items()}


def test_summary_table_shows_describe_with_units(bars):
    cells = _cells(summary_table(bars))
    assert cells[0, 2] == "high\n(index points)"
    assert cells[0, 5] == "volume\n(million shares)"
    assert cells[1, 1] == "40"
    assert cells[8, 2] == f"{bars['high'].max():,.1f}"
    assert cells[4, 5] == "1,000.0"
    assert [cells[row, 0] for row in range(1, 9)] == list(bars["high"].describe().index)


def test_summary_table_leaves_out_an_unknown_amount_and_counts_a_partly_known_one(bars):
    assert max(place[1] for place in _cells(summary_table(bars.assign(amount=np.nan)))) == 5
    partly = bars.assign(amount=[np.nan] * 30 + [2e6] * 10)
    cells = _cells(summary_table(partly))
    assert (cells[0, 6], cells[1, 6], cells[2, 6]) == ("amount\n(million yuan)", "10", "2.0")


def test_high_over_time_draws_the_high_its_peak_and_the_test_part(bars):
    levels, ranges = high_over_time(bars, datetime.date(2019, 1, 1)).axes
    high, peak = levels.lines
    np.testing.assert_array_equal(high.get_ydata(), bars["high"])
    assert peak.get_ydata() == [bars["high"].max()]
    shade = levels.patches[0]
    assert num2date(shade.get_x()).date() == datetime.date(2019, 1, 1)
    expected = 100 * np.log(bars["high"] / bars["low"]).rolling(22).mean()
    np.testing.assert_allclose(ranges.lines[0].get_ydata(), expected)


def test_quality_counts_days_and_marks_the_largest_returns(bars, report):
    figure = quality(report, bars)
    counts, returns = figure.axes
    heights = [[bar.get_height() for bar in part] for part in counts.containers]
    years = bars["date"].dt.year.value_counts().sort_index()
    assert heights == [years.tolist(), [0, 2], [1, 0]]
    line, marks = returns.lines
    move = 100 * np.log(bars["close"]).diff()
    np.testing.assert_allclose(line.get_ydata(), move)
    assert marks.get_ydata() == [move[bars["date"] == pd.Timestamp("2018-12-10")].item()]
    assert "2018-12-10" in returns.get_title(loc="left")
    assert figure.get_suptitle().startswith("2 missing and 1 surplus days")
    assert "Duplicates removed: 1" in figure.get_supxlabel()


def test_quality_says_that_nothing_is_missing(bars, report):
    figure = quality(report | {"missing_days": [], "surplus_days": []}, bars)
    assert figure.get_suptitle().startswith("No missing and no surplus days")
