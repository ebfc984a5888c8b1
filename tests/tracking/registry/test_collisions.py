"""Another run writes between the two steps of a write, in a real registry."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from unittest import mock

import pytest
from mlflow.entities import Dataset, DatasetInput
from mlflow.exceptions import MlflowException
from sqlalchemy import event
from sqlalchemy.orm import Session

from dl_pipelines.evaluation.champions import alias_of
from dl_pipelines.tracking import registry, start
from dl_pipelines.tracking.descriptions import NOTE, experiment_note
from dl_pipelines.tracking.killed import end_killed, place_tags
from dl_pipelines.tracking.shared_client import repeated
from tests.tracking.registry.versions import aliases


@pytest.fixture
def meanwhile(root) -> Iterator[Callable[..., None]]:
    """Let another run change a table after MLflow's store has looked into it, before it writes."""
    theirs: dict[str, tuple[str, tuple[object, ...]]] = {}

    def prepare(table: str, statement: str, *values: object) -> None:
        theirs[table] = (statement, values)

    def write(session: Session, *_: object) -> None:
        for row in (*session.new, *session.dirty):
            if row.__tablename__ in theirs:
                with closing(sqlite3.connect(root / "mlflow.db")) as database, database:
                    database.execute(*theirs.pop(row.__tablename__))

    event.listen(Session, "before_flush", write)
    yield prepare
    event.remove(Session, "before_flush", write)
    assert not theirs


ALIASES = "registered_model_aliases"


def test_an_alias_that_another_run_sets_first_is_moved(store, tell, meanwhile):
    tell(identity="mine")
    store.delete_registered_model_alias("stock_lstm", "champion")
    theirs = "INSERT INTO registered_model_aliases (alias, version, name) VALUES (?, ?, ?)"
    meanwhile(ALIASES, theirs, "champion", 7, "stock_lstm")
    tell(identity="mine")
    assert aliases(store) == {"champion": "1"}


def test_an_alias_that_another_run_deletes_is_set(store, tell, meanwhile):
    tell(identity="before", validation_rmse=50.0)
    meanwhile(ALIASES, "DELETE FROM registered_model_aliases")
    tell(identity="mine")
    assert aliases(store) == {"champion": "2"}


def test_a_version_that_two_runs_judge_at_once_tells_the_later_reason(store, tell, meanwhile):
    tell(identity="mine")
    for alias in aliases(store):
        store.delete_registered_model_alias("stock_lstm", alias)
    store.delete_model_version_tag("stock_lstm", "1", "reason")
    theirs = "INSERT INTO model_version_tags (name, version, key, value) VALUES (?, ?, ?, ?)"
    meanwhile("model_version_tags", theirs, "stock_lstm", 1, "reason", "theirs")
    told = tell(identity="mine")
    [version] = store.search_model_versions("name = 'stock_lstm'")
    assert version.tags["reason"] == told["registered.reason"]


def test_a_champion_that_is_deleted_meanwhile_is_followed(store, tell, monkeypatch):
    def judged(*args: object, **options: object) -> tuple[str, str]:
        store.delete_model_version("stock_lstm", "1")
        return alias_of(*args, **options)

    tell(identity="before", validation_rmse=50.0)
    monkeypatch.setattr(registry, "alias_of", judged)
    tell(identity="mine")
    assert aliases(store) == {"champion": "2"}


def test_an_experiment_that_another_run_describes_has_a_description(store, meanwhile):
    experiment = store.create_experiment("new")
    theirs = "INSERT INTO experiment_tags (key, value, experiment_id) VALUES (?, ?, ?)"
    meanwhile("experiment_tags", theirs, NOTE, "theirs", experiment)
    start._describe(store, experiment, ["stock_lstm"])
    assert store.get_experiment(experiment).tags[NOTE] == experiment_note(["stock_lstm"])


def test_data_that_another_run_logs_first_are_logged_once(store, meanwhile):
    runs = [store.create_run("0").info.run_id for _ in range(2)]
    data = DatasetInput(Dataset("bars", "digest", "local", "file:///bars.csv"))
    theirs = "INSERT INTO datasets VALUES (?, 0, 'bars', 'digest', 'local', 'theirs', NULL, NULL)"
    meanwhile("datasets", theirs, "theirs")
    for run in runs:
        store.log_inputs(run, [data])
    [[mine], [again]] = (store.get_run(run).inputs.dataset_inputs for run in runs)
    assert mine.dataset.source == again.dataset.source == "theirs"


def test_a_killed_run_that_another_run_finds_is_ended(store, meanwhile):
    place = place_tags("folder", ["stock_lstm", "house_price"])
    killed = store.create_run("0", tags=place).info.run_id
    theirs = "INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)"
    meanwhile("tags", theirs, "error", "theirs", killed)
    end_killed(store, "folder", ["stock_lstm"])
    run = store.get_run(killed)
    assert run.info.status == "KILLED"
    assert "was killed" in run.data.tags["error"]


@pytest.mark.parametrize(("code", "calls"), [("BAD_REQUEST", 5), ("RESOURCE_DOES_NOT_EXIST", 1)])
def test_what_is_refused_for_another_reason_is_raised(code, calls):
    error = MlflowException("no")
    error.error_code = code
    write = mock.Mock(side_effect=error)
    with pytest.raises(MlflowException, match="no"):
        repeated(write)()
    assert write.call_count == calls
