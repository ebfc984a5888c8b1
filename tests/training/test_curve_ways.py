"""The four ways compute the same: gradients by hand, by autograd and by differences."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.training import curve_ways
from dl_pipelines.training.curve_ways import WAYS, is_installed

numbers = st.floats(-10.0, 10.0, allow_subnormal=False)
clouds = st.lists(st.tuples(st.floats(-2.0, 2.0, allow_subnormal=False), numbers), min_size=1)

ways = pytest.mark.parametrize(
    "way",
    [
        pytest.param(
            way,
            marks=pytest.mark.skipif(not is_installed(way), reason=f"needs the extra {way}"),
        )
        for way in WAYS
    ],
)


def first(way, cloud, w, b):
    x, y = np.array(cloud).T
    return next(WAYS[way](x, y, w=w, b=b, lr=0.1))


@pytest.mark.parametrize("way", ["autograd", "torch"])
@settings(deadline=None)  # torch imports much when it makes its first optimizer
@given(cloud=clouds, w=numbers, b=numbers)
def test_gradients_by_hand_are_those_of_autograd(way, cloud, w, b):
    np.testing.assert_allclose(
        first("numpy", cloud, w, b), first(way, cloud, w, b), rtol=1e-12, atol=1e-6
    )


@given(cloud=clouds, w=numbers, b=numbers)
def test_gradients_by_hand_are_those_of_differences(cloud, w, b):
    found = first("numpy", cloud, w, b)
    # the loss is quadratic, so central differences of any width are exact but for rounding
    slopes = [
        (first("numpy", cloud, w + h, b + k).loss - first("numpy", cloud, w - h, b - k).loss) / 2
        for h, k in ((1.0, 0.0), (0.0, 1.0))
    ]
    np.testing.assert_allclose(found[3:], slopes, rtol=1e-9, atol=1e-9)


@ways
def test_a_way_takes_the_steps_that_are_computed_on_paper(way):
    # one point (1, 4): the loss is (w + b - 4)², both derivatives are 2 (w + b - 4)
    before, after = islice(WAYS[way](np.array([1.0]), np.array([4.0]), w=1.0, b=2.0, lr=0.125), 2)
    assert before == (1.0, 2.0, 1.0, -2.0, -2.0)
    assert after == (1.25, 2.25, 0.25, -1.0, -1.0)


@ways
def test_a_way_leaves_its_points_as_they_were(way):
    x, y = np.linspace(-1, 1, 5), np.arange(5.0)
    x.flags.writeable = y.flags.writeable = False
    for _ in islice(WAYS[way](x, y, w=0.0, b=0.0, lr=0.1), 3):
        pass
    assert y.tolist() == [0, 1, 2, 3, 4]


def test_what_is_installed_is_asked_of_tensorflow_alone(monkeypatch):
    monkeypatch.setattr(curve_ways, "find_spec", lambda _: None)
    assert [way for way in WAYS if is_installed(way)] == ["numpy", "autograd", "torch"]
    monkeypatch.setattr(curve_ways, "find_spec", lambda name: name)
    assert is_installed("tensorflow")
