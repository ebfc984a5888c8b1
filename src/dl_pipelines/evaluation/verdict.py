"""What the metrics say, in plain words and in one table."""

from collections.abc import Iterable, Mapping
from math import sqrt

import pandas as pd

from dl_pipelines.evaluation.significance import LEVEL
from dl_pipelines.evaluation.wording import p_value_text, percent

_NAMES = {
    "persistence": "yesterday's high",
    "close_naive": "close times a constant",
    "har_ridge": "the HAR ridge",
}
_COLUMNS = {
    "RMSE": ("rmse", 1.0),
    "MAE": ("mae", 1.0),
    "direction %": ("direction_accuracy", 100.0),
    "skill vs persistence %": ("skill_vs_persistence", 100.0),
}


def verdict(metrics: Mapping[str, float], variant: str) -> str:
    """Say in words what a variant's figures mean, for better or worse.

    Args:
        metrics: Flat figures of `holdout.evaluate_forecasts`, each key prefixed by "<variant>.".
        variant: The prefix, such as "lstm" or "lstm.walk_forward".

    Returns:
        A few sentences: how the variant does against each reference and whether that may be luck,
        where its skill lies, and what its intervals hold.
    """
    own = {
        key.removeprefix(f"{variant}."): value
        for key, value in metrics.items()
        if key.startswith(f"{variant}.")
    }
    first, second, third = (_against(own, reference) for reference in _NAMES)
    sentences = [f"{variant} {first}, {second} and {third}", *_average(own), _nature(own)]
    if "interval_coverage" in own:
        sentences.append(
            f"Its intervals hold {percent(own['interval_coverage'], 1)} of the highs and are "
            f"{own['interval_width']:.0f} points wide"
        )
    return ". ".join(sentences) + "."


def _against(own: Mapping[str, float], reference: str) -> str:
    gain, error = own[f"skill_vs_{reference}"], own["rmse"]
    # skill = 1 - RMSE / RMSE(reference), so the reference's error needs no figure of its own.
    other = error / (1.0 - gain)
    verb = "beats" if gain > 0.0 else "loses to"
    return (
        f"{verb} {_NAMES[reference]} by {percent(abs(gain), 1)} "
        f"(RMSE {error:.1f} against {other:.1f} points, {_significance(own, reference)})"
    )


def _significance(own: Mapping[str, float], reference: str) -> str:
    p_value = own[f"dm_p_vs_{reference}"]
    shown = p_value_text(p_value)
    if p_value >= LEVEL:
        return f"{shown}, which may be luck"
    mean, average = (own.get(f"{part}skill_vs_{reference}") for part in ("", "ensemble."))
    if mean is None or average is None or (mean > 0.0) == (average > 0.0):
        return shown
    return f"{shown}, but the other way round for the average of the seeds"


def _average(own: Mapping[str, float]) -> list[str]:
    if "ensemble.rmse" not in own:
        return []
    return [
        f"These are means over the seeds; their average forecast has RMSE "
        f"{own['ensemble.rmse']:.1f}, skill {percent(own['ensemble.skill_vs_persistence'], 1)} "
        "against yesterday's high, and the p-values (Diebold-Mariano, squared errors) belong to it"
    ]


def _nature(own: Mapping[str, float]) -> str:
    """Where the skill comes from."""
    if own["skill_vs_persistence"] <= 0.0:
        return "It has no skill: yesterday's high is the better forecast"
    if own["skill_vs_close_naive"] <= 0.0:
        return (
            "Its gain is today's close, which is known after today's high: a constant times the "
            "close does better"
        )
    right = own["return_direction_accuracy"]
    call = f"read as a call on the next close, it is right on {percent(right, 1)} of the days"
    # Two standard errors of a fair coin's share.
    if right > 0.5 + 1.0 / sqrt(own["days"] - 1.0):
        return f"This is skill in the range and some in the return: {call}, more than a coin"
    return f"This is skill in the range, not in the return: {call}, no better than a coin"


def comparison_table(
    metrics: Mapping[str, float], rows: Iterable[tuple[str, str, str]]
) -> pd.DataFrame:
    """One row a forecaster and window, for the terminal, a CSV file and the comparison figure.

    Args:
        metrics: Flat figures of `holdout.evaluate_forecasts` and `holdout.reference_metrics`.
        rows: (window, forecaster, prefix) in the order of the table; the figures are those of the
            keys "<prefix>.rmse" and so on.

    Returns:
        Columns window, forecaster, RMSE, MAE (index points), direction % and skill vs persistence
        %; NaN where a figure is not defined, as the direction of persistence.
    """
    return pd.DataFrame(
        [
            {
                "window": window,
                "forecaster": forecaster,
                **{
                    column: factor * metrics.get(f"{prefix}.{key}", float("nan"))
                    for column, (key, factor) in _COLUMNS.items()
                },
            }
            for window, forecaster, prefix in rows
        ]
    )
