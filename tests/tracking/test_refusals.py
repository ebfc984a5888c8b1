"""A server that does not let a user in, or do something: a local one that always refuses."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest import mock

import pytest
import requests

from dl_pipelines.errors import TrackingError
from dl_pipelines.tracking.refusals import refusal, refused_status
from dl_pipelines.tracking.store import experiment_id, open_store, readable, tracking_failure


class Refusing(BaseHTTPRequestHandler):
    """Answers what MLflow's server with passwords answers."""

    status = 401

    def do_GET(self) -> None:
        health = self.path == "/health"
        self.send_response(200 if health else self.status)
        self.end_headers()
        self.wfile.write(b"You are not authenticated." if self.status == 401 else b"Denied")

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(params=[401, 403])
def refusing(request, monkeypatch):
    """The status that a server answers, and its address."""
    monkeypatch.setattr(Refusing, "status", request.param)
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield request.param, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_who_is_refused_is_told_so_without_the_password(refusing, tmp_path, monkeypatch):
    status, uri = refusing
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ann")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "hidden")
    client = open_store(uri)
    with pytest.raises(TrackingError, match=rf"{uri} .*'ann'.*\({status}\)") as told:
        experiment_id(client, "stock_lstm", tmp_path)
    with pytest.raises(TrackingError, match=f"'ann'.*{status}"), readable(uri, "the runs"):
        client.get_experiment_by_name("stock_lstm")
    assert "hidden" not in str(told.value)
    wanted = "EDIT on the experiment" if status == 403 else "MLFLOW_TRACKING_PASSWORD"
    assert wanted in str(told.value)


def test_who_gives_no_password_is_asked_for_one(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))  # no ~/.mlflow/credentials
    for name in ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    answer = requests.Response()
    answer.status_code = 401
    told = refusal(requests.HTTPError(response=answer), "https://host")
    assert "https://host asks for a user and a password" in str(told)


def test_files_are_refused_in_the_same_words():
    answer = requests.Response()
    answer.status_code = 403
    failure = tracking_failure(requests.HTTPError(response=answer))
    assert isinstance(failure, TrackingError)
    assert "permission EDIT" in str(failure)


@pytest.mark.parametrize("error", [OSError("disk"), requests.HTTPError(), ValueError("x")])
def test_other_failures_are_no_refusals(error):
    assert refused_status(error) is None
    assert refusal(error) is None


def test_an_experiment_that_another_run_makes_at_the_same_moment_is_taken(client, tmp_path):
    name = "made at the same moment"
    theirs = client.create_experiment(name)
    real = client.get_experiment_by_name
    with mock.patch.object(client, "get_experiment_by_name", side_effect=[None, real(name)]):
        assert experiment_id(client, name, tmp_path) == theirs


def test_files_and_addresses_come_from_the_server_alone(store, monkeypatch):
    hidden = "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"
    for name in (hidden, direct := "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD"):
        monkeypatch.delenv(name, raising=False)
    open_store(store)
    from mlflow import environment_variables

    assert getattr(environment_variables, hidden).get()
    assert not getattr(environment_variables, direct).get()
    assert getattr(environment_variables, direct).is_set()  # else the server's wish counts
