import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.data.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
@given(
    high_next=st.floats(1.0, 1e5),
    close=st.floats(1.0, 1e5),
    range_22=st.floats(1e-3, 0.2),
)
def test_decode_undoes_encode(name, high_next, close, range_22):
    arrays = [np.array([value]) for value in (high_next, close, range_22)]
    target = TARGETS[name]

    y = target.encode(*arrays)

    np.testing.assert_allclose(target.decode(y, *arrays[1:]), high_next, rtol=1e-9)


def test_level_is_the_high_itself():
    y = TARGETS["level"].encode(np.array([105.0]), np.array([100.0]), np.array([0.02]))
    assert y == [105.0]


def test_range_scaled_is_the_log_distance_from_the_close_in_mean_ranges():
    y = TARGETS["range_scaled"].encode(np.array([102.0]), np.array([100.0]), np.array([0.02]))
    assert y == pytest.approx([math.log(1.02) / 0.02])
