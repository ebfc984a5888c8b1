"""Ten runs at once into a team's server: none is lost, none is there twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest

from dl_pipelines.tracking import models
from dl_pipelines.tracking.forms import served_network
from dl_pipelines.tracking.registry import register
from dl_pipelines.tracking.store import experiment_id, open_store
from tests.real_project import RealProject
from tests.services.conftest import ANN, BOB, is_parent, runs_of
from tests.tracking.forecasters import saved

pytestmark = [pytest.mark.slow, pytest.mark.services]

TEN = range(10)
EXPERIMENT = "at once"  # none of them finds it
BELOW = 8  # four ways to fit a curve, one seed each


def test_ten_runs_at_once_are_all_there(as_user, tmp_path):
    client = as_user(ANN)
    projects = [RealProject(folder, "curve") for folder in made(tmp_path)]
    for project in projects:
        settings = f"tracking: {{experiment: {EXPERIMENT}}}\n"
        (project.root / "conf/local/parameters.yml").write_text(settings)
    started = [project.start("--pipeline", "curve_fit") for project in projects]
    printed = [each.communicate(timeout=580)[0] for each in started]
    for process, text in zip(started, printed, strict=True):
        assert process.returncode == 0, text
    runs = runs_of(client, EXPERIMENT)
    parents = {each.info.run_id: each for each in runs if is_parent(each)}
    assert {each.info.status for each in runs} == {"FINISHED"}
    assert len(parents) == len(TEN)
    for project, text in zip(projects, printed, strict=True):
        [own] = [run_id for run_id in parents if run_id in text]
        check(client, parents.pop(own), project, runs)
    assert not parents


def check(client, parent, project, runs) -> None:
    """All of one project is in its run."""
    metrics = json.loads((project.root / "data/08_reporting/curve_fit/metrics.json").read_text())
    below = {parent.info.run_id}
    found = 0
    while children := {
        each.info.run_id: each for each in runs if each.data.tags.get("mlflow.parentRunId") in below
    }:
        found += len(children)
        below = set(children)
    assert found == BELOW
    assert metrics.items() <= parent.data.metrics.items()
    files = {file.path for file in client.list_artifacts(parent.info.run_id)}
    assert {"verdict.txt", "comparison.json", "figures"} <= files


def made(folder):
    """Ten folders."""
    for number in TEN:
        own = folder / str(number)
        own.mkdir()
        yield own


@pytest.fixture
def logged(team, as_user, tmp_path) -> str:
    """A run of Ann's that has logged a model."""
    client = as_user(ANN)
    experiment = experiment_id(client, "registered at once", tmp_path)
    run_id = client.create_run(experiment).info.run_id
    with mock.patch.dict("os.environ"):  # MLflow leaves its choice of a store there
        models._log(served_network, saved(tmp_path), team.address, experiment, run_id)
    return run_id


def candidate(number: int, **others) -> dict:
    """What a run of a model's own registers; the seventh is the best."""
    return {
        "model": "registered_at_once",
        "variant": "lstm",
        "promote": "better",
        "identity": f"weights {number}",
        "ts_code": "000300.SH",
        "digest": "days",
        "validation_rmse": 40.0 + abs(number - 6),
        **others,
    }


def test_ten_that_register_at_once_have_ten_versions_and_the_best_is_champion(
    team, as_user, logged
):
    def tell(number: int) -> dict[str, str]:
        client = open_store(team.address)
        return register(client, candidate(number), run_id=lambda: logged, parent_id="parent")

    with ThreadPoolExecutor(len(TEN)) as pool:
        told = list(pool.map(tell, TEN))
    client = as_user(BOB)
    versions = client.search_model_versions("name = 'registered_at_once'")
    assert {int(v.version) for v in versions} == set(range(1, 11))
    assert {v.tags["identity"] for v in versions} == {f"weights {number}" for number in TEN}
    assert len({each["registered.version"] for each in told}) == len(TEN)
    champion = client.get_model_version_by_alias("registered_at_once", "champion")
    assert champion.tags["identity"] == "weights 6"


def test_a_user_promotes_a_challenger_of_somebody_elses_model(as_user, logged, caplog):
    client = as_user(ANN)
    for number, days in ((6, "other days"), (1, "days")):
        theirs = candidate(number, model="of_ann", digest=days)
        register(client, theirs, run_id=lambda: logged, parent_id="p")
    client.delete_registered_model_alias("of_ann", "champion")
    client = as_user(BOB)
    again = candidate(1, model="of_ann")
    told = register(client, again, run_id=lambda: logged, parent_id="p")
    assert (told["registered.version"], told["registered.alias"]) == ("2", "champion")
    assert client.get_model_version_by_alias("of_ann", "champion").version == "2"
