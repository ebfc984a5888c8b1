"""Plain text that a user has written."""

from pathlib import Path

import pytest
from kedro.io import DatasetError

from dl_pipelines.errors import DataError, SettingError, user_error
from dl_pipelines.io.texts import TextLinesDataset


def failure(dataset: TextLinesDataset) -> Exception:
    with pytest.raises(DatasetError) as caught:
        dataset.load()
    error = user_error(caught.value)
    assert error
    return error


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_lines_of_a_file(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes("\n  They ate.\r\n\t\n\u5979 \u8bfb \u4e66 \u3002".encode(encoding))
    dataset = TextLinesDataset(str(path), metadata={"a": 1})
    assert dataset.exists()
    assert dataset.load() == ["They ate.", "\u5979 \u8bfb \u4e66 \u3002"]
    assert dataset.metadata == {"a": 1}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("They ate the fish", ["They ate the fish"]),
        ("one\n\ntwo\r\nthree", ["one", "two", "three"]),
        ("one\u2028two\x85\x0cthree", ["one\u2028two\x85\x0cthree"]),
        ("0", ["0"]),
    ],
)
def test_lines_of_a_text_that_is_given(text: str, lines: list[str]) -> None:
    dataset = TextLinesDataset(text=text)
    assert dataset.exists()
    assert dataset.load() == lines


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"", "holds no words: "),
        (b" \n\t\r\n", "holds no words: "),
        (b"a\0b", "is no text file: "),
        ("They ate\nlast week.".encode("utf-16"), "line 1 is not UTF-8 text: "),
        (b"fine\ncaf\xe9", "line 2 is not UTF-8 text: "),
    ],
)
def test_a_file_without_text(tmp_path: Path, content: bytes, finding: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    error = failure(TextLinesDataset(str(path)))
    assert isinstance(error, DataError)
    assert str(error).startswith(f"{path}")
    assert finding in str(error)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    dataset = TextLinesDataset(str(tmp_path / "missing.txt"))
    assert not dataset.exists()
    error = failure(dataset)
    assert isinstance(error, DataError)
    assert str(error).startswith(f"{tmp_path / 'missing.txt'} cannot be read (No such file")
    assert "cannot be read" in str(failure(TextLinesDataset(str(tmp_path))))


def test_a_text_without_words() -> None:
    error = failure(TextLinesDataset(text=" \n"))
    assert isinstance(error, DataError)
    assert str(error).startswith("the setting 'text' holds no words: ")


@pytest.mark.parametrize("text", [0, 1.5, True, ["They", None], {"a": 1}, ["They"] * 99])
def test_what_the_command_line_has_made_of_a_text_is_refused(text: object) -> None:
    error = failure(TextLinesDataset(text=text))
    assert isinstance(error, SettingError)
    sentence = str(error)
    assert sentence.startswith("Kedro's command line has read the setting 'text' as ")
    assert sentence.endswith("put the text into a file and name it in the setting 'pos_tag.file'.")
    assert len(sentence) < 250


def test_a_file_may_be_called_by_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "2024").write_text("They ate.", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert TextLinesDataset(2024).load() == ["They ate."]


def test_one_text_must_be_given(tmp_path: Path) -> None:
    for dataset, given in (
        (TextLinesDataset(), "neither"),
        (TextLinesDataset(str(tmp_path), "a text"), "both"),
    ):
        error = failure(dataset)
        assert isinstance(error, SettingError)
        assert str(error).startswith(f"of the settings 'text' and 'pos_tag.file' {given} ")


def test_a_source_is_never_written() -> None:
    dataset = TextLinesDataset(text="a text")
    with pytest.raises(DatasetError, match="is a source and is never written"):
        dataset.save(["a text"])
    assert "a text" in repr(dataset)
