import pytest
import torch

from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_forecaster, build_network
from dl_pipelines.models.scaling import Scaled

SETTINGS = {"hidden": 3, "skip_days": 2}


def test_forecaster_is_rebuilt_from_its_states():
    nets = [
        Scaled(build_network("lstm", SETTINGS, features=2), features=2, outputs=1).eval()
        for _ in range(2)
    ]
    x = torch.randn(5, 4, 2)

    header = {"architecture": "lstm", "network": SETTINGS}
    states = [net.state_dict() for net in nets]
    forecaster = build_forecaster(header, states)
    of_logarithms = build_forecaster(header | {"log_target": True}, states)

    assert not forecaster.training
    torch.testing.assert_close(forecaster(x), (nets[0](x) + nets[1](x)) / 2)
    torch.testing.assert_close(of_logarithms(x), (nets[0](x).exp() + nets[1](x).exp()) / 2)


def test_unknown_architecture_is_named_with_the_known_ones():
    with pytest.raises(SettingError, match="no architecture 'lstmm': choose one of lstm"):
        build_network("lstmm", SETTINGS, features=1)


def test_unknown_setting_is_named():
    with pytest.raises(SettingError, match=r"settings of 'lstm' do not fit.*'width'"):
        build_network("lstm", {"hidden": 3, "width": 4}, features=1)


@pytest.mark.parametrize(
    "settings", [{"hidden": [-1]}, {"hidden": 3}, {"hidden": [3], "dropout": 2}]
)
def test_impossible_values_are_settings_errors(settings):
    with pytest.raises(SettingError, match="settings of 'mlp' do not fit"):
        build_network("mlp", settings, features=1)
