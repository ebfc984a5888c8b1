import pandas as pd
import pytest

from dl_pipelines.errors import DataError
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


@pytest.mark.parametrize(
    ("features", "header", "sentence"),
    [
        (FEATURES, {"learnt_until": "2024-01-12"}, "only 1 trading days up to 2024-01-15 lie"),
        (FEATURES[:7], {}, "only 1 trading days up to 2024-01-09 lie after 2024-01-08"),
        (FEATURES, {"learnt_from": "2024-01-01"}, "has learnt from 2024-01-01 on"),
    ],
)
def test_what_cannot_be_monitored_is_named(features, header, sentence):
    cut = features.assign(target_date=features["date"].shift(-1))
    with pytest.raises(DataError, match=sentence):
        monitored_days(cut, HEADER | header, **WINDOWS)
