import numpy as np
import pandas as pd
import pytest

from dl_pipelines.data.panel import PanelBuilder
from dl_pipelines.params import Holdout
from dl_pipelines.pipelines.stock_lstm.universe_samples import read_together, symbol_samples
from tests.pipelines.stock_lstm.symbols import DAYS, TEST_START, bars

HOLDOUT = Holdout(test_start=TEST_START)


def test_few_symbols_are_in_memory_at_a_time():
    read = []
    readers = {f"S{number}": lambda number=number: read.append(number) for number in range(130)}
    some = read_together(readers, list(readers))
    assert len(next(some)) == len(read) == 64
    assert [len(each) for each in some] == [64, 2]


def samples(frame, **changes):
    settings = {"sessions": DAYS, "features": ("return_1", "range_22"), "refit_every": 100}
    frame = frame.assign(date=pd.to_datetime(frame["date"]))
    return symbol_samples(frame, **settings, **{"holdout": HOLDOUT, **changes})


def test_samples_are_features_and_references_of_the_days_that_count():
    found = samples(bars(1))
    assert found["values"].shape == (len(DAYS) - 23, 2)
    assert found["dates"][-1] == DAYS[-1].to_datetime64()
    ended = samples(bars(1), holdout=Holdout(test_start=TEST_START, end="2019-06-28"))
    assert ended["dates"][-1] == pd.Timestamp("2019-06-28").to_datetime64()
    for name in ("close_naive", "har_ridge", "values"):
        assert (ended[name][300:] == found[name][300 : len(ended[name])]).all()


def test_days_without_a_trade_are_no_days():
    frame = bars(1)
    frame.loc[[100, 101], "volume"] = 0
    without = samples(frame.drop(index=[100, 101]).reset_index(drop=True))
    for name, array in samples(frame).items():
        np.testing.assert_array_equal(array, without[name])  # NaN where there is no ridge yet


def test_days_of_one_price_spoil_no_target():
    """After an initial offering a share is at its limit all day, for weeks."""
    streak, prices = bars(1), ["open", "high", "low", "close"]
    rise = streak.at[99, "close"] * 1.1 ** np.arange(1, 31)
    streak.loc[130:, prices] *= rise[-1] / streak.at[129, "close"]
    for price in prices:
        streak.loc[100:129, price] = rise
    builder = PanelBuilder(10 * len(DAYS), 2)
    for symbol, frame in {"600000.SH": streak, **{f"{n}": bars(n) for n in range(1, 10)}}.items():
        builder.add(symbol, samples(frame))
    panel, quotes = builder.build("range_scaled")
    assert np.isfinite(panel.targets).all()
    ordinary = panel.targets[panel.starts[1] :].std()
    assert panel.targets.std() == pytest.approx(ordinary, rel=0.05)
    rows = np.arange(len(panel.dates))
    highs = quotes.decode(panel.targets.astype(float), rows)
    np.testing.assert_allclose(highs, quotes.prices["actual"], rtol=1e-5)


@pytest.mark.parametrize(
    ("days", "reason"),
    [(12, "12 trading days"), (200, "no day from test_start"), (23, "23 trading days")],
)
def test_a_symbol_that_is_too_short_says_why(days, reason):
    assert reason in samples(bars(1, days=days))


def test_a_symbol_needs_273_days_before_the_test_or_says_why():
    first = int(DAYS.searchsorted(pd.Timestamp(TEST_START))) - 273
    assert "only 249 days" in samples(bars(1).iloc[first + 1 :].reset_index(drop=True))
    judged = np.isfinite(samples(bars(1).iloc[first:].reset_index(drop=True))["har_ridge"])
    assert len(judged) - judged.sum() == 250 and judged.sum() == len(DAYS) - first - 273


def test_the_range_of_an_ordinary_month_stays_as_it_is():
    frame = bars(1)
    high_low = np.log(frame["high"] / frame["low"])
    expected = high_low.rolling(22).mean().iloc[22:-1].to_numpy(np.float32)
    found = samples(frame)
    np.testing.assert_allclose(found["range_22"], expected, rtol=1e-6)
    np.testing.assert_array_equal(found["values"][:, 1], found["range_22"])
