"""Two runs that register a model at the same moment, in a real registry."""

from datetime import date
from typing import Any
from unittest import mock

import pytest
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import PERMISSION_DENIED

from dl_pipelines.tracking import registry, rivals
from dl_pipelines.tracking.refusals import refusal
from tests.tracking.registry.versions import aliases


@pytest.fixture
def meanwhile(tell, monkeypatch):
    """Let another run register a version between a run's judgement and its moving the alias."""

    def during(**theirs: Any) -> None:
        judge = registry.alias_of

        def judged(*args: Any, **kwargs: Any) -> tuple[str, str]:
            monkeypatch.setattr(registry, "alias_of", judge)
            verdict = judge(*args, **kwargs)
            tell(**theirs)
            return verdict

        monkeypatch.setattr(registry, "alias_of", judged)

    return during


@pytest.mark.parametrize("first", [True, False])
def test_the_better_of_two_at_once_is_champion_though_it_was_first(store, tell, meanwhile, first):
    if not first:
        tell(identity="before", validation_rmse=50.0)
    meanwhile(identity="theirs", validation_rmse=30.0)
    mine = tell(identity="mine", validation_rmse=40.0)
    versions = {v.tags["identity"]: str(v.version) for v in store.search_model_versions()}
    assert aliases(store) == {"champion": versions["theirs"], "challenger": versions["mine"]}
    assert mine["registered.alias"] == "challenger"
    assert "registered meanwhile, is better" in mine["registered.reason"]


def test_the_best_of_three_is_champion_though_one_has_seen_two_only(store, tell, monkeypatch):
    def looked(*args: Any) -> Any:
        found = rivals.better_since(*args)
        monkeypatch.setattr(registry, "better_since", rivals.better_since)
        tell(identity="third", validation_rmse=20.0)
        return found

    tell(identity="second", validation_rmse=30.0)
    store.delete_registered_model_alias("stock_lstm", "champion")
    monkeypatch.setattr(registry, "better_since", looked)
    mine = tell(identity="mine", validation_rmse=40.0)
    versions = {v.tags["identity"]: str(v.version) for v in store.search_model_versions()}
    assert aliases(store) == {"champion": versions["third"], "challenger": versions["mine"]}
    assert mine["registered.reason"].startswith(f"version {versions['third']}, which another run")


def test_one_that_moves_the_alias_late_is_champion_though_its_version_is_older(
    store, tell, monkeypatch
):
    judge = registry.alias_of

    def judged(*args: Any, **kwargs: Any) -> tuple[str, str]:
        store.set_registered_model_alias("stock_lstm", "champion", late["registered.version"])
        return judge(*args, **kwargs)

    late = tell(identity="late", validation_rmse=30.0)
    tell(identity="before", validation_rmse=50.0, promote="always")
    monkeypatch.setattr(registry, "alias_of", judged)
    tell(identity="mine", validation_rmse=40.0)
    assert aliases(store)["champion"] == late["registered.version"]


@pytest.mark.parametrize(
    "theirs",
    [
        {"validation_rmse": 45.0},
        {"validation_rmse": 30.0, "digest": "other days"},
        {"validation_rmse": 30.0, "ts_code": "000905.SH"},
        {"validation_rmse": 30.0, "promote": "never"},
    ],
)
def test_one_that_is_not_better_takes_nothing_away(store, tell, meanwhile, theirs):
    tell(identity="before", validation_rmse=50.0)
    meanwhile(identity="theirs", **theirs)
    mine = tell(identity="mine", validation_rmse=40.0)
    assert mine["registered.alias"] == "champion"
    assert aliases(store)["champion"] == mine["registered.version"]


@pytest.mark.parametrize("rmse", [None, "good"])
def test_a_version_that_was_tagged_by_hand_is_no_rival(store, tell, logged, rmse):
    tell(identity="before", validation_rmse=50.0)
    place = store.get_model_version("stock_lstm", "1").source
    tags = {"digest": "days", "ts_code": "000300.SH", "promote": "better"}
    scored = {"validation_rmse": rmse} if rmse else {}
    store.create_model_version("stock_lstm", place, tags=tags | scored)
    mine = tell(identity="mine", validation_rmse=40.0)
    assert aliases(store)["champion"] == mine["registered.version"]


