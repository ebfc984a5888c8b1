"""Input that is odd but possible is no error."""

import numpy as np
import pytest
import torch

from dl_pipelines.data.folds import resample
from dl_pipelines.models import build_forecaster
from dl_pipelines.params import Checkpoints, Compute
from dl_pipelines.params.regressors import Regressor, RegressorRecipe
from dl_pipelines.params.tabular import Baseline, Preparation, Resampling
from dl_pipelines.pipelines.house_price import nodes

COMPUTE = Compute(device="cpu", backend="sequential")
HOLDOUT = Resampling(method="random", test_fraction=0.2, validation_fraction=0.2, seeds=(0, 1))
RIDGE = Baseline(estimator="ridge")


def test_columns_that_say_nothing_vanish(mixed):
    fitted = nodes.fit_baseline(mixed, Preparation(), HOLDOUT, RIDGE).estimator
    others = mixed.assign(pool=9.0, street="muddy").drop(columns="price")
    np.testing.assert_array_equal(
        fitted.predict(others), fitted.predict(mixed.drop(columns="price"))
    )


@pytest.mark.parametrize("log_price", [False, True])
@pytest.mark.parametrize("architecture", ["mlp", "tabm"])
def test_a_word_never_met_is_predicted_as_a_rare_one(mixed, architecture, log_price):
    settings = {"architecture": architecture, "network": {"hidden": [4]}}
    regressor = Regressor.model_validate({"name": "net", **settings})
    shared = {
        "preparation": Preparation(min_frequency=10, log_price=log_price),
        "holdout": HOLDOUT,
    }
    learnt = {"regressor": regressor, "training": RegressorRecipe(epochs=1, batch_size=16)}
    validation_weights, weights, _ = nodes.train_holdout(
        features=mixed,
        **learnt,
        compute=COMPUTE,
        checkpoints=Checkpoints(folder=None),
        **shared,
    )
    names = set(weights.header["features"])
    assert names >= {"area", "garage", "missing_garage", "roof_rare"}
    assert not names & {"pool", "street_paved"}

    (split,) = resample(len(mixed), **HOLDOUT.model_dump(exclude={"seeds"}))

    def predict(roof: str) -> np.ndarray:
        features = mixed.assign(roof=mixed["roof"].mask(mixed.index.isin(split.test), roof))
        stored = {"validation_weights": validation_weights, "weights": weights}
        predictions = nodes.predict_holdout(features=features, **learnt, **stored, **shared)
        return predictions.loc[predictions["part"] == "test", "prediction"].to_numpy()

    np.testing.assert_array_equal(predict("gold"), predict("copper"))
    assert (predict("gold") != predict("tiles")).any()

    fitted = nodes.fit_encoder(mixed, **shared)
    network = build_forecaster(weights.header, weights.members().values())
    houses = mixed.drop(columns="price").iloc[split.test].assign(roof="gold")
    rows = torch.tensor(fitted.estimator.transform(houses), dtype=torch.float32)
    np.testing.assert_allclose(network(rows).detach()[:, 0], predict("gold"), rtol=1e-5)
