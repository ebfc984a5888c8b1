"""The whole pipeline on a few rows of both tasks."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from dl_pipelines.params.optimizer_comparison import ComparedName, DrawnDigits
from dl_pipelines.pipelines.optimizer_comparison.adapters import digit_rows
from tests.pipelines.optimizer_comparison.conftest import (
    NAME,
    RATES,
    TASKS,
    UNTRACKED,
    reports,
    results,
    with_own_digits,
)
from tests.real_project import RealProject
from tests.tracking.pointers import pointed_at_nothing

OPTIMIZERS = ("sgd", "momentum", "nag", "adagrad", "rmsprop", "adam", "adamw", "adam_sgd")


def metrics_of(project: RealProject) -> dict[str, float]:
    return json.loads((reports(project) / "metrics.json").read_text())


def frame(project: RealProject, task: str, name: str) -> pd.DataFrame:
    return pd.read_parquet(results(project) / f"{task}_{name}.parquet")


def test_every_optimizer_that_can_be_named_is_compared():
    names = [value for part in ComparedName.__args__ for value in part.__args__]
    assert names == [*OPTIMIZERS]


@pytest.mark.parametrize("task", TASKS)
def test_each_optimizer_has_the_same_trials_and_fresh_seeds(compared, task):
    trials, curves = frame(compared, task, "trials"), frame(compared, task, "curves")
    tried = trials.groupby("optimizer")[["rate", "seed"]].agg(lambda values: sorted({*values}))
    assert set(tried.index) == set(OPTIMIZERS)
    assert all(rates == RATES for rates in tried["rate"])
    assert all(seeds == [100, 101, 102] for seeds in tried["seed"])
    chosen = curves.groupby("optimizer")
    assert (chosen["rate"].nunique() == 1).all()
    assert all(sorted({*seeds}) == [0, 1, 2, 3, 4] for _, seeds in chosen["seed"])
    first = curves[curves["step"] == 0].pivot(index="optimizer", columns="seed", values="loss")
    assert (first.nunique() == 1).all()  # the same first weights
    assert first.iloc[0].nunique() == 5


@pytest.mark.parametrize("task", TASKS)
def test_the_rate_is_the_best_on_the_validation_rows(compared, task):
    trials = frame(compared, task, "trials")
    last = trials[trials["step"] == trials["step"].max()]
    kept = last["loss"].where(last["loss"] < last["constant"], np.inf)
    scores = kept.groupby([last["optimizer"], last["rate"]]).median()
    metrics = metrics_of(compared)
    for name in OPTIMIZERS:
        assert metrics[f"{task}.{name}.best_lr"] == scores.loc[name].idxmin()
    assert len({metrics[f"{task}.{name}.best_lr"] for name in OPTIMIZERS}) > 1


def test_metrics_are_those_of_both_tasks_and_mnist_s_without_its_name(compared):
    metrics = metrics_of(compared)
    for name in OPTIMIZERS:
        curves = frame(compared, "mnist", "curves").query("optimizer == @name")
        last = curves[curves["step"] == curves["step"].max()]
        if not metrics[f"{name}.diverged_seeds"]:
            assert metrics[f"{name}.median_loss"] == pytest.approx(last["loss"].median())
        for figure in ("median_loss", "rank", "best_lr", "divergences", "seeds_reached"):
            assert metrics.get(f"mnist.{name}.{figure}") == metrics.get(f"{name}.{figure}")
        assert f"regression.{name}.divergences" in metrics
    assert sum(metrics[f"regression.{name}.divergences"] for name in OPTIMIZERS) >= 4
    assert all(math.isfinite(value) for value in metrics.values())


def test_table_verdict_and_figures_are_there(compared):
    table = pd.read_csv(reports(compared) / "comparison.csv", dtype=str)
    assert table["task"].tolist() == ["Regression"] * 8 + ["MNIST"] * 8
    assert set(table["optimizer"]) == set(OPTIMIZERS)
    verdict = (reports(compared) / "verdict.txt").read_text().splitlines()
    assert [line.partition(":")[0] for line in verdict] == ["Regression", "MNIST"]
    for task in TASKS:
        drawn = {path.name for path in (reports(compared) / task).glob("*.png")}
        assert drawn == {
            "optimizers.png", "adam_then_sgd.png", "sensitivity.png", "ranking.png",
        }  # fmt: skip


def test_each_task_is_a_run_below_the_comparison_s(compared):
    client = MlflowClient(f"sqlite:///{(compared.root / 'mlflow.db').as_posix()}")
    runs = client.search_runs([client.get_experiment_by_name(NAME).experiment_id])
    by_name = {run.info.run_name: run for run in runs}
    (top,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    assert top.data.metrics == metrics_of(compared)
    assert top.data.tags["headline"] == "mnist"
    assert pointed_at_nothing(compared.root, NAME) == set()
    assert top.data.tags["data.source"].startswith("own files digits")
    for task in TASKS:
        figures = client.list_artifacts(by_name[task].info.run_id, "figures")
        assert len(figures) == 4
        own = json.loads((reports(compared) / task / "metrics.json").read_text())
        assert by_name[task].data.metrics == own


def test_test_rows_choose_no_rate_and_the_same_run_has_the_same_bits(compared, fresh):
    """Other test digits: all but what is judged by them stays, to the bit, but for seconds."""
    spoilt = np.zeros((40, 28, 28), np.uint8)
    with_own_digits(fresh, test_images=spoilt).run(
        UNTRACKED, pipeline=NAME, to_nodes=[f"{NAME}.report_results"]
    )
    for task in TASKS:
        pd.testing.assert_frame_equal(
            frame(fresh, task, "trials"), frame(compared, task, "trials"), check_exact=True
        )
    before, after = metrics_of(compared), metrics_of(fresh)
    seconds = ".seconds_to_target"
    for name in before:
        if name.startswith("regression.") and not name.endswith(seconds):
            assert after[name] == before[name], name
        if name.endswith((".best_lr", ".divergences")):
            assert after[name] == before[name], name
    losses = [frame(project, "mnist", "curves")["loss"] for project in (fresh, compared)]
    assert not losses[0].equals(losses[1])


def test_drawn_digits_are_in_one_part_only_each_class_with_its_share():
    labels = np.resize(np.arange(10), 250)
    images = np.arange(250, dtype=np.uint8)[:, None, None].repeat(2, axis=1)
    arrays = {
        "train_images": images[:200], "train_labels": labels[:200],
        "test_images": images[200:], "test_labels": labels[200:],
    }  # fmt: skip
    digits = DrawnDigits(images=100, validation_fraction=0.2, test_images=30)
    rows = digit_rows(arrays, digits)
    assert [len(rows[f"{part}_y"]) for part in ("train", "valid", "test")] == [80, 20, 30]
    for part in ("train", "valid", "test"):
        assert (np.bincount(rows[f"{part}_y"]) == len(rows[f"{part}_y"]) / 10).all()
        np.testing.assert_array_equal(rows[f"{part}_x"][:, 0, 0] % 10, rows[f"{part}_y"])
    learnt = {*rows["train_x"][:, 0, 0].tolist(), *rows["valid_x"][:, 0, 0].tolist()}
    assert len(learnt) == 100
    assert max(learnt) < 200


@pytest.mark.slow
def test_a_comparison_that_diverges_ends_with_sentences_and_figures(fresh):
    lost = {**UNTRACKED[NAME]["mnist"], "rates": [1e7, 1e9], "optimizers": ["adam", "momentum"]}
    settings = UNTRACKED | {NAME: UNTRACKED[NAME] | {"mnist": lost, "regression": lost}}
    with_own_digits(fresh).run(settings, pipeline=NAME)
    verdict = (reports(fresh) / "verdict.txt").read_text().splitlines()
    assert all(": all optimizers diverge. 12 trainings" in line for line in verdict)
    metrics = metrics_of(fresh)
    assert metrics["adam.diverged_seeds"] == 5
    assert "adam.rank" not in metrics
    for task in TASKS:
        assert len({*(reports(fresh) / task).glob("*.png")}) == 3


@pytest.mark.slow
def test_the_notebook_runs(compared):
    shown = compared.run_notebook(NAME)
    assert "error" not in shown
    assert shown.count("execute_result") >= 5
