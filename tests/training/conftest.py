import pytest
import torch

from tests.training import example


@pytest.fixture(autouse=True)
def _one_thread():
    """Small networks run faster on one thread, and bits do not depend on the machine's cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def line():
    return example.line()


@pytest.fixture
def recipe():
    return example.recipe
