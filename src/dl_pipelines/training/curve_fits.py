"""Fits wx² + b to points by gradient descent, in any of four ways.

Shapes: N points.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from dl_pipelines.errors import SettingError
from dl_pipelines.training.curve_ways import WAYS, Array, Position, Way

PROBES = tuple(product((-10.0, -1.0, 0.0, 3.0, 10.0), repeat=2))
"""Pairs of w and b at which the gradients of all ways are compared."""

_GROWTH = 2.0  # times the first loss; at a rate that is small enough the loss never grows at all


@dataclass(frozen=True)
class CurveFit:
    """What a descent has found.

    Attributes:
        course: The position before each step and after the last one.
        seconds: Wall time of the descent, without what a library loads with its first step.
        step_seconds: Median wall time of a step.
        gradients: Derivatives of the loss by w and by b at each of `PROBES`.
    """

    course: list[Position]
    seconds: float
    step_seconds: float
    gradients: list[tuple[float, float]]


def fit_curve(
    way: str, x: Array, y: Array, *, lr: float, tolerance: float, max_steps: int, seed: int
) -> CurveFit:
    """Fit wx² + b by gradient descent on the mean squared error.

    Args:
        way: A key of `WAYS`.
        x: Where the points are, [N].
        y: How high they are, [N].
        lr: Learning rate.
        tolerance: The descent ends where neither derivative is larger.
        max_steps: Steps at most.
        seed: Seed of the first w and b, drawn evenly between 0 and 1.

    Raises:
        SettingError: If the learning rate is too large, so that the loss grows.
    """
    w, b = np.random.default_rng(seed).random(2).tolist()
    gradients = [_gradients(WAYS[way], x, y, probe) for probe in PROBES]
    with np.errstate(over="ignore", invalid="ignore"):  # told below, in a sentence
        for _ in islice(WAYS[way](x, y, w=w, b=b, lr=lr), 2):
            pass  # what a library loads with its first step is no part of the time
        course, durations = _descend(WAYS[way](x, y, w=w, b=b, lr=lr), tolerance, max_steps)
    if not _bounded(course):
        raise SettingError(
            f"the fit by {way} diverged: in step {len(course) - 1} its loss had grown from "
            f"{course[0].loss:.3g} to {course[-1].loss:.3g}; set 'curve_fit.descent.lr', which is "
            f"{lr:g}, below {largest_rate(x):.3g}."
        )
    return CurveFit(course, sum(durations), float(np.median(durations)), gradients)


def _gradients(way: Way, x: Array, y: Array, probe: Sequence[float]) -> tuple[float, float]:
    w, b = probe
    first = next(way(x, y, w=w, b=b, lr=0.0))
    return first.gradient_w, first.gradient_b


def _descend(
    positions: Iterator[Position], tolerance: float, max_steps: int
) -> tuple[list[Position], list[float]]:
    """The positions, and seconds of each, up to one that is flat enough or whose loss has grown."""
    course: list[Position] = []
    clock = [time.perf_counter()]
    for position in islice(positions, max_steps + 1):
        course.append(position)
        clock.append(time.perf_counter())
        if _steepness(position) <= tolerance or not _bounded(course):
            break
    return course, np.diff(clock).tolist()


def _steepness(position: Position) -> float:
    return max(abs(position.gradient_w), abs(position.gradient_b))


def _bounded(course: list[Position]) -> bool:
    """Whether the loss has not grown; NaN is no number that could be smaller."""
    return course[-1].loss <= _GROWTH * course[0].loss


def largest_rate(x: Array) -> float:
    """The learning rate from which on descent diverges: 2 over the loss's largest curvature.

    Args:
        x: Where the points are, [N].
    """
    columns = np.stack([x**2, np.ones_like(x)])
    curvatures = np.linalg.eigvalsh(2 * columns @ columns.T / len(x))
    return float(2 / curvatures[-1])
