"""Weights as safetensors."""

from pathlib import Path

import pytest
import torch
from kedro.io import DatasetError
from safetensors.torch import save_file

from dl_pipelines.errors import DataError
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights


@pytest.fixture
def dataset(tmp_path: Path) -> SafetensorsDataset:
    return SafetensorsDataset(str(tmp_path / "models" / "net.safetensors"), {"mlflow": "model"})


def weights() -> Weights:
    shared = torch.arange(6.0).reshape(2, 3)
    state = {"b": shared.T, "a": shared, "count": torch.tensor(3), "x": torch.randn(2).double()}
    return Weights(state, {"window": 30, "features": ["return_1", "H/C"], "settings": {"z": 1.5}})


def test_weights_come_back_as_they_were(dataset: SafetensorsDataset) -> None:
    saved = weights()
    dataset.save(saved)
    loaded = dataset.load()
    assert loaded.header == saved.header
    assert list(loaded.state) == ["a", "b", "count", "x"]
    for name, tensor in saved.state.items():
        torch.testing.assert_close(loaded.state[name], tensor, rtol=0, atol=0)
        assert loaded.state[name].dtype == tensor.dtype


def test_loaded_tensors_do_not_hang_on_the_file(
    dataset: SafetensorsDataset, tmp_path: Path
) -> None:
    dataset.save(weights())
    first = dataset.load()
    first.state["a"].zero_()
    dataset.save(first)
    assert dataset.load().state["a"].sum() == 0
    assert dataset.load().state["b"].sum() == 15


def test_equal_weights_give_equal_bytes(dataset: SafetensorsDataset, tmp_path: Path) -> None:
    torch.manual_seed(0)
    saved = weights()
    dataset.save(saved)
    path = tmp_path / "models" / "net.safetensors"
    before = path.read_bytes()
    backwards = dict(reversed(saved.state.items()))
    dataset.save(Weights(backwards, dict(reversed(saved.header.items()))))
    assert path.read_bytes() == before


def test_trained_parameters_can_be_saved(dataset: SafetensorsDataset) -> None:
    linear = torch.nn.Linear(2, 1)
    dataset.save(Weights(dict(linear.named_parameters())))
    linear.load_state_dict(dataset.load().state)
    assert not any(tensor.requires_grad for tensor in dataset.load().state.values())


@pytest.mark.parametrize("size", [0, 7, 100, -1])
def test_a_broken_file_is_named(dataset: SafetensorsDataset, tmp_path: Path, size: int) -> None:
    dataset.save(weights())
    path = tmp_path / "models" / "net.safetensors"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DatasetError) as caught:
        dataset.load()
    assert isinstance(caught.value.__cause__, DataError)
    assert f"{path} is truncated or holds no weights" in str(caught.value)


def test_a_missing_and_a_foreign_file_are_named(
    dataset: SafetensorsDataset, tmp_path: Path
) -> None:
    assert not dataset.exists()
    with pytest.raises(DatasetError, match=r"net\.safetensors does not exist"):
        dataset.load()
    (tmp_path / "models").mkdir()
    save_file({"a": torch.zeros(1)}, tmp_path / "models" / "net.safetensors")
    assert dataset.exists()
    with pytest.raises(DatasetError, match="holds no weights"):
        dataset.load()


def test_it_keeps_its_notes_and_names_its_file(dataset: SafetensorsDataset) -> None:
    assert dataset.metadata == {"mlflow": "model"}
    assert "net.safetensors" in repr(dataset)
