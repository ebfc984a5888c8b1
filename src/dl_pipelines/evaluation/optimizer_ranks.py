"""Optimizers ranked on one task, each at the learning rate that validation rows chose for it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dl_pipelines.evaluation.bootstrap import Bootstrap, median_band
from dl_pipelines.evaluation.optimizer_runs import (
    close_rate,
    final_losses,
    rate_medians,
    seconds_of,
    steps_to,
)
from dl_pipelines.evaluation.wording import short

_FIGURES = {
    "rank": "rank",
    "rate": "best_lr",
    "loss": "median_loss",
    "low": "loss_low",
    "high": "loss_high",
    "steps": "steps_to_target",
    "seconds": "seconds_to_target",
    "reached": "seeds_reached",
    "diverged_trials": "divergences",
    "diverged_seeds": "diverged_seeds",
}


def rank_optimizers(
    curves: pd.DataFrame,
    trials: pd.DataFrame,
    times: pd.DataFrame,
    *,
    target: float,
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """Judge the optimizers with seeds that did not choose their rates.

    Args:
        curves: Losses of the test rows at the chosen rates; see `optimizer_runs`.
        trials: Losses of the validation rows at all rates.
        times: One row a phase of an optimizer: optimizer, from_step and seconds (a step), with the
            smallest and the largest that was measured, low and high.
        target: Loss to be reached.
        bootstrap: Of the bands.

    Returns:
        One row an optimizer, the best first: optimizer; rank, one more than the number of
        optimizers whose band lies below its own, so that equal ranks are ties (NaN where the median
        is infinite, or the seeds are too few for a band); rate and close_rate (see `close_rate`);
        loss (median over the seeds at the end) with the ends of its 95 % band, low and high; steps
        and seconds to the target (medians over all seeds, infinite unless most reach it), the
        seconds with the ends of what was measured, seconds_low and seconds_high; reached (how many
        did); diverged_trials (trainings that tried rates), diverged_seeds and edge (whether the
        rate is the smallest or the largest that was tried).
    """
    ends, reached = final_losses(curves), steps_to(curves, target)
    tried = rate_medians(trials)
    rows = []
    for name, own in ends.groupby("optimizer", sort=False):
        steps = reached.loc[reached["optimizer"] == name, "steps"]
        low, high = median_band(own["loss"], bootstrap)
        end = {"optimizer": name, "rate": own["rate"].iloc[0], "loss": own["loss"].median()}
        rows.append(
            end
            | {"low": float(low), "high": float(high)}
            | _times_to_target(steps, times[times["optimizer"] == name])
            | {"diverged_seeds": int(own["diverged"].sum())}
            | _tuning(tried[tried["optimizer"] == name], end["rate"])
        )
    ranking = pd.DataFrame(rows)
    below = ranking["high"].to_numpy() < ranking["low"].to_numpy()[:, None]
    known = np.isfinite(ranking["loss"]) & ranking["low"].notna()
    ranking.insert(1, "rank", np.where(known, 1.0 + below.sum(axis=1), np.nan))
    return ranking.sort_values(["rank", "loss"], kind="stable", ignore_index=True)


def _times_to_target(steps: "pd.Series[float]", times: pd.DataFrame) -> dict[str, float]:
    """When the seeds of one optimizer reached the target."""
    columns = {"seconds": "seconds", "seconds_low": "low", "seconds_high": "high"}
    seconds = {key: seconds_of(steps, times, name).median() for key, name in columns.items()}
    return {"steps": steps.median(), **seconds, "reached": int(np.isfinite(steps).sum())}


def _tuning(tried: pd.DataFrame, rate: float) -> dict[str, float]:
    """How the rates of one optimizer have done, and how sure its choice is."""
    return {
        "close_rate": close_rate(tried),
        "diverged_trials": int(tried["diverged"].sum()),
        "edge": rate in (tried["rate"].min(), tried["rate"].max()),
    }


def shown_ranks(ranking: pd.DataFrame) -> list[str]:
    """Ranks as a reader wants them: '2', '1=' where it is shared, '–' where there is none."""
    ranks = ranking["rank"]
    shared = np.where(ranks.duplicated(keep=False), "=", "")
    return [
        f"{rank:.0f}{mark}" if np.isfinite(rank) else "–"
        for rank, mark in zip(ranks, shared, strict=True)
    ]


def ranking_metrics(ranking: pd.DataFrame) -> dict[str, float]:
    """The ranking as flat figures.

    Returns:
        `<optimizer>.rank`, `.best_lr`, `.median_loss`, `.loss_low`, `.loss_high`,
        `.steps_to_target`, `.seconds_to_target`, `.seeds_reached`, `.divergences` and
        `.diverged_seeds`; what is infinite, as the steps to a target that was not reached, is left
        out.
    """
    return {
        f"{row['optimizer']}.{figure}": float(row[column])
        for row in ranking.to_dict("records")
        for column, figure in _FIGURES.items()
        if np.isfinite(row[column])
    }


def comparison_metrics(rankings: Mapping[str, pd.DataFrame], *, headline: str) -> dict[str, float]:
    """The figures of all tasks.

    Args:
        rankings: Task → frame of `rank_optimizers`.
        headline: The task whose figures also stand there without its name.

    Returns:
        `<task>.<optimizer>.<figure>` and, of the headline, `<optimizer>.<figure>`; see
        `ranking_metrics`.
    """
    named = {
        f"{task}.{name}": value
        for task, ranking in rankings.items()
        for name, value in ranking_metrics(ranking).items()
    }
    return named | ranking_metrics(rankings[headline])


def ranking_table(rankings: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The rankings of all tasks in one table, as a reader wants them.

    Args:
        rankings: Task → frame of `rank_optimizers`.

    Returns:
        Columns task, rank (see `shown_ranks`), optimizer, rate (* where a second one was as good
        within the spread of the tuning seeds), loss (median), 95 % band, steps and ms (to the
        target; "–" where most seeds do not reach it), all text.
    """
    return pd.DataFrame(
        [
            {
                "task": task,
                "rank": rank,
                "optimizer": row["optimizer"],
                "rate": f"{row['rate']:g}{'*' if np.isfinite(row['close_rate']) else ''}",
                "loss": short(row["loss"]),
                "95 % band": f"{short(row['low'])}–{short(row['high'])}",
                "steps": _count(row["steps"]),
                "ms": _count(1000.0 * row["seconds"]),
            }
            for task, ranking in rankings.items()
            for row, rank in zip(ranking.to_dict("records"), shown_ranks(ranking), strict=True)
        ]
    )


def _count(value: float) -> str:
    return f"{value:,.0f}" if np.isfinite(value) else "–"
