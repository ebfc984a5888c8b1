"""Files that a tracking server takes a while to take, as it hands them on to a store of its own."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from unittest import mock

import pytest
from mlflow.exceptions import MlflowException

from dl_pipelines.errors import TrackingError
from dl_pipelines.tracking import store
from dl_pipelines.tracking.outages import is_outage
from dl_pipelines.tracking.store import open_store
from dl_pipelines.tracking.transfers import transfer

RUN = {
    "run": {
        "info": {"run_id": "r", "experiment_id": "1", "artifact_uri": "mlflow-artifacts:/1/r"},
        "data": {},
    }
}


class Slow(BaseHTTPRequestHandler):
    """Takes a file, and says so after two seconds."""

    taken: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.answer(json.dumps(RUN))

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append(self.path)
        time.sleep(2)
        self.answer("{}")

    def answer(self, text: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def uri(monkeypatch):
    """The address of such a server, which is to answer within a second."""
    monkeypatch.setattr(Slow, "taken", [])
    monkeypatch.setitem(store.ENVIRONMENT, store.SECONDS, "1")
    with mock.patch.dict(os.environ), ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        os.environ.pop(store.SECONDS, None)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def file(tmp_path) -> Path:
    (tmp_path / "report.json").write_text("{}")
    return tmp_path / "report.json"


def test_a_file_has_its_time_and_is_sent_once(uri, file):
    client = open_store(uri)
    with transfer(uri):
        client.log_artifact("r", str(file))
    assert Slow.taken == ["/api/2.0/mlflow-artifacts/artifacts/1/r/report.json"]
    with pytest.raises(MlflowException, match="timed out"):
        client.log_artifact("r", str(file))  # as all other requests
    assert os.environ[store.SECONDS] == "1"


def test_a_time_that_the_user_has_set_is_kept(uri, file, monkeypatch):
    monkeypatch.setenv(store.SECONDS, "2")
    open_store(uri)
    with transfer(uri):
        assert os.environ[store.SECONDS] == "2"


def test_a_server_that_is_away_is_not_waited_for_that_long(uri):
    absent = "http://127.0.0.1:9"
    with pytest.raises(TrackingError, match="does not answer") as told, transfer(absent):
        raise AssertionError
    assert is_outage(absent, told.value)
