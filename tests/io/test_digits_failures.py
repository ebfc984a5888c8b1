"""The digits: what is said when they are damaged or cannot be had."""

from pathlib import Path

import pytest
from kedro.io import DataCatalog, DatasetError

from dl_pipelines.errors import DataError, SettingError, SourceError, user_error
from dl_pipelines.io.digits import DigitsDataset
from tests.io.digit_sets import SETS, assert_small, small_digest
from tests.io.idx_files import digits, write_digits
from tests.sources.file_server import FileServer
from tests.sources.server import send


def failure(raw: Path, name: str) -> Exception:
    with pytest.raises(DatasetError) as caught:
        DigitsDataset(name, str(raw)).load()
    error = user_error(caught.value)
    assert error
    return error


def test_all_four_own_files_are_needed(raw: Path, chosen: str, digit_mirror: Path) -> None:
    paths = write_digits(raw / chosen, digits())
    paths["train_labels"].unlink()
    paths["test_images"].unlink()
    error = failure(raw, chosen)
    assert isinstance(error, DataError)
    assert str(error).startswith(
        f"{raw / chosen} lacks train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz: "
    )


def test_a_damaged_own_file_is_not_passed_over(raw: Path, chosen: str, digit_mirror: Path) -> None:
    path = write_digits(raw / chosen, digits())["test_images"]
    path.write_bytes(path.read_bytes()[:-9])
    error = failure(raw, chosen)
    assert isinstance(error, DataError)
    assert f"{path} is truncated" in str(error)


def test_a_mirror_with_some_of_the_files_is_refused(
    raw: Path, chosen: str, digit_mirror: Path
) -> None:
    (digit_mirror / SETS[chosen] / "t10k-labels-idx1-ubyte.gz").unlink()
    error = failure(raw, chosen)
    assert isinstance(error, DataError)
    assert str(error).startswith(f"{digit_mirror / SETS[chosen]} lacks t10k-labels-idx1-ubyte.gz: ")


def test_a_changed_file_of_the_mirror_is_refused(
    raw: Path, chosen: str, digit_mirror: Path
) -> None:
    path = digit_mirror / SETS[chosen] / "train-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes() + b"\0")
    error = failure(raw, chosen)
    assert isinstance(error, DataError)
    assert str(error).startswith(f"{path} has the sha256 ")


def test_another_file_is_kept_aside_and_the_second_address_taken(
    *,
    raw: Path,
    chosen: str,
    tmp_path: Path,
    digit_servers: list[FileServer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = f"{digit_servers[0].root}/{chosen}, {small_digest(digit_servers[0])}"
    digit_servers[0].files["t10k-labels-idx1-ubyte.gz"] = b"other"
    assert_small(DigitsDataset(chosen, str(raw)).load(), source)
    rejected = (
        tmp_path / "cache/dl_pipelines" / f"{SETS[chosen]}-t10k-labels-idx1-ubyte.gz.rejected"
    )
    assert rejected.read_bytes() == b"other"
    assert str(rejected) in caplog.text


def test_a_download_that_dies_half_way_is_never_half_used(
    raw: Path, chosen: str, digit_servers: list[FileServer]
) -> None:
    content = digit_servers[0].files["train-images-idx3-ubyte.gz"]
    digit_servers[0].fault = lambda handler: send(
        handler, content[:5000], missing=len(content) - 5000
    )
    source = f"{digit_servers[0].root}/{chosen}, {small_digest(digit_servers[0])}"
    assert_small(DigitsDataset(chosen, str(raw)).load(), source)
    assert [server.requests for server in digit_servers] == [8, 4]  # each is started anew once


def test_fashion_without_a_network_says_how_to_get_it(raw: Path, offline: list[str]) -> None:
    assert not DigitsDataset("fashion", str(raw)).exists()
    error = failure(raw, "fashion")
    assert isinstance(error, SourceError)
    file = "train-images-idx3-ubyte.gz"
    for words in (
        *(f"{root}/fashion/{file} cannot be reached" for root in offline),
        "DL_PIPELINES_DATA is not set",
        f"put the file at {raw / 'fashion' / file}",
        f"a folder that holds fashion/{file}",
    ):
        assert words in str(error)


def test_a_data_set_that_is_not_known_is_refused_in_the_catalog(raw: Path) -> None:
    entry = {"type": "dl_pipelines.io.digits.DigitsDataset", "dataset": "mnits", "path": str(raw)}
    with pytest.raises(DatasetError) as caught:
        DataCatalog.from_config({"raw": entry}).load("raw")
    error = user_error(caught.value)
    assert isinstance(error, SettingError)
    assert str(error) == "the setting 'mnist.dataset' is mnits: choose one of digits, fashion."
    assert DataCatalog.from_config({"raw": entry | {"dataset": "digits"}}).exists("raw")


def test_a_source_is_never_written(raw: Path) -> None:
    dataset = DigitsDataset("fashion", str(raw))
    with pytest.raises(DatasetError, match="fashion is a source and is never written"):
        dataset.save(dataset)
    assert "fashion" in repr(dataset)
