"""From the registry and the bars to an exit code, in a market that is made up."""

import json

import click
import pandas as pd
import pytest

from dl_pipelines.tracking.store import open_store
from tests.pipelines.stock_monitor.conftest import market
from tests.real_project import RealProject
from tests.tracking.pointers import pointed_at_nothing

REPORTS = "data/08_reporting/stock_monitor"
TOO_EARLY = {"tracking": {"enabled": False}, "stock_monitor": {"as_of": "2020-01-10"}}
FILES = {"metrics.json", "comparison.csv", "verdict.txt", "drift.csv", "report.html", "errors.png"}


def set_market(project: RealProject, *, other: bool) -> None:
    market(other=other).to_csv(project.snapshot, index=False)


def decision(project: RealProject) -> dict[str, object]:
    return json.loads((project.root / REPORTS / "decision.json").read_text())


@pytest.fixture(scope="module")
def changed(monitored) -> tuple[RealProject, int, str]:
    """What the command says where the market has become another one."""
    set_market(monitored, other=True)
    process = monitored.start("--pipeline", "stock_monitor")
    output, _ = process.communicate(timeout=120)
    return monitored, process.returncode, output


@pytest.mark.slow
def test_another_market_ends_the_command_with_3_after_all_is_told(changed):
    project, code, output = changed
    assert code == 3
    found = decision(project)
    assert found["retraining_due"] is True
    assert found["champion"] == "stock_lstm version 1"
    verdict = " ".join((project.root / REPORTS / "verdict.txt").read_text().split())
    assert found["reasons"].count("has drifted") >= 3
    assert found["reasons"] in verdict
    assert verdict.split(":")[0] in " ".join(output.split())  # the terminal shows it
    assert "Traceback" not in output
    assert FILES <= {path.name for path in (project.root / REPORTS).iterdir()}


@pytest.mark.slow
def test_mlflow_has_a_finished_run_with_the_decision_as_tags(changed):
    project, _, output = changed
    assert "Tracked as finished" in output
    client = open_store(f"sqlite:///{(project.root / 'mlflow.db').as_posix()}")
    (experiment,) = [e for e in client.search_experiments() if e.name == "stock_monitor"]
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.status == "FINISHED"
    assert run.data.tags["retraining_due"] == "True"
    assert run.data.tags["reasons"] == decision(project)["reasons"]
    assert run.data.metrics["retraining_due"] == 1.0
    assert pointed_at_nothing(project.root, "stock_monitor") == set()
    artifacts = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert {"report.html", "drift.json", "figures"} <= artifacts


@pytest.mark.slow
def test_the_same_market_ends_the_command_with_0(monitored):
    set_market(monitored, other=False)
    process = monitored.start("--pipeline", "stock_monitor")
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    assert decision(monitored)["retraining_due"] is False
    assert "is not due" in output


@pytest.mark.slow
def test_the_notebook_runs(changed):
    project, *_ = changed
    assert project.run_notebook("stock_monitor").count("display_data") >= 3


def test_a_day_with_too_few_new_bars_is_named(monitored):
    with pytest.raises(click.ClickException, match="only 7 trading days up to 2020-01-10 lie") as e:
        monitored.run(TOO_EARLY, pipeline="stock_monitor")
    assert "\n" not in e.value.message


def test_stale_bars_are_a_sentence_with_both_days(monitored):
    stale = TOO_EARLY | {"stock_monitor": {"now": "2021-01-05 09:00"}}
    part = "newest bar is of 2020-12-31, and the last trading day was 2021-01-04"
    with pytest.raises(click.ClickException, match=part) as e:
        monitored.run(stale, pipeline="stock_monitor")
    assert "--params stock_monitor.as_of=2020-12-31" in e.value.message
    assert "\n" not in e.value.message


def test_a_registry_without_a_champion_is_named(tmp_path):
    project = RealProject(tmp_path, "stock")
    with pytest.raises(click.ClickException, match="no champion of stock_lstm") as e:
        settings = {"stock_monitor": {"as_of": "2025-12-31"}}
        project.run({"tracking": {"enabled": False}} | settings, pipeline="stock_monitor")
    assert e.value.message.endswith("run kedro run --pipeline stock_lstm first.")


def test_settings_that_contradict_each_other_are_named(tmp_path):
    project = RealProject(tmp_path, "stock")
    with pytest.raises(click.ClickException, match=r"recent_days \(30\) must not lie below"):
        project.run({"stock_monitor": {"recent_days": 30}}, pipeline="stock_monitor")


@pytest.mark.slow
def test_the_table_has_a_row_for_each_feature_that_the_champion_sees(changed):
    project, *_ = changed
    table = pd.read_csv(project.root / REPORTS / "drift.csv")
    assert table["feature"].tolist() == [
        *("return_1", "high_close", "low_close", "open_gap"),
        *("high_low", "volume_change", "range_5", "range_22"),
    ]
    assert (table["p_holm"] >= table["p_value"]).all()
