from typing import get_args

import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_network
from dl_pipelines.models.mlp import ACTIVATIONS
from dl_pipelines.params.regressors import MLP, Network, Regressor, TabM
from dl_pipelines.training.tabular import SCALINGS


@pytest.mark.parametrize(("architecture", "kind"), [("mlp", MLP), ("tabm", TabM)])
def test_the_network_has_the_settings_of_its_architecture(architecture, kind):
    settings = {"name": "net", "architecture": architecture, "network": {"hidden": [4, 3]}}
    regressor = Regressor.model_validate(settings)
    assert regressor.network == kind(hidden=(4, 3))
    assert Regressor.model_validate(regressor.model_dump()) == regressor
    network = build_network(
        architecture, {**regressor.network.model_dump(), "numeric": 2}, features=3
    )
    assert sum(weight.numel() for weight in network.parameters()) > 0


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        ({"network": {"hidden": [4], "heads": 2}}, ["no setting 'heads'"]),
        (
            {"architecture": "tabm", "network": {"hidden": [4], "batch_norm": True}},
            ["no setting 'batch_norm'"],
        ),
        ({"network": {"hiden": [4]}}, ["no setting 'hiden'", "'hidden' is missing"]),
        ({"network": {"hidden": [0]}}, ["'hidden.0' is 0"]),
        ({"network": {"hidden": [4], "dropout": 1.0}}, ["'dropout' is 1.0"]),
        ({"network": {"hidden": [4], "activation": "sine"}}, ["'activation' is 'sine'", "'relu'"]),
        ({"network": {"hidden": [4], "init": "zeros"}}, ["'init' is 'zeros'", "'xavier'"]),
        ({"network": {"hidden": [4], "bins": -1}}, ["'bins' is -1"]),
        ({"network": {"hidden": [4], "clip": 0}}, ["'clip' is 0"]),
        ({"network": {"hidden": [4]}, "architecture": "lstm"}, ["'architecture' is 'lstm'"]),
        ({"network": {"hidden": [4]}, "scaling": "minmax"}, ["'scaling' is 'minmax'", "'robust'"]),
        ({"network": [4]}, ["'network"]),
        ({}, ["'network' is missing"]),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(settings, parts):
    with pytest.raises(SettingError) as caught:
        Regressor.model_validate({"name": "net", **settings})
    for part in parts:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_can_be_chosen_is_what_there_is():
    assert set(get_args(Network.model_fields["activation"].annotation)) == set(ACTIVATIONS)
    assert set(get_args(Regressor.model_fields["scaling"].annotation)) == set(SCALINGS)
