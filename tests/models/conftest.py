"""Fixtures of the tests of networks."""

import pytest

from tests.vision import import_torchvision


@pytest.fixture
def torchvision():
    import_torchvision()
    import torchvision

    return torchvision
