import os
import socket
import time

import pytest

from dl_pipelines.errors import TrackingError
from dl_pipelines.tracking.store import address, experiment_id, open_store, tracking_uri


@pytest.fixture
def mute():
    """The port of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_environment_goes_before_the_setting_and_that_before_the_default(tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert tracking_uri(tmp_path, None) == f"sqlite:///{tmp_path.as_posix()}/mlflow.db"
    assert tracking_uri(tmp_path, "http://a") == "http://a"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://b")
    assert tracking_uri(tmp_path, "http://a") == "http://b"


def test_an_address_shows_no_password():
    assert address("https://user:secret@host:5000/path") == "https://host:5000"
    assert address("sqlite:////tmp/mlflow.db") == "sqlite"


def test_a_server_that_never_answers_is_given_up_within_seconds(mute, monkeypatch):
    monkeypatch.setattr("dl_pipelines.tracking.store._ANSWER_SECONDS", 0.2)
    began = time.monotonic()
    with pytest.raises(TrackingError, match="does not answer"):
        open_store(f"http://127.0.0.1:{mute}")
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:9", "postgresql+psycopg://u:secret@127.0.0.1:9/db"]
)
def test_a_refused_connection_is_named_without_the_password(uri):
    with pytest.raises(TrackingError, match=r"127\.0\.0\.1:9 does not answer") as caught:
        open_store(uri)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_pickles_and_telemetry_are_off_unless_the_user_wants_them(store):
    open_store(store)
    assert os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] == "false"
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_an_experiment_is_made_once(client, tmp_path):
    first = experiment_id(client, tmp_path.name, tmp_path)
    assert experiment_id(client, tmp_path.name, tmp_path) == first
    location = client.get_experiment(first).artifact_location
    assert location == (tmp_path / "mlartifacts" / tmp_path.name).as_uri()
