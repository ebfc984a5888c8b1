"""Nodes of `stock_lstm` on a universe of symbols."""

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.data.panel import Floats, Panel, Quotes
from dl_pipelines.evaluation import figures
from dl_pipelines.evaluation.panel import metrics_by_symbol, pooled_metrics, universe_report
from dl_pipelines.evaluation.panel_verdict import universe_table, universe_verdict
from dl_pipelines.evaluation.rank_ic import rank_ic
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.io.universe import Universe
from dl_pipelines.params import Checkpoints, Compute, Holdout
from dl_pipelines.pipelines.stock_lstm.params import Training
from dl_pipelines.pipelines.stock_lstm.universe_adapters import (
    forecasts_of,
    learning_splits,
    model_settings,
    pack_weights,
    panel_of,
    split_of,
)
from dl_pipelines.pipelines.stock_lstm.universe_params import References, UniverseForecaster
from dl_pipelines.pipelines.stock_lstm.universe_symbols import check_members, checked_bars
from dl_pipelines.training.panel import fit_panel

Arrays = dict[str, NDArray[Any]]
Readers = dict[str, Callable[[], pd.DataFrame]]


def ingest_universe(
    bars_source: Universe, holdout: Holdout
) -> Iterator[tuple[dict[str, pd.DataFrame], dict[str, Any]]]:
    """Check the bars of each symbol; those done are kept if the run is killed."""
    check_members(bars_source.members_on, holdout)
    yield from checked_bars(bars_source)


def build_panel(
    *,
    bars: Readers,
    ingestion: dict[str, Any],
    holdout: Holdout,
    forecaster: UniverseForecaster,
    references: References,
    compute: Compute,
) -> tuple[Floats, Arrays, Arrays, dict[str, str]]:
    """Compute each symbol's features and reference forecasts, one symbol at a time."""
    panel, quotes, left_out = panel_of(
        bars,
        ingestion,
        holdout=holdout,
        forecaster=forecaster,
        references=references,
        compute=compute,
    )
    return panel.values, panel.to_arrays(), quotes.to_arrays(), left_out


def train_universe(
    *,
    values: Floats,
    panel: Arrays,
    holdout: Holdout,
    forecaster: UniverseForecaster,
    training: Training,
    compute: Compute,
    checkpoints: Checkpoints,
) -> tuple[Weights, Weights, pd.DataFrame]:
    """Train one network of all symbols for the validation days, and one for the test."""
    samples = Panel.from_arrays(values, panel)
    splits = learning_splits(split_of(samples, holdout, forecaster), training)
    settings = {"training": training, "compute": compute, "checkpoints": checkpoints}
    fits = fit_panel(
        samples.values,
        samples.targets,
        splits,
        **{name: each.model_dump() for name, each in settings.items()},
        **model_settings(samples, forecaster),
    )
    validated, final = (
        pack_weights(samples, splits[which], fits[which], forecaster, training) for which in (0, -1)
    )
    return validated, final, pd.DataFrame([row for fit in fits[0] for row in fit.history])


def forecast_universe(
    *,
    validation_weights: Weights,
    weights: Weights,
    values: Floats,
    panel: Arrays,
    quotes: Arrays,
    holdout: Holdout,
    forecaster: UniverseForecaster,
    training: Training,
) -> pd.DataFrame:
    """Forecast the validation and the test days of all symbols."""
    samples = Panel.from_arrays(values, panel)
    split = split_of(samples, holdout, forecaster)
    splits = learning_splits(split, training)
    parts = {"valid": (validation_weights, splits[0]), "test": (weights, splits[-1])}
    prices = Quotes.from_arrays(quotes)
    settings: dict[str, Any] = {"forecaster": forecaster, "training": training}
    return forecasts_of(samples, prices, split, parts, **settings)


def evaluate_universe(
    forecasts: pd.DataFrame, left_out: dict[str, str]
) -> tuple[dict[str, Any], dict[str, float], pd.DataFrame]:
    """Judge the test days of each symbol and of all together; the validation days once more."""
    test, valid = (forecasts[forecasts["part"] == part] for part in ("test", "valid"))
    symbols, pooled = metrics_by_symbol(test), pooled_metrics(test)
    if valid["date"].nunique() > 1:  # where all symbols are young, few days or none are judged
        pooled |= {f"valid.{name}": figure for name, figure in pooled_metrics(valid).items()}
    return universe_report(pooled, symbols, left_out), pooled, symbols


def report_universe(
    forecasts: pd.DataFrame,
    metrics: dict[str, float],
    by_symbol: pd.DataFrame,
    left_out: dict[str, str],
) -> tuple[pd.DataFrame, str, dict[str, Figure]]:
    """Say in a table, in words and in figures what the evaluation has found."""
    order = rank_ic(forecasts[forecasts["part"] == "test"])
    drawn = {  # always both: one left out would leave that of the universe before
        "skill_by_symbol.png": figures.skill_by_symbol(by_symbol),
        "rank_ic.png": figures.rank_ic_over_time(order),
    }
    table = universe_table(metrics, by_symbol)
    return table, universe_verdict(metrics, by_symbol, left_out), drawn
