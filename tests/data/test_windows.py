import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.data.windows import sliding_windows, take_rows
from dl_pipelines.errors import SettingError


def test_windows_hold_consecutive_rows_oldest_first():
    values = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0]])

    windows = sliding_windows(values, 3)

    assert windows.shape == (2, 3, 2)
    assert windows[1].tolist() == [[2.0, 20.0], [3.0, 30.0], [4.0, 40.0]]


@given(rows=st.integers(1, 30), length=st.integers(1, 30), features=st.integers(1, 3))
def test_every_window_is_a_slice_and_nothing_is_copied(rows, length, features):
    values = torch.arange(rows * features, dtype=torch.float32).reshape(rows, features)
    if length > rows:
        with pytest.raises(SettingError, match=f"only {rows} rows, a window needs {length}"):
            sliding_windows(values, length)
        return

    windows = sliding_windows(values, length)

    assert len(windows) == rows - length + 1
    for first, window in enumerate(windows):
        assert torch.equal(window, values[first : first + length])
        assert window.data_ptr() == values[first].data_ptr()
    assert windows.untyped_storage().nbytes() == values.untyped_storage().nbytes()


@pytest.mark.parametrize(
    ("indices", "is_view"), [([1, 2, 3], True), ([2], True), ([3, 1], False), ([0, 2], False)]
)
def test_consecutive_rows_are_taken_as_a_view(indices, is_view):
    values = torch.arange(8.0).reshape(4, 2)

    rows = take_rows(values, np.array(indices))

    assert torch.equal(rows, values[indices])
    same_storage = rows.untyped_storage().data_ptr() == values.untyped_storage().data_ptr()
    assert same_storage == is_view


def test_no_rows_can_be_taken():
    assert take_rows(torch.zeros(4, 2), np.array([], dtype=np.int64)).shape == (0, 2)
