import joblib
import pytest
import torch

from dl_pipelines.processes import end_pool
from dl_pipelines.training import network
from dl_pipelines.training.callbacks import Progress
from tests.training import example


@pytest.fixture(autouse=True)
def _one_thread():
    """Small networks run faster on one thread, and bits do not depend on the machine's cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session", autouse=True)
def _end_workers():
    """All tests share the processes of `loky`: each imports torch, which takes seconds."""
    yield
    end_pool()


@pytest.fixture
def line():
    return example.line()


@pytest.fixture
def recipe():
    return example.recipe


@pytest.fixture
def bars(monkeypatch):
    """The labels of the bars that trainings show, on a machine with two cores."""
    labels = []

    class Recorded(Progress):
        def __init__(self, label, epochs):
            super().__init__(label, epochs)
            labels.append(label)

    monkeypatch.setattr(network, "Progress", Recorded)
    monkeypatch.setattr(joblib, "cpu_count", lambda: 2)
    return labels
