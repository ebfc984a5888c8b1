"""Small frames that look like the real ones."""

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.figures.class_frames import (  # noqa: F401 - fixtures
    accuracies,
    bins,
    confused,
    disturbed,
    kernels,
    labels,
    mistakes,
    names,
    pictures,
)
from tests.evaluation.figures.generator_frames import (  # noqa: F401 - fixtures
    adversarial_history,
    class_rows,
    epoch_samples,
    epochs,
    generators,
    grid_classes,
    latent_grid,
    latent_values,
    means,
    read_rows,
    sampled_classes,
    walk_classes,
    walks,
)
from tests.evaluation.figures.picture_frames import answers, thumbnails  # noqa: F401 - fixtures
from tests.evaluation.figures.tag_tables import (  # noqa: F401 - fixtures
    frequency_tables,
    sentences,
    tag_tables,
)

DAYS = 40


@pytest.fixture
def bars() -> pd.DataFrame:
    steps = np.arange(DAYS)
    close = 3000 + 50 * np.sin(steps) + 10 * steps
    frame = pd.DataFrame(
        {
            "date": pd.bdate_range("2018-12-03", periods=DAYS),
            "open": close - 5,
            "high": close + 20,
            "low": close - 30,
            "close": close,
            "volume": 1e9 + 1e7 * steps,
        }
    )
    frame.attrs["file"] = "data/01_raw/index_daily.csv"
    return frame


@pytest.fixture
def forecasts(bars: pd.DataFrame) -> pd.DataFrame:
    """Forecasts that see three quarters of each change; the last day lies outside its interval."""
    actual, persistence = bars["high"].to_numpy()[1:], bars["high"].to_numpy()[:-1]
    forecast = persistence + 0.75 * (actual - persistence)
    lower, upper = forecast - 60, forecast + 60
    upper[-1] = actual[-1] - 1
    return pd.DataFrame(
        {
            "date": bars["date"].to_numpy()[1:],
            "actual": actual,
            "persistence": persistence,
            "close": bars["close"].to_numpy()[:-1],
            "close_naive": bars["close"].to_numpy()[:-1] * 1.006,
            "har_ridge": forecast + 3,
            "seed_0": forecast - 1,
            "seed_1": forecast + 1,
            "forecast": forecast,
            "lower": lower,
            "upper": upper,
        }
    )


@pytest.fixture
def report() -> dict[str, object]:
    """A quality report of the bars, with something to complain about."""
    return {
        "rows": DAYS,
        "missing_days": ["2019-01-28", "2019-01-29"],
        "surplus_days": ["2018-12-08"],
        "duplicates_removed": 1,
        "revisions": [],
        "largest_returns": [{"date": "2018-12-10", "log_return_percent": 3.0}],
    }


@pytest.fixture
def history() -> pd.DataFrame:
    """Two seeds; the first stops a epoch earlier, the best epochs are 2 and 3."""
    return pd.DataFrame(
        [
            (0, 1, 1.0, 0.9, 1e-3),
            (0, 2, 0.5, 0.4, 1e-3),
            (0, 3, 0.4, 0.5, 1e-3),
            (1, 1, 0.8, 0.7, 1e-3),
            (1, 2, 0.7, 0.6, 1e-3),
            (1, 3, 0.6, 0.3, 1e-3),
            (1, 4, 0.5, 0.4, 1e-3),
        ],
        columns=["seed", "epoch", "train_loss", "valid_loss", "lr"],
    )


@pytest.fixture
def by_year() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": [2019, 2020],
            "days": [244, 243],
            "rmse": [30.0, 45.0],
            "persistence_rmse": [40.0, 44.0],
            "close_naive_rmse": [35.0, 43.0],
            "har_ridge_rmse": [31.0, 42.0],
            "skill_vs_persistence": [0.25, -1 / 44],
            "coverage": [0.9, 0.88],
        }
    )


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "window": ["Test"] * 3 + ["Book window"] * 2,
            "forecaster": ["lstm", "persistence", "har_ridge", "textbook", "persistence"],
            "RMSE": [36.2, 44.6, 36.3, 52.1, 42.5],
            "MAE": [24.8, 30.1, 25.1, 40.0, 29.0],
            "direction %": [68.3, np.nan, 68.8, 50.0, np.nan],
            "skill vs persistence %": [18.8, 0.0, 18.6, -22.6, 0.0],
        }
    )


