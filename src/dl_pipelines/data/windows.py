"""Sliding windows over a table of days.

Shapes: N rows (days), T window length (days), F features.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dl_pipelines.errors import SettingError


def sliding_windows(values: Tensor, length: int) -> Tensor:
    """All windows of consecutive rows, as a strided view: nothing is copied.

    Window i holds the rows i … i + length - 1, oldest first.

    Args:
        values: Rows in time order, [N, F].
        length: Rows a window, T.

    Returns:
        A view on `values`, [N - T + 1, T, F].

    Raises:
        SettingError: If there are fewer rows than a window needs.
    """
    rows = values.shape[0]
    if rows < length:
        raise SettingError(
            f"there are only {rows} rows, a window needs {length}: "
            "lower the setting 'window' or use a longer span of data."
        )
    return values.unfold(0, length, 1).transpose(1, 2)


def take_rows(tensor: Tensor, indices: NDArray[np.int64]) -> Tensor:
    """The rows at `indices`: a view where they are consecutive, else a copy.

    Parts of a split in time are consecutive, so their windows stay strided views.

    Args:
        tensor: Any tensor, [N, …].
        indices: Row numbers, [M].

    Returns:
        The rows in the order asked for, [M, …].
    """
    if len(indices) and np.all(np.diff(indices) == 1):
        return tensor[int(indices[0]) : int(indices[-1]) + 1]
    return tensor[torch.from_numpy(indices)]
