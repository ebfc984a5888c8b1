"""Models compared over the same resampled splits.

Everywhere `by_split` maps a model ("plain", "ridge") to its frame of `resampling.metrics_by_split`,
and "<model>.ensemble" means the averaged prediction of its seeds.
"""

from collections.abc import Mapping
from typing import Literal

import pandas as pd

from dl_pipelines.errors import DataError
from dl_pipelines.evaluation.resampling import summarize
from dl_pipelines.evaluation.significance import corrected_resampled_t_test

Metric = Literal["rmse", "log_rmse"]

_ERRORS = {"rmse": "RMSE", "log_rmse": "log RMSE"}
_OTHERS = {"RMSE": "rmse_mean", "MAE": "mae_mean", "R²": "r2_mean"}


def errors_by_split(
    by_split: Mapping[str, pd.DataFrame], *, metric: Metric = "rmse"
) -> pd.DataFrame:
    """The errors of all models side by side.

    Args:
        by_split: Models and their figures by split.
        metric: The error compared.

    Returns:
        One row a split (its index), one column a model and, where seeds are averaged, one
        "<model>.ensemble"; price unit, or none for log_rmse.

    Raises:
        DataError: If the models were not evaluated on the same splits.
    """
    errors = pd.concat(
        {
            f"{model}{suffix}": frame.set_index("split")[column]
            for model, frame in by_split.items()
            for suffix, column in (("", metric), (".ensemble", f"ensemble_{metric}"))
            if column in frame
        },
        axis=1,
    )
    partial = errors.columns[errors.isna().any()]
    if len(partial):
        raise DataError(
            f"{partial[0]} was not evaluated on all {len(errors)} splits that the others were; "
            "run its evaluation again with the same splits."
        )
    return errors


def paired_tests(
    by_split: Mapping[str, pd.DataFrame],
    *,
    reference: str,
    test_share: float,
    metric: Metric = "rmse",
) -> pd.DataFrame:
    """Every model against one reference by the corrected resampled t-test.

    Args:
        by_split: Models and their figures by split.
        reference: A model, or "<model>.ensemble".
        test_share: Test rows over training rows of a split, such as 1 / 9 in 10 folds.
        metric: The error compared.

    Returns:
        One row a model and ensemble: variant, reference, error, reference_error (means over the
        splits), difference (first minus second) and p_value, NaN on a single split.

    Raises:
        DataError: If the models were not evaluated on the same splits.
    """
    errors = errors_by_split(by_split, metric=metric)
    rival = errors[reference]
    several = len(errors) > 1
    return pd.DataFrame(
        [
            {
                "variant": variant,
                "reference": reference,
                "error": own.mean(),
                "reference_error": rival.mean(),
                "difference": (own - rival).mean(),
                "p_value": corrected_resampled_t_test(own, rival, test_share=test_share).p_value
                if several
                else float("nan"),
            }
            for variant, own in errors.items()
            if variant != reference
        ]
    )


def models_table(
    by_split: Mapping[str, pd.DataFrame],
    *,
    test_share: float,
    reference: str = "plain",
    metric: Metric = "rmse",
) -> pd.DataFrame:
    """One row a model, for the terminal and a CSV file.

    Args:
        by_split: Models and their figures by split.
        test_share: Test rows over training rows of a split.
        reference: The model that the p-values compare with.
        metric: The error compared.

    Returns:
        Columns model; RMSE or log RMSE, the error compared, and its SD; ensemble, the error of
        the seeds' average; RMSE (where it is not there yet), MAE, R² and "p vs <reference>"; means
        over the splits, NaN where a figure is not defined.

    Raises:
        DataError: If the models were not evaluated on the same splits.
    """
    error = {_ERRORS[metric]: f"{metric}_mean", "SD": f"{metric}_sd"}
    columns = error | {"ensemble": f"ensemble.{metric}_mean"} | _OTHERS
    summaries = {model: summarize(frame) for model, frame in by_split.items()}
    table = pd.DataFrame(
        {
            model: {name: summary.get(key, float("nan")) for name, key in columns.items()}
            for model, summary in summaries.items()
        }
    ).T
    table["SD"] = table["SD"].mask(table["SD"] == 0.0)  # a single figure has none
    tests = paired_tests(by_split, reference=reference, test_share=test_share, metric=metric)
    p_values = tests.set_index("variant")["p_value"].rename(f"p vs {reference}")
    table = table.join(p_values).dropna(axis="columns", how="all")
    return table.rename_axis("model").reset_index()
