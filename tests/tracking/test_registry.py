"""Versions and aliases in a real registry, and the champion as datasets read it."""

import os
import shutil
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import torch
from kedro.io import DatasetError

from dl_pipelines.errors import DataError, TrackingError, user_error
from dl_pipelines.evaluation.champions import alias_of
from dl_pipelines.params import Tracking
from dl_pipelines.tracking import models
from dl_pipelines.tracking.champion import ChampionDataset, ChampionRecordDataset
from dl_pipelines.tracking.forms import served_network
from dl_pipelines.tracking.registry import champion_record, register
from dl_pipelines.tracking.store import experiment_id, open_store
from tests.tracking.forecasters import HEADER, forecaster, saved

CANDIDATE = {
    "variant": "lstm",
    "promote": "better",
    "identity": "first",
    "digest": "days",
    "validation_rmse": 40.0,
}


@pytest.fixture(scope="module")
def logged(tmp_path_factory, empty_store) -> tuple[Path, str, str]:
    """A project with a database in which one run has logged a model, and one has not."""
    root = tmp_path_factory.mktemp("logged")
    uri = f"sqlite:///{shutil.copy(empty_store, root / 'mlflow.db')}"
    client = open_store(uri)
    experiment = experiment_id(client, "stock_lstm", root)
    run, other = (client.create_run(experiment).info.run_id for _ in range(2))
    with mock.patch.dict(os.environ):  # MLflow leaves its choice of a store there
        models._log(served_network, saved(root), uri, experiment, run)
    return root, run, other


@pytest.fixture
def root(logged, tmp_path) -> Path:
    """A copy of its database."""
    shutil.copy(logged[0] / "mlflow.db", tmp_path)
    return tmp_path


@pytest.fixture
def store(root):
    """The client of that database: it takes the place of the one that other tests share."""
    return open_store(f"sqlite:///{root.as_posix()}/mlflow.db")


@pytest.fixture
def tell(store, logged):
    """Register the logged model as the hook does."""

    def tell(run_id: str = logged[1], **candidate: Any) -> dict[str, str]:
        registration = {"model": "stock_lstm", **CANDIDATE, **candidate}
        return register(store, registration, run_id=lambda: run_id, parent_id="parent")

    return tell


def aliases(store) -> dict[str, str]:
    found = store.get_registered_model("stock_lstm").aliases
    return {alias: str(version) for alias, version in found.items()}


def test_aliases_move_as_scores_say_and_reasons_are_kept(store, tell, logged):
    first = tell()
    assert (first["registered.version"], first["registered.alias"]) == ("1", "champion")
    worse = tell(identity="second", validation_rmse=41.0)
    assert (worse["registered.version"], worse["registered.alias"]) == ("2", "challenger")
    assert aliases(store) == {"champion": "1", "challenger": "2"}
    better = tell(identity="third", validation_rmse=39.0)
    assert aliases(store) == {"champion": "3", "challenger": "2"}
    other = tell(identity="fourth", validation_rmse=1.0, digest="other")
    assert aliases(store) == {"champion": "3", "challenger": "4"}
    assert "cannot be compared" in other["registered.reason"]
    tags = store.get_model_version("stock_lstm", "3").tags
    assert tags["reason"] == better["registered.reason"]
    assert (tags["validation_rmse"], tags["digest"]) == ("39.0", "days")
    assert (tags["identity"], tags["kedro.run"]) == ("third", "parent")
    assert store.get_model_version("stock_lstm", "3").run_id == logged[1]
    record = {"version": "3", "identity": "third", "digest": "days", "validation_rmse": 39.0}
    assert champion_record(store, "stock_lstm") == record


def test_the_same_weights_are_no_new_version(store, tell):
    tell()
    again = tell()
    assert again["registered.version"] == "1" and "to the bit" in again["registered.reason"]
    tell(identity="second", validation_rmse=41.0)
    tell(identity="second", validation_rmse=41.0)
    assert aliases(store) == {"champion": "1", "challenger": "2"}
    assert len(store.search_model_versions("name = 'stock_lstm'")) == 2
    store.set_registered_model_alias("stock_lstm", "champion", "2")  # by hand
    tell(identity="first", promote="never")
    assert aliases(store) == {"champion": "2", "challenger": "1"}


