"""Airflow runs the DAGs that kedro-airflow makes of our pipelines, in processes of its own."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field

import pytest
from omegaconf import OmegaConf

from dl_pipelines.tracking.store import open_store
from tests.pipelines.stock_monitor.conftest import SETTINGS, market, monitored
from tests.real_project import QUICK, RealProject

__all__ = ["monitored"]

pytest.importorskip("airflow", reason="needs the extra airflow")
pytest.importorskip("kedro_airflow", reason="needs the extra airflow")

pytestmark = pytest.mark.slow  # Airflow alone starts in ten seconds

WHOLE = {  # of `stock_lstm`, on a market that begins in 2014 and ends in 2020
    "stock_lstm": {
        "lstm": {"walk_forward": QUICK["stock_lstm"]["lstm"]["walk_forward"]},
        "textbook": QUICK["stock_lstm"]["textbook"] | {"holdout": {"start": "2014-06-03"}},
    },
    "stock_forecast": {"as_of": "2020-12-31"},
}
STATES = """
    SELECT task_id, task_instance.state FROM task_instance JOIN dag_run USING (dag_id, run_id)
    WHERE dag_run.id = (SELECT max(id) FROM dag_run)
"""


@dataclass
class Airflow:
    """Airflow with a database of its own, on the DAGs of a project."""

    project: RealProject
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        root = self.project.root
        self.environment = os.environ | {
            "AIRFLOW_HOME": str(root / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(root / "airflow_dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "PYTHONPATH": str(root / "src"),
        }
        (root / "conf/local/airflow.yml").write_text("default: {retries: 0}\n")
        template = ["--jinja-file", "conf/airflow_dag.j2"]
        names = "stock_lstm,stock_monitor,stock_forecast"
        self.call("kedro", "airflow", "create", "--pipelines", names, *template)
        self.call("airflow", "db", "migrate")

    def call(self, module: str, *arguments: str, ends_with: int = 0) -> str:
        """Run a command in a process of its own; what it prints."""
        ended = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            check=False,
            cwd=self.project.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        assert ended.returncode == ends_with, ended.stdout
        return ended.stdout

    def run(self, dag: str, params: str = "", ends_with: int = 0) -> tuple[dict[str, str], str]:
        """Run a DAG; how its tasks have ended, and what was printed."""
        conf = json.dumps({"params": params})
        output = self.call("airflow", "dags", "test", "--conf", conf, dag, ends_with=ends_with)
        with sqlite3.connect(self.project.root / "airflow/airflow.db") as database:
            return dict(database.execute(STATES).fetchall()), output


@pytest.fixture(scope="module")
def airflow(monitored: RealProject) -> Airflow:
    """A project with a champion, whose market has become another one since."""
    market(other=True).to_csv(monitored.snapshot, index=False)
    settings = OmegaConf.merge(SETTINGS, WHOLE)
    OmegaConf.save(settings, monitored.root / "conf/local/parameters.yml")
    return Airflow(monitored)


@pytest.fixture(scope="module")
def day(airflow: Airflow) -> tuple[dict[str, str], str]:
    """A day's work, after which all is as Airflow has left it."""
    return airflow.run("stock_monitor")


def metrics(project: RealProject) -> dict[str, float]:
    return json.loads((project.reports / "metrics.json").read_text())


def test_exit_code_3_trains_again_and_then_forecasts(day, airflow):
    states, output = day
    assert states == {
        "stock_monitor": "skipped",
        "stock_lstm": "success",
        "stock_forecast": "success",
    }, output[-5000:]
    reports = airflow.project.root / "data/08_reporting"
    assert json.loads((reports / "stock_monitor/decision.json").read_text())["retraining_due"]
    assert (reports / "stock_forecast/forecast.csv").exists()


def test_it_is_one_finished_run_of_mlflow_a_pipeline(day, airflow):
    client = open_store(f"sqlite:///{(airflow.project.root / 'mlflow.db').as_posix()}")
    for pipeline in ("stock_monitor", "stock_forecast"):
        (experiment,) = [e for e in client.search_experiments() if e.name == pipeline]
        (run,) = client.search_runs([experiment.experiment_id])
        assert run.info.status == "FINISHED"


def test_its_numbers_are_those_of_kedro_run(day, airflow):
    by_airflow = metrics(airflow.project)
    (airflow.project.reports / "metrics.json").unlink()
    run = airflow.project.start("--pipelines", "stock_lstm", "--params", "cache=false")
    output, _ = run.communicate(timeout=600)
    assert run.returncode == 0, output
    assert len(by_airflow) > 20
    assert metrics(airflow.project) == by_airflow


def test_a_failing_node_fails_the_run_with_our_sentence(airflow):
    states, output = airflow.run("stock_monitor", "stock_monitor.as_of=2020-01-10", ends_with=1)
    assert states == {
        "stock_monitor": "failed",
        "stock_lstm": "skipped",
        "stock_forecast": "upstream_failed",
    }
    assert re.search(r"Error: only 7 trading days up to 2020-01-10 lie", output)
    assert "Traceback" not in output.partition("Task failed with exception")[0]


def test_a_parameter_is_no_command(airflow):
    params = "stock_lstm.lstm.training.epochs=0; touch shell $(touch shell)"
    _, output = airflow.run("stock_lstm", params, ends_with=1)
    assert "epochs" in output
    assert not (airflow.project.root / "shell").exists()
