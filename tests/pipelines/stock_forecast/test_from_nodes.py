"""A run that begins at a node takes what the run before has left, if it is of the same day."""

from typing import Any

import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.pipelines import stock_nodes
from dl_pipelines.pipelines.stock_forecast import nodes
from dl_pipelines.pipelines.stock_forecast.params import NextDay
from tests.pipelines.stock_forecast.conftest import AS_OF
from tests.pipelines.stock_forecast.test_run import CLOCK, UNTRACKED, bars, failure, weights

__all__ = ["bars", "weights"]


def kept(bars: pd.DataFrame, weights: Weights, **day: str) -> dict[str, Any]:
    """Settings of a day, the clock, and what a run with them has left."""
    moment = {"clock": CLOCK, "next_day": NextDay.model_validate(day)}
    features = stock_nodes.build_features(nodes.choose_bars(bars, champion=weights, **moment))
    made = nodes.forecast_next_day(weights, features, **moment)
    return dict(zip(("forecast", "past", "calibration"), made, strict=True)) | moment


def test_a_forecast_of_another_champion_or_other_bars_is_refused(bars, weights):
    before = kept(bars, weights, as_of="2024-06-28")
    newer = Weights(weights.state, weights.header | {"model_version": 2})
    with pytest.raises(
        SettingError, match=r"version \(1\) .* \(2\): run .*forecast_next_day first"
    ):
        nodes.report_forecast(**before, champion=newer)
    same = Weights(weights.state, weights.header | {"run_id": "there"})
    assert nodes.report_forecast(**before, champion=same)[2]["champion.model_version"] == "1"
    last = {"next_day": NextDay.model_validate({"as_of": "2025-12-31"})}
    with pytest.raises(
        SettingError, match=r"data until \(2024-06-28\) than this run \(2025-12-31\)"
    ):
        nodes.draw_forecast(**before | last, daily_bars=bars)


@pytest.mark.parametrize("node", ["forecast_next_day", "report_forecast", "draw_forecast"])
def test_a_run_from_a_node_on_takes_no_old_day_for_the_newest(copied, node):
    newest = {"now": "2026-01-06 19:30"}
    sentence = failure(copied, f"stock_forecast.{node}", stock_forecast=newest)
    assert "run before end on 2025-12-31, and this run takes those until 2026-01-06" in sentence
    assert "from the node stock_forecast.choose_bars on, or set 'stock_forecast.as_of'" in sentence


def test_a_run_from_a_node_on_goes_on_with_the_same_day(copied):
    file = copied.root / "data/08_reporting/stock_forecast/forecast.csv"
    before = file.read_bytes()
    file.unlink()
    node = "stock_forecast.forecast_next_day"
    copied.run(UNTRACKED | AS_OF, pipeline="stock_forecast", from_nodes=[node])
    assert file.read_bytes() == before


def test_a_run_from_the_forecast_on_refuses_features_of_another_symbol(champion, weights):
    features = pd.read_parquet(champion.root / "data/04_feature/stock_forecast/features.parquet")
    assert features.attrs["ts_code"] == "000300.SH"
    other = Weights(weights.state, weights.header | {"ts_code": "600001.SH"})
    settings = NextDay.model_validate(AS_OF["stock_forecast"])
    with pytest.raises(SettingError, match=r"of 600001\.SH, and these are of 000300\.SH: set"):
        nodes.forecast_next_day(other, features, CLOCK, settings)
