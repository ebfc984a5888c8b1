from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.tracking.inputs import described, source_of

FILE = Path("/data/images.npz")


@pytest.fixture
def arrays():
    images = np.zeros((12_000, 2, 2), np.uint8)
    return {"images": images, "labels": np.zeros(12_000, np.uint8), "source": np.asarray("mirror")}


def test_arrays_have_their_shapes_and_no_single_values(arrays):
    dataset = described(arrays, FILE, "images")
    assert dataset.name == "images"
    assert dataset.profile["features_shape"] == {"images": (12_000, 2, 2), "labels": (12_000,)}


def test_the_digest_of_arrays_sees_every_row_but_no_order_of_names(arrays):
    digest = described(arrays, FILE, "images").digest
    assert described(dict(reversed(arrays.items())), FILE, "images").digest == digest
    arrays["images"][-1, 1, 1] = 1
    assert described(arrays, FILE, "images").digest != digest


def test_arrays_of_other_types_are_other_data(arrays):
    digest = described(arrays, FILE, "images").digest
    wide = arrays | {"labels": arrays["labels"].view(np.int8)}
    assert described(wide, FILE, "images").digest != digest


def test_where_data_came_from(arrays):
    assert source_of(arrays, FILE) == "mirror"
    del arrays["source"]
    assert source_of(arrays, FILE) == "images.npz"
    frame = pd.DataFrame({"x": [1]})
    assert source_of(frame, FILE) == "images.npz"
    frame.attrs["file"] = "data/bars.csv"
    assert source_of(frame, FILE) == "bars.csv"
    frame.attrs["source"] = "tushare"
    assert source_of(frame, FILE) == "tushare"
