"""A disk that is full when the raw table is written, in a real `kedro run`."""

import os
import subprocess
import sys

import pytest

from tests.real_project import RealProject

INGEST = [
    *("kedro", "run", "--pipeline", "stock_lstm", "--nodes", "stock_lstm.ingest_bars"),
    *("--params", "tracking.enabled=false"),
]


def run_limited(project: RealProject, largest_file: int) -> "subprocess.CompletedProcess[str]":
    """Run in a process whose files may not grow beyond `largest_file` bytes."""
    import resource
    import signal

    def limit() -> None:  # takes no lock, so the parent's threads do not matter
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead of the process
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    # The limit must not cut other files short: no byte code, no coverage data.
    env = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE")}
    return subprocess.run(
        [sys.executable, "-m", *INGEST],
        cwd=project.root,
        env=env | {"PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow  # tests/io has the quick ones
@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file's size")
def test_a_full_disk_is_one_sentence_and_leaves_the_raw_table(fresh: RealProject) -> None:
    tables = fresh.root / "data/02_intermediate/stock_lstm"
    table = tables / "daily_bars_raw.parquet"
    fresh.run({"tracking": {"enabled": False}}, node_names=["stock_lstm.ingest_bars"])
    whole = table.read_bytes()

    enough = run_limited(fresh, len(whole))
    assert enough.returncode == 0, enough.stderr  # the table is the largest file of all
    assert table.read_bytes() == whole

    full = run_limited(fresh, len(whole) - 1)
    assert full.returncode == 1
    [sentence] = full.stderr.strip().splitlines()
    assert sentence.startswith(f"Error: {table} could not be written (File too large)")
    assert "Traceback" not in full.stdout
    assert table.read_bytes() == whole
    assert [path.name for path in tables.iterdir()] == [table.name]
