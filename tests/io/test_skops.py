"""Fitted estimators as skops files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io
from kedro.io import DatasetError
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

from dl_pipelines.errors import DataError
from dl_pipelines.io.skops import Fitted, SkopsDataset

FEATURES = pd.DataFrame(
    {
        "area": [50.0, np.nan, 90.0, 120.0, 75.0, 60.0],
        "pool": [1.0] * 6,
        "street": ["paved", "gravel", "paved", "paved", "mud", "gravel"],
        "district": ["north", "south", "north", "south", "north", "south"],
    }
)
PRICE = pd.Series([100.0, 90.0, 210.0, 260.0, 150.0, 120.0], name="price")
ESTIMATORS = {
    "mean": DummyRegressor(),
    "ridge": make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 2, 3))),
    "boosting": HistGradientBoostingRegressor(max_iter=2, min_samples_leaf=1),
}


def encoded(estimator: BaseEstimator) -> Pipeline:
    """The estimator behind every encoder that a table of houses needs."""
    numbers = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True), VarianceThreshold(0)
    )
    words = OneHotEncoder(
        min_frequency=2, handle_unknown="infrequent_if_exist", sparse_output=False
    )
    by_price = TargetEncoder(target_type="continuous", cv=KFold(2, shuffle=True, random_state=0))
    columns = [
        ("numbers", numbers, ["area", "pool"]),
        ("words", words, ["street"]),
        ("by_price", by_price, ["district"]),
    ]
    encoder = ColumnTransformer(columns, verbose_feature_names_out=False)
    return Pipeline([("encoder", encoder), ("estimator", estimator)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "models" / "ridge.skops"


@pytest.fixture
def dataset(path: Path) -> SkopsDataset:
    return SkopsDataset(str(path), {"mlflow": "estimator"})


@pytest.mark.parametrize("log_target", [False, True])
@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_comes_back_as_it_was(
    dataset: SkopsDataset, name: str, log_target: bool
) -> None:
    estimator = encoded(ESTIMATORS[name])
    if log_target:
        estimator = TransformedTargetRegressor(estimator, func=np.log, inverse_func=np.exp)
    estimator.fit(FEATURES, PRICE)
    dataset.save(Fitted(estimator, FEATURES.iloc[1:3]))
    loaded = dataset.load()
    pd.testing.assert_frame_equal(loaded.example, FEATURES.iloc[1:3].reset_index(drop=True))
    unseen = FEATURES.assign(street="sand", area=1000.0)
    for rows in (FEATURES, loaded.example, unseen):
        np.testing.assert_array_equal(loaded.estimator.predict(rows), estimator.predict(rows))


def test_a_column_without_a_number_stays_a_number(dataset: SkopsDataset) -> None:
    example = FEATURES[["area"]].iloc[[1]]
    dataset.save(Fitted(DummyRegressor().fit(FEATURES[["area"]], PRICE), example))
    assert dataset.load().example["area"].dtype == "float64"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_file_is_named(dataset: SkopsDataset, path: Path, share: float) -> None:
    dataset.save(Fitted(DummyRegressor().fit(FEATURES, PRICE), FEATURES))
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(DatasetError) as caught:
        dataset.load()
    assert isinstance(caught.value.__cause__, DataError)
    assert f"{path} is damaged or holds no estimator" in str(caught.value)


def test_a_damaged_file_is_named(dataset: SkopsDataset, path: Path) -> None:
    dataset.save(Fitted(DummyRegressor().fit(FEATURES, PRICE), FEATURES))
    content = bytearray(path.read_bytes())
    content[60] ^= 1
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=r"ridge\.skops is damaged"):
        dataset.load()


def test_a_missing_and_a_foreign_file_are_named(dataset: SkopsDataset, path: Path) -> None:
    assert not dataset.exists()
    with pytest.raises(DatasetError, match=r"ridge\.skops does not exist"):
        dataset.load()
    path.parent.mkdir()
    skops.io.dump([1, 2], path)
    assert dataset.exists()
    with pytest.raises(DatasetError, match="holds no estimator"):
        dataset.load()


class Stranger(BaseEstimator):
    """No estimator of scikit-learn's."""

    def __setstate__(self, state: object) -> None:
        raise AssertionError("code of a type that is not trusted was run")


def test_types_that_are_not_known_are_refused(dataset: SkopsDataset) -> None:
    dataset.save(Fitted(Stranger(), FEATURES))
    with pytest.raises(
        DatasetError, match=r"was not loaded \(Untrusted types .*Stranger"
    ) as caught:
        dataset.load()
    assert isinstance(caught.value.__cause__, DataError)


def test_it_keeps_its_notes_and_names_its_file(dataset: SkopsDataset) -> None:
    assert dataset.metadata == {"mlflow": "estimator"}
    assert "ridge.skops" in repr(dataset)
