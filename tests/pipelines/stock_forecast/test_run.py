"""The champion forecasts the next trading day, and says why it cannot."""

import json
import math
from typing import Any

import click
import pandas as pd
import pytest
from mlflow import MlflowClient

from dl_pipelines.errors import SettingError
from dl_pipelines.frames.parsing import parse_daily_bars
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.pipelines import stock_nodes
from dl_pipelines.pipelines.stock_forecast import nodes
from dl_pipelines.pipelines.stock_forecast.params import NextDay
from tests.pipelines.stock_forecast.conftest import AS_OF, forecast
from tests.real_project import RealProject
from tests.tracking.pointers import pointed_at_nothing

COLUMNS = ["date", "forecast", "lower_90", "upper_90", "model_version", "data_until"]
UNTRACKED = {"tracking": {"enabled": False}}


@pytest.fixture(scope="module")
def report(champion) -> dict[str, Any]:
    folder = champion.root / "data/08_reporting/stock_forecast"
    return {
        "forecast": pd.read_csv(folder / "forecast.csv"),
        "metrics": json.loads((folder / "metrics.json").read_text()),
        "verdict": (folder / "verdict.txt").read_text(),
        "figure": (folder / "next_day.png").read_bytes(),
    }


def test_it_leaves_one_row_with_exactly_these_columns(report):
    assert report["forecast"].columns.tolist() == COLUMNS
    (row,) = report["forecast"].to_dict("records")
    assert (row["date"], row["data_until"]) == ("2026-01-05", "2025-12-31")  # over New Year
    assert row["model_version"] == 1
    assert 4400 < row["lower_90"] < row["forecast"] < row["upper_90"] < 4900
    metrics = report["metrics"]
    assert metrics["forecast"] == row["forecast"]
    assert metrics["past.days"] == 1699.0  # of 2019 to 2025: the champion has not learnt them
    assert all(math.isfinite(value) for value in metrics.values())
    assert "The high of 2026-01-05 is forecast at" in report["verdict"]
    assert report["figure"].startswith(b"\x89PNG")


