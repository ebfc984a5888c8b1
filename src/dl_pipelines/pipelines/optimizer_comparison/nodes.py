"""Nodes of `optimizer_comparison`: thin adapters between the catalog and the layers below."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.data.parabola import parabola_parts
from dl_pipelines.evaluation.optimizer_ranks import (
    comparison_metrics,
    rank_optimizers,
    ranking_metrics,
    ranking_table,
)
from dl_pipelines.evaluation.optimizer_runs import best_rates
from dl_pipelines.evaluation.optimizer_verdict import comparison_verdict
from dl_pipelines.params import OneProcess
from dl_pipelines.params.optimizer_comparison import (
    ComparisonReport,
    ComparisonTask,
    DrawnDigits,
    Parabola,
)
from dl_pipelines.pipelines.optimizer_comparison.adapters import (
    bootstrap_of,
    digit_rows,
    draw_task,
    goal_of,
    train,
)
from dl_pipelines.training.step_times import phase_times

Arrays = dict[str, NDArray[Any]]


def draw_regression(parabola: Parabola) -> Arrays:
    """Draw the rows of the book's regression."""
    return {**parabola_parts(**parabola.model_dump()), "source": np.asarray("drawn: x² + noise")}


def draw_digits(images_source: Arrays, digits: DrawnDigits) -> Arrays:
    """Draw some digits, and keep where they came from."""
    origin = {name: images_source[name] for name in ("source", "sample")}
    return {**digit_rows(images_source, digits), **origin}


def tune_rates(rows: Arrays, task: ComparisonTask, compute: OneProcess) -> pd.DataFrame:
    """Try the learning rates of each optimizer, judged by the validation rows."""
    rates = {str(name): task.rates for name in task.optimizers}
    return train(rows, "valid", task, compute, rates=rates, seeds=task.tuning_seeds, every=None)


def train_chosen(
    rows: Arrays, trials: pd.DataFrame, task: ComparisonTask, compute: OneProcess
) -> pd.DataFrame:
    """Train at the best rate of each optimizer with fresh seeds, judged by the test rows."""
    rates = {name: [rate] for name, rate in best_rates(trials).items()}
    return train(rows, "test", task, compute, rates=rates, seeds=task.seeds, every=task.every)


def time_steps(
    rows: Arrays, task: ComparisonTask, report: ComparisonReport, compute: OneProcess
) -> pd.DataFrame:
    """Measure how long a step of each optimizer takes."""
    times = phase_times(
        rows,
        task.optimizers,
        steps=report.timed_steps,
        training=task.training.model_dump(),
        device=compute.device,
    )
    return pd.DataFrame(times)


def rank_task(
    *,
    curves: pd.DataFrame,
    trials: pd.DataFrame,
    times: pd.DataFrame,
    task: ComparisonTask,
    report: ComparisonReport,
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Rank the optimizers on one task."""
    bands, target = bootstrap_of(report), task.target
    ranking = rank_optimizers(curves, trials, times, target=target, bootstrap=bands)
    return ranking, ranking_metrics(ranking)


def draw_figures(
    *,
    curves: pd.DataFrame,
    trials: pd.DataFrame,
    ranking: pd.DataFrame,
    times: pd.DataFrame,
    task: ComparisonTask,
    report: ComparisonReport,
) -> dict[str, Figure]:
    """Draw how the optimizers learn, the switch, the sensitivity to the rate and the ranks."""
    frames = {"curves": curves, "trials": trials, "ranking": ranking, "times": times}
    return draw_task(**frames, task=task, report=report)


def report_results(
    *,
    digits: Arrays,
    regression_ranking: pd.DataFrame,
    mnist_ranking: pd.DataFrame,
    regression: ComparisonTask,
    mnist: ComparisonTask,
    report: ComparisonReport,
) -> tuple[dict[str, float], pd.DataFrame, str, dict[str, str]]:
    """Put the figures of both tasks into one flat dictionary, one table and one verdict."""
    rankings = {"regression": regression_ranking, "mnist": mnist_ranking}
    named = {regression.name: regression_ranking, mnist.name: mnist_ranking}
    goals = {task.name: goal_of(task) for task in (regression, mnist)}
    metrics = comparison_metrics(rankings, headline=report.headline)
    verdict = comparison_verdict(named, goals, sample=bool(digits["sample"]))
    tags = {"headline": report.headline, "data.source": str(digits["source"])}
    return metrics, ranking_table(named), verdict, tags
