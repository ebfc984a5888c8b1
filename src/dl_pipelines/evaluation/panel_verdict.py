"""What the figures of a universe say, in plain words and in one table."""

from collections.abc import Mapping
from sys import float_info

import pandas as pd

from dl_pipelines.evaluation.baselines import REFERENCES
from dl_pipelines.evaluation.significance import LEVEL
from dl_pipelines.evaluation.wording import counted, p_value_text, percent

_NAMES = {
    "persistence": "yesterday's high",
    "close_naive": "close times a constant",
    "har_ridge": "the HAR ridge of each symbol",
}


def universe_table(pooled: Mapping[str, float], symbols: pd.DataFrame) -> pd.DataFrame:
    """One row a forecaster, all symbols together.

    Args:
        pooled: Of `panel.pooled_metrics`.
        symbols: Of `panel.metrics_by_symbol`.

    Returns:
        Columns forecaster, RMSE % (of the close before), skill % of the LSTM against it, p, symbols
        won % (share in which the LSTM has the smaller error) and rank IC; NaN where undefined.
    """
    rows = [
        {
            "forecaster": name,
            "RMSE %": 100.0 * pooled[f"{name}.rmse"],
            "lstm's skill %": 100.0 * pooled[f"skill_vs_{name}"],
            "p": max(pooled[f"dm_p_vs_{name}"], float_info.min),  # shown as small, not as nothing
            "symbols won %": 100.0 * (symbols[f"skill_vs_{name}"] > 0.0).mean(),
            "rank IC": pooled.get(f"{name}.rank_ic", float("nan")),
        }
        for name in REFERENCES
    ]
    own = {
        "forecaster": "lstm of all symbols",
        "RMSE %": 100.0 * pooled["rmse"],
        "rank IC": pooled.get("rank_ic", float("nan")),
    }
    return pd.DataFrame([*rows, own])


def universe_verdict(
    pooled: Mapping[str, float], symbols: pd.DataFrame, left_out: Mapping[str, str]
) -> str:
    """Say in words how one network of all symbols does, for better or worse.

    Args:
        pooled: Of `panel.pooled_metrics`.
        symbols: Of `panel.metrics_by_symbol`.
        left_out: Symbols that do not take part, and why.
    """
    sentences = [
        f"One network forecasts {counted(pooled['symbols'], 'symbol')} on "
        f"{counted(pooled['days'], 'day')} with an RMSE of {percent(pooled['rmse'])} of the close",
        *(_against(pooled, symbols, name) for name in REFERENCES),
        *_order(pooled),
        "This is skill in the day's range, not in the return",
    ]
    if left_out:
        first, why = next(iter(left_out.items()))
        sentences.append(
            f"{counted(len(left_out), 'symbol')} could not take part, the first of them {first} "
            f"({why.rstrip('.')}); universe.json names all"
        )
    return ". ".join(sentences) + "."


def _against(pooled: Mapping[str, float], symbols: pd.DataFrame, name: str) -> str:
    gain, p_value = pooled[f"skill_vs_{name}"], pooled[f"dm_p_vs_{name}"]
    verb = "beats" if gain > 0.0 else "loses to"
    luck = ", which may be luck" if p_value >= LEVEL else ""
    won = percent((symbols[f"skill_vs_{name}"] > 0.0).mean(), 0)
    return (
        f"It {verb} {_NAMES[name]} by {percent(abs(gain), 1)} ({p_value_text(p_value)}{luck}), and "
        f"does better for {won} of the symbols"
    )


def _order(pooled: Mapping[str, float]) -> list[str]:
    if "rank_ic" not in pooled:
        return []
    return [
        "The rank correlation of a day between the forecast and the actual rise is "
        f"{pooled['rank_ic']:.3f} on average, that of the HAR ridge "
        f"{pooled['har_ridge.rank_ic']:.3f}; much of both is that some symbols always move more "
        "than others"
    ]
