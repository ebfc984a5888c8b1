"""Why a champion should be trained again, if it should."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dl_pipelines.evaluation.wording import counted, p_value_text, percent

_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Limits:
    """From when on a change is one.

    Attributes:
        moderate_psi: Population stability index of a small change.
        large_psi: Of a large one.
        level: Nominal probability of a false alarm of the interval's and the error's bound; where
            volatility is persistent, that of the interval is up to three times as large; see
            `drift_errors.coverage_bounds`.
        error_ratio: Scaled RMSE over that of the validation.
        least_skill: Skill against the close times a constant, a fraction.
    """

    moderate_psi: float
    large_psi: float
    level: float
    error_ratio: float
    least_skill: float


def reasons(
    drift: pd.DataFrame,
    figures: Mapping[str, float],
    record: Mapping[str, Any],
    limits: Limits,
) -> list[str]:
    """Why a champion should be trained again.

    Args:
        drift: Of `drift.feature_drift`.
        figures: Of `drift_errors.judge_errors`.
        record: Of `drift_errors.validation_record`.
        limits: From when on a change is one.

    Returns:
        Parts of a sentence; none if it need not be.
    """
    sure = f"with {percent(1.0 - limits.level, 0)} confidence"
    found = [_drifted(row, len(drift), limits) for _, row in drift[drift["drifted"]].iterrows()]
    if figures["coverage_high"] < record["coverage"]:
        found.append(
            f"its {percent(record['coverage'], 0)} interval held {percent(figures['coverage'], 1)} "
            f"of the highs, at most {percent(figures['coverage_high'], 1)} {sure}"
        )
    if figures["error_ratio"] >= limits.error_ratio and figures["error_ratio_low"] > 1.0:
        found.append(
            f"its errors are {figures['error_ratio']:.2f} times those of its validation (RMSE in "
            f"mean ranges), at least {figures['error_ratio_low']:.2f} times {sure}; the limit is "
            f"{limits.error_ratio:.2f}"
        )
    if figures["skill_vs_close_naive"] <= limits.least_skill:
        found.append(
            f"its skill against the close times a constant is "
            f"{_signed(figures['skill_vs_close_naive'])} "
            f"({p_value_text(figures['dm_p_vs_close_naive'])}); the limit is "
            f"{_signed(limits.least_skill)}"
        )
    return found


def _drifted(row: "pd.Series[Any]", features: int, limits: Limits) -> str:
    return (
        f"the feature {row['feature']} has drifted (PSI {row['psi']:.2f}, large from "
        f"{limits.large_psi:g}; KS distance {row['ks']:.2f}, {p_value_text(row['p_holm'])} by Holm "
        f"among {counted(features, 'feature')})"
    )


def _signed(fraction: float) -> str:
    return percent(fraction, 1).replace("-", _MINUS)
