"""The book's sentences, and where the English Web Treebank is."""

import os
from pathlib import Path, PurePosixPath

import pytest

from dl_pipelines.sources.treebanks import ENDINGS, EWT, book_tokens

# Read on import: the fixtures of all tests take it away.
MIRROR = os.environ.get("DL_PIPELINES_DATA")


def test_the_books_sentences() -> None:
    tokens = book_tokens()
    words = tokens["form"] + "/" + tokens["tag"]
    sentences = words.groupby([tokens["part"], tokens["sentence"]]).agg(" ".join)
    assert sentences.to_dict() == {
        ("train", 0): "The/DET cat/NN ate/V the/DET fish/NN",
        ("train", 1): "They/NN read/V that/DET book/NN",
        ("test", 0): "They/NN ate/V the/DET fish/NN",
    }
    assert tokens["position"].tolist() == [0, 1, 2, 3, 4, 0, 1, 2, 3, 0, 1, 2, 3]
    assert (tokens[["xpos", "feats", "deprel"]] == "").all(axis=None)
    assert tokens["space_after"].all()


def test_every_part_has_two_addresses_and_a_digest_of_its_own() -> None:
    assert list(EWT) == ["train", "valid", "test"]
    assert len({remote.digest for remote in EWT.values()}) == len(EWT)
    for part, remote in EWT.items():
        assert len(set(remote.urls)) == 2
        for place in (*remote.urls, remote.mirror):
            assert PurePosixPath(place).name == f"en_ewt{ENDINGS[part]}"


@pytest.mark.skipif(MIRROR is None, reason="needs the mirror")
def test_the_mirrors_files_are_those_expected() -> None:
    for remote in EWT.values():
        assert remote.mismatch(Path(str(MIRROR), remote.mirror)) is None
