"""A clock that is set back: between runs, and in the middle of one."""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from dl_pipelines.training.checkpoints import CheckpointStore
from tests.faults.commands import Command, finish, metrics
from tests.faults.conftest import Undisturbed
from tests.faults.soundness import own_uri, runs, states
from tests.real_project import RealProject

_DAY = 86_400


def library() -> str:
    """What is to be preloaded; the test is skipped without the Debian package faketime."""
    if shutil.which("faketime") is None:
        pytest.skip("needs the Debian package faketime")
    shown = ["faketime", "-f", "+0d", "printenv", "LD_PRELOAD"]
    return subprocess.run(shown, capture_output=True, text=True, check=True).stdout.strip()


def changeable(file: Path, days: int) -> dict[str, str]:
    """Variables of a process whose clock goes by a file, which is read at every look at it."""
    file.write_text(f"{days:+d}d\n")
    return {
        "LD_PRELOAD": library(),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # nobody sets that one
        "NO_FAKE_STAT": "1",
    }


@pytest.mark.slow
def test_a_clock_that_is_set_back_changes_no_number_and_no_decision(
    tmp_path: Path, prepared: Callable[[str], RealProject], undisturbed: Undisturbed
) -> None:
    project = prepared("clock")
    file = tmp_path / "clock"
    first = Command(project, environment=changeable(file, 0))
    assert first.until_node("lstm.train_forecaster"), first.said
    file.write_text("-3d\n")  # in the middle of the training
    assert first.end() == 0, first.said
    assert metrics(project) == undisturbed.metrics
    [whole] = [run for run in runs(own_uri(project)) if "kedro.env" in run.data.tags]
    taken = whole.info.end_time - whole.info.start_time
    assert 0 < taken < 1000 * 2 * first.seconds
    assert all(run.info.end_time >= run.info.start_time for run in runs(own_uri(project)))

    again = finish(project, environment=changeable(file, -400))
    assert "lstm.train_forecaster" not in again.nodes and "compare" not in again.nodes
    assert metrics(project) == undisturbed.metrics
    assert states(own_uri(project))[0] == Counter(FINISHED=2)


def test_the_newest_checkpoint_is_the_one_of_the_latest_step(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path, "training", keep=2)
    for step in (1, 2, 3):
        store.save({"step": step}, step)
        for written in store.folder.glob("*.pt"):  # later steps were written on earlier days
            day = 1_800_000_000 - _DAY * int(written.name.partition("-")[0])
            os.utime(written, (day, day))
    assert store.load() == {"step": 3}
    assert len(list(store.folder.glob("*.pt"))) == 2
