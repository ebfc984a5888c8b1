"""What a comparison of optimizers has found, in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from dl_pipelines.evaluation.wording import short

OPTIMIZER_NAMES = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nag": "Nesterov",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
    "adam_sgd": "Adam \N{RIGHTWARDS ARROW} SGD",
}


class Goal(NamedTuple):
    """What trainings of a task are measured by, and how Adam → SGD is set.

    Attributes:
        target: The loss that was to be reached.
        every: Steps between two measurements of it.
        switch: When SGD takes over, and at which rate, in words.
    """

    target: float
    every: int
    switch: str


def comparison_verdict(
    rankings: Mapping[str, pd.DataFrame], goals: Mapping[str, Goal], *, sample: bool
) -> str:
    """Say which optimizers are best on each task, how sure that is, and what the book's claim is.

    Args:
        rankings: Task → frame of `optimizer_ranks.rank_optimizers`.
        goals: Task → what its trainings are measured by.
        sample: Whether the digits are a sample of MNIST only.

    Returns:
        A paragraph a task.
    """
    paragraphs = [
        f"{task}: {task_verdict(ranking, goals[task])}" for task, ranking in rankings.items()
    ]
    if sample:
        paragraphs.append("Only a sample of MNIST was there: no match for figures of the whole.")
    return "\n".join(paragraphs)


def task_verdict(ranking: pd.DataFrame, goal: Goal) -> str:
    """Say it of one task.

    Args:
        ranking: Frame of `optimizer_ranks.rank_optimizers`.
        goal: What its trainings are measured by.
    """
    best = ranking.iloc[0]
    if not np.isfinite(best["loss"]):
        return f"all optimizers diverge. {_cautions(ranking.assign(edge=False))}."
    finding = switch_finding(ranking)
    sentences = [
        _lowest(ranking),
        _fastest(ranking, goal),
        finding and f"{finding} ({goal.switch})",
        _close(ranking),
        _cautions(ranking),
    ]
    return ". ".join(filter(None, sentences)) + "."


def switch_finding(ranking: pd.DataFrame) -> str:
    """Whether Adam, then SGD ends better than either alone, as the book says (5.6)."""
    rows = {row["optimizer"]: row for _, row in ranking.iterrows()}
    if not {"adam_sgd", "adam", "momentum"} <= set(rows):
        return ""
    own, adam, momentum = (rows[name] for name in ("adam_sgd", "adam", "momentum"))
    if lost := [_name(row) for row in (own, adam, momentum) if not np.isfinite(row["loss"])]:
        return f"The book's claim cannot be judged: {listed(lost)} diverged"
    against = {_against(own, adam), _against(own, momentum)}
    if against == {"below"}:
        return f"{OPTIMIZER_NAMES['adam_sgd']} ends below both Adam and Momentum, as the book says"
    return (
        f"{OPTIMIZER_NAMES['adam_sgd']} ends {_against(own, adam)} Adam and "
        f"{_against(own, momentum)} Momentum: the book's claim, better than both, is not confirmed"
    )


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: 'Adam', 'Adam and SGD', 'Adam, SGD and Nesterov'."""
    *head, last = names
    return f"{', '.join(head)} and {last}" if head else last


def _against(own: pd.Series, other: pd.Series) -> str:
    """Where one band lies against another."""
    if own["high"] < other["low"]:
        return "below"
    return "above" if own["low"] > other["high"] else "level with"


def _lowest(ranking: pd.DataFrame) -> str:
    best, first = (
        ranking.iloc[0],
        [_name(row) for _, row in ranking[ranking["rank"] == 1].iterrows()],
    )
    if not first:
        return (
            f"{_name(best)} has the lowest median test loss ({short(best['loss'])}), but the seeds "
            "are too few for bands and ranks"
        )
    band = f"{short(best['loss'])}, band {short(best['low'])} to {short(best['high'])}"
    tied = f", tied with {listed(first[1:])}, whose bands overlap its own" if first[1:] else ""
    return f"{first[0]} has the lowest median test loss ({band}){tied}"


def _fastest(ranking: pd.DataFrame, goal: Goal) -> str:
    """Who reaches the target first: all who share the fewest steps, and who is surely fastest."""
    known = ranking[np.isfinite(ranking["steps"])]
    if known.empty:
        return f"Most seeds of no optimizer reach the target of {goal.target:g}"
    fewest = known[known["steps"] == known["steps"].min()]
    names = listed([_name(row) for _, row in fewest.iterrows()])
    verb = "reach" if len(fewest) > 1 else "reaches"
    steps = f"{fewest['steps'].iloc[0]:,.0f}, counted to the next multiple of {goal.every}"
    sooner = f"{names} {verb} the target of {goal.target:g} in the fewest steps ({steps})"
    fastest = known.loc[known["seconds"].idxmin()]
    others = known.loc[known["optimizer"] != fastest["optimizer"], "seconds_low"]
    if (others <= fastest["seconds_high"]).any():
        return f"{sooner}; in seconds the measured times of several overlap"
    seconds = f"the fewest seconds ({short(fastest['seconds'])})"
    alone = names == _name(fastest)
    return f"{sooner} and in {seconds}" if alone else f"{sooner}, {_name(fastest)} in {seconds}"


def _close(ranking: pd.DataFrame) -> str:
    """Optimizers whose rate was chosen by little more than chance."""
    close = ranking[np.isfinite(ranking["close_rate"])]
    if close.empty:
        return ""
    named = [f"{_name(row)} ({row['close_rate']:g})" for _, row in close.iterrows()]
    return (
        f"A second rate (*) was as good within the spread of the tuning seeds for {listed(named)}: "
        "bands and ranks hold for the chosen rates only"
    )


def _cautions(ranking: pd.DataFrame) -> str:
    """Rates that may lie outside the range, and divergences."""
    edges = [_name(row) for _, row in ranking[ranking["edge"]].iterrows()]
    said = [
        f"{ranking['diverged_trials'].sum()} trainings that tried rates diverged or learnt no more "
        "than a constant"
    ]
    if seeds := ranking["diverged_seeds"].sum():
        said.append(f"{seeds} at a chosen rate, which count as infinite losses")
    if edges:
        said.append(
            f"the best rate of {listed(edges)} is the last one that was tried, so a wider range "
            "may change the order"
        )
    return "; ".join(said)


def _name(row: pd.Series) -> str:
    return OPTIMIZER_NAMES[row["optimizer"]]
