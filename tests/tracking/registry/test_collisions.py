"""Another run writes between the two steps of a write, in a real registry."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from unittest import mock

import pytest
from mlflow.exceptions import MlflowException
from sqlalchemy import event
from sqlalchemy.orm import Session

from dl_pipelines.tracking import start
from dl_pipelines.tracking.collisions import write_at_once
from dl_pipelines.tracking.descriptions import NOTE, experiment_note
from tests.tracking.registry.versions import aliases


@pytest.fixture
def meanwhile(root) -> Iterator[Callable[[str, str], None]]:
    """Let another run change a table after MLflow's store has looked into it, before it writes."""
    theirs: dict[str, str] = {}

    def write(session: Session, *_: object) -> None:
        for row in (*session.new, *session.dirty):
            if statement := theirs.pop(row.__tablename__, ""):
                with closing(sqlite3.connect(root / "mlflow.db")) as database, database:
                    database.execute(statement)

    event.listen(Session, "before_flush", write)
    yield theirs.__setitem__
    event.remove(Session, "before_flush", write)
    assert not theirs


ALIASES = "registered_model_aliases"


def test_an_alias_that_another_run_sets_first_is_moved(store, tell, meanwhile):
    tell(identity="mine")
    store.delete_registered_model_alias("stock_lstm", "champion")
    row = "(alias, version, name, workspace) VALUES ('champion', 7, 'stock_lstm', 'default')"
    meanwhile(ALIASES, f"INSERT INTO registered_model_aliases {row}")
    tell(identity="mine")
    assert aliases(store) == {"champion": "1"}


def test_an_alias_that_another_run_deletes_is_set(store, tell, meanwhile):
    tell(identity="before", validation_rmse=50.0)
    meanwhile(ALIASES, "DELETE FROM registered_model_aliases")
    tell(identity="mine")
    assert aliases(store) == {"champion": "2"}


def test_an_experiment_that_another_run_describes_has_a_description(store, meanwhile):
    experiment = store.create_experiment("new")
    row = f"(key, value, experiment_id) VALUES ('{NOTE}', 'theirs', {experiment})"
    meanwhile("experiment_tags", f"INSERT INTO experiment_tags {row}")
    start._describe(store, experiment, ["stock_lstm"])
    assert store.get_experiment(experiment).tags[NOTE] == experiment_note(["stock_lstm"])


@pytest.mark.parametrize(("code", "calls"), [("BAD_REQUEST", 5), ("RESOURCE_DOES_NOT_EXIST", 1)])
def test_what_is_refused_for_another_reason_is_raised(code, calls):
    error = MlflowException("no")
    error.error_code = code
    write = mock.Mock(side_effect=error)
    with pytest.raises(MlflowException, match="no"):
        write_at_once(write)
    assert write.call_count == calls
