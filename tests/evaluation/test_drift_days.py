import datetime

import pandas as pd
import pytest

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.evaluation.drift_days import monitored_days

DATES = pd.bdate_range("2024-01-01", periods=11)  # Monday 1st to Monday 15th
FEATURES = pd.DataFrame({"date": DATES, "target_date": [*DATES[1:], pd.NaT], "x": range(11)})
HEADER = {"learnt_from": "2024-01-03", "learnt_until": "2024-01-08"}
WINDOWS = {"recent_days": 3, "least_days": 2}


def test_days_are_split_by_what_was_learnt_as_forecast():
    days = monitored_days(FEATURES, HEADER, **WINDOWS)
    assert days.training["x"].tolist() == [1, 2, 3, 4]
    assert days.new["x"].tolist() == [5, 6, 7, 8, 9]  # the high after the last is not known
    assert days.recent["x"].tolist() == [7, 8, 9]
    assert days.known.loc[days.new.index, "x"].tolist() == days.new["x"].tolist()


def test_an_earlier_day_can_be_judged_and_later_bars_change_nothing():
    as_of = datetime.date(2024, 1, 11)
    days = monitored_days(FEATURES, HEADER, as_of=as_of, **WINDOWS)
    assert days.recent["target_date"].max() == pd.Timestamp(as_of)
    other = FEATURES.assign(x=FEATURES["x"].where(FEATURES["date"] < "2024-01-11", -1))
    for one, two in zip(days, monitored_days(other, HEADER, as_of=as_of, **WINDOWS), strict=True):
        pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize(
    ("header", "options", "error", "sentence"),
    [
        ({}, {"as_of": datetime.date(2024, 1, 16)}, SettingError, "newest bar is of 2024-01-15"),
        ({"learnt_until": "2024-01-12"}, {}, DataError, "only 1 trading days up to 2024-01-15 lie"),
        (
            {},
            {"as_of": datetime.date(2024, 1, 9)},
            DataError,
            "only 1 trading days up to 2024-01-09",
        ),
        ({"learnt_from": "2024-01-01"}, {}, DataError, "has learnt from 2024-01-01 on"),
    ],
)
def test_what_cannot_be_monitored_is_named(header, options, error, sentence):
    with pytest.raises(error, match=sentence):
        monitored_days(FEATURES, HEADER | header, **WINDOWS, **options)
