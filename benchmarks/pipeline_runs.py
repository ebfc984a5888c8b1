"""The runs that the README tells figures of, each in a fresh copy of the project.

Seconds are those of the whole command; figures are what it writes to `metrics.json` and
`comparison.csv`.

    python benchmarks/pipeline_runs.py               # all that have no good result yet, some hours
    python benchmarks/pipeline_runs.py curve_fit mnist_cnn
    python benchmarks/pipeline_runs.py --again stock_lstm
    python benchmarks/pipeline_runs.py --quick       # those that take at most two minutes

A result is a file of data/08_reporting/benchmarks/runs; one that ended well is not measured
again.
"""

import json
import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import pandas as pd

from commands import measure
from project_copy import copy_project
from results import FOLDER, keep, read

RUNS, PROJECTS = FOLDER / "runs", FOLDER / "projects"


@dataclass(frozen=True)
class Run:
    """A run.

    Attributes:
        pipeline: What `kedro run` runs.
        params: What it is told by `--params`.
        after: The run whose project it goes on in.
        quick: Whether it takes at most two minutes on two cores.
    """

    pipeline: str
    params: str = ""
    after: str = ""
    quick: bool = False

    @property
    def command(self) -> str:
        """What a user types."""
        params = f" --params {self.params}" if self.params else ""
        return f"kedro run --pipeline {self.pipeline}{params}"


READ_BY = "mnist_cnn"  # what has been drawn is read by the classifier that this run trains
EVERY = {
    "stock_lstm": Run("stock_lstm", quick=True),
    "stock_lstm_again": Run("stock_lstm", after="stock_lstm", quick=True),
    "house_boston": Run("house_price", quick=True),
    "house_ames": Run("house_price", "house.dataset=ames"),
    "house_california": Run("house_price", "house.dataset=california"),
    "house_price_search": Run("house_price_search"),
    "optimizer_comparison": Run("optimizer_comparison", quick=True),
    "curve_fit": Run("curve_fit", quick=True),
    "pos_tagger": Run("pos_tagger", quick=True),
    "mnist_mlp": Run("mnist_mlp"),
    "mnist_cnn": Run("mnist_cnn"),
    "pos_tagger_ewt": Run("pos_tagger", "tagger.dataset=ewt"),
    "mnist_mlp_augmented": Run("mnist_mlp", "mnist.mlp=augmented"),
    "mnist_vae": Run("mnist_vae", after=READ_BY),
    "mnist_gan": Run("mnist_gan", after=READ_BY),
    "mnist_dcgan": Run("mnist_dcgan", after=READ_BY),
    "mnist_cgan": Run("mnist_cgan", after=READ_BY),
    "mnist_cnn_best": Run("mnist_cnn", "mnist.cnn=best"),
}


def main() -> int:
    """Run what has no result; the exit code is 1 if a run fails."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(EVERY)}; all if none")
    parser.add_argument("--again", action="store_true", help="also those that have a result")
    parser.add_argument("--quick", action="store_true", help="those of at most two minutes")
    given = parser.parse_args()
    if unknown := sorted(set(given.names) - set(EVERY)):
        parser.error(f"there is no run {unknown[0]}: choose among {', '.join(EVERY)}.")
    chosen = [name for name, run in EVERY.items() if run.quick or not given.quick]
    names = given.names or chosen
    failed = [name for name in names if not have(name, again=given.again)]
    return 1 if failed else 0


def have(name: str, *, again: bool = False) -> bool:
    """Make sure that there is a result of a run; tells whether it succeeded."""
    file = RUNS / f"{name}.json"
    if again or not succeeded(name):
        with project_of(name) as project:
            keep(file, result(name, project))
    kept = json.loads(file.read_text())
    print(f"{name}: {kept['seconds']:.0f} s, exit code {kept['exit_code']}", flush=True)
    return kept["exit_code"] == 0


def succeeded(name: str) -> bool:
    """Whether there is a result of a run that ended well."""
    kept = read(RUNS / f"{name}.json")
    return kept is not None and kept["exit_code"] == 0


@contextmanager
def project_of(name: str) -> Iterator[Path]:
    """A project for a run: a fresh copy, or what the run before it has left, where it left it.

    The place is the same because the registry and the files of a moved project are others to
    Kedro's catalog, and what depends on them runs again. A run that was killed before it had a
    result begins anew, so that its seconds are whole.
    """
    before = EVERY[name].after
    folder, left = PROJECTS / (before or name), PROJECTS / f"{before or name}.left"
    if before and not (succeeded(before) and left.exists()) and not have(before, again=True):
        sys.exit(f"{name} goes on from the run {before}, which failed: see {RUNS}.")
    shutil.rmtree(folder, ignore_errors=True)
    if before:
        shutil.copytree(left, folder, symlinks=True)
    else:
        copy_project(folder)
    yield folder
    if any(run.after == name for run in EVERY.values()):
        shutil.rmtree(left, ignore_errors=True)
        folder.rename(left)
    else:
        shutil.rmtree(folder)


def result(name: str, project: Path) -> dict[str, Any]:
    """Run a pipeline and collect what it costs and reports."""
    run, report = EVERY[name], RUNS / f"{name}.txt"
    RUNS.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "kedro", *run.command.split()[1:]]
    cost = measure(command, project, report)
    folder = project / "data/08_reporting" / run.pipeline
    return {"command": run.command, **asdict(cost), "figures": figures(folder)}


def figures(folder: Path) -> dict[str, float]:
    """What a pipeline has reported.

    Args:
        folder: Where it reports.

    Returns:
        The figures of metrics.json by their key, and those of comparison.csv as `row | column`: a
        row is called by its first columns, those of text.
    """
    metrics, comparison = folder / "metrics.json", folder / "comparison.csv"
    found = json.loads(metrics.read_text()) if metrics.exists() else {}
    if comparison.exists():
        rows = pd.read_csv(comparison)
        numbers = rows.select_dtypes("number").columns
        texts = list(takewhile(lambda name: name not in numbers, rows))
        for names, row in rows.set_index(texts)[numbers].iterrows():
            label = " / ".join(map(str, names)) if isinstance(names, tuple) else str(names)
            found |= {f"{label} | {name}": value for name, value in row.dropna().items()}
    return found


if __name__ == "__main__":
    sys.exit(main())
