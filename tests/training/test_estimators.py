import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OneHotEncoder

from dl_pipelines.data.splits import Split
from dl_pipelines.data.tables import Table
from dl_pipelines.errors import SettingError
from dl_pipelines.params import Compute
from dl_pipelines.training.estimators import (
    ESTIMATORS,
    build_estimator,
    fit_estimators,
    fit_pipeline,
    predict_estimators,
)

NOTHING = np.arange(0)
SPLITS = [
    Split(np.arange(40), NOTHING, np.arange(40, 60)),
    Split(np.arange(20, 60), NOTHING, np.arange(20)),
]
COMPUTE = Compute(backend="sequential").model_dump()


@pytest.fixture
def houses():
    generator = np.random.default_rng(0)
    x = generator.normal(size=(60, 3)) * [1.0, 100.0, 0.01]
    return x, 50 + x @ [3.0, 0.1, 500.0]


def fit(x, targets, estimator, **options):
    tables = [Table(x, 3, split) for split in SPLITS]
    fitted = fit_estimators(tables, targets, estimator=estimator, settings=options, compute=COMPUTE)
    return predict_estimators(fitted, tables, [split.test for split in SPLITS])


def test_the_mean_is_that_of_each_splits_training_rows(houses):
    x, targets = houses
    predictions = fit(x, targets, "mean")
    for prediction, split in zip(predictions, SPLITS, strict=True):
        np.testing.assert_allclose(prediction, np.full((1, 20), targets[split.train].mean()))


def test_ridge_finds_a_line_whatever_the_columns_scales(houses):
    x, targets = houses
    for prediction, split in zip(fit(x, targets, "ridge"), SPLITS, strict=True):
        np.testing.assert_allclose(prediction[0], targets[split.test], rtol=1e-2)


def test_boosting_takes_settings_and_has_a_fixed_seed(houses):
    x, targets = houses
    one, again, other = (fit(x, targets, "boosting", max_iter=count)[0] for count in (5, 5, 20))
    assert np.array_equal(one, again)
    rows = SPLITS[0].test
    assert np.abs(other - targets[rows]).mean() < np.abs(one - targets[rows]).mean()


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_held_out_rows_change_nothing(houses, estimator):
    x, targets = houses
    splits = SPLITS[:1]
    models = []
    for factor in (1.0, -5.0):
        x[40:] *= factor
        targets[40:] *= factor
        tables = [Table(x, 3, split) for split in splits]
        models += fit_estimators(tables, targets, estimator=estimator, settings={}, compute=COMPUTE)
    assert np.array_equal(*(model.predict(x) for model in models))


def test_no_rows_to_predict_give_no_predictions(houses):
    x, targets = houses
    table = Table(x, 3, SPLITS[0])
    fitted = fit_estimators([table], targets, estimator="mean", settings={}, compute=COMPUTE)
    assert predict_estimators(fitted, [table], [NOTHING])[0].shape == (1, 0)


def test_a_pipeline_takes_columns_and_gives_prices():
    columns = pd.DataFrame({"street": ["a", "b", "a", "b"]})
    prices = np.array([1.0, 10.0, 4.0, 1000.0])
    for log, expected in [(True, [2.0, 100.0]), (False, [2.5, 505.0])]:
        encoder = make_column_transformer((OneHotEncoder(), ["street"]))
        model = fit_pipeline(
            encoder, columns, prices, log=log, estimator="ridge", settings={"alphas": [1e-9]}
        )
        assert model.predict(columns[:2]) == pytest.approx(expected)


def test_unknown_names_are_settings_errors():
    with pytest.raises(SettingError, match="no estimator 'forest': choose one of mean, ridge"):
        build_estimator("forest", {})
    with pytest.raises(SettingError, match=r"settings of 'boosting' do not fit.*'depth'"):
        build_estimator("boosting", {"depth": 3})
