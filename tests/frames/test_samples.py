from datetime import date

import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.frames.samples import forecast_samples


@pytest.fixture
def features() -> pd.DataFrame:
    dates = pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-06"])
    return pd.DataFrame({"date": dates, "target_date": [*dates[1:], pd.NaT]}, index=[5, 6, 7, 8])


def test_the_last_day_has_no_target_and_drops_out(features):
    samples = forecast_samples(features)
    assert samples["target_date"].dt.day.tolist() == [2, 3, 6]
    assert samples.index.tolist() == [0, 1, 2]


def test_start_counts_from_the_days_seen_and_end_to_the_days_forecast(features):
    samples = forecast_samples(features, start=date(2020, 1, 2), end=date(2020, 1, 3))
    assert samples["date"].dt.day.tolist() == [2]
    assert samples["target_date"].dt.day.tolist() == [3]


@pytest.mark.parametrize(
    ("setting", "day"),
    [("start", 2019), ("start", 2021), ("end", 2019), ("end", 2021)],
)
def test_a_date_outside_the_data_is_named(features, setting, day):
    with pytest.raises(SettingError, match=f"'{setting}' is {day}-01-02, outside the data"):
        forecast_samples(features, **{setting: date(day, 1, 2)})