def test_mlflow_names_the_champion(champion):
    client = MlflowClient(f"sqlite:///{champion.root / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("stock_forecast")
    (run,) = client.search_runs([experiment.experiment_id])
    version = client.get_model_version_by_alias("stock_lstm", "champion")
    assert run.data.tags["champion.model_version"] == str(version.version)
    assert run.data.tags["champion.run_id"] == version.run_id
    assert run.data.metrics["width"] > 0
    assert pointed_at_nothing(champion.root, "stock_forecast") == set()


def test_it_forecasts_what_stock_lstm_did(copied):
    """Of a day that both know, the forecast and its interval."""
    (row,) = forecast(copied, stock_forecast={"as_of": "2025-12-30"}, **UNTRACKED).to_dict(
        "records"
    )
    folder = copied.root / "data/07_model_output/stock_lstm"
    known = pd.read_parquet(folder / "lstm_forecasts.parquet").set_index("date").loc["2025-12-31"]
    assert (row["date"], row["data_until"]) == ("2025-12-31", "2025-12-30")
    for own, other in {"forecast": "forecast", "lower_90": "lower", "upper_90": "upper"}.items():
        assert row[own] == pytest.approx(known[other], rel=1e-9)


@pytest.fixture(scope="module")
def bars(champion) -> pd.DataFrame:
    return parse_daily_bars(pd.read_csv(champion.snapshot, dtype=str, encoding="utf-8-sig"))


@pytest.fixture(scope="module")
def weights(champion) -> Weights:
    file = champion.root / "data/06_models/stock_lstm/lstm_forecaster.safetensors"
    weights = SafetensorsDataset(str(file)).load()
    return Weights(weights.state, {**weights.header, "model": "stock_lstm", "model_version": 1})


CLOCK = pd.Timestamp("2026-06-01", tz="UTC")


def next_day(bars: pd.DataFrame, weights: Weights, as_of: str) -> list[pd.DataFrame]:
    settings = NextDay.model_validate({"as_of": as_of})
    features = stock_nodes.build_features(nodes.choose_bars(bars, CLOCK, weights, settings))
    return [*nodes.forecast_next_day(weights, features, CLOCK, settings)[:2]]


def test_bars_after_the_last_one_that_may_be_used_change_nothing(bars, weights):
    later = bars["date"] > "2024-06-28"
    other = bars.copy()
    other.loc[later, ["open", "high", "low", "close", "volume"]] *= 3.0
    for one, same in zip(
        next_day(bars, weights, "2024-06-28"), next_day(other, weights, "2024-06-28"), strict=True
    ):
        pd.testing.assert_frame_equal(one, same, check_exact=True)
    moved = next_day(other, weights, "2024-07-01")[0]
    assert moved["forecast"][0] > 1.5 * next_day(bars, weights, "2024-07-01")[0]["forecast"][0]


def test_its_own_calibration_serves_while_few_days_are_new(bars, weights):
    stored = weights.header["calibration"] | {"quantile": 0.125, "until": "2018-12-28"}
    fresh = Weights(weights.state, weights.header | {"calibration": stored})
    frame, past = next_day(bars, fresh, "2019-02-28")
    assert len(past) < 100 and past["lower"].isna().all()
    bounds = frame[["lower_90", "upper_90"]].iloc[0]
    features = stock_nodes.build_features(bars[bars["date"] <= "2019-02-28"]).iloc[-1]
    scale = features["close"] * features["range_22"]
    assert bounds["upper_90"] - bounds["lower_90"] == pytest.approx(0.25 * scale)


@pytest.mark.parametrize(
    ("as_of", "part"),
    [
        ("2019-01-31", "its own was made on days until 2025-12-31"),
        ("2005-01-04", "before the first bar"),
        ("2026-12-31", "in the future"),
    ],
)
def test_days_that_are_too_early_or_too_late_are_refused(bars, weights, as_of, part):
    with pytest.raises(SettingError, match=part):
        next_day(bars, weights, as_of)


def test_the_first_possible_day_is_named(bars, weights):
    with pytest.raises(SettingError) as refused:
        next_day(bars, weights, "2019-03-01")
    named = str(refused.value).partition("'stock_forecast.as_of' to ")[2][:10]
    frame, past = next_day(bars, weights, named)
    assert (frame["data_until"][0], len(past)) == (named, 100)
    before = bars["date"][bars["date"] < named].iloc[-1]
    with pytest.raises(SettingError, match=f"only 99 days .+ to {named} or a later day"):
        next_day(bars, weights, f"{before:%Y-%m-%d}")


def failure(project: RealProject, *from_nodes: str, **settings: Any) -> str:
    with pytest.raises(click.ClickException) as caught:
        project.run(UNTRACKED | settings, pipeline="stock_forecast", from_nodes=from_nodes or None)
    assert "\n" not in caught.value.message
    return caught.value.message


def test_stale_bars_are_a_sentence_with_both_days(copied):
    later = {"now": "2026-01-06 19:30"}
    sentence = failure(copied, stock_forecast=later)
    assert "newest bar is of 2025-12-31, and the last trading day was 2026-01-06" in sentence
    assert "stock.source=baostock" in sentence and "stock_forecast.as_of=2025-12-31" in sentence
    assert len(forecast(copied, stock_forecast={"now": "2026-01-05 17:30"}, **UNTRACKED)) == 1


@pytest.mark.parametrize(
    ("as_of", "part"),
    [
        ("2018-06-29", "has learnt from days until 2018-12-28, and the bars end on 2018-06-29"),
        ("tomorrow", "as_of"),
    ],
)
def test_a_day_that_cannot_be_forecast_from_is_a_sentence(copied, as_of, part):
    assert part in failure(copied, stock_forecast={"as_of": as_of})


def test_without_a_champion_it_says_what_to_run(fresh):
    part = "there is no champion of stock_lstm in the registry (sqlite): run kedro run --pipeline"
    assert part in failure(fresh, **AS_OF)
    assert not (fresh.root / "mlflow.db").exists()


@pytest.mark.slow
def test_the_notebook_runs(copied):
    shown = copied.run_notebook("stock_forecast")
    assert shown.count("execute_result") == 4
    assert "error" not in shown
