"""Tables of house prices as text: where they come from, and what is said when they do not."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from kedro.io import DataCatalog, DatasetError
from mlxtend.data import boston_housing_data

from dl_pipelines.errors import DataError, SettingError, SourceError, user_error
from dl_pipelines.io import houses
from dl_pipelines.io.houses import REMOTE_FILES, HousesDataset, is_ames
from tests.sources.file_server import FileServer

# Read on import: the fixtures of all tests take it away.
MIRROR = os.environ.get("DL_PIPELINES_DATA")


def ames(path: Path, *, rows: int = 2930, dollars: int = 529_732_456) -> Path:
    """A table with as many rows and as high a sum of prices as Ames has."""
    prices = [1] * (rows - 1)
    lines = [f'"{i}",{price}' for i, price in enumerate([dollars - sum(prices), *prices])]
    path.write_text("\r\n".join(['"Order","price"', *lines]))
    return path


@pytest.fixture
def ames_online(
    file_server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> FileServer:
    """A server that has Ames; what is downloaded stays in the test's folder."""
    remote = REMOTE_FILES["ames"]
    assert remote
    monkeypatch.setitem(houses.REMOTE_FILES, "ames", replace(remote, urls=(file_server.url,)))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file_server.text = ames(tmp_path / "online.csv").read_text()
    return file_server


def test_boston_comes_with_a_package(tmp_path: Path) -> None:
    dataset = HousesDataset("boston", str(tmp_path))
    assert dataset.exists()
    text = dataset.load()
    assert text.shape == (506, 14)
    assert text.iloc[0].tolist() == [
        *("0.00632", "18.0", "2.31", "0.0", "0.538", "6.575", "65.2"),
        *("4.09", "1.0", "296.0", "15.3", "396.9", "4.98", "24.0"),
    ]
    features, price = boston_housing_data()
    assert (text.drop(columns="price").astype("float64") == features).all(axis=None)
    assert (text["price"].astype("float64") == price).all()
    assert set(map(str, text.dtypes)) == {"str"}
    assert text.attrs["source"] == "mlxtend, boston_housing.csv"
    assert "mlxtend" in text.attrs["file"]


@pytest.mark.parametrize("name", REMOTE_FILES)
def test_the_users_own_file_comes_first(tmp_path: Path, name: str) -> None:
    own = tmp_path / f"{name}.csv"
    own.write_bytes(b"\xef\xbb\xbfprice,Mas.Vnr.Type\n100,None\n,NA\n")
    dataset = HousesDataset(name, str(tmp_path), metadata={"mlflow": "input"})
    assert dataset.exists()
    text = dataset.load()
    assert text.to_dict("list") == {"price": ["100", ""], "Mas.Vnr.Type": ["None", "NA"]}
    assert text.attrs["file"] == str(own)
    assert text.attrs["source"].startswith(f"own file {name}.csv, sha256 ")
    assert dataset.metadata == {"mlflow": "input"}


@pytest.mark.parametrize(
    ("content", "finding"), [(b"", "is empty"), (b"a\n\xff\n", "is not UTF-8")]
)
def test_an_own_file_that_is_no_table_is_refused(
    tmp_path: Path, content: bytes, finding: str
) -> None:
    (tmp_path / "ames.csv").write_bytes(content)
    with pytest.raises(DatasetError, match=rf"ames\.csv {finding}") as caught:
        HousesDataset("ames", str(tmp_path)).load()
    assert isinstance(caught.value.__cause__, DataError)


def test_a_mirror_that_has_other_bytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "house").mkdir()
    ames(tmp_path / "house" / "ames.csv")
    dataset = HousesDataset("ames", str(tmp_path))
    assert not dataset.exists()
    monkeypatch.setenv("DL_PIPELINES_DATA", str(tmp_path))
    assert dataset.exists()
    with pytest.raises(DatasetError, match="instead of 9d9b8dc9c281b90a") as caught:
        dataset.load()
    assert isinstance(caught.value.__cause__, DataError)


@pytest.mark.skipif(MIRROR is None, reason="needs the mirror")
@pytest.mark.parametrize(("name", "shape"), [("ames", (2930, 83)), ("california", (20640, 10))])
def test_the_mirrors_tables_are_those_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, shape: tuple[int, int]
) -> None:
    monkeypatch.setenv("DL_PIPELINES_DATA", str(MIRROR))
    text = HousesDataset(name, str(tmp_path)).load()
    assert text.shape == shape
    assert name != "ames" or is_ames(Path(text.attrs["file"]))


def test_ames_is_downloaded_however_it_is_written(ames_online: FileServer, tmp_path: Path) -> None:
    text = HousesDataset("ames", str(tmp_path)).load()
    assert text.shape == (2930, 2)
    assert text.attrs["source"].startswith(f"{ames_online.url}, sha256 ")
    assert Path(text.attrs["file"]).is_relative_to(tmp_path / "cache")


def test_a_page_instead_of_ames_is_refused(ames_online: FileServer, tmp_path: Path) -> None:
    ames_online.text = "<html>moved</html>"
    with pytest.raises(DatasetError) as caught:
        HousesDataset("ames", str(tmp_path)).load()
    assert isinstance(caught.value.__cause__, SourceError)
    for words in (ames_online.url, "sent other data", "DL_PIPELINES_DATA", "ames.csv"):
        assert words in str(caught.value)


def test_ames_is_known_by_its_houses_and_prices(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert is_ames(ames(path))
    assert not is_ames(ames(path, rows=2929))
    assert not is_ames(ames(path, dollars=529_732_455))
    path.write_text(path.read_text().replace("price", "value"))
    assert not is_ames(path)
    path.write_text("")
    assert not is_ames(path)


def test_a_table_that_is_not_known_is_refused_in_the_catalog(tmp_path: Path) -> None:
    entry = {
        "type": "dl_pipelines.io.houses.HousesDataset",
        "dataset": "amse",
        "path": str(tmp_path),
    }
    with pytest.raises(DatasetError) as caught:
        DataCatalog.from_config({"houses": entry}).load("houses")
    error = user_error(caught.value)
    assert isinstance(error, SettingError)
    assert str(error) == (
        "the setting 'house.dataset' is amse: choose one of boston, ames, california."
    )
    assert DataCatalog.from_config({"houses": entry | {"dataset": "boston"}}).exists("houses")


def test_a_source_is_never_written(tmp_path: Path) -> None:
    dataset = HousesDataset("ames", str(tmp_path))
    with pytest.raises(DatasetError, match="ames is a source and is never written"):
        dataset.save(dataset)
    assert "ames" in repr(dataset)
