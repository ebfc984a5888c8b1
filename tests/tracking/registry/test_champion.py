"""The champion of a real registry, as datasets read it."""

from pathlib import Path

import pytest
import torch
from kedro.io import DatasetError

from dl_pipelines.errors import DataError, TrackingError, user_error
from dl_pipelines.params import Tracking
from dl_pipelines.tracking.champion import ChampionDataset, ChampionRecordDataset
from tests.tracking.forecasters import HEADER, forecaster


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
        "ts_code": "000300.SH",
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


def test_all_nodes_of_a_run_see_the_same_champion(datasets, tell, store):
    champion, _ = datasets
    tell()
    first = champion.load()
    store.delete_registered_model_alias("stock_lstm", "champion")
    assert champion.load() is first
    champion.release()
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
        dataset.settings = Tracking(uri="http://user:secret@127.0.0.1:9", patience_seconds=0)
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
