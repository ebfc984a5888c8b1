"""The commands of docs/server.md for a backup, here without Docker in front of them."""

import os
import subprocess

import pytest

from tests.services.conftest import ANN
from tests.services.programs import database_program

pytestmark = [pytest.mark.slow, pytest.mark.services]

TABLES = {
    "mlflow": ["experiments", "runs", "metrics", "params", "tags", "model_versions"],
    "mlflow_auth": ["users"],
}
RESTORED = "restored"


@pytest.fixture
def filled(team, as_user, tmp_path) -> str:
    """A run with a metric and a file; its id."""
    client = as_user(ANN)
    experiment = client.create_experiment(tmp_path.name)  # one a test, for the store is shared
    run_id = client.create_run(experiment).info.run_id
    client.log_metric(run_id, "rmse", 36.0)
    client.log_text(run_id, "kept", "folder/verdict.txt")
    return run_id


def program(team, name: str, *arguments: str) -> str:
    secret = team.secret("POSTGRES_PASSWORD")
    return database_program(name, team.ports["postgres"], secret, *arguments)


def bucket(team, *arguments: str) -> None:
    """The program that the service `bucket` has."""
    environment = os.environ | team.environment("bucket")
    words = [*team.words("bucket")[:-1], *arguments]
    subprocess.run(words, env=environment, check=True, stderr=subprocess.PIPE, text=True)


def test_a_folder_without_files_is_not_taken_for_a_backup(team, tmp_path):
    with pytest.raises(subprocess.CalledProcessError) as failed:
        bucket(team, "load", str(tmp_path))
    assert failed.value.stderr == (
        f"there is no file in {tmp_path}: give the folder that `save` has written.\n"
    )


def test_databases_are_restored_as_they_were(team, filled, tmp_path):
    for database, tables in TABLES.items():
        dump = str(tmp_path / f"{database}.dump")
        program(team, "pg_dump", "--format=custom", "--dbname", database, "--file", dump)
        other = f"{database}_{RESTORED}"
        team.psql("postgres", f"CREATE DATABASE {other}")
        restore = ["--clean", "--if-exists", "--exit-on-error", "--dbname", other]
        for _ in range(2):  # also over a database that is filled
            program(team, "pg_restore", *restore, dump)
        for table in tables:
            content = f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t"  # noqa: S608
            assert team.psql(other, content) == team.psql(database, content)
        rows = team.psql(other, f"SELECT count(*) FROM {tables[0]}")  # noqa: S608 - of this file
        assert int(rows) > 0
    assert "36" in team.psql(
        f"mlflow_{RESTORED}",
        f"SELECT value FROM metrics WHERE run_uuid = '{filled}'",  # noqa: S608
    )


def test_an_upgrade_of_a_database_that_is_new_changes_nothing(team, filled):
    words = [*team.words("mlflow")[:3], "db", "upgrade"]  # python -m mlflow
    address = team.words("mlflow")[team.words("mlflow").index("--backend-store-uri") + 1]
    before = team.psql("mlflow", "SELECT * FROM alembic_version")
    environment = os.environ | team.environment("mlflow")
    subprocess.run([*words, address], env=environment, check=True)
    assert team.psql("mlflow", "SELECT * FROM alembic_version") == before


def test_files_are_restored_as_they_were(team, filled, tmp_path):
    folder = tmp_path / "files"
    bucket(team, "save", str(folder))
    [verdict] = folder.rglob(f"{filled}/artifacts/folder/verdict.txt")
    assert verdict.read_text() == "kept"
    bucket(team, "make", "--bucket", RESTORED)
    bucket(team, "load", str(folder), "--bucket", RESTORED)
    store = team.store()
    listed = store.get_paginator("list_objects_v2")
    sizes = [
        {
            each["Key"]: each["ETag"]
            for page in listed.paginate(Bucket=name)
            for each in page["Contents"]
        }
        for name in ("mlflow", RESTORED)
    ]
    assert sizes[0] == sizes[1]
    assert len(sizes[0]) == sum(file.is_file() for file in folder.rglob("*"))
