import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.data.batches import Batches


def epoch(batches):
    return [batch[0].flatten().tolist() for batch in batches]


@given(rows=st.integers(1, 25), size=st.integers(1, 8), shuffle=st.booleans(), drop=st.booleans())
def test_an_epoch_has_every_row_once(rows, size, shuffle, drop):
    x = torch.arange(rows)
    batches = Batches([x, x * 10], size, shuffle=shuffle, seed=1, drop_last=drop)

    pairs = list(batches)

    seen = [row for inputs, _ in pairs for row in inputs.tolist()]
    assert len(pairs) == len(batches)
    assert len(set(seen)) == len(seen) == (rows // size * size if drop else rows)
    assert all(torch.equal(inputs * 10, targets) for inputs, targets in pairs)
    if not shuffle:
        assert seen == list(range(len(seen)))


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize(
    ("rows", "size", "sizes"),
    [
        (9, 4, [4, 5]),  # the ninth row is not alone
        (10, 4, [4, 4, 2]),
        (8, 4, [4, 4]),
        (5, 4, [5]),
        (3, 2, [3]),
        (1, 4, [1]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_a_last_row_alone_joins_the_batch_before(rows, size, sizes, shuffle):
    batches = Batches([torch.arange(rows)], size, shuffle=shuffle, seed=0)
    assert [len(batch) for (batch,) in batches] == sizes == batches.sizes
    assert len(batches) == len(sizes)


def test_a_last_row_alone_is_dropped_where_what_remains_is():
    batches = Batches([torch.arange(9)], 4, shuffle=False, seed=0, drop_last=True)
    assert epoch(batches) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_order_depends_on_the_seed_and_changes_each_epoch():
    def orders(seed):
        batches = Batches([torch.arange(10)], 3, shuffle=True, seed=seed)
        return [epoch(batches), epoch(batches)]

    first, second = orders(0)
    assert first != second
    assert orders(0) == [first, second]
    assert orders(1) != [first, second]


def test_global_random_state_is_left_alone():
    torch.manual_seed(7)
    before = torch.get_rng_state()
    epoch(Batches([torch.arange(10)], 3, shuffle=True, seed=0))
    assert torch.equal(torch.get_rng_state(), before)


def test_batches_in_order_are_views():
    x = torch.arange(6)
    (first, *_) = Batches([x], 4, shuffle=False, seed=0)
    assert first[0].data_ptr() == x.data_ptr()


@pytest.mark.parametrize("shuffle", [True, False])
@given(done=st.integers(0, 9))
def test_iteration_goes_on_in_the_middle_of_an_epoch(shuffle, done):
    def build():
        return Batches([torch.arange(10)], 3, shuffle=shuffle, seed=3)

    whole = build()
    expected = epoch(whole) + epoch(whole) + epoch(whole)

    killed, seen = build(), []
    running = iter(killed)
    for _ in range(done):
        batch = next(running, None)
        if batch is None:
            running = iter(killed)
            batch = next(running)
        seen.append(batch[0].tolist())
    resumed = build()
    resumed.load_state_dict(killed.state_dict())
    while len(seen) < len(expected):
        seen += epoch(resumed)

    assert seen == expected


def test_an_epoch_that_was_left_early_starts_anew():
    batches = Batches([torch.arange(5)], 2, shuffle=False, seed=0)
    next(iter(batches))
    assert epoch(batches) == [[0, 1], [2, 3, 4]]
