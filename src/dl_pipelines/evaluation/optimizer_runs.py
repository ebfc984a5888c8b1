"""What trainings with several optimizers have reached, and when.

`losses` is everywhere a frame with one row a measurement: optimizer, rate, seed, step (optimizer
steps before it, from 0), loss, of rows that the trainings did not learn, and constant, the loss
that a training must stay below: see `constant_loss`.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import entropy

TRAINING = ["optimizer", "rate", "seed"]
"""The columns that tell one training from another."""


def constant_loss(targets: NDArray[np.integer | np.floating]) -> float:
    """The loss of the best constant prediction, which needs no inputs.

    Args:
        targets: Labels [N], or numbers [N, 1].

    Returns:
        Of labels the entropy of their frequencies, nats (ln C of C classes that are equally
        frequent); of numbers their variance, the mean squared error of their mean.
    """
    if np.issubdtype(targets.dtype, np.integer):
        return float(entropy(np.bincount(targets)))
    return float(np.var(targets, dtype=np.float64))


def by_step(losses: pd.DataFrame) -> pd.DataFrame:
    """One row a training (index optimizer, rate, seed, in their order), one column a step."""
    wide = losses.pivot(index=TRAINING, columns="step", values="loss")
    return wide.loc[pd.MultiIndex.from_frame(losses[TRAINING].drop_duplicates())]


def final_losses(losses: pd.DataFrame) -> pd.DataFrame:
    """How each training ended.

    Returns:
        One row a training: optimizer, rate, seed, loss and diverged: true where the loss is not
        finite, or not below that of the best constant prediction. The loss is then infinite.
    """
    last = by_step(losses).iloc[:, -1]
    diverged = ~(last < losses["constant"].max())  # of NaN too
    ends = pd.DataFrame({"loss": last.mask(diverged, np.inf), "diverged": diverged})
    return ends.reset_index()


def rate_medians(losses: pd.DataFrame) -> pd.DataFrame:
    """How each learning rate of each optimizer has done.

    Returns:
        One row a rate, ascending: optimizer, rate, loss (median over the seeds, infinite where most
        diverged), low and high (of any seed) and diverged (how many seeds did).
    """
    tried = final_losses(losses).groupby(["optimizer", "rate"], sort=False)
    summary = tried["loss"].agg(loss="median", low="min", high="max")
    summary["diverged"] = tried["diverged"].sum()
    order = losses["optimizer"].unique()
    rows = summary.reset_index().sort_values("rate", kind="stable")
    return rows.sort_values(
        "optimizer", key=lambda names: names.map([*order].index), kind="stable", ignore_index=True
    )


def best_rates(losses: pd.DataFrame) -> dict[str, float]:
    """The rate of each optimizer whose median loss is smallest; of equal ones the smallest.

    So an optimizer that diverged at all rates goes on with the smallest one.

    Args:
        losses: Of the validation rows.
    """
    tried = rate_medians(losses)
    best = tried.loc[tried.groupby("optimizer", sort=False)["loss"].idxmin()]
    return dict(zip(best["optimizer"], best["rate"], strict=True))


def close_rate(tried: pd.DataFrame) -> float:
    """The second-best rate of an optimizer, if the tuning seeds do not tell it from the best.

    Args:
        tried: Rows of one optimizer of `rate_medians`.

    Returns:
        The rate whose median is the second smallest, if it is not above the largest loss of any
        seed at the best rate; else NaN.
    """
    ranked = tried[np.isfinite(tried["loss"])].sort_values("loss", kind="stable")
    best_two = ranked.head(2)
    if len(best_two) < 2 or best_two["loss"].iloc[1] > best_two["high"].iloc[0]:  # noqa: PLR2004 - two rates
        return np.nan
    return float(best_two["rate"].iloc[1])


def steps_to(losses: pd.DataFrame, target: float) -> pd.DataFrame:
    """When each training reached a loss first.

    Args:
        losses: Of the test rows.
        target: The loss.

    Returns:
        One row a training: optimizer, rate, seed and steps; infinite where it never did.
    """
    course = by_step(losses)
    reached = course <= target
    steps = reached.idxmax(axis=1).astype(float).where(reached.any(axis=1), np.inf)
    return steps.rename("steps").reset_index()


def seconds_of(steps: pd.Series, times: pd.DataFrame, column: str = "seconds") -> pd.Series:
    """How long steps of one optimizer take on a network that trains alone.

    Args:
        steps: Numbers of steps; may be infinite.
        times: One row a phase: from_step, where it begins, and the seconds of a step.
        column: Which of them: seconds, or their ends low and high.

    Returns:
        Seconds, of the shape of `steps`.
    """
    starts = times["from_step"].to_numpy(dtype=float)
    lengths = np.diff(starts, append=np.inf)
    spent = np.clip(steps.to_numpy()[:, None] - starts, 0.0, lengths)
    return pd.Series(spent @ times[column].to_numpy(), index=steps.index)
