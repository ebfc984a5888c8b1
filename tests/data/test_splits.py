from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dl_pipelines.data.splits import ExpandingWindow, Split, SplitByDate
from dl_pipelines.errors import SettingError

# 2024-01-01 is row 0
DATES = np.arange("2024-01-01", "2024-01-21", dtype="datetime64[D]")


def day(row):
    return DATES[row].item()


def test_split_by_date_takes_train_validation_and_test_in_order():
    split = SplitByDate(date(2024, 1, 11), validation_fraction=0.2).split(DATES)

    assert split.train.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert split.valid.tolist() == [8, 9]
    assert split.test.tolist() == list(range(10, 20))


def test_start_and_end_are_inclusive():
    split = SplitByDate(day(10), start=day(2), end=day(15), validation_fraction=0.0).split(
        DATES.astype("datetime64[ns]")
    )

    assert (split.train[0], split.train[-1]) == (2, 9)
    assert split.valid.size == 0
    assert (split.test[0], split.test[-1]) == (10, 15)


def test_purge_and_embargo_leave_gaps_at_the_boundaries():
    split = SplitByDate(day(10), validation_fraction=0.5, purge=2, embargo=1).split(DATES)

    assert split.train.tolist() == [0, 1, 2]
    assert split.valid.tolist() == [6, 7]
    assert split.test.tolist() == list(range(11, 20))


def test_a_day_without_trade_may_start_the_test():
    week = DATES[np.is_busday(DATES)]
    split = SplitByDate(date(2024, 1, 13)).split(week)  # a Saturday
    assert week[split.test[0]] == np.datetime64("2024-01-15")


@pytest.mark.parametrize("splitter", [SplitByDate, lambda **k: ExpandingWindow(**k, refit_every=5)])
@pytest.mark.parametrize("name", ["start", "test_start", "end"])
@pytest.mark.parametrize("wrong", [date(2023, 12, 31), date(2024, 1, 21)])
def test_a_date_outside_the_data_is_named_with_the_span(splitter, name, wrong):
    settings = {"test_start": day(10), name: wrong}
    message = f"'{name}' is {wrong}, outside the data .2024-01-01 to 2024-01-20."
    with pytest.raises(SettingError, match=message):
        splitter(**settings).split(DATES)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"test_start": day(0)}, "no row is left to train on"),
        ({"test_start": day(10), "purge": 10}, "no row is left to train on"),
        ({"test_start": day(3), "validation_fraction": 0.1}, "0.1 leaves no row to validate on"),
        ({"test_start": day(10), "embargo": 1, "end": day(10), "validation_fraction": 0.5},
         "no row is left to test on"),
    ],
)  # fmt: skip
def test_an_empty_part_is_an_error(settings, message):
    with pytest.raises(SettingError, match=message):
        SplitByDate(**settings).split(DATES)


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        (DATES[::-1], "must be known and ascend"),
        (np.append(DATES, np.datetime64("NaT")), "must be known and ascend"),
        (DATES[:0], "no rows to split"),
    ],
)
def test_dates_must_ascend(dates, message):
    with pytest.raises(SettingError, match=message):
        SplitByDate(day(10)).split(dates)


@given(
    boundary=st.integers(4, 19),
    fraction=st.floats(0.0, 0.6),
    purge=st.integers(0, 2),
    embargo=st.integers(0, 2),
)
def test_parts_are_disjoint_and_see_nothing_of_the_future(boundary, fraction, purge, embargo):
    splitter = SplitByDate(
        day(boundary), validation_fraction=fraction, purge=purge, embargo=embargo
    )
    try:
        split = splitter.split(DATES)
    except SettingError:
        assume(False)

    order = np.concatenate([split.train, split.valid, split.test])
    assert np.all(np.diff(order) > 0)
    assert split.test[-1] == len(DATES) - 1
    for before, after in [(split.train, split.valid), (split.valid, split.test)]:
        if before.size and after.size:
            assert after[0] - before[-1] == 1 + purge + embargo


def test_expanding_window_trains_on_all_that_lies_before_each_block():
    splits = ExpandingWindow(day(10), refit_every=4, validation_fraction=0.2, purge=1).split(DATES)

    assert [split.test.tolist() for split in splits] == [
        [10, 11, 12, 13], [14, 15, 16, 17], [18, 19],
    ]  # fmt: skip
    assert [split.train[-1] for split in splits] == [6, 10, 13]
    assert [split.valid.tolist() for split in splits] == [[8], [12], [15, 16]]


@given(
    boundary=st.integers(4, 19), refit=st.integers(1, 12), first=st.integers(0, 2),
    purge=st.integers(0, 1),
)  # fmt: skip
def test_blocks_cover_the_test_part_once_and_look_back_only(boundary, refit, first, purge):
    splitter = ExpandingWindow(
        day(boundary), refit, start=day(first), validation_fraction=0.0, purge=purge
    )
    try:
        splits = splitter.split(DATES)
    except SettingError:
        assume(False)

    tested = np.concatenate([split.test for split in splits])
    assert tested.tolist() == list(range(boundary, len(DATES)))
    for split in splits:
        assert split.train.tolist() == list(range(first, split.test[0] - purge))


def test_joined_trains_on_the_validation_rows_and_tests_on_the_same():
    split = Split(np.array([0, 1]), np.array([2, 3]), np.array([4])).joined()
    assert split.train.tolist() == [0, 1, 2, 3]
    assert split.valid.tolist() == []
    assert split.test.tolist() == [4]
