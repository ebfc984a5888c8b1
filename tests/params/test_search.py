import pytest

from dl_pipelines.errors import SettingError
from dl_pipelines.params import Choice, Range, Search

SEARCH = {"trials": 3, "storage": "search.db"}


def test_what_is_tried_is_a_range_or_a_choice():
    space = {
        "optimizer.lr": {"low": 1e-4, "high": 1, "log": True},
        "network.hidden": {"values": [[64, 64], [128]]},
    }
    search = Search.model_validate({**SEARCH, "space": space})
    assert search.space == {
        "optimizer.lr": Range(low=1e-4, high=1.0, log=True),
        "network.hidden": Choice(values=([64, 64], [128])),
    }
    assert Search.model_validate(search.model_dump()) == search
    assert Search.model_validate({**SEARCH, "space": search.space}) == search


@pytest.mark.parametrize(
    ("space", "sentence"),
    [
        ({}, "'space' is {}"),
        ({"lr": {"low": 1, "high": 1}}, r"low \(1.0\) must be less than high \(1.0\)"),
        ({"lr": {"low": 0, "high": 1, "log": True}}, r"low \(0.0\) must be greater than 0"),
        ({"bins": {"low": 1, "high": 2.5, "integer": True}}, r"high \(2.5\) must be whole numbers"),
        ({"lr": {"low": 0}}, "the setting 'space.lr.range.high' is missing$"),
        ({"lr": None}, "'space.lr.range' is None"),
        ({"lr": {"values": []}}, "'space.lr.choice.values' is .*at least 1 item"),
        ({"lr": {"values": [[1], [2], [1]]}}, "'space.lr.choice.values' .*a value appears twice"),
        ({"lr": {"values": [1], "low": 0}}, "there is no setting 'space.lr.choice.low'$"),
    ],
)
def test_a_wrong_space_is_named_with_what_is_allowed(space, sentence):
    with pytest.raises(SettingError, match=sentence):
        Search.model_validate({**SEARCH, "space": space})


def test_a_grid_needs_values():
    space = {"lr": {"low": 0, "high": 1}, "hidden": {"values": [1]}}
    with pytest.raises(SettingError, match=r"a grid needs 'values' for lr$"):
        Search.model_validate({**SEARCH, "method": "grid", "space": space})
