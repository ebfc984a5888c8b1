"""Versions and aliases in a real registry."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from dl_pipelines.errors import TrackingError
from dl_pipelines.evaluation.champions import alias_of
from dl_pipelines.tracking.registry import champion_record
from dl_pipelines.tracking.versions import check_judged
from dl_pipelines.training.forecasting import identity_of
from tests.tracking.forecasters import HEADER, forecaster, saved
from tests.tracking.registry.versions import CANDIDATE, aliases


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
    record = {"version": "3", "identity": "third", "validation_rmse": 39.0}
    told = {"ts_code": "000300.SH", "digest": "days"}
    assert champion_record(store, "stock_lstm") == record | told
    share = tell(identity="fifth", validation_rmse=1.0, ts_code="600001.SH")
    assert share["registered.alias"] == "challenger"
    assert "is of 600001.SH, and the champion, version 3, is" in share["registered.reason"]


@pytest.mark.parametrize("score", ["", "good", "nan"])
def test_a_champion_that_was_scored_by_hand_cannot_be_compared(store, tell, score):
    tell()
    store.set_model_version_tag("stock_lstm", "1", "validation_rmse", score)
    mine = tell(identity="mine", validation_rmse=1.0)
    assert aliases(store) == {"champion": "1", "challenger": "2"}
    assert "cannot be compared: compare the two by hand" in mine["registered.reason"]


def test_pages_of_models_say_what_goes_in_how_to_load_it_and_why(store, tell, logged):
    store.create_registered_model("stock_lstm")  # before there were descriptions
    tell()
    assert "models:/stock_lstm@champion" in store.get_registered_model("stock_lstm").description
    note = store.get_model_version("stock_lstm", "1").description
    assert note.startswith("lstm for 000300.SH: RMSE 40.00 index points on the validation days.")
    place = f"#/experiments/{store.get_run(logged[1]).info.experiment_id}/runs/parent"
    assert place in note and "**Input:** daily bars" in note and "lower_90, upper_90" in note
    assert note.endswith(f"**Judged** champion on {date.today()}, for there is no champion yet.")
    tell(identity="second", validation_rmse=39.0)
    assert store.get_model_version("stock_lstm", "1").description == note
    never = tell(promote="never")["registered.reason"]
    assert f"for {never}." in store.get_model_version("stock_lstm", "1").description


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


def test_always_promotes_the_version_that_is_there(store, tell):
    """That of the same weights and calibration, if its files can be read."""
    own = {"identity": identity_of(forecaster().state, HEADER)}
    tell()
    tell(**own, validation_rmse=41.0)
    assert aliases(store) == {"champion": "1", "challenger": "2"}
    for _ in range(2):
        told = tell(**own, promote="always")
        assert (told["registered.version"], told["registered.alias"]) == ("2", "champion")
        assert told["registered.reason"].startswith("stock_lstm.registry.promote is always")
        assert aliases(store) == {"champion": "2"}


@pytest.mark.parametrize("lost", ["folder", "weights"])
def test_always_makes_a_version_where_files_are_gone(store, tell, lost):
    own = {"identity": identity_of(forecaster().state, HEADER)}
    tell(**own)
    folder = Path(store.get_model_version_download_uri("stock_lstm", "1").removeprefix("file://"))
    file = {"folder": folder, "weights": next(folder.rglob("*.safetensors"))}[lost]
    file.rename(file.with_name("away"))
    try:
        again = tell(**own, promote="always")
    finally:
        file.with_name("away").rename(file)
    assert (again["registered.version"], again["registered.alias"]) == ("2", "champion")
    assert again["registered.reason"].startswith("stock_lstm.registry.promote is always")
    assert aliases(store) == {"champion": "2"}


def test_a_store_is_used_that_is_not_the_one_mlflow_was_left_with(
    store, tell, empty_store, tmp_path, monkeypatch
):
    """Another project of this process, or a notebook, has chosen its own."""
    other = shutil.copy(empty_store, tmp_path / "other.db")
    monkeypatch.setattr(
        "mlflow.tracking._tracking_service.utils._tracking_uri", f"sqlite:///{other}"
    )
    assert tell()["registered.alias"] == "champion"
    place = Path(store.get_model_version_download_uri("stock_lstm", "1").removeprefix("file://"))
    assert (place / "MLmodel").is_file()


def test_the_judgement_is_made_again_when_the_alias_moves(store, tell):
    """Two runs at a time: both were judged while there was no champion."""
    setting = "stock_lstm.registry.promote"
    slow = CANDIDATE | {"identity": "slow", "validation_rmse": 45.0}
    assert alias_of(slow, {}, promote="better", setting=setting)[0] == "champion"
    tell()
    later = tell(**slow, alias="champion")
    assert later["registered.alias"] == "challenger"
    assert aliases(store) == {"champion": "1", "challenger": "2"}


def test_a_run_without_a_model_registers_nothing_and_says_so(store, tell, logged):
    nothing = "the run has logged no model of 'lstm'; run the node register of stock_lstm again"
    with pytest.raises(TrackingError, match=nothing):
        tell(run_id=logged[2])
    assert store.search_registered_models() == []
    tell()  # but what is registered may be found again by its weights
    assert tell(run_id=logged[2])["registered.version"] == "1"


def test_only_what_was_judged_is_registered(tmp_path):
    """Nodes that are run by their names may leave out `describe_candidate`."""
    registration = {"model": "stock_lstm", **CANDIDATE}
    with pytest.raises(TrackingError, match=r"forecaster.safetensors does not exist: run the node"):
        check_judged(tmp_path / "lstm_forecaster.safetensors", registration)
    file = saved(tmp_path)
    with pytest.raises(TrackingError, match="is not what was judged; run the node describe_cand"):
        check_judged(file, registration)
    check_judged(file, registration | {"identity": identity_of(forecaster().state, HEADER)})
