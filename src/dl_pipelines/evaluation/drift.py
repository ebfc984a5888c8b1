"""Whether features of new days still look like those that a model has learnt from.

Shapes: `m` days of training, `n` new days, `R` bootstrap samples.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dl_pipelines.evaluation.metrics import aligned
from dl_pipelines.evaluation.resampled_days import check_resamples, resampled_days

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def quantile_bins(training: ArrayLike, bins: int) -> Floats:
    """Edges between bins that hold equal shares of the training values, at most `bins - 1`.

    They are values of the training themselves, so that a monotone map of all values moves the
    edges with them; of a feature with few different values there are fewer.

    Args:
        training: Values of training days [m].
        bins: Bins wanted.
    """
    (values,) = aligned(training)
    shares = np.arange(1, bins) / bins
    return np.unique(np.quantile(values, shares, method="inverted_cdf"))


def bin_shares(values: ArrayLike, edges: Floats) -> Floats:
    """Share of values [n] in each bin; a value on an edge belongs to the bin below it."""
    (own,) = aligned(values)
    counts = np.bincount(np.searchsorted(edges, own, "left"), minlength=len(edges) + 1)
    return np.asarray(counts / len(own), dtype=np.float64)


def population_stability_index(training: ArrayLike, new: ArrayLike, *, bins: int = 10) -> float:
    """Population stability index: how far a distribution has moved, no unit.

    Σ (new - old) · ln(new / old) over the shares in bins of equal training shares, which is the
    symmetrised Kullback-Leibler divergence of the binned distributions (Siddiqi, "Credit Risk
    Scorecards", Wiley 2006, "System stability report"; his rule of thumb: below 0.1 no significant
    change, 0.1 to 0.25 a small one, above 0.25 a significant shift). A bin that one of the two
    leaves empty holds half a value of it, for its logarithm would be infinite.

    Args:
        training: Values of training days [m].
        new: Values of new days [n].
        bins: Bins of equal training shares.

    Returns:
        0 for equal shares, else more.

    Raises:
        DataError: If there are no values or one is not finite.
    """
    old, recent = aligned(training)[0], aligned(new)[0]
    edges = quantile_bins(old, bins)
    shares = np.array([bin_shares(sample, edges) for sample in (old, recent)])
    used = shares[:, shares.any(axis=0)]  # of few different values a bin may be empty in both
    before, after = np.maximum(used, [[0.5 / len(old)], [0.5 / len(recent)]])
    return float(np.sum((after - before) * np.log(after / before)))


def kolmogorov_smirnov(training: ArrayLike, new: ArrayLike) -> float:
    """The two-sample Kolmogorov-Smirnov statistic, the largest distance of two distributions.

    Smirnov, "Table for estimating the goodness of fit of empirical distributions", Annals of
    Mathematical Statistics 19, 1948; Massey, "The Kolmogorov-Smirnov test for goodness of fit",
    JASA 46, 1951. Its usual p-value holds for independent values; see `bootstrap_p_value`.

    Args:
        training: Values of training days [m].
        new: Values of new days [n].

    Returns:
        Between 0 and 1.

    Raises:
        DataError: If there are no values or one is not finite.
    """
    old, recent = aligned(training)[0], aligned(new)[0]
    ranks = np.unique(np.concatenate([old, recent]), return_inverse=True)[1]
    return _rank_distance(ranks[: len(old)], ranks[len(old) :], ranks.max() + 1)


def _rank_distance(first: Counts, second: Counts, ranks: int) -> float:
    """Largest distance of the distribution functions of two samples of ranks 0 … ranks - 1."""
    one, two = (
        np.bincount(sample, minlength=ranks).cumsum() / len(sample) for sample in (first, second)
    )
    return float(np.abs(one - two).max())


def bootstrap_distances(training: ArrayLike, days: Sequence[tuple[Counts, Counts]]) -> Floats:
    """Kolmogorov-Smirnov statistics of samples that have no drift, for they are all of training.

    Args:
        training: Values of training days [m].
        days: R pairs of training days, each as many as there are training and new days.

    Returns:
        Statistics [R].
    """
    (values,) = aligned(training)
    different, ranks = np.unique(values, return_inverse=True)
    return np.array([_rank_distance(ranks[old], ranks[new], len(different)) for old, new in days])


def bootstrap_p_value(statistic: float, drawn: ArrayLike) -> float:
    """Share of drawn statistics [R] that reach the one found, itself included."""
    values = np.asarray(drawn, dtype=np.float64)
    return float((1 + np.sum(values >= statistic)) / (1 + len(values)))


def holm(p_values: ArrayLike) -> Floats:
    """p-values [K] adjusted for K tests: the chance of even one false alarm stays below each.

    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6, 1979; it holds whatever the dependence of the tests.
    """
    (values,) = aligned(p_values)
    order = np.argsort(values, kind="stable")
    factors = np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(values[order] * factors))
    return adjusted


def feature_drift(
    training: pd.DataFrame,
    new: pd.DataFrame,
    *,
    bins: int,
    large_psi: float,
    level: float,
    **bootstrap: Any,
) -> pd.DataFrame:
    """Compare each feature of new days with its training days.

    Daily features are autocorrelated, so the usual p-value of the Kolmogorov-Smirnov statistic is
    far too small. Here it is that of a stationary bootstrap: how often blocks of training days
    differ as much from other blocks of training days.

    Args:
        training: One column a feature, one row a training day, ascending.
        new: The same features of new days.
        bins: Bins of the population stability index.
        large_psi: From this index on a change is large.
        level: Adjusted p-value below which it is no luck.
        **bootstrap: `resamples`, `block_days` and `seed` of `resampled_days`.

    Returns:
        One row a feature: feature, psi, ks, p_iid (were days independent), p_value (bootstrap),
        p_holm, mean_then and mean_now (in the feature's unit) and drifted: both large and no
        luck.

    Raises:
        SettingError: If no adjusted p-value could fall below the level.
    """
    check_resamples(bootstrap["resamples"], level, training.shape[1])
    drawn = resampled_days(len(training), len(new), **bootstrap)
    table = pd.DataFrame(
        {"feature": name, **_moved(training[name], new[name], drawn, bins)} for name in training
    )
    table.insert(5, "p_holm", holm(table["p_value"]))
    table["drifted"] = (table["psi"] >= large_psi) & (table["p_holm"] < level)
    return table


def _moved(
    training: pd.Series, new: pd.Series, drawn: Sequence[tuple[Counts, Counts]], bins: int
) -> dict[str, float]:
    """How far one feature has moved."""
    from scipy.stats import ks_2samp  # noqa: PLC0415 - heavy: imported when used

    before, after = training.to_numpy(float), new.to_numpy(float)
    statistic = kolmogorov_smirnov(before, after)
    return {
        "psi": population_stability_index(before, after, bins=bins),
        "ks": statistic,
        "p_iid": float(ks_2samp(before, after).pvalue),
        "p_value": bootstrap_p_value(statistic, bootstrap_distances(before, drawn)),
        "mean_then": before.mean(),
        "mean_now": after.mean(),
    }
