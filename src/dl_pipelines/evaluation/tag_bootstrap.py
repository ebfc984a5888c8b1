"""How much a tagger's accuracy may owe to the draw of the sentences.

The words of a sentence are not independent, so whole sentences are drawn again, with replacement
(Efron and Tibshirani, "An introduction to the bootstrap", 1993). Shape legend: S sentences.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.tag_predictions import by_sentence

MIN_SENTENCES = 2
"""A single sentence cannot be drawn in different ways."""
_DRAWS = 2000
_BATCH = 100  # draws at a time: 100 x S numbers stay small for any treebank

Floats = NDArray[np.float64]


class AccuracyGain(NamedTuple):
    """How one tagger stands against another one.

    Attributes:
        gain: Token accuracy of the first minus that of the second, a fraction.
        p_value: Two-sided, of equal expected accuracies; NaN for fewer than two sentences.
    """

    gain: float
    p_value: float


def token_accuracy_interval(frame: pd.DataFrame) -> tuple[float, float]:
    """95 % bootstrap interval (percentiles) of the share of words tagged right, fractions.

    Args:
        frame: A predictions frame; of several seeds their mean is judged.

    Returns:
        Lower and upper end; NaN for fewer than two sentences.

    Raises:
        DataError: As `tag_predictions.checked_tags`.
    """
    sentences = by_sentence(frame)
    if len(sentences) < MIN_SENTENCES:
        return float("nan"), float("nan")
    interval = _drawn(sentences["hits"], sentences["words"]).confidence_interval
    return float(interval.low), float(interval.high)


def accuracy_gain(first: pd.DataFrame, second: pd.DataFrame) -> AccuracyGain:
    """Test whether two taggers of the same words are equally accurate.

    A paired bootstrap over sentences: the p-value is the share of the draws whose difference lies
    at least as far from the one observed as that lies from 0 (Berg-Kirkpatrick, Burkett and Klein,
    "An empirical investigation of statistical significance in NLP", EMNLP 2012, two-sided). Two
    equal taggers give 0 and p-value 1.

    Args:
        first: A predictions frame; of several seeds their mean is judged.
        second: That of the other tagger.

    Raises:
        DataError: As `tag_predictions.checked_tags`, and if the taggers did not tag the same words.
    """
    one, two = by_sentence(first), by_sentence(second)
    if not one["words"].equals(two["words"]):
        raise DataError(
            f"one tagger was judged on {one['words'].sum():,} words in {len(one):,} sentences and "
            f"another one on {two['words'].sum():,} in {len(two):,}, or on other sentences; "
            "evaluate both on the same part of the same treebank."
        )
    difference, words = one["hits"] - two["hits"], one["words"]
    gain = float(difference.sum() / words.sum())
    if len(words) < MIN_SENTENCES:
        return AccuracyGain(gain, float("nan"))
    draws = _drawn(difference, words).bootstrap_distribution
    # A difference of 1e-15 comes from the order of the summands, not from the draw.
    as_far = np.abs(draws - gain) >= abs(gain) - 1e-12
    return AccuracyGain(gain, float((1 + as_far.sum()) / (1 + _DRAWS)))


def _drawn(hits: pd.Series, words: pd.Series) -> Any:
    """SciPy's result of drawing sentences again; hits and words [S]."""
    from scipy.stats import bootstrap  # noqa: PLC0415 - heavy: imported when used

    def share(hit: Floats, word: Floats, axis: int) -> Floats:
        ratio: Floats = hit.sum(axis=axis) / word.sum(axis=axis)
        return ratio

    return bootstrap(
        (hits.to_numpy(dtype=float), words.to_numpy(dtype=float)),
        share,
        n_resamples=_DRAWS,
        batch=_BATCH,
        paired=True,
        vectorized=True,
        method="percentile",
        rng=0,  # the same draws for every model and run
    )
