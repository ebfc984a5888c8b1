import numpy as np
import pytest

from dl_pipelines.data.splits import Split
from dl_pipelines.data.tables import Layout, Table

SPLIT = Split(np.arange(2), np.arange(0), np.arange(2, 3))


def table(numeric, one_hot):
    """Columns 1, 2, … in each of 3 rows."""
    return Table(np.tile(1.0 + np.arange(numeric + one_hot), (3, 1)), numeric, SPLIT)


def test_the_layout_holds_the_widest_of_both_kinds():
    assert Layout.of([table(2, 1), table(1, 3)]) == Layout(numeric=2, features=5)


@pytest.mark.parametrize(
    ("numeric", "one_hot", "expected"),
    [
        (2, 1, [1, 2, 3, 0, 0]),
        (1, 3, [1, 0, 2, 3, 4]),
        (2, 3, [1, 2, 3, 4, 5]),
        (0, 0, [0, 0, 0, 0, 0]),
    ],
)
def test_columns_that_a_split_lacks_are_zero_in_both_kinds(numeric, one_hot, expected):
    x = table(numeric, one_hot).widened(Layout(numeric=2, features=5))
    assert x.tolist() == [expected] * 3
