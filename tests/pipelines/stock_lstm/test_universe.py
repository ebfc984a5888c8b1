"""`stock_lstm` on a universe of symbols, with little training."""

import json
import re
import shutil

import click
import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.metrics import rmse, skill
from dl_pipelines.io.safetensors import SafetensorsDataset
from tests.pipelines.stock_lstm.symbols import DAYS, QUICK_UNIVERSE, TEST_START, bars, write_bars
from tests.real_project import RealProject

GOOD = [f"60000{number}" for number in range(6)]
ASKED = " ".join(f"{name}.SH" for name in [*GOOD, "600012", "600099", "600404"])


def run(project, universe=ASKED, **arguments):
    params = {**QUICK_UNIVERSE, "stock": {"universe": universe}, "tracking": {"enabled": False}}
    return project.run(params, **arguments)


def prepare(root):
    project = RealProject(root, "stock")
    write_bars(
        project.root / "data/01_raw/bars",
        **{f"s{name}": bars(number) for number, name in enumerate(GOOD)},
        s600012=bars(12, days=12),
        s600099=bars(99, days=int(DAYS.searchsorted(pd.Timestamp(TEST_START))) - 5),
    )
    return project


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    project = prepare(tmp_path_factory.mktemp("universe"))
    run(project)
    return project


@pytest.fixture(scope="module")
def report(finished):
    return json.loads((finished.reports / "universe.json").read_text())


@pytest.fixture(scope="module")
def forecasts(finished):
    return pd.read_parquet(
        finished.root / "data/07_model_output/stock_lstm/universe_forecasts.parquet"
    )


def weights(project, name="universe"):
    return SafetensorsDataset(
        str(project.root / f"data/06_models/stock_lstm/{name}.safetensors")
    ).load()


def test_every_symbol_is_judged_or_named_with_the_reason(report):
    assert list(report["symbols"]) == [f"{name}.SH" for name in GOOD]
    reasons = report["left_out"]
    assert set(reasons) == {"600012.SH", "600099.SH", "600404.SH"}
    assert re.search("has only 12 trading days.*extend the data", reasons["600012.SH"])
    assert f"no day from test_start {TEST_START}" in reasons["600099.SH"]
    assert re.search(r"600404\.SH\.csv does not exist", reasons["600404.SH"])


def test_figures_follow_from_the_forecasts(report, forecasts):
    test = forecasts[forecasts["part"] == "test"]
    assert report["pooled"]["symbols"] == 6
    for name, own in test.groupby("ts_code", observed=True):
        scaled = own[["actual", "forecast", "persistence"]].div(own["close"], axis=0)
        expected = skill(*(scaled[column] for column in scaled))
        assert report["symbols"][name]["skill_vs_persistence"] == pytest.approx(expected, rel=1e-4)
    relative = test[["actual", "forecast"]].div(test["close"], axis=0)
    expected = rmse(relative["actual"], relative["forecast"])
    assert report["pooled"]["rmse"] == pytest.approx(expected, rel=1e-4)
    assert -1.0 < report["pooled"]["rank_ic"] < 1.0


def test_forecasts_begin_with_the_validation_days_and_stand_on_true_bars(forecasts):
    parts = forecasts.groupby("part")["date"]
    assert parts.max()["valid"] < pd.Timestamp(TEST_START) <= parts.min()["test"]
    own = forecasts[forecasts["ts_code"] == "600003.SH"].set_index("date")
    true = bars(3).assign(date=DAYS).set_index("date")
    np.testing.assert_allclose(own["actual"], true.loc[own.index, "high"], rtol=1e-6)
    before = true["close"].shift().loc[own.index]
    np.testing.assert_allclose(own["close"], before, rtol=1e-6)


def test_the_flat_metrics_and_the_tables_are_there(finished, report):
    folder = finished.reports / "universe"
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics == report["pooled"]
    assert all(np.isfinite(value) for value in metrics.values())
    assert len(pd.read_csv(folder / "by_symbol.csv")) == 6
    assert "could not take part" in (folder / "verdict.txt").read_text()
    assert {path.name for path in folder.glob("*.png")} == {"skill_by_symbol.png", "rank_ic.png"}


def test_the_one_index_is_left_alone(finished):
    assert not (finished.reports / "metrics.json").exists()


def test_bars_of_the_test_days_change_nothing_that_is_learnt(finished, tmp_path):
    other = prepare(tmp_path / "later")
    changed = bars(0)
    later = changed["date"] >= "2019-02-01"
    changed.loc[later, ["open", "high", "low", "close"]] *= 2.0
    write_bars(other.root / "data/01_raw/bars", s600000=changed)
    run(other, to_nodes=["stock_lstm.universe.train_universe"])
    for name in ("universe", "universe_validation"):
        before, after = weights(finished, name), weights(other, name)
        assert before.header == after.header
        assert before.state.keys() == after.state.keys()
        assert all(before.state[key].equal(after.state[key]) for key in before.state)


def test_unchanged_bars_are_read_again_and_nothing_else_is_done_again(finished):
    def times(*names):
        return [(finished.root / "data" / name).stat().st_mtime_ns for name in names]

    read = "02_intermediate/stock_lstm/universe_ingestion.json"
    made = (
        "05_model_input/stock_lstm/universe_values.npy",
        "05_model_input/stock_lstm/universe_panel.npz",
        "06_models/stock_lstm/universe.safetensors",
    )
    before, ingested = times(*made), times(read)
    run(finished)
    assert times(*made) == before
    assert times(read) > ingested


def test_weights_of_another_universe_are_refused(tmp_path, finished):
    other = prepare(tmp_path / "fewer")
    run(other, universe="600000.SH 600001.SH", to_nodes=["stock_lstm.universe.build_panel"])
    shutil.copytree(finished.root / "data/06_models", other.root / "data/06_models")
    with pytest.raises(click.ClickException, match="trained with other settings or on other days"):
        run(other, node_names=["stock_lstm.universe.forecast_universe"])


def test_a_young_symbol_alone_is_judged_by_the_days_that_have_a_reference(tmp_path):
    project = prepare(tmp_path / "young")
    first = int(DAYS.searchsorted(pd.Timestamp(TEST_START))) - 285
    young = bars(7).iloc[first:]
    write_bars(project.root / "data/01_raw/bars", s600007=young)
    order = project.reports / "universe/rank_ic.png"
    order.parent.mkdir(parents=True)
    order.write_bytes(b"of another universe")
    run(project, universe="600007.SH")
    forecasts = project.root / "data/07_model_output/stock_lstm/universe_forecasts.parquet"
    panel = pd.read_parquet(forecasts)
    assert panel["har_ridge"].notna().all()
    report = json.loads((project.reports / "universe.json").read_text())
    assert report["symbols"]["600007.SH"]["days"] == 244
    assert order.read_bytes().startswith(b"\x89PNG")  # it says that there is no order


@pytest.mark.parametrize(
    ("universe", "sentence"),
    [
        ("hs3000", "'stock.universe' has 'hs3000', which is neither a ts_code"),
        ("600404.SH 600405.SH", "no symbol of the universe has bars"),
        ("600012.SH", "no symbol of the universe can take part"),
    ],
)
def test_a_universe_that_cannot_be_is_one_sentence(finished, tmp_path, universe, sentence):
    with pytest.raises(click.ClickException, match=sentence):
        run(prepare(tmp_path / "bad"), universe=universe)
