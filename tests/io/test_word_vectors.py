"""Word vectors that others have trained."""

from pathlib import Path

import numpy as np
import pytest
from kedro.io import DatasetError

from dl_pipelines.errors import DataError, user_error
from dl_pipelines.io.npz import Arrays
from dl_pipelines.io.word_vectors import WordVectorsDataset

GLOVE = "the 0.5 -1 2e-3\n\u732b 1 2 3\n, 0 0 0\n"


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "vectors.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def loaded(folder: Path, content: str) -> Arrays:
    return WordVectorsDataset(str(written(folder, content))).load()


def failure(path: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        WordVectorsDataset(str(path)).load()
    error = user_error(caught.value)
    assert isinstance(error, DataError)
    assert str(error).startswith(str(path))
    return str(error).removeprefix(str(path))


@pytest.mark.parametrize("header", ["", "3 3\n"], ids=["GloVe", "fastText"])
def test_a_word_a_line(tmp_path: Path, header: str) -> None:
    vectors = loaded(tmp_path, header + GLOVE)
    assert vectors["words"].tolist() == ["the", "\u732b", ","]
    assert vectors["values"].dtype == np.float32
    expected = np.array([[0.5, -1, 2e-3], [1, 2, 3], [0, 0, 0]], dtype=np.float32)
    np.testing.assert_array_equal(vectors["values"], expected)


def test_spaces_at_the_ends_of_lines_and_those_of_windows_do_not_matter(tmp_path: Path) -> None:
    plain, odd = loaded(tmp_path, GLOVE), loaded(tmp_path, GLOVE.replace("\n", " \r\n"))
    for name in plain:
        np.testing.assert_array_equal(plain[name], odd[name])


def test_a_number_with_several_numbers_behind_it_is_a_word(tmp_path: Path) -> None:
    assert loaded(tmp_path, "1 2 3\n4 5 6\n")["words"].tolist() == ["1", "4"]


def test_no_file_is_no_vectors() -> None:
    dataset = WordVectorsDataset(None, metadata={"a": 1})
    assert dataset.exists()
    assert {name: array.shape for name, array in dataset.load().items()} == {
        "words": (0,),
        "values": (0, 0),
    }
    assert dataset.metadata == {"a": 1}


def test_only_the_first_words_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, "3 3\n" + GLOVE)
    dataset = WordVectorsDataset(str(path), words=2)
    assert dataset.exists()
    assert dataset.load()["words"].tolist() == ["the", "\u732b"]


def test_only_the_first_words_are_read_of_a_file_without_a_header(tmp_path: Path) -> None:
    dataset = WordVectorsDataset(str(written(tmp_path, GLOVE)), words=2)
    assert dataset.load()["words"].tolist() == ["the", "\u732b"]


@pytest.mark.parametrize("word", ["\x85", "a\u2028b", "x\x0b"])
def test_odd_characters_end_no_line(tmp_path: Path, word: str) -> None:
    vectors = loaded(tmp_path, f"the 1 2\n{word} 3 4\n")
    assert vectors["words"].tolist() == ["the", word]


@pytest.mark.parametrize("word", [". . .", "New York", "at name@example.org", "7 a.m."])
@pytest.mark.parametrize("before", ["the 1 2\n", "2 2\n"], ids=["GloVe", "fastText"])
def test_words_may_hold_spaces(tmp_path: Path, before: str, word: str) -> None:
    vectors = loaded(tmp_path, f"{before}{word} 3 4\n")
    assert vectors["words"].tolist()[-1] == word
    assert vectors["values"][-1].tolist() == [3, 4]


def test_what_is_behind_the_first_words_is_not_looked_at(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfthe 1 2\ncat 3 4\n\xff broken\n"
    path = written(tmp_path, content)
    dataset = WordVectorsDataset(str(path), words=2)
    assert dataset.load()["words"].tolist() == ["the", "cat"]
    assert failure(path) == ", line 3 is not UTF-8 text: save the file in UTF-8."


def test_of_a_word_that_is_there_twice_one_vector_counts(tmp_path: Path) -> None:
    vectors = loaded(tmp_path, "a 1 2\nb 3 4\na 5 6\n")
    assert vectors["words"].tolist() == ["a", "b"]
    assert len(vectors["values"]) == 2


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("cat 1 2", "has 2 numbers instead of 3"),
        ("cat 1 2 3 4", "has 4 numbers instead of 3"),
        ("cat", "has 0 numbers instead of 3"),
        ("cat 1 2 x", "has something that is no number"),
        ("New York 1 2", "has something that is no number"),
        ("New York 1 2 3 4", "has 4 numbers instead of 3"),
        ("New  York 1 2 3", "has two spaces in a row"),
        ("cat\t1\t2\t3", "has 0 numbers instead of 3"),
        ("cat 1  2 3", "has two spaces in a row"),
        ("cat 1  2", "has two spaces in a row"),
        ("Boeing 747 1 2 x", "has something that is no number"),
        ("cat 1 nan 3", "has a number that is not finite"),
        ("cat 1 1e99 3", "has a number that is not finite"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, finding: str) -> None:
    sentence = failure(written(tmp_path, GLOVE + f"{line}\ndog 1 2 3\n"))
    assert sentence.startswith(f", line 4 {finding}: each line is a word and its vector")


@pytest.mark.parametrize("content", ["the\n", "the cat\n"])
def test_a_first_line_that_is_no_vector_is_named(tmp_path: Path, content: str) -> None:
    assert failure(written(tmp_path, content)).startswith(", line 1 has ")


@pytest.mark.parametrize(
    ("content", "finding"),
    [(b"", "holds no word vectors"), (b"3 3\n", "holds no word vectors"), (b"\xff 1 2", "UTF-8")],
)
def test_a_file_without_vectors_is_named(tmp_path: Path, content: bytes, finding: str) -> None:
    assert finding in failure(written(tmp_path, content))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing.txt"
    assert not WordVectorsDataset(str(path)).exists()
    assert failure(path).startswith(" cannot be read")


def test_a_source_is_never_written(tmp_path: Path) -> None:
    dataset = WordVectorsDataset(str(tmp_path / "vectors.txt"))
    with pytest.raises(DatasetError, match="word vectors are a source and are never written"):
        dataset.save({})
    assert "vectors.txt" in repr(dataset)
