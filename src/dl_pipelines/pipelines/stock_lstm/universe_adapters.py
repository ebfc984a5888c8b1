"""From the settings and files of a universe to arrays and plain arguments, and back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from dl_pipelines.data.panel import PRICES, Panel, PanelBuilder, Quotes
from dl_pipelines.data.panel_windows import shared_tensor
from dl_pipelines.data.splits import Split, SplitByDate
from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.frames.calendar import trading_sessions
from dl_pipelines.io.safetensors import Weights
from dl_pipelines.params import Compute, Holdout
from dl_pipelines.pipelines.belonging import check_identity
from dl_pipelines.pipelines.members import pack_seeds, states_by_seed
from dl_pipelines.pipelines.stock_lstm.params import Training
from dl_pipelines.pipelines.stock_lstm.universe_params import References, UniverseForecaster
from dl_pipelines.pipelines.stock_lstm.universe_samples import read_together, symbol_samples
from dl_pipelines.pipelines.stock_lstm.universe_symbols import Reader
from dl_pipelines.training.checkpoints import fingerprint
from dl_pipelines.training.network import Trained
from dl_pipelines.training.panel import forecast_panel
from dl_pipelines.training.parallel import kept_pool, run_jobs


def panel_of(
    readers: Mapping[str, Reader],
    ingestion: Mapping[str, Any],
    *,
    holdout: Holdout,
    forecaster: UniverseForecaster,
    references: References,
    compute: Compute,
) -> tuple[Panel, Quotes, dict[str, str]]:
    """The samples of all symbols, and why some have none.

    Raises:
        DataError: If no symbol has any.
        SettingError: If there are fewer than two days to test on.
    """
    first, last = (date.fromisoformat(ingestion[end]) for end in ("first", "last"))
    shared = {
        "sessions": trading_sessions(first, last),
        "features": forecaster.features,
        "holdout": holdout,
        "refit_every": references.refit_every,
    }
    builder = PanelBuilder(sum(ingestion["symbols"].values()), len(forecaster.features))
    left_out = dict(ingestion["left_out"])
    with kept_pool(compute.model_dump(), len(ingestion["symbols"])) as pool:
        for bars in read_together(readers, ingestion["symbols"]):
            jobs = [{"bars": each, **shared} for each in bars.values()]
            for symbol, found in zip(bars, run_jobs(symbol_samples, jobs, **pool), strict=True):
                if isinstance(found, str):
                    left_out[symbol] = found
                else:
                    builder.add(symbol, found)
    if left_out.keys() >= ingestion["symbols"].keys():
        symbol, why = next(iter(left_out.items()))
        raise DataError(f"no symbol of the universe can take part; of {symbol}: {why}")
    panel, quotes = builder.build(forecaster.target)
    _check_test(panel, quotes, holdout, forecaster)
    return panel, quotes, left_out


def _check_test(
    panel: Panel, quotes: Quotes, holdout: Holdout, forecaster: UniverseForecaster
) -> None:
    """Tell before the training what the test of significance would tell after it."""
    days = np.unique(panel.dates[quotes.judged(split_of(panel, holdout, forecaster).test)])
    if len(days) <= 1:
        raise SettingError(
            f"the setting 'test_start' is {holdout.test_start}, which leaves {len(days)} day to "
            "test on, and two are needed: set an earlier one, or extend the data."
        )


def model_settings(panel: Panel, forecaster: UniverseForecaster) -> dict[str, Any]:
    """What fitting and forecasting both must know of the network."""
    return {
        "window": forecaster.window,
        "architecture": forecaster.architecture,
        "model": {**forecaster.network.model_dump(), "symbols": len(panel.symbols)},
    }


def split_of(panel: Panel, holdout: Holdout, forecaster: UniverseForecaster) -> Split:
    """The training, validation and test samples of a panel."""
    settings = holdout.model_dump(exclude={"start", "end"})
    return panel.split(forecaster.window, SplitByDate(**settings))


def learning_splits(split: Split, training: Training) -> list[Split]:
    """What the networks learn from that forecast the validation days, and those of the test."""
    return [split] if training.patience else [split, split.joined()]


def _identity(
    panel: Panel, learnt: Split, forecaster: UniverseForecaster, training: Training
) -> str:
    settings = {
        "forecaster": forecaster.model_dump(exclude={"name"}),
        "training": training.model_dump(),
        "symbols": panel.symbols,
    }
    arrays = panel.identity([learnt.train, learnt.valid])
    return fingerprint(settings, map(shared_tensor, arrays))


def pack_weights(
    panel: Panel,
    learnt: Split,
    fits: Sequence[Trained],
    forecaster: UniverseForecaster,
    training: Training,
) -> Weights:
    """The networks of all seeds in one file that says what they are."""
    header = forecaster.model_dump(mode="json")
    header["network"]["symbols"] = len(panel.symbols)
    header["symbols"] = list(panel.symbols)
    header["identity"] = _identity(panel, learnt, forecaster, training)
    return pack_seeds([fit.state for fit in fits], training.seeds, header)


def forecasts_of(
    panel: Panel,
    quotes: Quotes,
    split: Split,
    parts: Mapping[str, tuple[Weights, Split]],
    *,
    forecaster: UniverseForecaster,
    training: Training,
) -> pd.DataFrame:
    """The panel of forecasts; each part by networks that have not seen its days.

    Args:
        panel: The samples.
        quotes: Their prices.
        split: The samples of each part.
        parts: `valid` and `test`, each with its weights and what they have learnt from.
        forecaster: What the network is.
        training: How it was trained.

    Raises:
        SettingError: If weights belong to other settings or other days.
    """
    settings = model_settings(panel, forecaster)
    frames = []
    for part, (weights, learnt) in parts.items():
        identity = _identity(panel, learnt, forecaster, training)
        name, rows = forecaster.name, quotes.judged(getattr(split, part))
        check_identity(weights, identity, name=name, rows="days", node="train_universe")
        states = [*states_by_seed(weights).values()]
        known = panel.learnt(learnt.train)
        encoded = forecast_panel(states, panel.values, rows, learnt=known, **settings)
        frames.append(
            pd.DataFrame(
                {
                    "ts_code": pd.Categorical.from_codes(
                        panel.symbol_numbers(rows), pd.Index(panel.symbols)
                    ),
                    "date": panel.dates[rows].astype("datetime64[s]"),
                    "part": part,
                    **{price: quotes.prices[price][rows] for price in PRICES},
                    "forecast": quotes.decode(encoded, rows).astype(np.float32),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