@pytest.fixture
def houses() -> pd.DataFrame:
    """Features of 40 houses: size drives the price, age stands against it, noise does not."""
    random = np.random.default_rng(0)
    size = random.uniform(50, 250, 40)
    frame = pd.DataFrame(
        {
            "price": 1500 * size + random.normal(0, 5000, 40),
            "noise": random.normal(size=40),
            "age": 300 - size + random.normal(0, 40, 40),
            "size": size,
            "street": "paved",
        }
    )
    frame.attrs["source"] = "mirror house/ames.csv"
    return frame


@pytest.fixture
def prices(houses) -> pd.Series:
    return houses["price"]


@pytest.fixture
def raw_houses(houses) -> pd.DataFrame:
    """As they came: no street in houses 1 and 2, no age of house 3."""
    raw = houses.assign(identifier=range(40))
    raw.loc[[1, 2], "street"] = np.nan
    raw.loc[3, "age"] = np.nan
    return raw


@pytest.fixture
def cleaned_houses(raw_houses) -> pd.DataFrame:
    cleaned = raw_houses.drop(columns="identifier")
    return cleaned.assign(street=cleaned["street"].fillna("None"))


@pytest.fixture
def house_report() -> dict[str, object]:
    columns = {
        "price": (0, 0, 0, 0),
        "street": (2, 0, 2, 2),
        "age": (1, 1, 0, 0),
        "size": (0, 0, 0, 3),
    }
    keys = ["missing_before", "missing_after", "none_recognised", "repaired"]
    return {
        "dataset": "ames",
        "source": "mirror house/ames.csv",
        "rows": 40,
        "missing_before": 3,
        "missing_after": 1,
        "duplicates": 0,
        "constant_columns": ["street"],
        "outliers_of_the_author": [{"row": 3, "price": 160000.0}],
        "columns": {name: dict(zip(keys, counts, strict=True)) for name, counts in columns.items()},
    }


@pytest.fixture
def predictions(houses) -> pd.DataFrame:
    """Two splits of 20 test rows, off by 1,000 times -2 … 2, and validation rows that are not."""
    error = np.resize([-2000.0, -1000.0, 0.0, 1000.0, 2000.0], 40)
    test = pd.DataFrame(
        {"split": np.repeat([0, 1], 20), "row": range(40), "part": "test"}
        | {"actual": houses["price"], "prediction": houses["price"] - error}
    )
    valid = test.head(3).assign(part="valid", prediction=9e9)
    frame = pd.concat([test, valid], ignore_index=True)
    return frame.assign(seed_0=frame["prediction"], seed_1=frame["prediction"])


@pytest.fixture
def importance() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "feature": ["size", "age", "noise"],
            "increase_mean": [9.87, 0.5, -0.02],
            "increase_sd": [0.6, 0.1, 0.01],
        }
    )


@pytest.fixture
def coverages() -> pd.DataFrame:
    return pd.DataFrame(
        {"coverage": [0.5, 0.9], "empirical": [0.48, 0.91], "width": [2.0, 5.0], "rows": 400}
    )


@pytest.fixture
def curves() -> dict[str, pd.DataFrame]:
    """Held-out losses of two seeds over two epochs; dropout ends 10 and 20 % lower."""
    rows = [(0, 1), (0, 2), (1, 1), (1, 2)]
    losses = {"plain": [1.0, 0.5, 1.0, 0.4], "dropout": [1.1, 0.45, 0.9, 0.32]}
    return {
        variant: pd.DataFrame(rows, columns=["seed", "epoch"]).assign(test_loss=values)
        for variant, values in losses.items()
    }


@pytest.fixture
def trials() -> dict[str, pd.DataFrame]:
    """A grid whose second trial failed, and TPE, which searches the weight decay too."""
    hidden = "params.network.hidden"
    grid = pd.DataFrame({"number": [0, 1, 2], "value": [3.1, np.inf, 3.0]})
    tpe = pd.DataFrame({"number": [0, 1, 2], "value": [3.2, 2.8, 2.9]})
    rates = {"params.optimizer.lr": ["0.001", "0.03", "0.01"]}
    return {
        "grid": grid.assign(**{hidden: ["[64]", "[64]", "[8, 8]"]}, **rates),
        "tpe": tpe.assign(
            **{hidden: ["[64]", "[128]", "[64]"]},
            **rates,
            **{"params.optimizer.weight_decay": ["0.5", "0.0", "0.9"]},
        ),
    }
