"""What a monitor has found, in words, in one table and in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.evaluation.drift_reasons import Limits
from dl_pipelines.evaluation.wording import counted, p_value_text, percent

_FIGURES = {
    "RMSE (points)": ("rmse", 1.0),
    "MAE (points)": ("mae", 1.0),
    "RMSE (mean ranges)": ("scaled_rmse", 1.0),
    "skill vs yesterday's high (%)": ("skill_vs_persistence", 100.0),
    "skill vs close times a constant (%)": ("skill_vs_close_naive", 100.0),
    "days inside the interval (%)": ("coverage", 100.0),
    "days": ("days", 1.0),
}


@dataclass(frozen=True)
class Subject:
    """What was judged, in words.

    Attributes:
        name: The champion.
        days: The days on which it was judged.
        learnt: Those that it has learnt from.
    """

    name: str
    days: str
    learnt: str


def drift_verdict(
    found: list[str],
    drift: pd.DataFrame,
    figures: Mapping[str, float],
    record: Mapping[str, Any],
    *,
    limits: Limits,
    subject: Subject,
) -> str:
    """Say whether retraining is due, why, and what else there is to see.

    Args:
        found: Of `drift_reasons.reasons`.
        drift: Of `drift.feature_drift`.
        figures: Of `drift_errors.judge_errors`.
        record: Of `drift_errors.validation_record`.
        limits: From when on a change is one.
        subject: Who was judged, and on which days.
    """
    due = f"Retraining of {subject.name} is "
    due += f"due for {counted(len(found), 'reason')}: {'; '.join(found)}" if found else "not due"
    sentences = [
        due,
        f"It was judged on {subject.days}, and has learnt {subject.learnt}",
        _forecasts(figures, record),
        *_unstable(drift, limits),
    ]
    return " ".join(f"{sentence}." for sentence in sentences)


def _forecasts(figures: Mapping[str, float], record: Mapping[str, Any]) -> str:
    """How the forecasts do, good or bad."""
    skill = figures["skill_vs_close_naive"]
    bounds = f"{percent(figures['coverage_low'], 1)} to {percent(figures['coverage_high'], 1)}"
    verb = "beats" if skill > 0.0 else "loses to"
    return (
        f"The interval held {percent(figures['coverage'], 1)} of the highs ({bounds} allowing for "
        f"luck; {percent(record['coverage'], 0)} meant), errors are "
        f"{figures['error_ratio']:.2f} times those of the validation, and the forecast {verb} the "
        f"close times a constant by {percent(abs(skill), 1)} "
        f"({p_value_text(figures['dm_p_vs_close_naive'])})"
    )


def _unstable(drift: pd.DataFrame, limits: Limits) -> list[str]:
    """Features whose index is beyond the rule of thumb, as it is between stretches of training."""
    rows = drift[~drift["drifted"]]
    large = rows[rows["psi"] >= limits.large_psi]
    moderate = rows[rows["psi"].between(limits.moderate_psi, limits.large_psi, inclusive="left")]
    notes = []
    if len(large):
        notes.append(
            f"PSI is {limits.large_psi:g} or more for {', '.join(large['feature'])} too, "
            "no more than the training days varied among themselves (smallest "
            f"{p_value_text(large['p_holm'].min())} by Holm)"
        )
    if len(moderate):
        notes.append(
            f"PSI is moderate, from {limits.moderate_psi:g}, for {', '.join(moderate['feature'])}"
        )
    return notes


def drift_comparison(figures: Mapping[str, float], record: Mapping[str, Any]) -> pd.DataFrame:
    """Validation and new days side by side, for the terminal and a CSV file.

    Returns:
        Columns figure (with its unit), validation and new days; the coverage of the validation is
        measured on the days that gave the interval its width, so it is close to what is meant.
    """
    inside = np.mean(np.array(record["scores"]) <= record["half_width"])
    measured = {**record, "coverage": inside}
    return pd.DataFrame(
        [
            {
                "figure": name,
                "validation": factor * float(measured[key]),
                "new days": factor * figures[key],
            }
            for name, (key, factor) in _FIGURES.items()
        ]
    )


def drift_metrics(
    found: list[str],
    drift: pd.DataFrame,
    figures: Mapping[str, float],
    record: Mapping[str, Any],
) -> dict[str, float]:
    """All figures, flat.

    Returns:
        retraining_due (0 or 1), reasons, drifted_features, largest_psi, those of
        `drift_errors.judge_errors`, `validation.<figure>` of those that the record has, and
        `<feature>.psi`, `.ks`, `.p_value` and `.p_holm`.
    """
    return {
        "retraining_due": float(bool(found)),
        "reasons": float(len(found)),
        "drifted_features": float(drift["drifted"].sum()),
        "largest_psi": float(drift["psi"].max()),
        **figures,
        **{f"validation.{name}": float(record[name]) for name in figures if name in record},
        **{
            f"{row['feature']}.{name}": float(row[name])
            for row in drift.to_dict("records")
            for name in ("psi", "ks", "p_value", "p_holm")
        },
    }
