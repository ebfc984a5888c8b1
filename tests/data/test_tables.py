import numpy as np

from dl_pipelines.data.splits import Split
from dl_pipelines.data.tables import Table


def test_the_shape_is_numeric_and_all_columns():
    split = Split(np.arange(2), np.arange(0), np.arange(2, 3))
    assert Table(np.zeros((3, 5)), 2, split).shape == (2, 5)
