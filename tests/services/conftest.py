"""One server for all tests of this folder, and users of it."""

from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec

import pytest
from mlflow import MlflowClient

from dl_pipelines.tracking.store import open_store
from tests.services.compose import made_variables
from tests.services.programs import postgresql
from tests.services.team_server import TeamServer, team_server

_CLIENT = ("MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")
ANN, BOB = "ann", "bob"  # no administrators
PASSWORD = "never written anywhere"  # noqa: S105 - of users that live for a test


@pytest.fixture(scope="session")
def team(tmp_path_factory) -> Iterator[TeamServer]:
    """The server, with the users Ann and Bob."""
    if not postgresql("initdb"):
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    if missing := [name for name in ("boto3", "moto", "psycopg2") if not find_spec(name)]:
        pytest.skip(f"needs {', '.join(missing)}: pip install 'dl_pipelines[services]'")
    with team_server(made_variables(), tmp_path_factory.mktemp("team")) as server:
        for user in (ANN, BOB):
            server.add_user(user, PASSWORD)
        yield server


@pytest.fixture
def as_user(team, monkeypatch) -> Callable[[str], MlflowClient]:
    """Let this process and those it starts be a user's; returns a client."""

    def become(user: str, password: str = PASSWORD) -> MlflowClient:
        client = team.client(user, password)
        for name in _CLIENT:
            monkeypatch.setenv(name, client[name])
        return open_store(team.address)

    return become


def runs_of(client: MlflowClient, experiment: str) -> list:
    """All runs of an experiment."""
    found = client.get_experiment_by_name(experiment)
    return list(client.search_runs([found.experiment_id], max_results=1000)) if found else []


def is_parent(run: object) -> bool:
    """Whether it is the run of a whole `kedro run`."""
    tags: Mapping[str, str] = run.data.tags
    return "mlflow.parentRunId" not in tags
