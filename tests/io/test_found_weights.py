import pytest
import torch
from kedro.io import DataCatalog, DatasetError

from dl_pipelines.io.found_weights import FoundWeightsDataset
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights

FILES = {"second": "b/second.safetensors", "first": "a/first.safetensors", "third": "third"}


def leave(folder, *names):
    for name in names:
        SafetensorsDataset(str(folder / FILES[name])).save(
            Weights({"x": torch.zeros(1)}, {"name": name})
        )


@pytest.mark.parametrize(
    ("left", "found"),
    [
        (["first", "second", "third"], ["second", "first", "third"]),  # as the settings have them
        (["third", "second"], ["second", "third"]),
        ([], []),
    ],
)
def test_those_that_are_there_come_in_the_order_of_the_settings(tmp_path, left, found):
    leave(tmp_path, *left)
    loaded = FoundWeightsDataset(str(tmp_path), FILES).load()
    assert [*loaded] == found
    assert [weights.header["name"] for weights in loaded.values()] == found


def test_a_damaged_file_is_named(tmp_path):
    leave(tmp_path, "second", "first")
    (tmp_path / FILES["first"]).write_bytes(b"weights")
    with pytest.raises(DatasetError, match=r"a/first\.safetensors is truncated .* delete it"):
        FoundWeightsDataset(str(tmp_path), FILES).load()


def test_nothing_is_written(tmp_path):
    with pytest.raises(DatasetError, match="never written"):
        FoundWeightsDataset(str(tmp_path), FILES).save({})
    assert not [*tmp_path.iterdir()]


def test_it_is_an_entry_of_a_catalog_that_is_always_there(tmp_path):
    entry = {
        "type": "dl_pipelines.io.found_weights.FoundWeightsDataset",
        "path": str(tmp_path),
        "files": FILES,
        "metadata": {"kept": True},
    }
    catalog = DataCatalog.from_config({"found": entry})
    assert catalog.exists("found")  # to find none is an answer, too
    assert catalog.load("found") == {}
    assert catalog.get("found").metadata == {"kept": True}
