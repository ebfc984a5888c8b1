"""All benchmarks, one after another, and the page of their figures: docs/benchmarks.md.

    python benchmarks/run_all.py                  # what has no result yet: hours, resumable
    python benchmarks/run_all.py --quick          # one round, runs of at most two minutes
    python benchmarks/run_all.py gans whole_run   # some; what is named is measured again
    python benchmarks/run_all.py --again          # all of them, whether they have a result or not

Results are JSON files in data/08_reporting/benchmarks; those of `--quick` are in its folder quick,
are printed and go into no page. A benchmark that fails, because data or a
library is not there, is told and does not stop the others; the exit code is 1 then.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from report import BY_HAND, SPEED, show
from results import ELSEWHERE, FOLDER

HERE = Path(__file__).parent
QUICK_FOLDER = FOLDER / "quick"
PARTS = ("pipeline_runs", "forecasters")  # they look themselves for what is left to do
QUICK = ("training_step", "lightning_loop", "autoencoders", "cross_validation", "optimizers")
SCRIPTS = (*PARTS, *SPEED, *BY_HAND)
QUICK_ARGUMENTS = {"scale": (), "pipeline_runs": ("--quick",), "forecasters": ("ours",)}


def main() -> int:
    """Measure what is asked for; the exit code is 1 if something failed."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(SCRIPTS)}")
    parser.add_argument("--quick", action="store_true", help="one round, short runs only")
    parser.add_argument("--again", action="store_true", help="also what has a result")
    given = parser.parse_args()
    if unknown := sorted(set(given.names) - set(SCRIPTS)):
        parser.error(f"there is no benchmark {unknown[0]}: choose among {', '.join(SCRIPTS)}.")
    if given.quick and FOLDER.name != "quick":
        return subprocess.call(
            [sys.executable, *sys.argv], env=os.environ | {ELSEWHERE: str(QUICK_FOLDER)}
        )
    failed = [name for name in chosen(given) if not measure(name, given)]
    show(write=not given.quick)
    if failed:
        print(f"failed, and not in the tables: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def chosen(given: Namespace) -> list[str]:
    """The benchmarks to run."""
    if given.names:
        return list(given.names)
    names = [name for name in SCRIPTS if name not in BY_HAND]
    if given.quick:
        names = [name for name in names if name in (*PARTS, *QUICK)]
    return [
        name
        for name in names
        if given.again or name in PARTS or not (FOLDER / f"{name}.json").exists()
    ]


def measure(name: str, given: Namespace) -> bool:
    """Run a benchmark in a process of its own; tells whether it succeeded."""
    print(f"\n{name}", flush=True)
    arguments = list(QUICK_ARGUMENTS.get(name, ("--rounds", "1"))) if given.quick else []
    if name in PARTS and (given.again or name in given.names):
        arguments.insert(0, "--again")
    script = HERE / f"{name}.py"
    return subprocess.run([sys.executable, script, *arguments], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
