"""What a comparison of optimizers has found, in words."""

from collections.abc import Mapping, Sequence

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


def comparison_verdict(
    rankings: Mapping[str, pd.DataFrame], targets: Mapping[str, float], *, sample: bool
) -> str:
    """Say which optimizers are best on each task, how sure that is, and what the book's claim is.

    Args:
        rankings: Task → frame of `optimizer_ranks.rank_optimizers`.
        targets: Task → the loss that was to be reached.
        sample: Whether the digits are a sample of MNIST only.

    Returns:
        A paragraph a task.
    """
    paragraphs = [
        f"{task}: {task_verdict(ranking, targets[task])}" for task, ranking in rankings.items()
    ]
    if sample:
        paragraphs.append("Only a sample of MNIST was there: no match for figures of the whole.")
    return "\n".join(paragraphs)


def task_verdict(ranking: pd.DataFrame, target: float) -> str:
    """Say it of one task.

    Args:
        ranking: Frame of `optimizer_ranks.rank_optimizers`.
        target: The loss that was to be reached.
    """
    first = [_name(row) for _, row in ranking[ranking["rank"] == 1].iterrows()]
    best = ranking.iloc[0]
    if not np.isfinite(best["loss"]):
        return f"all optimizers diverge. {_cautions(ranking)}."
    band = f"{short(best['loss'])}, band {short(best['low'])} to {short(best['high'])}"
    tied = f", tied with {listed(first[1:])}, whose bands overlap its own" if first[1:] else ""
    sentences = [
        f"{first[0]} has the lowest median test loss ({band}){tied}",
        _fastest(ranking, target),
        switch_finding(ranking),
        _cautions(ranking),
    ]
    return ". ".join(filter(None, sentences)) + "."


def switch_finding(ranking: pd.DataFrame) -> str:
    """Whether Adam, then SGD ends better than either alone, as the book says (5.6)."""
    rows = {row["optimizer"]: row for _, row in ranking.iterrows()}
    if not {"adam_sgd", "adam", "momentum"} <= set(rows):
        return ""
    own, adam, momentum = (rows[name] for name in ("adam_sgd", "adam", "momentum"))
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


def _fastest(ranking: pd.DataFrame, target: float) -> str:
    if not np.isfinite(ranking["steps"]).any():
        return f"Most seeds of no optimizer reach the target of {target:g}"
    steps, seconds = (ranking.nsmallest(1, name).iloc[0] for name in ("steps", "seconds"))
    sooner = f"{_name(steps)} reaches the target of {target:g} in the fewest steps"
    if steps["optimizer"] == seconds["optimizer"]:
        return f"{sooner} ({steps['steps']:,.0f}) and seconds ({short(steps['seconds'])})"
    return (
        f"{sooner} ({steps['steps']:,.0f}), {_name(seconds)} in the fewest seconds "
        f"({short(seconds['seconds'])})"
    )


def _cautions(ranking: pd.DataFrame) -> str:
    """Rates that may lie outside the range, and divergences."""
    edges = [_name(row) for _, row in ranking[ranking["edge"]].iterrows()]
    said = [f"{ranking['diverged_trials'].sum()} trainings that tried rates diverged"]
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
