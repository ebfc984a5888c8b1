"""Forecasts of many symbols judged: each symbol alone, and all of them together.

A panel of forecasts has one row a symbol and day: ts_code, date (the day forecast), part (`valid`
or `test`), actual (its high), close (of the day before), persistence, close_naive, har_ridge and
forecast; all prices in the symbol's currency or points. Errors are fractions of the close before,
which symbols of any price share.
"""

from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.evaluation.baselines import REFERENCES
from dl_pipelines.evaluation.rank_ic import rank_ic, rank_ic_summary
from dl_pipelines.evaluation.significance import diebold_mariano

_FORECASTERS = (*REFERENCES, "forecast")


def relative_errors(panel: pd.DataFrame) -> pd.DataFrame:
    """Errors as fractions of the close before: one column a reference, and `forecast`.

    Args:
        panel: A panel of forecasts.
    """
    close, actual = panel["close"].astype("float64"), panel["actual"].astype("float64")
    return pd.DataFrame({name: (panel[name] - actual) / close for name in _FORECASTERS})


def metrics_by_symbol(panel: pd.DataFrame) -> pd.DataFrame:
    """Judge each symbol alone.

    Args:
        panel: A panel of forecasts.

    Returns:
        One row a symbol: ts_code, days, rmse and mae (fractions of the close before),
        direction_accuracy and skill_vs_<reference> (fractions; NaN where a reference never errs).
    """
    errors = relative_errors(panel)
    by = errors.groupby(panel["ts_code"], observed=True)
    squared = errors.pow(2).groupby(panel["ts_code"], observed=True)
    root = squared.mean().pow(0.5)
    table = pd.DataFrame(
        {
            "days": by.size(),
            "rmse": root["forecast"],
            "mae": errors["forecast"].abs().groupby(panel["ts_code"], observed=True).mean(),
            "direction_accuracy": _right(panel).groupby(panel["ts_code"], observed=True).mean(),
        }
    )
    for name in REFERENCES:
        table[f"skill_vs_{name}"] = 1.0 - root["forecast"] / root[name].where(root[name] > 0.0)
    return table.rename_axis("ts_code").reset_index().astype({"ts_code": "str"})


def pooled_metrics(panel: pd.DataFrame) -> dict[str, float]:
    """Judge all symbols together; each day of each symbol counts alike.

    Args:
        panel: A panel of forecasts of two days or more.

    Returns:
        `symbols`, `days` and `samples`; rmse and mae (fractions of the close before),
        `<reference>.rmse`, direction_accuracy and skill_vs_<reference> (fractions);
        dm_p_vs_<reference>: p-value of a Diebold-Mariano test on the days' squared errors, because
        symbols err together on a day; and what `rank_ic_summary` says.
    """
    errors = relative_errors(panel)
    root = errors.pow(2).mean().pow(0.5)
    # Per day, the root of its squared errors over a mean day's number of samples: a day weighs as
    # many samples as it has, as in the skill, so both speak of the same difference.
    by_day = errors.pow(2).groupby(panel["date"]).sum()
    daily = (by_day * len(by_day) / len(panel)).pow(0.5)
    metrics = {
        "symbols": float(panel["ts_code"].nunique()),
        "days": float(len(daily)),
        "samples": float(len(panel)),
        "rmse": float(root["forecast"]),
        "mae": float(errors["forecast"].abs().mean()),
        "direction_accuracy": float(_right(panel).mean()),
    }
    for name in REFERENCES:
        metrics[f"{name}.rmse"] = float(root[name])
        metrics[f"skill_vs_{name}"] = float(1.0 - root["forecast"] / root[name])
        test = diebold_mariano(np.zeros(len(daily)), daily["forecast"], daily[name])
        metrics[f"dm_p_vs_{name}"] = test.p_value
    return metrics | rank_ic_summary(rank_ic(panel))


def universe_report(
    pooled: dict[str, float], symbols: pd.DataFrame, left_out: dict[str, str]
) -> dict[str, Any]:
    """All of it as a tree: `pooled`, `symbols` (ts_code → figures), `left_out` (ts_code → why).

    Args:
        pooled: Of `pooled_metrics`.
        symbols: Of `metrics_by_symbol`.
        left_out: Symbols that were asked for and do not take part.
    """
    figures = {
        symbol: {name: value for name, value in row.items() if not pd.isna(value)}
        for symbol, row in symbols.set_index("ts_code").to_dict("index").items()
    }
    return {"pooled": pooled, "symbols": figures, "left_out": left_out}


def _right(panel: pd.DataFrame) -> pd.Series:
    """Whether the forecast lies on the same side of the high before as the actual high."""
    rise = np.sign(panel[["forecast", "actual"]].sub(panel["persistence"], axis=0))
    right: pd.Series = rise["forecast"] == rise["actual"]
    return right