def test_always_makes_a_version_of_the_champions_own_weights(store, tell):
    """Its files may be gone."""
    tell()
    again = tell(promote="always")
    assert (again["registered.version"], again["registered.alias"]) == ("2", "champion")
    assert again["registered.reason"].startswith("stock_lstm.registry.promote is always")
    assert aliases(store) == {"champion": "2"}


def test_the_judgement_is_made_again_when_the_alias_moves(store, tell):
    """Two runs at a time: both were judged while there was no champion."""
    setting = "stock_lstm.registry.promote"
    slow = CANDIDATE | {"identity": "slow", "validation_rmse": 45.0}
    assert alias_of(slow, {}, promote="better", setting=setting)[0] == "champion"
    tell()
    later = tell(**slow, alias="champion")
    assert later["registered.alias"] == "challenger"
    assert aliases(store) == {"champion": "1", "challenger": "2"}


def test_a_run_without_a_model_registers_nothing_and_says_so(store, tell, logged, caplog):
    assert tell(run_id=logged[2]) == {}
    assert "has logged no model of 'lstm'" in caplog.text
    assert store.search_registered_models() == []
    tell()  # but what is registered may be found again by its weights
    assert tell(run_id=logged[2])["registered.version"] == "1"
    assert tell(run_id=logged[2], promote="always") == {}
    assert aliases(store) == {"champion": "1"}


@pytest.fixture
def datasets(root, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    kinds = (ChampionDataset, ChampionRecordDataset)
    return [kind(root.as_posix(), model="stock_lstm") for kind in kinds]


def refused(dataset: ChampionDataset | ChampionRecordDataset) -> str:
    with pytest.raises(DatasetError) as caught:
        dataset.load()
    mistake = user_error(caught.value)
    assert isinstance(mistake, DataError | TrackingError)
    assert "\n" not in str(mistake)
    return str(mistake)


def test_the_champion_is_what_was_logged(datasets, tell, logged):
    champion, record = datasets
    tell()
    weights = champion.load()
    for name, tensor in forecaster().state.items():
        assert torch.equal(weights.state[name], tensor)
    named = {"model": "stock_lstm", "model_version": 1, "run_id": logged[1]}
    assert weights.header == {**HEADER, **named, "validation_rmse": 40.0}
    assert record.load() == {
        "tracked": True,
        "version": "1",
        "identity": "first",
        "digest": "days",
        "validation_rmse": 40.0,
    }


def test_without_a_champion_it_says_what_to_run(datasets, root, tell, store):
    champion, record = datasets
    nobody = "no champion of stock_lstm .+: run kedro run --pipeline stock_lstm first"
    for place in (root, root / "empty"):
        for dataset in datasets:
            dataset._root = place
        with pytest.raises(DatasetError, match=nobody):
            champion.load()
        assert record.load() == {"tracked": True}
    assert not (root / "empty").exists()  # no database is made
    champion._root = root
    tell()
    store.delete_model_version("stock_lstm", "1")
    assert "no champion of stock_lstm" in refused(champion)


def test_files_that_are_gone_are_named(datasets, tell, store):
    champion, _ = datasets
    tell()
    place = Path(store.get_model_version_download_uri("stock_lstm", "1").removeprefix("file://"))
    place.rename(place.with_name("away"))
    try:
        sentence = refused(champion)
    finally:
        place.with_name("away").rename(place)
    assert "version 1 of stock_lstm, the champion, cannot be read" in sentence
    assert "stock_lstm.registry.promote=always" in sentence


def test_a_store_that_does_not_answer_keeps_to_tracking_required(datasets):
    _, record = datasets
    for dataset in datasets:
        dataset.settings = Tracking(uri="http://user:secret@127.0.0.1:9")
        sentence = refused(dataset)
        assert "127.0.0.1:9 does not answer" in sentence and "secret" not in sentence
    record.settings = Tracking(uri="http://127.0.0.1:9", required=False)
    assert record.load() == {"tracked": False}
    record.settings = Tracking(enabled=False)
    assert record.load() == {"tracked": False}


def test_both_are_read_only(datasets):
    for dataset in datasets:
        with pytest.raises(DatasetError, match="never written"):
            dataset.save({})
