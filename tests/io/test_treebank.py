"""Treebanks: where they come from, and what is said when they cannot be had."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from kedro.io import DataCatalog, DatasetError

from dl_pipelines.errors import DataError, SettingError, SourceError, user_error
from dl_pipelines.io.conllu import parse_conllu
from dl_pipelines.io.treebank import TreebankDataset
from dl_pipelines.sources.treebanks import ENDINGS, EWT, book_tokens
from tests.io.conllu_files import SMALL, conllu
from tests.sources.file_server import FileServer

TEXTS = {
    "train": SMALL,
    "valid": conllu([[("\u6211", "PRON"), ("\u7231", "VERB"), ("\u5317 \u4eac", "PROPN")]]),
    "test": conllu([[("fish", "NOUN")], [("swim", "VERB"), ("!", "PUNCT")]]),
}


def write_treebank(folder: Path, name: str, parts: Sequence[str] = tuple(TEXTS)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for part in parts:
        (folder / f"{name}{ENDINGS[part]}").write_text(TEXTS[part], encoding="utf-8")
    return folder


def short(part: str) -> str:
    return f"sha256 {hashlib.sha256(TEXTS[part].encode()).hexdigest()[:16]}"


def assert_small(tokens: pd.DataFrame, *, dataset: str, source: str) -> None:
    """All of the small treebank."""
    assert list(tokens)[:3] == ["part", "sentence", "position"]
    assert tokens["part"].drop_duplicates().tolist() == list(TEXTS)
    assert tokens.index.tolist() == list(range(len(tokens)))
    for part, text in TEXTS.items():
        words = tokens[tokens["part"] == part].drop(columns="part").reset_index(drop=True)
        pd.testing.assert_frame_equal(words, parse_conllu(text, part), check_flags=False)
    assert tokens.attrs == {"dataset": dataset, "source": source}


def failure(dataset: TreebankDataset) -> Exception:
    with pytest.raises(DatasetError) as caught:
        dataset.load()
    error = user_error(caught.value)
    assert error
    return error


@pytest.fixture
def ewt_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file_server: FileServer
) -> FileServer:
    """A server that has a small treebank under the names of EWT's files."""
    for part, remote in EWT.items():
        content = TEXTS[part].encode()
        name = Path(remote.mirror).name
        file_server.files[name] = content
        urls = (f"{file_server.root}/{name}",)
        digest = hashlib.sha256(content).hexdigest()
        monkeypatch.setitem(EWT, part, replace(remote, urls=urls, digest=digest))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return file_server


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ewt_server: FileServer) -> Path:
    """A mirror that has it too."""
    monkeypatch.setenv("DL_PIPELINES_DATA", str(tmp_path / "mirror"))
    return write_treebank(tmp_path / "mirror" / "pos", "en_ewt")


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


def test_the_users_own_files_come_before_the_mirror(tmp_path: Path, mirror: Path) -> None:
    (mirror / "en_ewt-ud-train.conllu").write_text("not looked at")
    write_treebank(tmp_path / "ewt", "en_other")
    tokens = TreebankDataset("ewt", str(tmp_path)).load()
    source = f"own file en_other-ud-train.conllu, {short('train')}"
    assert_small(tokens, dataset="ewt", source=source)


