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
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.regressors import MLP, Regressor, RegressorRecipe
from dl_pipelines.params.tabular import Baseline, House, Preparation, Report, Resampling
from dl_pipelines.pipelines.house_price import nodes
from tests.frames.houses.conftest import AMES_ROW
from tests.real_project import RealProject

COMPUTE = Compute(device="cpu", backend="sequential")
HOLDOUT = Resampling(method="random", test_fraction=0.2, validation_fraction=0.2)
KFOLD = Resampling(method="kfold", folds=3)
MEAN = Baseline(estimator="mean")
RIDGE = Baseline(estimator="ridge")
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
            {"house_price": {"tabm": {"training": {"loss": {"name": "cross_entropy"}}}}},
            ["house_price.tabm.predict_kfold"],
            ["house_price.tabm.training", "loss.name", "cross_entropy", "'huber'"],
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
    ids=["dataset", "network", "loss", "group", "environment", "nothing of this data set"],
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
    remote = replace(houses.REMOTE_FILES["ames"], urls=(url,))
    monkeypatch.setitem(houses.REMOTE_FILES, "ames", remote)
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
        ({"train_up_to": {"RM": 1.0}}, KFOLD, "'train_up_to' leaves none of 48 rows to train on"),
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


def test_columns_that_cannot_be_left_out_or_compared_are_named(mixed):
    with pytest.raises(SettingError, match="'leave_out' names all columns"):
        everything = Preparation(leave_out=tuple(mixed.columns.drop("price")))
        nodes.fit_baseline(mixed, everything, HOLDOUT, MEAN)
    with pytest.raises(SettingError, match="'train_up_to' names zone, which holds words"):
        nodes.fit_baseline(mixed, Preparation(train_up_to={"zone": 3.0}), HOLDOUT, MEAN)
    with pytest.raises(DataError, match="4 training rows are too few for 'target_encode'"):
        fewest = Resampling(method="random", test_fraction=0.94, validation_fraction=0.3)
        encoded = Preparation(target_encode=("zone",))
        nodes.fit_encoder(mixed, encoded, fewest)


@pytest.mark.parametrize(
    ("preparation", "cause"),
    [({}, "columns differ between splits"), ({"train_up_to": {"area": 150.0}}, "'train_up_to'")],
)
def test_networks_that_cannot_train_side_by_side_say_so(mixed, preparation, cause):
    settings = {"name": "net", "network": {"hidden": [2]}, "stacked": True}
    with pytest.raises(SettingError, match=f"'stacked' is true, but .*{cause}"):
        nodes.cross_predict(
            features=mixed.assign(garage=np.where(mixed.index == 3, np.nan, 1950.0 + mixed.index)),
            preparation=Preparation.model_validate({"min_frequency": 1, **preparation}),
            protocol=Resampling(method="random", repeats=4, test_fraction=0.6),
            regressor=Regressor.model_validate(settings),
            training=RegressorRecipe(epochs=1, batch_size=16),
            compute=COMPUTE,
            checkpoints=Checkpoints(folder=None),
        )


@pytest.mark.parametrize(
    ("estimator", "settings"),
    [
        ("boosting", {"max_iter": 0}),
        ("boosting", {"loss": "nope"}),
        ("ridge", {"alphas": [-1.0]}),
        ("mean", {"strategy": "foo"}),
    ],
)
def test_a_value_that_a_baseline_does_not_allow_is_named(boston, estimator, settings):
    baseline = Baseline(estimator=estimator, settings=settings)
    with pytest.raises(SettingError, match=f"cannot be fitted .*{next(iter(settings))[:5]}"):
        nodes.fit_baseline(boston, Preparation(), HOLDOUT, baseline)


@pytest.mark.parametrize("coverages", [[0.0], [-0.5], [90], []])
def test_coverages_are_shares(coverages):
    with pytest.raises(SettingError, match="coverages"):
        Report.model_validate({"coverages": coverages})


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("holdout", {"seed": 1}),
        ("preparation", {"log_price": True}),
        ("preparation", {"leave_out": ("B",)}),
        ("holdout", {"seeds": (1, 0)}),
        ("regressor", {"network": MLP(hidden=(2,), activation="tanh")}),
        ("training", {"epochs": 2}),
    ],
)
def test_weights_of_other_settings_predict_nothing(boston, name, change):
    settings = {
        "preparation": Preparation(),
        "holdout": HOLDOUT,
        "regressor": Regressor(name="net", network=MLP(hidden=(2,))),
        "training": RegressorRecipe(epochs=1, batch_size=16),
    }
    validation_weights, weights, _ = nodes.train_holdout(
        features=boston,
        **settings,
        compute=COMPUTE,
        checkpoints=Checkpoints(folder=None),
    )
    stored = {"validation_weights": validation_weights, "weights": weights, "features": boston}
    assert len(nodes.predict_holdout(**stored, **settings))
    changed = settings | {name: settings[name].model_copy(update=change)}
    with pytest.raises(SettingError, match="weights of 'net' were trained with other settings or"):
        nodes.predict_holdout(**stored, **changed)
    with pytest.raises(SettingError, match="weights of 'net' were trained with other settings or"):
        nodes.explain_holdout(weights=weights, features=boston, report=Report(), **changed)


def test_an_unknown_setting_of_a_baseline_is_named(boston):
    baseline = Baseline(estimator="ridge", settings={"alpha": 1.0})
    with pytest.raises(SettingError, match=r"the settings of 'ridge' do not fit.*'alpha'"):
        nodes.fit_baseline(boston, Preparation(), HOLDOUT, baseline)
