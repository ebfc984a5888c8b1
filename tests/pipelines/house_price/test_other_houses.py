"""The other tables by their shipped evaluations: made-up houses, in the form of the files."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.frames.houses.conftest import AMES_ROW
from tests.pipelines.house_price.conftest import MODELS
from tests.real_project import QUICK, RealProject

ROWS = 200


def ames(generator: np.random.Generator) -> pd.DataFrame:
    """Houses that differ in what a price depends on."""
    area, quality = generator.integers(700, 4500, ROWS), generator.integers(3, 10, ROWS)
    prices = 60 * area * quality**0.5 * generator.uniform(0.9, 1.1, ROWS)
    return pd.DataFrame([AMES_ROW] * ROWS).assign(
        **{
            "PID": np.arange(1, ROWS + 1),
            "area": area,
            "Overall.Qual": quality,
            "Neighborhood": generator.choice(["NAmes", "OldTown", "Gilbert"], ROWS),
            "price": prices.round().astype(int),
        }
    )


def california(generator: np.random.Generator) -> pd.DataFrame:
    """Districts whose income makes the price, some without their bedrooms."""
    income, rooms = generator.uniform(1.0, 10.0, ROWS), generator.integers(300, 5000, ROWS)
    prices = 45_000 * income * generator.uniform(0.9, 1.1, ROWS)
    return pd.DataFrame(
        {
            "longitude": generator.uniform(-124.0, -115.0, ROWS).round(2),
            "latitude": generator.uniform(33.0, 41.0, ROWS).round(2),
            "housing_median_age": generator.integers(1, 52, ROWS),
            "total_rooms": rooms,
            "total_bedrooms": np.where(np.arange(ROWS) % 10, (rooms / 5).round().astype(str), ""),
            "population": rooms // 2,
            "households": rooms // 6,
            "median_income": income.round(4),
            "median_house_value": prices.round(),
            "ocean_proximity": generator.choice(["INLAND", "NEAR BAY", "<1H OCEAN"], ROWS),
        }
    )


def run(folder: Path, dataset: str, houses: pd.DataFrame) -> tuple[Path, dict[str, float]]:
    """The reports and the metrics of a run with little training."""
    project = RealProject(folder, "house")
    houses.to_csv(project.root / f"data/01_raw/{dataset}.csv", index=False)
    settings = {**QUICK["house_price"], "evaluations": {"kfold": {"seeds": [0, 1]}}}
    params = {"house": {"dataset": dataset}, "house_price": settings, "compute": QUICK["compute"]}
    results = ("metrics", "tags", "comparison", "verdict", "figures")
    project.run(
        params | {"tracking": {"enabled": False}},
        pipeline="house_price",
        to_outputs=[f"house_price.{name}" for name in results],
    )
    reports = project.root / "data/08_reporting/house_price"
    metrics = json.loads((reports / "metrics.json").read_text())
    assert all(np.isfinite(value) for value in metrics.values())
    figures = ("rmse_mean", "rmse_sd", "r2_mean")
    assert set(metrics) >= {f"{name}.{figure}" for name in (*MODELS, "best") for figure in figures}
    assert metrics["ridge.rmse_mean"] < 0.5 * metrics["mean.rmse_mean"]
    assert (reports / "comparison.png").exists() and (reports / "dropout.png").exists()
    return reports, metrics


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.slow  # 109 columns; California is the quick one
def test_ames_is_judged_by_the_logarithm_over_its_folds(tmp_path, generator):
    houses = ames(generator)
    reports, metrics = run(tmp_path, "ames", houses)
    assert json.loads((reports / "tags.json").read_text())["splits"] == "5 folds"
    assert metrics["mean.log_rmse_mean"] == pytest.approx(
        np.log(houses["price"]).std(ddof=0), rel=0.1
    )
    assert not [name for name in metrics if "repeated_kfold" in name or "random_splits" in name]
    table = pd.read_csv(reports / "comparison.csv")
    assert table.columns[:3].tolist() == ["model", "log RMSE", "SD"]
    assert table["SD"].notna().all() and "p vs plain" in table
    assert "errors in log price, p-values of" in (reports / "verdict.txt").read_text()


@pytest.mark.slow
def test_california_is_judged_on_one_split_without_a_test(tmp_path, generator):
    reports, metrics = run(tmp_path, "california", california(generator))
    assert json.loads((reports / "tags.json").read_text())["splits"] == "1 random 80/20 split"
    assert not [name for name in metrics if "kfold" in name or "log_rmse" in name]
    table = pd.read_csv(reports / "comparison.csv").set_index("model")
    assert "p vs plain" not in table
    assert table["SD"].notna().sum() == 5  # of the networks' two seeds; the others have one figure
    verdict = (reports / "verdict.txt").read_text()
    assert "one split, so no test" in verdict and "p-values" not in verdict
