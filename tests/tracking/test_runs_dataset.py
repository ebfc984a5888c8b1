"""The newest runs of several pipelines, read from a real store."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from kedro.io import DataCatalog, DatasetError

from dl_pipelines.errors import SettingError
from dl_pipelines.params import Tracking
from dl_pipelines.tracking.pages import run_page
from dl_pipelines.tracking.runs_dataset import MLflowRunsDataset, RunsHook
from tests.tracking.tracked_runs import track

DIGITS = {"dataset": "digits"}
FIGURES = {"frechet": 2.0}


@pytest.fixture
def gan(tmp_path) -> str:
    """A pipeline that no other test has run: they share the store."""
    return f"{tmp_path.name}_gan"


@pytest.fixture
def leave(client, tmp_path, gan):
    """Leave a run of the pipeline `gan`, of digits and measured, unless told otherwise."""

    def run(started: int, **given: Any) -> str:
        defaults = {"metrics": FIGURES, "tags": DIGITS}
        return track(client, tmp_path, gan, started=started, **defaults | given)

    return run


@pytest.fixture
def dataset(tmp_path, monkeypatch, store, gan) -> MLflowRunsDataset:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    wanted = {"tags": DIGITS, "metrics": ["frechet"], "artifacts": ["figures/samples.png"]}
    return MLflowRunsDataset(tmp_path.as_posix(), [f"{gan}_never_run", gan], **wanted)


def test_the_newest_of_several_is_read(leave, dataset, gan):
    leave(2000)
    newest = leave(3000, metrics={"frechet": 1.5, "recall": 0.5}, files={"samples.png": b"a sheet"})
    leave(1000)
    (run,) = dataset.load().to_dict("records")
    assert (run["pipeline"], run["run_id"]) == (gan, newest)
    assert run["started"] == pd.Timestamp("1970-01-01 00:50:00", tz="UTC")
    assert (run["metrics.frechet"], run["metrics.recall"]) == (1.5, 0.5)
    assert run["tags.dataset"] == "digits"
    assert not any("mlflow." in name for name in run)
    assert run["artifacts.figures/samples.png"] == b"a sheet"
    assert run["url"].startswith("http://127.0.0.1:5000/#/experiments/")
    assert run["url"].endswith(f"/runs/{newest}")


def test_runs_that_failed_or_tell_something_else_are_passed_over(leave, dataset, monkeypatch):
    monkeypatch.setattr("dl_pipelines.tracking.runs_dataset._PAGE", 2)  # it lies on the third
    sound = leave(1000)
    leave(2000, status="FAILED")
    leave(3000, tags={"dataset": "fashion"})
    leave(4000, tags={})
    leave(5000, metrics={"elbo": -100.0})
    leave(6000, tags=DIGITS | {"mlflow.parentRunId": sound})
    leave(7000, metrics={"recall": 0.5})
    frame = dataset.load()
    assert frame["run_id"].tolist() == [sound]
    assert frame["artifacts.figures/samples.png"].tolist() == [None]


def test_where_there_are_no_runs_the_frame_says_what_was_looked_for(dataset, gan):
    frame = dataset.load()
    assert frame.empty
    assert frame.attrs["pipelines"] == [f"{gan}_never_run", gan]


def test_a_sheet_that_is_lost_costs_the_sheet_only(leave, dataset, monkeypatch, caplog):
    leave(1000, files={"samples.png": b"a sheet"})

    def refused(*_: object) -> None:
        raise PermissionError("no such bucket at\nhttp://ann:s3cret@host/api/2.0")

    monkeypatch.setattr("mlflow.MlflowClient.download_artifacts", refused)
    assert dataset.load()["artifacts.figures/samples.png"].tolist() == [None]
    (told,) = caplog.messages
    assert "cannot be read: no such bucket at http://host/api/2.0" in told


def test_a_database_that_is_not_there_is_not_made(dataset, monkeypatch, tmp_path):
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert dataset.load().empty
    assert not (tmp_path / "mlflow.db").exists()


def test_a_store_that_cannot_be_read_is_told_in_a_sentence(dataset, monkeypatch, tmp_path):
    database = tmp_path / "broken.db"
    database.write_text("no database")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{database.as_posix()}")
    with pytest.raises(DatasetError, match=r"runs tracked in sqlite cannot be read \(.+\): mend"):
        dataset.load()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@127.0.0.1:9")
    with pytest.raises(DatasetError, match=r"127\.0\.0\.1:9 does not answer") as caught:
        dataset.load()
    assert "secret" not in str(caught.value)


def test_runs_are_read_only(dataset):
    with pytest.raises(DatasetError, match="never written"):
        dataset.save(pd.DataFrame())


def test_pipelines_that_share_an_experiment_are_told_apart(leave, dataset, client, tmp_path, gan):
    dataset.settings = Tracking(experiment=f"{gan}_shared")
    shared = leave(1000, experiment=f"{gan}_shared")
    other = {"started": 2000, "metrics": FIGURES, "tags": DIGITS, "experiment": f"{gan}_shared"}
    track(client, tmp_path, "mnist_cnn", **other)
    leave(3000)  # before all shared one
    assert dataset.load()["run_id"].tolist() == [shared]


@pytest.mark.parametrize(
    ("uri", "page"),
    [
        (
            "https://user:secret@host:8080/mlflow/",
            "https://host:8080/mlflow/#/experiments/3/runs/a",
        ),
        ("postgresql://user:secret@host/db", "http://127.0.0.1:5000/#/experiments/3/runs/a"),
    ],
)
def test_a_link_bears_no_password(uri, page):
    assert run_page(uri, "3", "a") == page


def context(**parameters: object) -> SimpleNamespace:
    return SimpleNamespace(config_loader={"parameters": parameters})


def test_the_hook_hands_the_settings_of_tracking_on(leave, gan, monkeypatch, store, tmp_path):
    run = leave(1000)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    kind = f"{MLflowRunsDataset.__module__}.MLflowRunsDataset"
    entry = {"type": kind, "path": tmp_path.as_posix(), "pipelines": [gan]}
    hook, catalog = RunsHook(), DataCatalog.from_config({"runs": entry})
    hook.after_context_created(context())
    hook.after_catalog_created(catalog)
    assert catalog.load("runs").empty
    hook.after_context_created(context(tracking={"uri": store}))
    hook.after_catalog_created(catalog)
    assert catalog.load("runs")["run_id"].tolist() == [run]
    with pytest.raises(SettingError, match="there is no setting 'url'"):
        hook.after_context_created(context(tracking={"url": store}))
