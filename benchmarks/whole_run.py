"""Wall time and peak memory of a whole run, warm: what a user of `make run` waits for.

The command runs in a copy of the project. Each time it does all of its work (`cache=false`); then
once more as it is, with nothing changed, when it reuses what there is.

    python benchmarks/whole_run.py [--rounds 3]
"""

import sys
import tempfile
from pathlib import Path
from statistics import median

from commands import Cost, measure
from project_copy import copy_project
from results import Row, publish
from timing import options

COMMAND = [sys.executable, "-m", "kedro", "run", "--pipelines", "stock_lstm"]


def main() -> None:
    """Print medians, after a first run that warms the caches up."""
    given = options(__doc__, rounds=3)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        copy_project(project)
        run(project)
        whole = [run(project, "--params", "cache=false") for _ in range(given.rounds)]
        again = [run(project) for _ in range(given.rounds)]
    rows = [
        Row("stock_lstm, all of it", median(cost.seconds for cost in whole), "s"),
        Row("stock_lstm, nothing changed", median(cost.seconds for cost in again), "s"),
        Row("peak memory of all processes", max(cost.peak_mb for cost in whole), "MiB"),
    ]
    publish("whole_run", f"a whole run, median of {given.rounds}", rows)


def run(project: Path, *more: str) -> Cost:
    """Run the pipeline once."""
    cost = measure([*COMMAND, *more], project)
    if cost.exit_code:
        sys.exit(f"the run failed with exit code {cost.exit_code}")
    return cost


if __name__ == "__main__":
    main()
