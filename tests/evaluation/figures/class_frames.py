"""Small frames and pictures that look like those of a classifier: fixtures for `conftest`."""

import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.classification import CLASS_NAMES


@pytest.fixture
def accuracies(history) -> pd.DataFrame:
    """The history of a classifier; the best epochs of its seeds are 2 and 4."""
    return history.assign(valid_accuracy=[0.9, 0.95, 0.94, 0.91, 0.92, 0.93, 0.97])


@pytest.fixture
def pictures() -> np.ndarray:
    """Twelve pictures of 28 x 28 pixels, a quarter of them ink."""
    images = np.zeros((12, 28, 28), dtype=np.uint8)
    images[:, 7:21, 7:21] = np.arange(12, dtype=np.uint8)[:, None, None] + 100
    return images


@pytest.fixture
def labels() -> np.ndarray:
    return np.arange(12) % 10


@pytest.fixture
def names() -> tuple[str, ...]:
    return CLASS_NAMES["fashion"]


@pytest.fixture
def mistakes() -> pd.DataFrame:
    return pd.DataFrame(
        {"row": [5, 0], "actual": [4, 9], "predicted": [9, 7]}
        | {"confidence": [0.984, 0.6], "p_actual": [0.01, 0.3]}
    )


@pytest.fixture
def confused() -> pd.DataFrame:
    """Ten of each class; three 4s are taken for a 9, one 0 for a 6."""
    table = pd.DataFrame(np.diag(np.full(10, 10)))
    table.iloc[4, [4, 9]] = 7, 3
    table.iloc[0, [0, 6]] = 9, 1
    return table


@pytest.fixture
def bins() -> pd.DataFrame:
    """Four bins, the first empty; 0.55 too sure in one of ten rows, right elsewhere."""
    return pd.DataFrame(
        {
            "bin": [1, 2, 3, 4],
            "lower": [0.0, 0.25, 0.5, 0.75],
            "upper": [0.25, 0.5, 0.75, 1.0],
            "confidence": [np.nan, 0.5, 0.55, 1.0],
            "accuracy": [np.nan, 0.5, 0.0, 1.0],
            "rows": [0, 2, 1, 7],
        }
    )


@pytest.fixture
def disturbed() -> pd.DataFrame:
    rows = [
        ("rotation", 0, "degrees", 0.99),
        ("rotation", 30, "degrees", 0.9),
        ("rotation", 15, "degrees", 0.98),
        ("noise", 0, "grey levels", 0.99),
        ("noise", 64, "grey levels", 0.85),
    ]
    frame = pd.DataFrame(rows, columns=["disturbance", "level", "unit", "accuracy"])
    return frame.assign(images=2000)


@pytest.fixture
def kernels() -> np.ndarray:
    """Three filters of 3 x 3 weights; the second is the strongest, the first half of it."""
    signs = np.resize([1.0, -1.0], 9).reshape(3, 3)
    return np.stack([0.2 * signs, 0.4 * signs, 0.1 * signs])
