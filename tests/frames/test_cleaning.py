import pandas as pd

from dl_pipelines.frames.cleaning import clean_daily_bars


def test_only_trading_days_stay_and_nothing_is_filled(bars):
    sessions = pd.DatetimeIndex([*bars["date"].drop([0, 7]), pd.Timestamp("2024-06-03")])
    clean = clean_daily_bars(bars, sessions)
    pd.testing.assert_frame_equal(clean, bars.drop([0, 7]).reset_index(drop=True))
    assert clean.attrs == {"file": "table.parquet"}
