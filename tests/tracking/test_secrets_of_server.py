"""A tracking server that dies in the middle of a run: nothing that is said names its password."""

import os
import traceback

import click
import pytest
from kedro.pipeline import Node

from tests.faults.server import TrackingServer
from tests.toy_project import ToyProject

pytestmark = [
    pytest.mark.slow,  # a server of its own
    pytest.mark.skipif(os.name == "nt", reason="has no killpg"),
]

LOGIN = "ann:hidden-in-the-address"


@pytest.fixture
def server(tmp_path, empty_store, monkeypatch):
    (tmp_path / "server").mkdir()
    server = TrackingServer(tmp_path / "server", empty_store)
    server.start()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server.uri.replace("://", f"://{LOGIN}@"))
    yield server
    server.kill()


@pytest.fixture
def run(tmp_path, monkeypatch, server):
    """Run a node that kills the server; what the terminal shows of the exception at the end."""
    project = ToyProject(tmp_path / "project", monkeypatch.setattr)

    def run(ends: BaseException | None, **tracking: object) -> str:
        kind = {"type": "json.JSONDataset", "metadata": {"mlflow": "metrics"}}
        file = {"filepath": "data/metrics.json"}
        catalog = {"stock_lstm.metrics": kind | file}
        project.configure(catalog=catalog, parameters={"tracking": tracking})

        def die() -> dict[str, float]:
            server.kill()
            if ends is not None:
                raise ends
            return {"rmse": 2.5}

        project.register([Node(die, None, "stock_lstm.metrics", name="die")])
        try:
            project.run()
        except click.ClickException as error:
            return error.message
        except BaseException as error:
            return "".join(traceback.format_exception(error))
        return ""

    return run


@pytest.mark.parametrize(
    ("ends", "tracking"),
    [
        (None, {"patience_seconds": 2}),
        (None, {"patience_seconds": 0}),
        (None, {"patience_seconds": 2, "required": False}),
        (ValueError("a bug"), {"patience_seconds": 2}),
        (ValueError("a bug"), {"patience_seconds": 0}),
        (KeyboardInterrupt(), {"patience_seconds": 2}),
    ],
)
def test_a_server_that_dies_leaves_no_password_in_what_is_said(run, capfd, caplog, ends, tracking):
    said = run(ends, **tracking)
    said += run(None, **tracking)  # which ends what was interrupted, and meets no server
    said += "".join(capfd.readouterr()) + caplog.text
    assert "127.0.0.1" in said
    assert LOGIN.partition(":")[2] not in said
