"""The last line of a run, and the command that shows what it names."""

from pathlib import Path

import pytest
from kedro.pipeline import Node

from dl_pipelines.tracking import pages

RUN = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("uri", "command"),
    [
        ("https://me:secret@host:8080/mlflow", ""),
        ("postgresql://me:secret@host/db", "mlflow ui --backend-store-uri postgresql://host/db"),
        ("sqlite:////other/mlflow.db", "mlflow ui --backend-store-uri sqlite:////other/mlflow.db"),
    ],
)
def test_the_command_that_shows_a_store(uri, command):
    assert pages.starting_ui(uri) == command


def test_the_projects_own_store_is_shown_by_mlflow_ui(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert pages.starting_ui(f"sqlite:///{(tmp_path / 'mlflow.db').as_posix()}") == "mlflow ui"
    other = f"sqlite:///{(tmp_path / 'other.db').as_posix()}"
    assert pages.starting_ui(other).endswith(f"--backend-store-uri {other}")


@pytest.mark.parametrize("uri", ["sqlite:///mlflow.db", "http://me:secret@127.0.0.1:5000"])
def test_the_last_line_is_the_whole_address_however_narrow_the_terminal(monkeypatch, capsys, uri):
    monkeypatch.setenv("COLUMNS", "40")
    page = pages.run_page(uri, "1", RUN)
    pages.announce("FINISHED", uri, page)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"http://127.0.0.1:5000/#/experiments/1/runs/{RUN}"


def test_a_run_ends_with_the_address_of_its_page(project, tracked, capsys):
    project.register([Node(lambda: 1, None, "x", name="make")])
    project.run()
    (run,) = tracked()
    last = capsys.readouterr().out.splitlines()[-1]
    assert Path(last).name == run.id
    assert last.startswith("http://127.0.0.1:5000/#/experiments/")
