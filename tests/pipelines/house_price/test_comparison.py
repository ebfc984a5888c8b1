"""Which of the book's claims a comparison can judge."""

from copy import deepcopy
from typing import Any

import pytest

from dl_pipelines.configuration import base_settings
from dl_pipelines.params.regressors import Regressor, RegressorRecipe
from dl_pipelines.pipelines.house_price.comparison import CLAIMED
from dl_pipelines.pipelines.house_price.evaluation_nodes import find_claims
from tests.real_project import ROOT, register_project


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    """What the project ships for Boston."""
    register_project()
    settings = base_settings(str(ROOT / "conf"))["parameters"]["house_price"]
    return {
        f"{name}_{part}": settings[name][part]
        for name in ("plain", *CLAIMED)
        for part in ("regressor", "training")
    }


@pytest.fixture
def settings(shipped) -> dict[str, Any]:
    """The same, for a test to change."""
    return deepcopy(shipped)


def judged(settings: dict[str, Any]) -> list[str]:
    models = {"regressor": Regressor, "training": RegressorRecipe}
    return find_claims(
        **{key: models[key.partition("_")[2]].model_validate(settings[key]) for key in settings}
    )


def test_the_shipped_networks_differ_in_what_they_are_named_for(settings):
    assert judged(settings) == ["dropout", "batchnorm"]


def test_another_rate_is_still_a_claim_about_dropout(settings):
    settings["dropout_regressor"]["network"]["dropout"] = 0.4
    assert judged(settings) == ["dropout", "batchnorm"]


@pytest.mark.parametrize(
    ("group", "change"),
    [
        ("training", {"epochs": 7}),
        ("regressor", {"scaling": "robust"}),
        ("regressor", {"network": {"hidden": [8]}}),
    ],
)
def test_a_network_with_other_settings_makes_no_claim(settings, group, change):
    settings[f"dropout_{group}"] |= change
    assert judged(settings) == ["batchnorm"]
