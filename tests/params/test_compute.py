import pytest
import torch
from omegaconf import OmegaConf

from dl_pipelines.errors import SettingError
from dl_pipelines.params import Compute, OneProcess
from tests.real_project import ROOT

MACHINES = {"nodes": 2, "rendezvous": "10.0.0.1:29400"}


@pytest.mark.parametrize(
    ("settings", "gpus", "sentence"),
    [
        (
            {"devices": 4},
            0,
            "the setting 'devices' is 4, this machine has no CUDA GPU: set it to 1, or set "
            "'device' to cpu to train in 4 processes",
        ),
        ({"devices": 4}, 2, "has 2 GPUs: set it to 2, or set 'device' to cpu"),
        ({"devices": 2, "device": "mps"}, 0, "no CUDA GPU"),
        (MACHINES, 0, "no CUDA GPU: set 'device' to cpu to train in 2 processes"),
        ({"nodes": 2}, 1, "'nodes' is 2: set 'rendezvous' to host:port"),
        ({"rendezvous": "10.0.0.1"}, 0, "'rendezvous' is '10.0.0.1': it must be host:port"),
        ({"rendezvous": "h:99999"}, 0, "'rendezvous' is 'h:99999': it must be host:port"),
        ({"rendezvous": "h:0"}, 0, "'rendezvous' is 'h:0': it must be host:port"),
        (
            {"rendezvous": "10.0.0.1:29400"},
            0,
            "'rendezvous' is '10.0.0.1:29400', where several machines meet, and 'nodes' is 1: "
            "set 'nodes' to how many they are, or 'rendezvous' to null",
        ),
        ({"devices": 2, "device": "cpu", "backend": "dask"}, 0, "set 'backend' to loky"),
    ],
)
def test_processes_that_cannot_be_are_one_sentence(monkeypatch, settings, gpus, sentence):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    with pytest.raises(SettingError) as raised:
        Compute.model_validate(settings)
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "gpus"),
    [
        ({"devices": 4, "device": "cpu"}, 0),
        ({"devices": 2}, 2),
        (MACHINES, 1),
        (MACHINES | {"device": "cpu"}, 0),
    ],
)
def test_processes_that_can_be_are_taken(monkeypatch, settings, gpus):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    assert Compute.model_validate(settings).devices == settings.get("devices", 1)


def test_some_networks_are_trained_by_one_process():
    assert OneProcess(device="cpu").devices == 1
    with pytest.raises(SettingError, match="'devices' and 'nodes' are 2 and 1, and the networks"):
        OneProcess.model_validate({"device": "cpu", "devices": 2})


@pytest.mark.parametrize("file", sorted(ROOT.glob("conf/base/parameters_*.yml")), ids=str)
def test_a_pipelines_own_group_takes_the_processes_of_all(file):
    for group in groups(OmegaConf.to_container(OmegaConf.load(file), resolve=False)):
        for name in ("devices", "nodes", "rendezvous"):
            assert group[name] == f"${{compute.{name}}}"


def groups(settings):
    """All groups called `compute` that are written out."""
    if isinstance(settings, list):
        for item in settings:
            yield from groups(item)
    if isinstance(settings, dict):
        if isinstance(own := settings.get("compute"), dict):
            yield own
        for item in settings.values():
            yield from groups(item)
