import json

import numpy as np
import pytest

from dl_pipelines.evaluation.optimizer_ranks import (
    comparison_metrics,
    rank_optimizers,
    ranking_metrics,
    ranking_table,
)
from tests.evaluation.optimizer_frames import BANDS, losses_of


def test_the_best_comes_first_with_all_its_figures(ranked_optimizers):
    best, adam, momentum = ranked_optimizers.to_dict("records")
    assert best == {
        "optimizer": "adam_sgd", "rank": 1, "rate": 0.1, "loss": pytest.approx(0.12),
        "low": 0.1, "high": 0.14, "steps": 40.0, "seconds": 80.0, "reached": 5,
        "seconds_low": pytest.approx(72.0), "seconds_high": pytest.approx(88.0),
        "diverged_trials": 0, "diverged_seeds": 0, "edge": False, "close_rate": 0.01,
    }  # fmt: skip
    assert (adam["optimizer"], adam["rank"], adam["edge"]) == ("adam", 2, True)
    # the seeds 1 to 4 come below 0.4 one measurement later
    assert (adam["steps"], adam["seconds"], adam["diverged_trials"]) == (40.0, 80.0, 2)
    assert (momentum["reached"], momentum["diverged_trials"], momentum["diverged_seeds"]) == (
        1, 1, 1,
    )  # fmt: skip
    assert (momentum["steps"], momentum["high"]) == (np.inf, np.inf)


def test_ranks_are_shared_where_bands_overlap(optimizer_times):
    levels = {"momentum": 0.3, "adam": 0.31, "adam_sgd": 0.5}
    losses = losses_of(
        {
            (name, 0.1, seed): [1.0, level + 0.02 * seed]
            for name, level in levels.items()
            for seed in range(5)
        },
        every=10,
    )
    ranking = rank_optimizers(losses, losses, optimizer_times, target=0.1, bootstrap=BANDS)
    assert ranking[["optimizer", "rank"]].values.tolist() == [
        ["momentum", 1], ["adam", 1], ["adam_sgd", 3],
    ]  # fmt: skip
    shown = ranking_table({"Toy": ranking})
    assert shown["rank"].tolist() == ["1=", "1=", "3"]
    assert shown["steps"].tolist() == ["–", "–", "–"]


def test_few_seeds_have_no_rank(optimizer_losses, optimizer_trials, optimizer_times):
    few = optimizer_losses[optimizer_losses["seed"] < 1]
    ranking = rank_optimizers(few, optimizer_trials, optimizer_times, target=0.4, bootstrap=BANDS)
    assert ranking[["rank", "low", "high"]].isna().all(axis=None)
    assert ranking["optimizer"].tolist() == ["adam_sgd", "adam", "momentum"]
    assert ranking_table({"Toy": ranking})["rank"].tolist() == ["–"] * 3
    assert "adam.rank" not in ranking_metrics(ranking)


def test_what_diverges_has_no_rank(lost_ranking):
    assert lost_ranking["rank"].isna().all()
    assert lost_ranking["diverged_trials"].tolist() == [10] * 3
    metrics = ranking_metrics(lost_ranking)
    assert metrics["adam.diverged_seeds"] == 5.0
    json.dumps(metrics, allow_nan=False)


def test_metrics_are_numbers_that_json_has(ranked_optimizers):
    metrics = ranking_metrics(ranked_optimizers)
    assert metrics["adam_sgd.median_loss"] == pytest.approx(0.12)
    assert metrics["adam_sgd.best_lr"] == 0.1
    assert metrics["adam_sgd.steps_to_target"] == 40.0
    assert metrics["adam.divergences"] == 2.0
    assert metrics["momentum.seeds_reached"] == 1.0
    assert "momentum.steps_to_target" not in metrics  # infinite
    assert "momentum.loss_high" not in metrics
    json.dumps(metrics, allow_nan=False)


def test_metrics_of_all_tasks_are_named_and_the_headline_s_are_repeated(ranked_optimizers):
    other = ranked_optimizers.assign(rate=7.0)
    metrics = comparison_metrics({"one": ranked_optimizers, "two": other}, headline="two")
    assert metrics["one.adam.best_lr"] == 0.01
    assert metrics["two.adam.best_lr"] == metrics["adam.best_lr"] == 7.0
    assert len(metrics) == 3 * len(ranking_metrics(ranked_optimizers))


def test_the_table_is_for_readers(ranked_optimizers):
    table = ranking_table({"Toy": ranked_optimizers})
    assert table.iloc[0].tolist() == [
        "Toy", "1", "adam_sgd", "0.1*", "0.120", "0.100–0.140", "40", "80,000",
    ]  # fmt: skip
