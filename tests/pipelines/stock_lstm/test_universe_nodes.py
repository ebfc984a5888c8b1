from datetime import date

import pandas as pd
import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.params import Compute, Holdout
from dl_pipelines.pipelines.stock_lstm.universe_nodes import build_panel, evaluate_universe
from dl_pipelines.pipelines.stock_lstm.universe_params import References, UniverseForecaster
from tests.evaluation.panels import forecasts
from tests.pipelines.stock_lstm.symbols import DAYS, bars


def test_one_validation_day_is_not_judged():
    test = forecasts(days=30)
    valid = forecasts(days=1).assign(part="valid")
    _, alone, _ = evaluate_universe(test, {})
    report, pooled, symbols = evaluate_universe(pd.concat([valid, test], ignore_index=True), {})
    assert pooled == report["pooled"] == alone and len(symbols) == 6
    valid = forecasts(days=2).assign(part="valid")
    _, pooled, _ = evaluate_universe(pd.concat([valid, test], ignore_index=True), {})
    assert pooled["valid.days"] == 2.0


def test_a_test_of_one_day_is_refused_before_the_training():
    def built(test_start: date):
        return build_panel(
            bars={"600001.SH": lambda: bars(1).assign(date=DAYS)},
            ingestion={
                "symbols": {"600001.SH": len(DAYS)},
                "left_out": {},
                "first": f"{DAYS[0]:%Y-%m-%d}",
                "last": f"{DAYS[-1]:%Y-%m-%d}",
            },
            holdout=Holdout(test_start=test_start),
            forecaster=UniverseForecaster(name="lstm", features=("return_1",), window=10),
            references=References(),
            compute=Compute(device="cpu", backend="sequential"),
        )

    with pytest.raises(SettingError, match=r"test_start' is 2019-12-31, .* 1 day .* earlier"):
        built(DAYS[-1].date())
    _, panel, _, _ = built(DAYS[-2].date())
    assert len(panel["dates"]) == len(DAYS) - 23
