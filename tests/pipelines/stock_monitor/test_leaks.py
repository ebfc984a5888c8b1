"""What comes after the days that are monitored must not change what is found."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.frames.features import daily_features
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.pipelines.stock_monitor import nodes
from dl_pipelines.pipelines.stock_monitor.params import Monitor
from tests.pipelines.stock_monitor.conftest import market

MONITOR = Monitor.model_validate(
    {"as_of": "2020-09-30", "recent_days": 150, "bootstrap": {"resamples": 179}}
)

CLOCK = pd.Timestamp("2021-01-01", tz="UTC")


@pytest.fixture(scope="module")
def champion(monitored) -> Weights:
    file = monitored.root / "data/06_models/stock_lstm/lstm_forecaster.safetensors"
    weights = SafetensorsDataset(str(file)).load()
    return replace(weights, header=weights.header | {"model": "stock_lstm", "model_version": 1})


def bars() -> pd.DataFrame:
    frame = market(other=False)
    return frame.assign(date=pd.to_datetime(frame["date"]))


def found(champion: Weights, bars: pd.DataFrame, monitor: Monitor = MONITOR) -> tuple:
    moment = {"clock": CLOCK, "monitor": monitor}
    features = daily_features(nodes.choose_bars(bars, **moment))
    forecasts = nodes.forecast_new_days(champion, features, **moment)
    drift = nodes.compare_features(champion, features, **moment)
    return forecasts, drift, *nodes.judge_champion(champion, drift, forecasts, **moment)


def test_later_bars_change_nothing(champion):
    later = bars()
    after = later["date"] > "2020-09-30"
    later.loc[after, ["open", "high", "low", "close", "volume"]] *= 3.0
    for one, other in zip(found(champion, bars()), found(champion, later), strict=True):
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
        else:
            assert one == other


def drawn(champion: Weights, monitor: Monitor = MONITOR, **other: object) -> tuple:
    """What the last node makes of what the nodes before it have left."""
    forecasts, drift, _, comparison, verdict, decision = found(champion, bars())
    kept = {"forecasts": forecasts, "drift": drift, "decision": decision} | other
    features = daily_features(bars()[lambda frame: frame["date"] <= "2020-09-30"])
    return nodes.report_drift(
        champion=champion,
        features=features,
        comparison=comparison,
        verdict=verdict,
        clock=CLOCK,
        monitor=monitor,
        **kept,
    )


def test_what_a_run_before_has_left_is_used_where_it_belongs_to_this_one(champion):
    _, page = drawn(champion)
    assert "Monitor of stock_lstm version 1" in page
    assert "<th>champion" not in page


def test_what_a_run_before_has_left_of_other_days_or_another_champion_is_refused(champion):
    other = MONITOR.model_copy(update={"as_of": date(2020, 8, 31)})
    _, drift, *_, decision = found(champion, bars(), other)
    with pytest.raises(
        SettingError, match=r"on 2020-09-30, .* until 2020-08-31: run .*choose_bars"
    ):
        drawn(champion, other)
    with pytest.raises(
        SettingError, match=r"drift.csv .* to 2020-08-31\) .*compare_features first"
    ):
        drawn(champion, drift=drift)
    with pytest.raises(SettingError, match=r"decision.json .* judged .* node .*judge_champion fir"):
        drawn(champion, decision=decision)
    forecasts, drift, *_ = found(champion, bars())
    newer = replace(champion, header=champion.header | {"model_version": 2})
    with pytest.raises(
        SettingError, match=r"another champion .*version 1\) than .*version 2\): run"
    ):
        nodes.judge_champion(newer, drift, forecasts, CLOCK, MONITOR)


def test_days_that_a_run_before_has_cut_are_not_taken_for_the_newest(champion):
    """Each node may be where a run begins: `kedro run --from-nodes`."""
    now = {"clock": CLOCK, "monitor": MONITOR.model_copy(update={"as_of": None})}
    features = daily_features(bars()[lambda frame: frame["date"] <= "2020-09-30"])
    forecasts, drift, *_ = found(champion, bars())
    part = "run before end on 2020-09-30, and this run takes those until 2020-12-31: run from"
    for node, made in (
        (nodes.forecast_new_days, (features,)),
        (nodes.compare_features, (features,)),
        (nodes.judge_champion, (drift, forecasts)),
    ):
        with pytest.raises(SettingError, match=part):
            node(champion, *made, **now)
    with pytest.raises(SettingError, match=part):
        drawn(champion, now["monitor"])


def test_the_same_market_is_no_drift_and_the_days_are_those_asked_for(champion):
    forecasts, drift, metrics, _, verdict, decision = found(champion, bars())
    assert not decision["retraining_due"], verdict
    assert decision["judged"].endswith("to 2020-09-30")
    assert (metrics["days"], metrics["retraining_due"]) == (150.0, 0.0)
    assert not drift["drifted"].any()
    assert forecasts["date"].min() == pd.Timestamp("2020-01-02")


def test_the_interval_is_that_of_the_validation_whatever_new_days_bring(champion):
    forecasts, *_ = found(champion, bars())
    half_width = (forecasts["upper"] - forecasts["lower"]) / 2.0 / forecasts["scale"]
    expected = champion.header["validation"]["half_width"]
    assert half_width.to_numpy() == pytest.approx(expected)


def test_what_was_learnt_is_compared_with_days_that_were_not(champion):
    learnt_until = pd.Timestamp(champion.header["learnt_until"])
    earlier = bars()
    earlier["volume"] = earlier["volume"].where(
        earlier["date"] > learnt_until, earlier["volume"] ** 3.0
    )
    _, drift, *_ = found(champion, earlier)
    one = drift.set_index("feature").loc["volume_change", "psi"]
    _, drift, *_ = found(champion, bars())
    assert one > 3 * drift.set_index("feature").loc["volume_change", "psi"]
