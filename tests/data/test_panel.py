import itertools
from datetime import date

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.data.batches import Batches
from dl_pipelines.data.panel import Panel, Quotes
from dl_pipelines.data.panel_windows import PanelWindows, WindowBatches
from dl_pipelines.data.splits import SplitByDate
from dl_pipelines.io.npz import NpzDataset
from tests.data.panels import built_of, panel, panel_of, samples

TEST = SplitByDate(test_start=date(2020, 1, 21), validation_fraction=0.25)


def test_symbols_stand_below_one_another_and_are_numbered():
    both = panel(A=25, B=30)
    assert both.symbols == ("A", "B")
    assert both.starts.tolist() == [0, 25, 55]
    assert both.values[:, -1].tolist() == [1.0] * 25 + [2.0] * 30
    assert both.values[[0, 24, 25, 54], 0].tolist() == [0.0, 24.0, 0.0, 29.0]
    assert both.symbol_numbers(np.array([0, 24, 25, 54])).tolist() == [0, 0, 1, 1]


def test_targets_lead_back_to_the_highs():
    both, quotes = built_of({"A": samples(5), "B": samples(3, scale=2.0)})
    highs = quotes.decode(both.targets.astype(float), np.arange(8))
    np.testing.assert_allclose(highs, quotes.prices["actual"], rtol=1e-6)
    last = quotes.decode(both.targets[[7, 4]].astype(float), np.array([7, 4]))
    np.testing.assert_allclose(last, quotes.prices["actual"][[7, 4]], rtol=1e-6)


def test_files_keep_them(tmp_path):
    both, quotes = built_of({"A": samples(5), "B": samples(3, scale=2.0)})
    files = [NpzDataset(str(tmp_path / name)) for name in ("panel.npz", "quotes.npz")]
    files[0].save(both.to_arrays())
    files[1].save(quotes.to_arrays())
    same = [Panel.from_arrays(both.values, files[0].load()), Quotes.from_arrays(files[1].load())]
    for kept, again in zip((both, quotes), same, strict=True):
        assert again.to_arrays().keys() == kept.to_arrays().keys()
        for name, array in kept.to_arrays().items():
            np.testing.assert_array_equal(again.to_arrays()[name], array)
    np.testing.assert_array_equal(same[0].values, both.values)


def test_symbols_without_a_sample_among_those_learnt_are_not_known():
    both = panel(A=5, B=3)
    assert both.learnt(np.array([1, 4])).tolist() == [False, True, False]


def test_samples_without_a_reference_are_not_judged():
    part = samples(5)
    part["har_ridge"][:2] = np.nan
    _, quotes = built_of({"A": part})
    assert quotes.judged(np.arange(1, 5)).tolist() == [2, 3, 4]


def test_days_are_split_once_for_all_symbols():
    parts = panel(A=30, B=30).split(1, TEST)
    # 19 days before the test, of which the last quarter validates: 4 days of 2 symbols.
    assert [len(part) for part in vars(parts).values()] == [30, 8, 22]
    assert parts.valid.tolist() == [15, 16, 17, 18, 45, 46, 47, 48]


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4).filter(lambda days: max(days) > 24),
    st.integers(1, 8),
)
def test_windows_stay_within_their_symbol_and_parts_in_time(lengths, window):
    several = panel(**{f"S{number}": days for number, days in enumerate(lengths)})
    split = several.split(window, TEST)
    for part in vars(split).values():
        first = part - (window - 1)
        assert (first >= 0).all()
        assert (several.values[first, -1] == several.values[part, -1]).all()
        assert (several.values[part, 0] - several.values[first, 0] == window - 1).all()
    ends = [several.dates[part] for part in vars(split).values()]
    for before, after in itertools.pairwise(ends):
        assert not len(before) or not len(after) or before.max() < after.min()


def test_what_is_learnt_from_depends_on_no_later_day():
    early = panel(A=30, B=30)
    parts = {"A": samples(30), "B": samples(30, scale=2.0)}
    for part in parts.values():
        part["values"][25:] = 9.0
        part["actual"][25:] = 99.0
    changed = panel_of(parts)
    rows = [early.split(3, TEST).train]
    assert all(
        np.array_equal(one, other)
        for one, other in zip(early.identity(rows), changed.identity(rows), strict=True)
    )
    parts["A"]["values"][0] = 9.0
    other = panel_of(parts)
    assert not np.array_equal(early.identity(rows)[0], other.identity(rows)[0])


@pytest.fixture
def windows():
    both = panel(A=6, B=4)
    values, targets = torch.from_numpy(both.values), torch.from_numpy(both.targets)[:, None]
    mean, scale = torch.tensor([1.0, 2.0, 0.0]), torch.tensor([2.0, 4.0, 1.0])
    cut = PanelWindows([values, targets, mean, scale, torch.ones(1), torch.full((1,), 2.0)], 3)
    return cut, values, targets


def test_windows_are_cut_and_scaled_when_asked_for(windows):
    cut, values, targets = windows
    x, y = cut.take(torch.tensor([2, 9]))
    assert x.shape == (2, 3, 3)
    expected = (values[7:10] - torch.tensor([1.0, 2.0, 0.0])) / torch.tensor([2.0, 4.0, 1.0])
    torch.testing.assert_close(x[1], expected)
    torch.testing.assert_close(y, (targets[[2, 9]] - 1.0) / 2.0)


def test_batches_of_rows_become_batches_of_windows_and_go_on_where_they_stood(windows):
    cut, values, _ = windows
    ends = torch.tensor([2, 3, 4, 5, 8, 9])

    def batches():
        return WindowBatches(cut, Batches([ends], 2, shuffle=True, seed=3))

    whole = [x[:, -1, 0] for x, _ in batches()]
    assert len(batches()) == len(whole) == 3
    seen = sorted((2.0 * torch.cat(whole) + 1.0).tolist())
    assert seen == sorted(values[ends, 0].tolist())

    first = batches()
    epoch = iter(first)
    next(epoch)
    rest = batches()
    rest.load_state_dict(first.state_dict())
    assert torch.equal(torch.cat([x[:, -1, 0] for x, _ in rest]), torch.cat(whole[1:]))
