from types import SimpleNamespace

import accelerate
import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.training.device import build_accelerator, prepare_optimizer


def test_cpu_is_taken_when_asked_and_precision_can_change_from_one_to_the_next():
    for precision in ("no", "bf16", "no"):
        accelerator = build_accelerator("cpu", precision)
        assert accelerator.device.type == "cpu"
        assert accelerator.mixed_precision == precision


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_named(device, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(SettingError, match=f"'device' is {device}, this machine has: auto, cpu"):
        build_accelerator(device)


def test_a_precision_the_device_cannot_do_is_named():
    with pytest.raises(SettingError, match="'precision' is fp16, which needs a GPU"):
        build_accelerator("cpu", "fp16")


def test_a_precision_that_accelerate_refuses_is_named(monkeypatch):
    def refuse(**_):
        raise ValueError("bf16 mixed precision requires PyTorch >= 1.10 and a supported device.")

    monkeypatch.setattr(accelerate, "Accelerator", refuse)
    sentence = (
        r"'precision' is bf16, which .* 'auto' cannot do \(.*supported device\): set it to no"
    )
    with pytest.raises(SettingError, match=sentence):
        build_accelerator("auto", "bf16")


def test_the_optimizer_stays_bare_without_loss_scaling():
    optimizer = torch.optim.SGD(nn.Linear(1, 1).parameters())
    assert prepare_optimizer(build_accelerator("cpu"), optimizer) is optimizer


def test_the_optimizer_is_wrapped_where_losses_are_scaled():
    accelerator = SimpleNamespace(
        scaler="a scaler", prepare=lambda optimizer: ("wrapped", optimizer)
    )
    assert prepare_optimizer(accelerator, "optimizer") == ("wrapped", "optimizer")
