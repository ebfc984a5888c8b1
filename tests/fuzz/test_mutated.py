"""Damaged inputs of every parser: refused by a sentence, or sound."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.parser import fuzz
from tests.fuzz.parsers import PARSERS
from tests.real_project import ROOT

MOST_GROWTH = 512  # MiB


@pytest.mark.parametrize("name", PARSERS)
def test_some_damaged_inputs(name: str, tmp_path: Path) -> None:
    count = 5 if name == "ames" else 20  # of 82 columns
    tally = fuzz(PARSERS[name], count, tmp_path, seed=1)
    assert tally.refused
    assert tally.accepted + tally.refused == count


@pytest.mark.slow
@pytest.mark.parametrize("name", PARSERS)
def test_10_000_damaged_inputs_in_little_memory(name: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", name, "10000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=3600,  # a hang in C's code, which looks at no signals
    )
    assert run.returncode == 0, run.stderr[-3000:]
    tally = json.loads(run.stdout)
    assert tally["accepted"] + tally["refused"] == 10_000
    assert tally["accepted"] > 0
    assert tally["grown"] < MOST_GROWTH
