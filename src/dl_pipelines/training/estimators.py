"""Baselines for tables: scikit-learn's estimators on the arrays that the networks see.

Shapes: N rows, F columns, M splits.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dl_pipelines.data.splits import Indices
from dl_pipelines.data.tables import Floats, Table
from dl_pipelines.errors import SettingError
from dl_pipelines.training.parallel import pool_of, run_jobs

_ALPHAS = np.logspace(-2, 4, 25)


def _mean(**settings: Any) -> Any:
    from sklearn.dummy import DummyRegressor  # noqa: PLC0415  heavy: imported when used

    return DummyRegressor(**settings)


def _ridge(**settings: Any) -> Any:
    from sklearn.linear_model import RidgeCV  # noqa: PLC0415  heavy: imported when used
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415  heavy: imported when used
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415  heavy: imported when used

    return make_pipeline(StandardScaler(), RidgeCV(**{"alphas": _ALPHAS, **settings}))


def _boosting(**settings: Any) -> Any:
    from sklearn.ensemble import (  # noqa: PLC0415  heavy: imported when used
        HistGradientBoostingRegressor,
    )

    return HistGradientBoostingRegressor(**{"random_state": 0, **settings})


ESTIMATORS: dict[str, Callable[..., Any]] = {
    "mean": _mean,
    "ridge": _ridge,  # the penalty is chosen by leave-one-out on the training rows
    "boosting": _boosting,
}


def fit_estimators(
    tables: Sequence[Table],
    targets: Floats,
    *,
    estimator: str,
    settings: Mapping[str, Any],
    compute: Mapping[str, Any],
) -> list[Any]:
    """Fit one estimator for each split, on its training rows.

    Args:
        tables: The table as encoded for each split.
        targets: What is learnt of each row, [N].
        estimator: A key of `ESTIMATORS`.
        settings: Its keyword arguments.
        compute: Settings of `params.Compute`.

    Returns:
        The fitted estimator of each split.

    Raises:
        SettingError: If there is no such estimator or setting, or a value is not allowed.
    """
    unfitted = build_estimator(estimator, settings)
    jobs = [
        {"estimator": unfitted, "x": table.x[rows], "y": targets[rows]}
        for table in tables
        for rows in [table.split.train]
    ]
    return run_jobs(_fit, jobs, **pool_of(compute))


def build_estimator(estimator: str, settings: Mapping[str, Any]) -> Any:
    """Build an estimator that is not fitted yet.

    Args:
        estimator: A key of `ESTIMATORS`.
        settings: Its keyword arguments.

    Raises:
        SettingError: If there is no such estimator or setting.
    """
    if estimator not in ESTIMATORS:
        known = ", ".join(ESTIMATORS)
        raise SettingError(f"there is no estimator '{estimator}': choose one of {known}.")
    try:
        return ESTIMATORS[estimator](**settings)
    except TypeError as error:
        raise SettingError(f"the settings of '{estimator}' do not fit: {error}.") from error


def fit_pipeline(
    encoder: Any,
    columns: Any,
    prices: Floats,
    *,
    log: bool,
    estimator: str,
    settings: Mapping[str, Any],
) -> Any:
    """Fit one estimator that takes the columns as they are and gives prices: a model to keep.

    Args:
        encoder: A transformer of the columns that is not fitted yet.
        columns: Columns of the rows to learn, a frame.
        prices: Price of each row, [N].
        log: Whether the logarithm of the price is learnt.
        estimator: A key of `ESTIMATORS`.
        settings: Its keyword arguments.

    Raises:
        SettingError: If there is no such estimator or setting, or a value is not allowed.
    """
    from sklearn.compose import (  # noqa: PLC0415  heavy: imported when used
        TransformedTargetRegressor,
    )
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415  heavy: imported when used

    model = make_pipeline(encoder, build_estimator(estimator, settings))
    if log:
        model = TransformedTargetRegressor(model, func=np.log, inverse_func=np.exp)
    return _fit(estimator=model, x=columns, y=prices)


def predict_estimators(
    fitted: Sequence[Any], tables: Sequence[Table], rows: Sequence[Indices]
) -> list[Floats]:
    """Predict rows of each split by its estimator.

    Args:
        fitted: The estimator of each split.
        tables: The table as encoded for each split.
        rows: Rows of each table to predict, [M][n].

    Returns:
        For each split the predictions in units of the learnt target, [1, n].
    """
    triples = zip(fitted, tables, rows, strict=True)
    return [
        model.predict(table.x[part])[None] if len(part) else np.empty((1, 0))
        for model, table, part in triples
    ]


def _fit(*, estimator: Any, x: Any, y: Floats) -> Any:
    """Fit a copy, on one thread: the jobs share the cores, and sums have one order everywhere."""
    from sklearn.base import clone  # noqa: PLC0415  heavy: imported when used
    from threadpoolctl import (  # type: ignore[import-untyped]  # noqa: PLC0415  has no types
        threadpool_limits,
    )

    with threadpool_limits(1):
        try:
            return clone(estimator).fit(x, y)
        except (TypeError, ValueError) as error:  # scikit-learn looks at settings only now
            finding = str(error).splitlines()[0].rstrip(".:")
            raise SettingError(
                f"a baseline cannot be fitted to {len(y)} rows with its settings: {finding}."
            ) from error
