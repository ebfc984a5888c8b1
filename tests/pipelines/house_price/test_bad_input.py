"""Bad input ends with one sentence."""

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pytest
from mlxtend.data import boston_housing_data

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.io import houses
from dl_pipelines.io.houses import BOSTON_COLUMNS, HousesDataset
from dl_pipelines.params import Compute
from dl_pipelines.params.tabular import Baseline, House, Preparation, Resampling
from dl_pipelines.pipelines.house_price import nodes
from tests.frames.houses.conftest import AMES_ROW
from tests.real_project import RealProject

COMPUTE = Compute(device="cpu", backend="sequential")
HOLDOUT = Resampling(method="random", test_fraction=0.2, validation_fraction=0.2)
KFOLD = Resampling(method="kfold", folds=3)
MEAN = Baseline(name="mean", estimator="mean")
RIDGE = Baseline(name="ridge", estimator="ridge")
INGEST = ["house_price.ingest_houses"]


def failure(project: RealProject, params: dict[str, Any], node_names: list[str]) -> str:
    """The one sentence that a run ends with."""
    params = {"tracking": {"enabled": False}, "compute": COMPUTE.model_dump(), **params}
    with pytest.raises(click.ClickException) as caught:
        project.run(params, pipeline="house_price", node_names=node_names)
    sentence = caught.value.message
    assert caught.value.exit_code != 0
    assert "\n" not in sentence.strip() and "Traceback" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("params", "node_names", "parts"),
    [
        pytest.param({"house": {"dataset": "bostn"}}, INGEST, ["'house.dataset'", "california"]),
        pytest.param(
            {"house_price": {"plain": {"regressor": {"network": {"hiden": [4]}}}}},
            ["house_price.plain.predict_kfold"],
            ["house_price.plain.regressor", "no setting", "hiden"],
        ),
        pytest.param(
            {"house_price": {"tabm": {"trianing": {"epochs": 3}}}},
            ["house_price.tabm.predict_kfold"],
            ["house_price.tabm.trianing", "house_price.tabm.training"],
        ),
        pytest.param(
            {"house": {"dataset": "ames", "tuned_for": "boston"}},
            INGEST,
            ["dataset is ames", "searched for boston", "leave out --env"],
        ),
        pytest.param(
            {"house": {"dataset": "california"}},
            ["house_price.plain.train_holdout"],
            ["house_price/california/features.parquet does not exist", "run the node that makes"],
        ),
    ],
    ids=["dataset", "network", "group", "environment", "nothing of this data set"],
)
def test_a_wrong_setting_ends_a_run(fresh, params, node_names, parts):
    sentence = failure(fresh, params, node_names)
    for part in parts:
        assert part in sentence


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The URL of Ames, at a port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/ames.csv"
    monkeypatch.setitem(houses.REMOTE_FILES, "ames", replace(houses.REMOTE_FILES["ames"], url=url))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return url


def test_houses_that_cannot_be_reached_say_how_to_get_them(fresh, unreachable):
    sentence = failure(fresh, {"house": {"dataset": "ames"}}, INGEST)
    for part in (unreachable, "cannot be reached", "DL_PIPELINES_DATA is not set", "ames.csv"):
        assert part in sentence


def test_a_damaged_file_of_the_user_ends_a_run_before_it_writes(fresh):
    write_boston(fresh.root / "data/01_raw/boston.csv", line=7, column="RM", cell="6,5?")
    sentence = failure(fresh, {}, INGEST)
    for part in ("boston.csv, line 7", "RM", "6,5?"):
        assert part in sentence
    assert not list((fresh.root / "data").rglob("houses_raw*"))


def write_boston(path: Path, *, line: int, column: str, cell: str) -> None:
    """Boston as a CSV file with another cell; line 1 is the header."""
    features, price = boston_housing_data()
    text = pd.DataFrame(np.column_stack([features, price]), columns=BOSTON_COLUMNS).astype("str")
    text.loc[line - 2, column] = cell
    text.to_csv(path, index=False)


def ingest(folder: Path, name: str) -> pd.DataFrame:
    source = HousesDataset(name, str(folder)).load()
    return nodes.ingest_houses(source, House(dataset=name))


@pytest.mark.parametrize(
    ("column", "cell", "part"),
    [
        ("price", "0", "price 0.0 is not a price above 0"),
        ("price", "", "price is missing"),
        ("RM", "-6.5", "RM -6.5 is not between 0 and 50"),
        ("TAX", "many", "TAX 'many' is not a number"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(tmp_path, column, cell, part):
    write_boston(tmp_path / "boston.csv", line=40, column=column, cell=cell)
    with pytest.raises(DataError, match=rf"boston\.csv, line 40: {part}"):
        ingest(tmp_path, "boston")


def test_a_category_outside_the_dictionary_is_refused(tmp_path):
    rows = [AMES_ROW, AMES_ROW | {"Street": "Gravel"}]
    pd.DataFrame(rows).to_csv(tmp_path / "ames.csv", index=False)
    with pytest.raises(DataError, match=r"ames\.csv, line 3: Street 'Gravel' is not one of"):
        ingest(tmp_path, "ames")


@pytest.mark.parametrize(
    ("preparation", "protocol", "sentence"),
    [
        ({"leave_out": ["BB"]}, KFOLD, "'leave_out' names BB, which is no column .*log_LSTAT"),
        ({"train_up_to": {"aera": 1.0}}, KFOLD, "'train_up_to' names aera"),
        ({}, KFOLD.model_copy(update={"folds": 74}), "'folds' is 74, with 73 rows it must be 2"),
        ({}, HOLDOUT.model_copy(update={"test_fraction": 0.999}), "'test_fraction' is 0.999"),
    ],
)
def test_a_setting_that_does_not_fit_the_table_is_named(boston, preparation, protocol, sentence):
    with pytest.raises(SettingError, match=sentence):
        nodes.cross_predict_baseline(
            features=boston,
            preparation=Preparation.model_validate(preparation),
            protocol=protocol,
            baseline=MEAN,
            compute=COMPUTE,
        )


@pytest.mark.parametrize("price", [0.0, -3.0])
def test_a_price_that_has_no_logarithm_is_named(mixed, price):
    mixed = mixed.assign(price=mixed["price"].where(mixed.index != 5, price))
    preparation = Preparation(log_price=True)
    with pytest.raises(DataError, match=f"price in row 5 .* is {price:g}, which has no logarithm"):
        nodes.fit_baseline(mixed, preparation, HOLDOUT, MEAN)


def test_an_unknown_setting_of_a_baseline_is_named(boston):
    baseline = Baseline(name="ridge", estimator="ridge", settings={"alpha": 1.0})
    with pytest.raises(SettingError, match=r"the settings of 'ridge' do not fit.*'alpha'"):
        nodes.fit_baseline(boston, Preparation(), HOLDOUT, baseline)
