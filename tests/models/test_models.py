import pytest
import torch

from dl_pipelines.errors import SettingError
from dl_pipelines.models import (
    build_classifier,
    build_forecaster,
    build_network,
    build_voters,
    restore_classifier,
)
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


def test_voters_are_rebuilt_from_their_states():
    torch.manual_seed(0)
    network = {"hidden": [3], "batch_norm": True}
    nets = [build_classifier("image_mlp", network, size=2, classes=3).eval() for _ in range(2)]
    x = torch.randint(256, (5, 2, 2), dtype=torch.uint8)

    header = {"architecture": "image_mlp", "network": network, "size": 2, "classes": 3}
    states = [net.state_dict() for net in nets]
    voters = build_voters(header, states)
    shifting = build_voters(header, states, shifts=1)

    assert not any(module.training for module in voters.modules())
    first, second = (torch.softmax(net(x), dim=1) for net in nets)
    torch.testing.assert_close(voters(x), (first + second) / 2)
    assert not torch.isclose(shifting(x), voters(x)).all()


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


def test_classifiers_have_names_of_their_own():
    with pytest.raises(SettingError, match="no architecture 'mlp': choose one of image_mlp, lenet"):
        build_classifier("mlp", {"hidden": [3]}, size=28, classes=10)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"channels": [-1]}, "settings of 'lenet' do not fit"),
        ({"depth": 3}, "settings of 'lenet' do not fit.*'depth'"),
        ({"kernel": 20}, "an image of 28 x 28 pixels is too small"),
    ],
)
def test_impossible_values_of_classifiers_are_settings_errors(settings, message):
    with pytest.raises(SettingError, match=message):
        build_classifier("lenet", settings, size=28, classes=10)


def test_a_classifier_is_restored_wherever_its_first_weights_came_from():
    torch.manual_seed(0)
    settings = {"hidden": [3], "batch_norm": True}
    net = build_classifier("image_mlp", settings, size=2, classes=3)
    net(torch.randint(256, (5, 2, 2), dtype=torch.uint8))  # moves the running statistics
    header = {
        "architecture": "image_mlp",
        "network": settings | {"weights": "gone.safetensors"},
        "size": 2,
        "classes": 3,
    }
    restored = restore_classifier(header, net.state_dict())
    x = torch.randint(256, (5, 2, 2), dtype=torch.uint8)
    assert not any(module.training for module in restored.modules())
    torch.testing.assert_close(restored(x), net.eval()(x))
