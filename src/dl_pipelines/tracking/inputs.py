"""What a run learns from, as MLflow keeps it: schema, digest and where it came from."""

import hashlib
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mlflow.data.dataset import Dataset

_DIGEST_LETTERS = 8  # as many as MLflow's own


def described(data: pd.DataFrame | Mapping[str, NDArray[Any]], file: Path, name: str) -> "Dataset":
    """Describe a frame or arrays by name; of the arrays those that hold one value are left out."""
    with warnings.catch_warnings():
        # That two of MLflow's classes read local files, and that integers cannot be missing.
        warnings.simplefilter("ignore")
        # heavy: imported when used
        if isinstance(data, pd.DataFrame):
            from mlflow.data.pandas_dataset import from_pandas  # noqa: PLC0415

            dataset = from_pandas(data, source=file.as_uri(), name=name)
            _ = dataset.schema  # inferred when asked for first, with a warning
            return dataset
        from mlflow.data.numpy_dataset import from_numpy  # noqa: PLC0415

        arrays = {key: array for key, array in data.items() if array.ndim}
        digest = _digest(arrays)
        return from_numpy(arrays, source=file.as_uri(), name=name, digest=digest)


def source_of(data: pd.DataFrame | Mapping[str, NDArray[Any]], file: Path) -> str:
    """Where data came from: what they remember as `source` or `file`, else the file's name."""
    known = data.attrs if isinstance(data, pd.DataFrame) else data
    return str(known.get("source", "")) or Path(str(known.get("file", file))).name


def _digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    """A digest of all values; MLflow's own looks at the first 10,000 rows only."""
    digest = hashlib.sha256()
    for key, array in sorted(arrays.items()):
        digest.update(f"{key} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:_DIGEST_LETTERS]
