import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dl_pipelines.errors import SettingError
from dl_pipelines.models.embeddings import TabularInput

ROWS = torch.tensor([[0.0, 5.0, 1.0], [1.0, 5.0, 0.0], [2.0, 5.0, 1.0], [4.0, 5.0, 0.0]])


def test_without_settings_rows_pass_as_they_are():
    layer = TabularInput(features=3, numeric=2)
    layer.fit(ROWS)
    assert layer.width == 3
    assert torch.equal(layer(ROWS), ROWS)
    assert layer.state_dict() == {}


def test_large_numbers_approach_the_clip_and_one_hot_columns_do_not():
    y = TabularInput(features=2, numeric=1, clip=3.0)(torch.tensor([[4.0, 4.0], [1e6, -1e6]]))
    assert y.flatten().tolist() == pytest.approx([2.4, 4.0, 3.0, -1e6])  # 4 / sqrt(1 + 16 / 9)


def test_numbers_are_spread_over_quantile_bins():
    layer = TabularInput(features=3, numeric=2, bins=2)  # edges of the first column: 0, 1.5, 4
    layer.fit(ROWS)

    y = layer(torch.tensor([[0.75, 5.0, 1.0], [2.75, 6.0, 0.0], [-1.0, 4.0, 0.0], [9.0, 5.0, 0.0]]))

    assert layer.width == 5
    assert y.tolist() == [
        [0.5, 0.0, 0.0, 0.0, 1.0],
        [1.0, 0.5, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 0.0],  # beyond the training rows: as at their edge
        [1.0, 1.0, 0.0, 0.0, 0.0],
    ]


def test_few_distinct_values_have_fewer_bins():
    layer = TabularInput(features=1, bins=4)
    layer.fit(torch.tensor([[0.0], [0.0], [1.0], [1.0]]))  # quantiles 0, 0, 0.5, 1, 1
    assert layer(torch.tensor([[0.0], [0.25], [1.0]])).tolist() == [
        [0.0, 0.0, 0.0, 0.0],
        [0.5, 0.0, 0.0, 0.0],
        [1.0, 1.0, 0.0, 0.0],
    ]


def test_each_feature_has_a_layer_of_its_own_on_its_bins():
    layer = TabularInput(features=3, numeric=2, bins=2, embedding=2, keep_numbers=True)
    layer.fit(ROWS)
    with torch.no_grad():
        layer.weight.copy_(torch.arange(8.0).reshape(2, 2, 2) - 1)
        layer.bias.copy_(torch.tensor([[0.5, -9.0], [3.0, -3.0]]))

    y = layer(torch.tensor([[2.75, 5.0, 1.0]]))  # bins 1, 0.5 and none

    # (1, 0.5) @ ((-1, 0), (1, 2)) + (0.5, -9) = (0, -8)
    assert y.tolist() == [[2.75, 5.0, 0.0, 0.0, 3.0, 0.0, 1.0]]
    assert layer.chunks == [1, 1, 2, 2, 1]


def test_an_embedding_needs_bins():
    with pytest.raises(SettingError, match="'embedding' needs 'bins'"):
        TabularInput(features=1, embedding=2)


numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)
columns = st.lists(numbers, min_size=1, max_size=12)


@given(train=columns, new=columns, bins=st.integers(1, 6))
def test_the_encoding_is_finite_monotone_and_between_none_and_all_bins(train, new, bins):
    layer = TabularInput(features=1, bins=bins)
    layer.fit(torch.tensor(train)[:, None])

    y = layer(torch.tensor(sorted(new))[:, None])

    assert y.shape == (len(new), bins)
    assert y.isfinite().all() and (y >= 0).all() and (y <= 1).all()
    assert (y.diff(dim=0) >= 0).all()
