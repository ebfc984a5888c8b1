"""Small tables of features, and what a run has left."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.frames.houses import HOUSES
from dl_pipelines.io.houses import HousesDataset
from dl_pipelines.pipelines.house_price.comparison import AVERAGE, BASELINES, NETWORKS
from tests.real_project import RealProject

MODELS = (*NETWORKS, AVERAGE, *BASELINES)


@pytest.fixture(scope="session")
def boston() -> pd.DataFrame:
    """Every seventh tract of Boston."""
    table = HOUSES["boston"]
    text = HousesDataset("boston", "nowhere").load()
    features = table.features(table.clean(table.parse(text)))
    return features.iloc[::7].reset_index(drop=True)


@pytest.fixture(scope="session")
def mixed() -> pd.DataFrame:
    """72 made-up houses with gaps, words, a rare word and two constant columns."""
    generator = np.random.default_rng(0)
    rows = 72
    area = generator.uniform(50.0, 200.0, rows)
    zone = generator.choice(["north", "south", "west"], rows)
    price = 1000.0 * area * np.where(zone == "west", 1.5, 1.0) * generator.uniform(0.9, 1.1, rows)
    gaps = generator.random(rows) < 0.2
    return pd.DataFrame(
        {
            "price": price,
            "area": area,
            "garage": np.where(gaps, np.nan, generator.uniform(1900.0, 2010.0, rows)),
            "pool": 0.0,
            "zone": pd.Series(zone, dtype="str"),
            "roof": pd.Series(np.where(np.arange(rows) % 9, "tiles", "copper"), dtype="str"),
            "street": pd.Series(["paved"] * rows, dtype="str"),
        }
    )


@pytest.fixture(scope="session")
def reports(finished_house_price: RealProject) -> Path:
    return finished_house_price.root / "data/08_reporting/house_price"


@pytest.fixture(scope="session")
def metrics(reports: Path) -> dict[str, float]:
    return json.loads((reports / "metrics.json").read_text())


@pytest.fixture(scope="session")
def predictions(finished_house_price: RealProject) -> dict[str, pd.DataFrame]:
    """By `<model>_<evaluation>`."""
    folder = finished_house_price.root / "data/07_model_output/house_price/boston"
    return {
        f"{path.parent.name}_{path.stem.removesuffix('_predictions')}": pd.read_parquet(path)
        for path in folder.glob("*/*_predictions.parquet")
    }
