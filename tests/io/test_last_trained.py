import os
from pathlib import Path

import pytest
import torch
from kedro.io import DatasetError

from dl_pipelines.io.last_trained import LastTrainedDataset
from dl_pipelines.io.safetensors import SafetensorsDataset, Weights

PIPELINES = ["mnist_cnn", "mnist_mlp", "mnist_transfer"]


def dataset(folder: Path, model: str = "last") -> LastTrainedDataset:
    return LastTrainedDataset(str(folder), "digits/weights.safetensors", PIPELINES, model)


def train(folder: Path, pipeline: str, *, second: int) -> Path:
    """Leave weights that bear the pipeline's name, as if at that second."""
    file = folder / pipeline / "digits/weights.safetensors"
    SafetensorsDataset(str(file)).save(Weights({"x": torch.zeros(1)}, {"name": pipeline}))
    os.utime(file, (second, second))
    return file


@pytest.mark.parametrize("last", PIPELINES)
def test_the_newest_are_read(tmp_path, last):
    for pipeline in PIPELINES:
        train(tmp_path, pipeline, second=2000 if pipeline == last else 1000)
    header = dataset(tmp_path).load().header
    assert header == {"name": last, "trained_by": last}


def test_a_pipeline_that_is_named_is_read_however_old_its_weights_are(tmp_path):
    train(tmp_path, "mnist_cnn", second=2000)
    train(tmp_path, "mnist_mlp", second=1000)
    assert dataset(tmp_path, "mnist_mlp").load().header["trained_by"] == "mnist_mlp"


def test_where_nothing_was_trained_the_sentence_says_what_to_run(tmp_path):
    assert not dataset(tmp_path).exists()
    with pytest.raises(DatasetError, match=r"run kedro run --pipeline mnist_cnn first\.$"):
        dataset(tmp_path).load()
    train(tmp_path, "mnist_cnn", second=1000)
    assert dataset(tmp_path).exists()
    with pytest.raises(DatasetError, match=r"of mnist_mlp .* kedro run --pipeline mnist_mlp first"):
        dataset(tmp_path, "mnist_mlp").load()


def test_damaged_weights_are_named_and_no_others_taken(tmp_path):
    train(tmp_path, "mnist_cnn", second=1000)
    newest = train(tmp_path, "mnist_mlp", second=2000)
    newest.write_bytes(b"")
    with pytest.raises(DatasetError, match=r"mnist_mlp/digits/weights\.safetensors is truncated"):
        dataset(tmp_path).load()


def test_nothing_is_written(tmp_path):
    with pytest.raises(DatasetError, match="never written"):
        dataset(tmp_path).save(Weights({}))
