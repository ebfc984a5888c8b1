"""From settings and tables to fits, and from fits to tables."""

import logging
from typing import Any

import pandas as pd

from dl_pipelines.evaluation.curve_verdict import MISSING
from dl_pipelines.params.curve_fit import Descent, RandomPolynomial
from dl_pipelines.training.curve_fits import fit_curve
from dl_pipelines.training.curve_ways import Position, is_installed
from dl_pipelines.training.polynomials import learn_polynomial

logger = logging.getLogger(__name__)

Fit = tuple[pd.DataFrame, dict[str, Any]]


def fit(way: str, points: pd.DataFrame, descent: Descent) -> Fit:
    """Fit one way.

    Returns:
        The course, one row a step: seed, epoch (steps so far), w, b and loss; and the fit, as
        `evaluation.curve_fits` takes it. Both are empty where the way is not installed.
    """
    if not is_installed(way):
        logger.info(MISSING)
        return _course([], descent.seed), {}
    found = fit_curve(way, points["x"].to_numpy(), points["y"].to_numpy(), **descent.model_dump())
    last = found.course[-1]
    steepest = max(abs(last.gradient_w), abs(last.gradient_b))
    return _course(found.course, descent.seed), {
        "w": last.w,
        "b": last.b,
        "loss": last.loss,
        "steps": len(found.course) - 1,
        "seconds": found.seconds,
        "step_seconds": found.step_seconds,
        "converged": steepest <= descent.tolerance,
        "gradients": found.gradients,
    }


def _course(course: list[Position], seed: int) -> pd.DataFrame:
    table = pd.DataFrame(course, columns=Position._fields, dtype=float)[["w", "b", "loss"]]
    table.insert(0, "epoch", range(len(table)))
    table.insert(0, "seed", seed)
    return table


def learn(polynomial: RandomPolynomial) -> Fit:
    """Learn the polynomial.

    Returns:
        One row a batch: seed, epoch (batches so far) and loss; and what was learned, as
        `evaluation.curve_fits` takes it.
    """
    found = learn_polynomial(**polynomial.model_dump())
    batches = range(1, len(found.losses) + 1)
    course = {"seed": polynomial.seed, "epoch": batches, "loss": found.losses}
    return pd.DataFrame(course), {
        "actual": found.actual,
        "learned": found.learned,
        "loss": found.losses[-1],
        "fresh_loss": found.fresh_loss,
        "steps": len(found.losses),
        "seconds": found.seconds,
    }
