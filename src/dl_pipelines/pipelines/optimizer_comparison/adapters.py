"""From settings and arrays to trainings, and from trainings to frames."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.data.digits import LabelledImages, drawn
from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.bootstrap import Bootstrap
from dl_pipelines.evaluation.figures.optimizers import Shown
from dl_pipelines.evaluation.optimizer_runs import constant_loss
from dl_pipelines.evaluation.optimizer_verdict import Goal, switch_finding
from dl_pipelines.params import Compute
from dl_pipelines.params.optimizer_comparison import (
    ComparisonReport,
    ComparisonTask,
    DrawnDigits,
)
from dl_pipelines.training.optimizer_trials import train_optimizers

Arrays = dict[str, NDArray[Any]]

_UNITS = {"mse": "mean squared error", "cross_entropy": "cross-entropy, nats"}


def digit_rows(images: Arrays, digits: DrawnDigits) -> Arrays:
    """Draw the digits that are learnt, validate and test.

    Returns:
        `<part>_x`, uint8 [N, 28, 28], and `<part>_y`, int64 [N], of train, valid and test.
    """
    labelled = LabelledImages.from_arrays(images)
    split = labelled.holdout(**digits.model_dump(exclude={"test_images"}))
    labels = labelled.labels.numpy()
    test = split.test[drawn(labels[split.test], digits.test_images, digits.seed)]
    parts = {"train": split.train, "valid": split.valid, "test": test}
    arrays: Arrays = {}
    for part, rows in parts.items():
        arrays |= {f"{part}_x": labelled.images[rows].numpy(), f"{part}_y": labels[rows]}
    return arrays


def train(
    rows: Arrays,
    part: str,
    task: ComparisonTask,
    compute: Compute,
    *,
    rates: Mapping[str, Sequence[float]],
    seeds: Sequence[int],
    every: int | None,
) -> pd.DataFrame:
    """Train with each optimizer at each of its rates and with each seed.

    Args:
        rows: Arrays of the task.
        part: Whose loss is measured.
        task: What is trained.
        compute: Where it runs.
        rates: Learning rates of each optimizer.
        seeds: Seeds of the first weights and the batches.
        every: Steps between two measurements; None for the beginning and the end only.

    Returns:
        One row a measurement: optimizer, rate, seed, step, loss and constant, the loss of the best
        constant prediction of what is learnt.
    """
    training = task.training.model_dump()
    results = train_optimizers(
        rows, part, rates=rates, seeds=seeds, every=every, training=training,
        compute=compute.model_dump(),
    )  # fmt: skip
    frames = []
    for name, measured in results.items():
        index = pd.MultiIndex.from_product(
            [measured.steps, seeds, rates[name]], names=["step", "seed", "rate"]
        )
        losses = pd.DataFrame({"loss": np.ravel(measured.losses)}, index=index).reset_index()
        losses.insert(0, "optimizer", name)
        frames.append(losses)
    return pd.concat(frames, ignore_index=True).assign(constant=constant_loss(rows["train_y"]))


def goal_of(task: ComparisonTask) -> Goal:
    """What the trainings of a task are measured by, for its verdict."""
    trial = task.training
    times = "" if trial.switch_factor == 1.0 else f"{trial.switch_factor:g} times "
    after = f"{trial.switch_epoch} of {trial.epochs} epochs"
    switch = f"SGD with momentum at {times}Adam's rate after {after}"
    return Goal(task.target, task.every, switch)


def bootstrap_of(report: ComparisonReport) -> Bootstrap:
    """How bands are drawn."""
    return Bootstrap(report.resamples, report.seed)


def draw_task(
    *,
    curves: pd.DataFrame,
    trials: pd.DataFrame,
    ranking: pd.DataFrame,
    times: pd.DataFrame,
    task: ComparisonTask,
    report: ComparisonReport,
) -> dict[str, Figure]:
    """The figures of a task by file name; that of the switch where all three were compared."""
    shown, bands = Shown(task.name, _UNITS[task.training.loss]), bootstrap_of(report)
    drawn = {
        "optimizers.png": figures.optimizer_curves(curves, ranking, bands, shown),
        "sensitivity.png": figures.optimizer_sensitivity(trials, shown),
        "ranking.png": figures.optimizer_ranking(curves, ranking, shown),
    }
    if switch_finding(ranking):
        step = int(times.loc[times["optimizer"] == "adam_sgd", "from_step"].max())
        switch = figures.optimizer_switch(curves, ranking, bands, shown, switch=step)
        drawn["adam_then_sgd.png"] = switch
    return drawn
