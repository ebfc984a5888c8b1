"""Treebanks: where they come from."""

import logging
from pathlib import Path

import pandas as pd
import pytest
from kedro.io import DatasetError

from dl_pipelines.io.conllu import parse_conllu
from dl_pipelines.io.treebank import TreebankDataset
from dl_pipelines.sources.treebanks import book_tokens
from tests.io.treebanks import TEXTS, short, write_treebank
from tests.sources.file_server import FileServer


def assert_small(tokens: pd.DataFrame, *, dataset: str, source: str) -> None:
    """All of the small treebank."""
    assert list(tokens)[:3] == ["part", "sentence", "position"]
    assert tokens["part"].drop_duplicates().tolist() == list(TEXTS)
    assert tokens.index.tolist() == list(range(len(tokens)))
    for part, text in TEXTS.items():
        words = tokens[tokens["part"] == part].drop(columns="part").reset_index(drop=True)
        pd.testing.assert_frame_equal(words, parse_conllu(text, part), check_flags=False)
    assert tokens.attrs == {"dataset": dataset, "source": source}


def test_the_book_is_embedded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    dataset = TreebankDataset("book", str(tmp_path), metadata={"mlflow": "input"})
    assert dataset.exists()
    tokens = dataset.load()
    pd.testing.assert_frame_equal(tokens, book_tokens(), check_flags=False)
    source = "the book's three sentences (section 7.7)"
    assert tokens.attrs == {"dataset": "book", "source": source}
    assert f"book: {source}" in caplog.text
    assert dataset.metadata == {"mlflow": "input"}


def test_the_users_own_files_come_before_the_mirror(tmp_path: Path, ewt_mirror: Path) -> None:
    (ewt_mirror / "en_ewt-ud-train.conllu").write_text("not looked at")
    write_treebank(tmp_path / "ewt", "en_other")
    tokens = TreebankDataset("ewt", str(tmp_path)).load()
    source = f"own file en_other-ud-train.conllu, {short('train')}"
    assert_small(tokens, dataset="ewt", source=source)


def test_the_mirror_comes_before_a_download(
    tmp_path: Path, ewt_mirror: Path, ewt_server: FileServer
) -> None:
    dataset = TreebankDataset("ewt", str(tmp_path))
    assert dataset.exists()
    source = f"mirror pos/en_ewt-ud-train.conllu, {short('train')}"
    assert_small(dataset.load(), dataset="ewt", source=source)
    assert ewt_server.requests == 0


def test_without_a_mirror_it_is_downloaded_once(tmp_path: Path, ewt_server: FileServer) -> None:
    dataset = TreebankDataset("ewt", str(tmp_path))
    assert not dataset.exists()
    source = f"{ewt_server.root}/en_ewt-ud-train.conllu, {short('train')}"
    for _ in range(2):
        assert_small(dataset.load(), dataset="ewt", source=source)
    assert ewt_server.requests == 3


def test_a_treebank_of_the_users_own(tmp_path: Path) -> None:
    folder = write_treebank(tmp_path / "chinese", "zh_gsd")
    (folder / "README.md").write_text("its own", encoding="utf-8")
    dataset = TreebankDataset("own", "data/01_raw", str(folder))
    assert dataset.exists()
    source = f"own file zh_gsd-ud-train.conllu, {short('train')}"
    assert_small(dataset.load(), dataset="zh_gsd", source=source)


def test_a_folder_may_be_called_by_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_treebank(tmp_path / "2024", "zh_gsd")
    monkeypatch.chdir(tmp_path)
    dataset = TreebankDataset("own", "data/01_raw", 2024)
    assert dataset.exists()
    assert dataset.load().attrs["dataset"] == "zh_gsd"


def test_a_source_is_never_written(tmp_path: Path) -> None:
    dataset = TreebankDataset("book", str(tmp_path))
    with pytest.raises(DatasetError, match="book is a source and is never written"):
        dataset.save(book_tokens())
    assert "book" in repr(dataset)
