"""A small but whole `stock_lstm`, run by a real command that a test watches and disturbs."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.real_project import RealProject

_NODE = re.compile(r"Running stock_lstm\.(\S+)")
_MOST_SECONDS = 900.0  # of one command, on a machine that does much else

_TRAINING = {"epochs": 2, "batch_size": 128, "seeds": [0]}
_VARIANT = {
    "training": _TRAINING,
    "forecaster": {"network": {"hidden": 4}},
    "walk_forward": {"refit_every": 900, "seeds": [0]},
}
SMALL: dict[str, Any] = {
    "compute": {"device": "cpu", "backend": "sequential"},
    "checkpoints": {"every_steps": 5},
    "stock_lstm": {"lstm": _VARIANT, "textbook": _VARIANT},
}


def configure(project: RealProject, **settings: Any) -> None:
    """Let runs of a project be small, with further settings."""
    local = project.root / "conf/local/parameters.yml"
    local.write_text(json.dumps(SMALL | settings))


class Command:
    """`kedro run --pipeline stock_lstm` in a process of its own, and what it says."""

    def __init__(
        self,
        project: RealProject,
        *arguments: str,
        before: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start it.

        Args:
            project: Where.
            arguments: Further ones.
            before: A command that is to run it, such as `faketime`.
            environment: Variables.
        """
        command = [*before, sys.executable, "-m", "kedro", "run", "--pipeline", "stock_lstm"]
        # Not longer than a test needs; a killed process leaves no coverage anyway.
        own = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE")}
        self._process = subprocess.Popen(
            [*command, *arguments],
            cwd=project.root,
            env=own | {"COLUMNS": "1000", "PYTHONUNBUFFERED": "1"} | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.began = self.ended = time.monotonic()
        self.nodes: dict[str, float] = {}  # by the node's name seconds until it began
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def said(self) -> str:
        """All that it has printed."""
        return "".join(self._lines)

    @property
    def sentences(self) -> list[str]:
        """Its errors."""
        return [line for line in self.said.splitlines() if line.startswith("Error: ")]

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return self.ended - self.began

    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def until(self, reached: Callable[[], bool]) -> bool:
        """Wait for a moment; whether it has come before the end."""
        while self.running() and time.monotonic() - self.began < _MOST_SECONDS:
            if reached():
                return True
            time.sleep(0.002)
        return False

    def until_node(self, name: str) -> bool:
        """Wait until a node begins; whether it did."""
        return self.until(lambda: name in self.nodes)

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def end(self) -> int:
        """Wait for the end, and return the exit code."""
        try:
            code = self._process.wait(_MOST_SECONDS)
        finally:
            self._process.kill()
        self.ended = time.monotonic()
        self._reader.join(10)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            if found := _NODE.search(line):
                self.nodes[found[1]] = time.monotonic() - self.began


def finish(project: RealProject, **how: Any) -> Command:
    """Run to the end, which must be a good one."""
    command = Command(project, **how)
    assert command.end() == 0, command.said
    return command


def metrics(project: RealProject) -> bytes:
    """The numbers of the last run."""
    return Path(project.reports, "metrics.json").read_bytes()
