"""Which columns a fitted model's predictions depend on."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dl_pipelines.evaluation.metrics import rmse


def permutation_importance(
    predict: Callable[[pd.DataFrame], NDArray[np.float64]],
    features: pd.DataFrame,
    actual: ArrayLike,
    *,
    repeats: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """Increase of the RMSE when one raw column is shuffled.

    Breiman, "Random forests", Machine Learning 45, 2001; for any model, Fisher, Rudin and Dominici,
    "All models are wrong, but many are useful", JMLR 20, 2019. A category is shuffled before it is
    encoded, so it counts once and not once a one-hot column. Of two columns that say the same
    neither seems important. (scikit-learn's function asks for an estimator with `fit`.)

    Args:
        predict: Predictions [N] of N rows of features that the model was not fitted on.
        features: Feature columns before encoding, without the price, N rows.
        actual: Actual prices [N].
        repeats: Shuffles of each column.
        seed: Decides the shuffles.

    Returns:
        One row a column, the most important first: feature, increase_mean and increase_sd (over
        the repeats, price unit).
    """
    random = np.random.default_rng(seed)
    base = rmse(actual, predict(features))
    increases = {
        str(name): [
            rmse(actual, predict(features.assign(**{str(name): shuffled}))) - base
            for shuffled in (random.permutation(column.to_numpy()) for _ in range(repeats))
        ]
        for name, column in features.items()
    }
    table = pd.DataFrame(
        {
            "feature": list(increases),
            "increase_mean": [np.mean(values) for values in increases.values()],
            "increase_sd": [
                np.std(values, ddof=min(1, repeats - 1)) for values in increases.values()
            ],
        }
    )
    return table.sort_values("increase_mean", ascending=False, ignore_index=True)
