"""The search is blind to the rows that judge what it has found."""

import pandas as pd

from dl_pipelines.data.folds import resample
from dl_pipelines.params import Compute
from dl_pipelines.params.regressors import Regressor, RegressorRecipe
from dl_pipelines.params.search import Search
from dl_pipelines.params.tabular import Preparation, Resampling
from dl_pipelines.pipelines.house_price_search import nodes
from tests.pipelines.house_price.changes import disturb

HOLDOUT = Resampling(method="random", test_fraction=0.2, validation_fraction=0.25)
REGRESSOR = Regressor.model_validate({"name": "net", "network": {"hidden": [4], "bins": 3}})


def test_a_search_does_not_know_the_test_rows_of_the_holdout(mixed, tmp_path):
    (split,) = resample(len(mixed), **HOLDOUT.model_dump(exclude={"seeds"}))

    def trials(frame: pd.DataFrame, name: str) -> pd.DataFrame:
        space = {"optimizer.lr": {"values": [1e-3, 1e-1]}}
        settings = {
            **{"method": "grid", "trials": 2, "space": space},
            "storage": str(tmp_path / f"{name}.db"),
        }
        found = nodes.search_settings(
            features=frame,
            preparation=Preparation(log_price=True),
            holdout=HOLDOUT,
            inner=Resampling(method="kfold", folds=2),
            regressor=REGRESSOR,
            training=RegressorRecipe(epochs=2, batch_size=16),
            compute=Compute(device="cpu", backend="sequential"),
            shipped={"value": 1.0},
            search=Search.model_validate(settings),
        )
        return found.drop(columns="seconds")

    before = trials(mixed, "before")
    after = trials(disturb(mixed, split.test), "after")
    pd.testing.assert_frame_equal(before, after, check_exact=True)
    changed = trials(disturb(mixed, split.train[:5]), "changed")
    assert (changed["value"] != before["value"]).all()
