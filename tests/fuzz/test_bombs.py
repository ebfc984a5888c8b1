"""Inputs that claim much, unpack to much, or may take long: little memory and little time."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.fuzz.bombs import BOMBS, LARGE
from tests.fuzz.test_mutated import MOST_GROWTH
from tests.real_project import ROOT

pytestmark = pytest.mark.slow


def given_to_its_parser(name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.fuzz.bombs", name]
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stderr[-3000:]
    tally: dict[str, Any] = json.loads(run.stdout)
    return tally


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_input_that_claims_gigabytes_is_refused(name: str) -> None:
    tally = given_to_its_parser(name)
    assert not tally["accepted"]
    assert tally["grown"] < MOST_GROWTH


@pytest.mark.parametrize("name", LARGE)
def test_a_large_input_is_taken_in_bounded_memory(name: str) -> None:
    tally = given_to_its_parser(name)
    assert tally["accepted"]
    assert tally["grown"] < 1.5 * MOST_GROWTH
