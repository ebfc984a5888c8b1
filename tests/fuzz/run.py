"""Fuzzes one parser in a process of its own, which may take little memory.

`python -m tests.fuzz.run NAME COUNT` prints a line of JSON: how many inputs were accepted and
refused, seconds of the slowest one, and MiB that the process grew by.
"""

import json
import resource
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.fuzz.parser import fuzz
from tests.fuzz.parsers import PARSERS

GROWTH = 2**30  # bytes that the address space may grow by


def limit_memory() -> None:
    """Let every allocation fail that needs more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + GROWTH
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def peak() -> float:
    """Most memory that this process has had, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def main(name: str, count: int) -> None:
    """Fuzz a parser and print what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        fuzz(PARSERS[name], 20, Path(folder), seed=-1)  # imports what is imported when used
        before = peak()
        limit_memory()
        tally = fuzz(PARSERS[name], count, Path(folder))
    print(json.dumps(asdict(tally) | {"grown": peak() - before}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
