"""A small search on Boston, and the environment that it makes."""

import json
import sqlite3

import pandas as pd
import pytest
import yaml
from mlflow import MlflowClient
from mlflow.entities import Run

from dl_pipelines.io.safetensors import SafetensorsDataset
from tests.pipelines.house_price_search.conftest import NAME, UNTRACKED, reports, results, trials_of
from tests.real_project import RealProject
from tests.tracking.pointers import pointed_at_nothing

pytestmark = pytest.mark.slow  # whole searches


def best_of(project: RealProject) -> pd.Series:
    return pd.concat(trials_of(project).values()).sort_values("value").iloc[0]


def environment(project: RealProject) -> dict:
    file = project.root / "conf/searched_boston/parameters_house_price.yml"
    return yaml.safe_load(file.read_text())["house_price"]


def test_each_method_tries_its_space(searched):
    trials = trials_of(searched)
    grid, tpe = trials["grid"], trials["tpe"]
    pairs = set(zip(grid["params.network.hidden"], grid["params.optimizer.lr"], strict=True))
    assert pairs == {(h, lr) for h in ("[3]", "[3, 2]") for lr in ("0.01", "1e+30")}
    assert len(grid) == 4
    assert set(grid["state"]) == {"FINISHED", "FAILED"}
    assert list(tpe["number"]) == [0, 1, 2]
    assert set(tpe["params.network.hidden"]) <= {"[5]", "[3, 5]"}


def test_metrics_and_comparison_follow_from_the_trials(searched):
    metrics = json.loads((reports(searched) / "metrics.json").read_text())
    smallest = {f"{m}.value": frame["value"].min() for m, frame in trials_of(searched).items()}
    shipped = json.loads((results(searched) / "shipped.json").read_text())["value"]
    assert metrics == pytest.approx({**smallest, "shipped.value": shipped})
    table = pd.read_csv(reports(searched) / "comparison.csv", dtype="str", keep_default_na=False)
    assert table["value"].iloc[0] == f"{min(metrics.values()):.4g}"
    assert len(table) == 8
    own = table[table["method"] == "shipped"].iloc[0]
    assert dict(own[["trial", "dropout", "hidden", "lr", "weight_decay"]]) == {
        "trial": "",
        "dropout": "0.05",
        "hidden": "[4]",
        "lr": "0.006",
        "weight_decay": "0",
    }


def test_figures_are_written(searched):
    pictures = {path.name for path in reports(searched).glob("*.png")}
    assert pictures == {"search_progress.png", "search_settings.png"}


@pytest.fixture(scope="module")
def runs(searched: RealProject) -> list[Run]:
    client = MlflowClient(f"sqlite:///{searched.root / 'mlflow.db'}")
    experiment = client.get_experiment_by_name(NAME)
    return client.search_runs([experiment.experiment_id])


def below(runs: list[Run], parent: Run | None) -> dict[str, Run]:
    run_id = parent and parent.info.run_id
    own = [run for run in runs if run.data.tags.get("mlflow.parentRunId") == run_id]
    return {run.info.run_name: run for run in own}


def test_trials_are_runs_below_their_method(runs, searched):
    (top,) = below(runs, None).values()
    assert top.info.status == "FINISHED"
    assert "trials of a grid" in top.data.tags["mlflow.note.content"]
    assert pointed_at_nothing(searched.root, NAME) == set()
    methods = below(runs, top)
    assert set(methods) == {"grid", "tpe"}
    assert methods["tpe"].data.params["trials"] == "3"
    for method, frame in trials_of(searched).items():
        logged = below(runs, methods[method])
        assert len(logged) == len(frame)
        for trial in frame.to_dict("records"):
            run = logged[f"trial {trial['number']:03}"]
            assert run.info.status == trial["state"]
            assert run.data.params["optimizer.lr"] == trial["params.optimizer.lr"]
            failed = trial["state"] == "FAILED"
            assert run.data.metrics.get("value") == (None if failed else trial["value"])
        (best,) = [run for run in logged.values() if run.data.tags.get("best")]
        assert best.data.metrics["value"] == frame["value"].min()


def test_the_best_setting_is_what_a_reader_would_type(searched):
    best = best_of(searched)
    tuned = environment(searched)["dropout"]
    assert tuned["regressor"]["network"]["hidden"] == json.loads(best["params.network.hidden"])
    assert tuned["training"]["optimizer"]["lr"] == json.loads(best["params.optimizer.lr"])
    assert (tuned["training"]["epochs"], tuned["regressor"]["name"]) == (2, "dropout")


def test_house_price_takes_the_environment_and_the_houses_that_it_is_for(searched):
    globals_file = searched.root / "conf/base/globals.yml"
    boston = globals_file.read_text()
    nodes = ["ingest_houses", "clean_houses", "build_features", "dropout.train_holdout"]
    try:
        globals_file.write_text(boston.replace("dataset: boston", "dataset: ames"))
        searched.run(
            {name: UNTRACKED[name] for name in ("compute", "tracking")},
            env="searched_boston",
            pipeline="house_price",
            node_names=[f"house_price.{node}" for node in nodes],
        )
    finally:
        globals_file.write_text(boston)
    file = searched.root / "data/06_models/house_price/boston/dropout.safetensors"
    state = SafetensorsDataset(str(file)).load().members()["seed_0"]
    tuned = environment(searched)["dropout"]["regressor"]["network"]["hidden"]
    widths = {len(tensor) for tensor in state.values() if tensor.ndim}
    assert widths >= {*tuned}
    assert 4 not in widths  # what the search set out from


def test_a_second_search_tries_nothing_again_and_gives_the_same_bytes(searched):
    def stored() -> int:
        with sqlite3.connect(searched.root / f"data/06_models/{NAME}/trials.db") as database:
            return database.execute("SELECT count(*) FROM trials").fetchone()[0]

    folders = (reports(searched), results(searched), searched.root / "conf/searched_boston")
    files = {path: path.read_bytes() for folder in folders for path in folder.iterdir()}
    assert stored() == 7
    searched.run(UNTRACKED | {"cache": False}, pipeline=NAME)
    assert stored() == 7
    assert {path: path.read_bytes() for path in files} == files
