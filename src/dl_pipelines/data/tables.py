"""Tables as arrays: what a model sees of each row, for one split.

Shapes: `N` rows, `F` columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dl_pipelines.data.splits import Split

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

    def widened(self, layout: "Layout") -> Floats:
        """The columns, with zeros after the numeric and after the one-hot ones, [N, F]."""
        blocks = (self.x[:, : self.numeric], self.x[:, self.numeric :])
        widths = (layout.numeric, layout.features - layout.numeric)
        pairs = zip(blocks, widths, strict=True)
        return np.hstack([np.pad(b, ((0, 0), (0, width - b.shape[1]))) for b, width in pairs])


@dataclass(frozen=True)
class Layout:
    """Columns that hold the tables of several splits, so that one network shape fits all.

    The splits' columns differ by a few, for a category that is rare or a column that is constant
    in one training part is not so in another.

    Attributes:
        numeric: Numeric columns.
        features: All columns, F.
    """

    numeric: int
    features: int

    @classmethod
    def of(cls, tables: Sequence[Table]) -> Self:
        """The narrowest layout that holds all `tables`."""
        numeric = max(table.numeric for table in tables)
        return cls(numeric, numeric + max(table.x.shape[1] - table.numeric for table in tables))