def test_the_mirror_comes_before_a_download(
    tmp_path: Path, mirror: Path, ewt_server: FileServer
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


def test_without_a_network_it_says_how_to_get_the_treebank(
    tmp_path: Path, ewt_server: FileServer
) -> None:
    ewt_server.close()
    error = failure(TreebankDataset("ewt", str(tmp_path)))
    assert isinstance(error, SourceError)
    own = tmp_path / "ewt" / "en_ewt-ud-train.conllu"
    for words in (
        f"{ewt_server.root}/en_ewt-ud-train.conllu cannot be reached",
        f"put the file at {own}",
        "DL_PIPELINES_DATA is not set",
    ):
        assert words in str(error)


def test_another_file_is_not_taken_for_the_treebank(
    tmp_path: Path, mirror: Path, ewt_server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = mirror / "en_ewt-ud-test.conllu"
    test.write_text(SMALL, encoding="utf-8")
    error = failure(TreebankDataset("ewt", str(tmp_path)))
    assert isinstance(error, DataError)
    assert str(error).startswith(f"{test} has the sha256 ")
    monkeypatch.delenv("DL_PIPELINES_DATA")
    ewt_server.files["en_ewt-ud-test.conllu"] = SMALL.encode()
    error = failure(TreebankDataset("ewt", str(tmp_path)))
    assert isinstance(error, SourceError)
    assert "sent other bytes than expected" in str(error)


@pytest.mark.parametrize(
    ("parts", "there"),
    [
        ([], "none"),
        (["train", "test"], "zh_gsd-ud-test.conllu, zh_gsd-ud-train.conllu"),
        (["valid"], "zh_gsd-ud-dev.conllu"),
    ],
)
@pytest.mark.parametrize("dataset", ["own", "ewt"])
def test_a_missing_part_is_told(
    *, tmp_path: Path, ewt_server: FileServer, dataset: str, parts: list[str], there: str
) -> None:
    folder = write_treebank(tmp_path / "ewt", "zh_gsd", parts)
    source = TreebankDataset(dataset, str(tmp_path), str(folder))
    if dataset == "ewt" and not parts:  # then it is downloaded
        assert source.load().attrs["dataset"] == "ewt"
        return
    error = failure(source)
    assert isinstance(error, DataError)
    assert str(error).startswith(
        f"{folder} should hold the files *-ud-train.conllu, *-ud-dev.conllu, *-ud-test.conllu of "
        f"one treebank, but of *.conllu there is {there}: put "
    )


def test_two_treebanks_in_a_folder_are_ambiguous(tmp_path: Path) -> None:
    folder = write_treebank(tmp_path / "mixed", "zh_gsd")
    (folder / "zh_gsd-ud-dev.conllu").rename(folder / "zh_hk-ud-dev.conllu")
    assert "there is zh_gsd-ud-test.conllu, zh_gsd-ud-train.conllu, zh_hk-ud-dev" in str(
        failure(TreebankDataset("own", "data", str(folder)))
    )
    write_treebank(folder, "zh_hk")
    assert isinstance(failure(TreebankDataset("own", "data", str(folder))), DataError)
    nowhere = failure(TreebankDataset("own", "data", str(tmp_path / "nowhere")))
    assert str(nowhere).startswith(f"{tmp_path / 'nowhere'} should hold")


def test_a_bad_line_names_the_users_file(tmp_path: Path) -> None:
    folder = write_treebank(tmp_path / "own", "zh_gsd")
    bad = folder / "zh_gsd-ud-dev.conllu"
    bad.write_text(f"{TEXTS['valid']}1\tfish\n", encoding="utf-8")
    error = failure(TreebankDataset("own", "data", str(folder)))
    assert str(error).startswith(f"{bad}, line 5 has 2 columns: ")


@pytest.mark.parametrize("name", ["etw", "own"])
def test_a_treebank_that_is_not_known_is_refused_in_the_catalog(name: str) -> None:
    entry = {"type": "dl_pipelines.io.treebank.TreebankDataset", "path": "data", "own": None}
    with pytest.raises(DatasetError) as caught:
        DataCatalog.from_config({"raw": entry | {"dataset": name}}).load("raw")
    error = user_error(caught.value)
    assert isinstance(error, SettingError)
    assert str(error).startswith(f"the setting 'tagger.dataset' is {name}: choose one of book, ewt")


def test_a_source_is_never_written(tmp_path: Path) -> None:
    dataset = TreebankDataset("book", str(tmp_path))
    with pytest.raises(DatasetError, match="book is a source and is never written"):
        dataset.save(book_tokens())
    assert "book" in repr(dataset)
