"""A real MLflow server that can be killed and started again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import requests

_START_SECONDS = 120.0


class TrackingServer:
    """`mlflow server` on a port of its own, with its store in a folder."""

    def __init__(self, folder: Path, empty_store: Path) -> None:
        """Choose a port; nothing runs yet.

        Args:
            folder: Where runs and artifacts lie.
            empty_store: The database of a store without runs.
        """
        self.folder = folder
        shutil.copy(empty_store, folder / "server.db")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.uri = f"http://127.0.0.1:{free.getsockname()[1]}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["--backend-store-uri", f"sqlite:///{self.folder / 'server.db'}"]
        options += ["--artifacts-destination", (self.folder / "artifacts").as_uri()]
        options += ["--workers", "1", "--host", "127.0.0.1", "--port", self.uri.rpartition(":")[2]]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mlflow", "server", *options],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,  # its workers are killed with it
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            with suppress(requests.RequestException):
                if requests.get(f"{self.uri}/health", timeout=5).ok:
                    return
            time.sleep(0.1)
        raise AssertionError((self.folder / "server.log").read_text())

    def kill(self) -> None:
        """Kill it, and its workers, in the middle of whatever they do."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None
