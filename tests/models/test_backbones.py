import sys
from typing import get_args

import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models import backbones, build_classifier
from dl_pipelines.models.backbones import BACKBONES, Backbone
from dl_pipelines.params.classification import Backbone as BackboneSettings
from dl_pipelines.params.classification import Classifier
from dl_pipelines.training.supervised import train_supervised
from tests.models.small_backbones import CLASSES, SMALL, build, digits


def test_settings_name_the_networks_there_are():
    assert get_args(BackboneSettings.model_fields["model"].annotation) == tuple(BACKBONES)
    classifier = {"name": "x", "architecture": "backbone", "network": {"model": "resnet19"}}
    with pytest.raises(SettingError, match=r"'model' is 'resnet19': .*'resnet18'"):
        Classifier.model_validate(classifier)


@pytest.mark.parametrize("model", BACKBONES)
def test_every_network_takes_its_smallest_images(torchvision, model):
    net = build(model, resize=BACKBONES[model].smallest).eval()
    with torch.inference_mode():
        assert net(digits(2)).shape == (2, CLASSES)
    learning = [name for name, value in net.named_parameters() if value.requires_grad]
    head = f"net.{BACKBONES[model].head}"
    assert learning == [f"{head}.weight", f"{head}.bias"]


def test_a_smaller_image_or_another_network_is_named():
    with pytest.raises(SettingError, match=r"'resize' is 74, but inception_v3 takes .* 75 x 75"):
        build("inception_v3", resize=74)
    with pytest.raises(SettingError, match="no model 'resnet19': choose one of alexnet, vgg11_bn"):
        Backbone(size=28, classes=2, model="resnet19")


def test_what_the_network_sees(torchvision):
    net = build("resnet18", resize=56)
    seen = []
    net.net = nn.Sequential(nn.Flatten(), nn.LazyLinear(CLASSES))
    net.net.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    net(torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1).expand(2, 28, 28))

    assert seen[0].shape == (2, 3, 56, 56)
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    black, white = seen[0]
    torch.testing.assert_close(black, (-mean / std).view(3, 1, 1).expand_as(black))
    torch.testing.assert_close(white, ((1 - mean) / std).view(3, 1, 1).expand_as(white))


def test_many_images_are_seen_a_few_at_a_time(torchvision, monkeypatch):
    net = build().eval()
    with torch.inference_mode():
        whole = net(digits(5))
        monkeypatch.setattr(backbones, "_AT_ONCE", 2)
        seen = []
        net.net.register_forward_pre_hook(lambda _, inputs: seen.append(len(inputs[0])))
        torch.testing.assert_close(net(digits(5)), whole)
    assert seen == [2, 2, 1]


def trained(net):
    images, labels = digits(6), torch.arange(6) % CLASSES
    recipe = {
        **{"epochs": 2, "batch_size": 3, "shuffle": True, "patience": None, "ema_decay": None},
        "optimizer": {"name": "adamw", "lr": 0.1, "weight_decay": 0.1},
        "schedule": {"name": "constant"},
        "loss": {"name": "cross_entropy"},
        "clip_norm": 1.0,
    }
    before = {name: value.clone() for name, value in net.state_dict().items()}
    after = train_supervised(net, (images, labels), None, seed=0, **recipe).state
    return {name for name in before if not torch.equal(before[name], after[name])}


def test_of_a_frozen_network_only_the_head_changes(torchvision):
    assert trained(build("resnet18", resize=32)) == {"net.fc.weight", "net.fc.bias"}


def test_the_whole_network_learns_if_wanted(torchvision):
    changed = trained(build("resnet18", resize=32, frozen=False))
    constant = {"mean", "std"}
    assert changed == set(build("resnet18").state_dict()) - constant


def test_a_frozen_network_is_never_in_training_mode(torchvision):
    assert not any(module.training for module in build().train().modules())
    assert all(module.training for module in build(frozen=False).train().modules())


def test_without_the_extra_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(SettingError, match=r"pip install 'dl_pipelines\[vision\]'"):
        build_classifier("backbone", {"model": SMALL}, size=28, classes=CLASSES)


def test_a_torchvision_of_another_build_is_named(monkeypatch):
    class Broken:
        def find_spec(self, name, path=None, target=None):
            if name == "torchvision":
                raise RuntimeError("operator torchvision::nms does not exist")

    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    message = r"does not fit torch 2.* \(operator torchvision::nms .*\): install the one of"
    with pytest.raises(SettingError, match=message):
        build()
