"""Fixtures of the tests of reuse."""

import pytest

from tests.reuse.bakery import ALL, Bakery


@pytest.fixture
def bakery(tmp_path, monkeypatch) -> Bakery:
    """A bakery in which everything has been made once."""
    made = Bakery(tmp_path, monkeypatch)
    assert made.run() == ALL
    return made
