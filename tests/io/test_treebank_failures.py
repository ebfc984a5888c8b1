"""Treebanks: what is said when they are damaged or cannot be had."""

from pathlib import Path

import pytest
from kedro.io import DataCatalog, DatasetError

from dl_pipelines.errors import DataError, SettingError, SourceError, user_error
from dl_pipelines.io.treebank import TreebankDataset
from tests.io.conllu_files import SMALL
from tests.io.treebanks import TEXTS, write_treebank
from tests.sources.file_server import FileServer


def failure(dataset: TreebankDataset) -> Exception:
    with pytest.raises(DatasetError) as caught:
        dataset.load()
    error = user_error(caught.value)
    assert error
    return error


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
    tmp_path: Path, ewt_mirror: Path, ewt_server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = ewt_mirror / "en_ewt-ud-test.conllu"
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


@pytest.mark.parametrize("own", ["", " "])
def test_a_folder_without_a_name_is_refused(own: str) -> None:
    for dataset in ("own", "book"):
        with pytest.raises(SettingError, match=r"'tagger\.path' is empty: name a folder"):
            TreebankDataset(dataset, "data", own)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = write_treebank(tmp_path, "zh_gsd") / "zh_gsd-ud-train.conllu"
    dataset = TreebankDataset("own", "data", str(file))
    assert not dataset.exists()
    error = failure(dataset)
    assert isinstance(error, DataError)
    assert str(error).startswith(f"{file} should hold the files *-ud-train.conllu, ")
