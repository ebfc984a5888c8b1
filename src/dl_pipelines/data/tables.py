"""Tables as arrays: what a model sees of each row, for one split.

Shapes: `N` rows, `F` columns.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.data.splits import Indices, Split

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """All rows of a table, encoded by what the training rows of one split have fitted.

    Attributes:
        x: The numeric columns, then the one-hot columns, [N, F].
        numeric: How many columns are numeric.
        split: Rows to train, to validate and to test on.
    """

    x: Floats
    numeric: int
    split: Split


@dataclass(frozen=True)
class Part:
    """Rows that are predicted together.

    Attributes:
        split: Number of the split that they belong to.
        name: `valid` or `test`.
        trained: What is trained on before.
        rows: The rows.
    """

    split: int
    name: str
    trained: Split
    rows: Indices
