"""How the hook ends a run that failed, where the store refuses or its server is away."""

from functools import partial
from types import SimpleNamespace
from unittest import mock

import pytest
import requests
from mlflow.exceptions import MlflowException

from dl_pipelines.errors import TrackingError
from dl_pipelines.params import Tracking
from dl_pipelines.tracking.hook import MLflowHook
from dl_pipelines.tracking.outbox import Outbox
from dl_pipelines.tracking.run_clock import RunClock
from dl_pipelines.tracking.store import tracking_uri

URI = "http://ann:s3cret@tracker:5000"


@pytest.fixture
def tree():
    """A run on a server that answers; its calls are recorded."""
    client = SimpleNamespace(tracking_uri=URI)
    return mock.Mock(client=client, clock=RunClock(), page=lambda: "runs/1")


@pytest.fixture
def hook(tree) -> MLflowHook:
    """The hook in the middle of that run."""
    hook = MLflowHook("stock_lstm")
    hook._settings = Tracking(patience_seconds=3)
    hook._tree, hook._outbox, hook._models = tree, Outbox(URI, tree.clock, 3), mock.Mock()
    hook._unseen = mock.Mock(datasets=list)
    return hook


def test_a_failed_run_is_ended_though_the_store_refuses_what_waited(hook, tree):
    refused = MlflowException("Permission denied")
    for _ in range(2):
        hook._outbox._waiting.append((0, mock.Mock(side_effect=refused)))
    hook.on_pipeline_error(ValueError("no bars"))
    tree.end_all.assert_called_once_with("FAILED")


def test_a_failed_run_waits_for_a_server_that_comes_back(hook, tree):
    tree.fail.side_effect = [requests.ConnectionError("refused"), None]
    sent = mock.Mock()
    hook._outbox._waiting.append((0, sent))
    hook.on_pipeline_error(ValueError("no bars"))
    sent.assert_called_once()
    tree.end_all.assert_called_once_with("FAILED")


def test_a_failed_run_on_a_server_that_stays_away_tells_no_password(hook, tree, caplog):
    hook._settings = Tracking(patience_seconds=0)
    tree.fail.side_effect = MlflowException(f"API request to {URI}/api/2.0 failed")
    hook.on_pipeline_error(ValueError("no bars"))
    assert "tracker:5000" in caplog.text
    assert "s3cret" not in caplog.text
    assert hook._tree is None


def test_an_interrupted_run_raises_nothing_where_nobody_listens(hook, tree):
    tree.end_all.side_effect = tree.fail.side_effect = requests.ConnectionError("refused")
    hook._abandon()
    assert hook._tree is None


def test_threads_that_wait_while_tracking_fails_go_on_untracked(hook, tree):
    hook._settings = Tracking(required=False)
    hook._declared = {"metrics": SimpleNamespace(kind="metrics", file=None)}
    with hook._lock:  # what the other thread does meanwhile
        log = partial(hook.after_dataset_saved, "metrics", {"rmse": 1.0})
        hook._unseen.see.side_effect = lambda name: setattr(hook, "_tree", None)
        log()
    tree.log_metrics.assert_not_called()


@pytest.mark.parametrize("uri", ["http://127.0.0.1:50OO", "http://[::1", "http://ann:pa/ss@host:1"])
def test_an_address_that_cannot_be_read_is_one_sentence(tmp_path, monkeypatch, uri):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    with pytest.raises(TrackingError, match="cannot be read: write MLFLOW_TRACKING_URI") as caught:
        tracking_uri(tmp_path, None)
    assert "pa" not in str(caught.value).partition("cannot")[0]
    assert caught.value.__cause__ is None