def test_whoever_promotes_always_stays_champion(store, tell, meanwhile):
    tell(identity="before", validation_rmse=50.0)
    meanwhile(identity="theirs", validation_rmse=30.0)
    mine = tell(identity="mine", validation_rmse=40.0, promote="always")
    assert aliases(store)["champion"] == mine["registered.version"]


def test_a_challenger_whose_alias_may_not_be_deleted_becomes_champion_all_the_same(
    store, tell, monkeypatch, caplog
):
    tell(identity="before", digest="other days")
    tell(identity="mine")
    denied = MlflowException("Permission denied", error_code=PERMISSION_DENIED)
    assert refusal(denied)
    store.delete_registered_model_alias("stock_lstm", "champion")
    with mock.patch.object(type(store), "delete_registered_model_alias", side_effect=denied):
        mine = tell(identity="mine")
    assert (mine["registered.version"], mine["registered.alias"]) == ("2", "champion")
    assert aliases(store) == {"champion": "2", "challenger": "2"}
    assert "may not delete" in caplog.text


def test_an_alias_that_was_set_back_by_hand_is_not_undone(store, tell, monkeypatch):
    monkeypatch.setattr(rivals, "_AT_ONCE", -1)  # what was registered before was not at once
    good = tell(identity="good", validation_rmse=50.0)
    tell(identity="flawed", validation_rmse=30.0)
    store.set_registered_model_alias("stock_lstm", "champion", good["registered.version"])
    mine = tell(identity="mine", validation_rmse=40.0)
    assert mine["registered.alias"] == "champion"
    assert aliases(store)["champion"] == mine["registered.version"]


def test_nor_is_it_by_an_older_version_that_is_registered_again(store, tell, monkeypatch):
    monkeypatch.setattr(rivals, "_AT_ONCE", -1)
    mine = tell(identity="mine", validation_rmse=40.0, promote="never")
    tell(identity="flawed", validation_rmse=30.0)
    tell(identity="good", validation_rmse=50.0, promote="always")
    tell(identity="mine", validation_rmse=40.0)
    assert aliases(store)["champion"] == mine["registered.version"]


@pytest.fixture
def broken_off(tell, monkeypatch):
    """Register a model as a run whose server goes, or that is killed, when it moves the alias."""

    def gone(client: Any, registration: Any, *others: Any) -> Any:
        if registration["identity"] == "mine":
            raise ConnectionResetError
        return rivals.better_since(client, registration, *others)

    def tell_in_vain(**mine: Any) -> None:
        with monkeypatch.context() as patch, pytest.raises(ConnectionResetError):
            patch.setattr(registry, "better_since", gone)
            tell(**mine)

    return tell_in_vain


@pytest.mark.parametrize("first", [True, False])
def test_a_registration_that_broke_off_is_finished_by_the_next_attempt(
    store, tell, broken_off, first
):
    own = {"identity": "mine", "validation_rmse": 40.0}
    if not first:
        tell(identity="before", validation_rmse=50.0)
        tell(**own, promote="never")  # leaves the alias challenger, and a reason of its own
    broken_off(**own)
    again = tell(**own)
    assert aliases(store) == {"champion": again["registered.version"]}
    version = store.get_model_version("stock_lstm", again["registered.version"])
    expected = "there is no champion yet" if first else "is below the 50.00 of the champion, versi"
    assert expected in version.tags["reason"] == again["registered.reason"]
    assert f"**Judged** champion on {date.today()}, for {version.tags['reason']}" in (
        version.description
    )
    assert "to the bit" in tell(**own)["registered.reason"]
    assert store.get_model_version("stock_lstm", version.version).tags == version.tags


def test_a_registration_that_broke_off_gives_way_to_the_better_of_two(
    store, tell, broken_off, meanwhile
):
    tell(identity="before", validation_rmse=50.0)
    meanwhile(identity="theirs", validation_rmse=30.0)
    broken_off(identity="mine", validation_rmse=40.0)
    mine = tell(identity="mine", validation_rmse=40.0)
    versions = {v.tags["identity"]: str(v.version) for v in store.search_model_versions()}
    assert aliases(store) == {"champion": versions["theirs"], "challenger": versions["mine"]}
    assert "registered meanwhile, is better" in mine["registered.reason"]
