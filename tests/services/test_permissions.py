"""What the server shows to nobody, and leaves to those who made it."""

import re
from collections import Counter

import pytest
import requests
from mlflow.exceptions import MlflowException

from tests.services.conftest import ANN, BOB

pytestmark = [pytest.mark.slow, pytest.mark.services]

# Whether it is alive, and what it is able to do: neither tells of the team.
PUBLIC = {"/health", "/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info"}


def routes() -> set[tuple[str, str]]:
    """Method and path of all that MLflow's server answers."""
    from mlflow.server import app
    from mlflow.server.auth import routes as of_users

    rules = {
        (method, re.sub("<[^>]+>", "1", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    users = {value for value in vars(of_users).values() if str(value).startswith("/")}
    return rules | {(method, path) for path in users for method in ("GET", "POST")}


def test_no_route_tells_anything_without_a_password(team):
    with requests.Session() as client:
        answers = {
            (method, path): client.request(
                method, team.address + path, json={} if method != "GET" else None, timeout=30
            )
            for method, path in sorted(routes())
            if path not in PUBLIC
        }
    # a file of the pages that is not there, and a method that a route does not know
    let_in = {
        route: answer.status_code
        for route, answer in answers.items()
        if answer.status_code != 401 and answer.status_code not in (404, 405)
    }
    assert let_in == {}
    assert Counter(answer.status_code for answer in answers.values())[401] > 300


def test_a_run_is_deleted_by_who_made_it_alone(as_user, tmp_path):
    of_ann = as_user(ANN)
    experiment = of_ann.create_experiment(tmp_path.name)
    run_id = of_ann.create_run(experiment).info.run_id
    of_bob = as_user(BOB)
    of_bob.log_metric(run_id, "rmse", 1.0)  # a team logs into one experiment
    for refused in (
        lambda: of_bob.delete_run(run_id),
        lambda: of_bob.delete_experiment(experiment),
    ):
        with pytest.raises(MlflowException, match=r"(?i)permission denied"):
            refused()
    as_user(ANN).delete_run(run_id)
