import pytest
import torch

from dl_pipelines.errors import SettingError
from dl_pipelines.models.imaging import Maps, double, grey_levels, halve, halved, in_batches


def test_shares_of_white_become_grey_levels():
    shares = torch.tensor([-0.1, 0.0, 0.1, 0.5, 0.999, 1.0, 1.1])
    levels = grey_levels(shares)
    assert levels.dtype == torch.uint8
    assert levels.tolist() == [0, 0, 26, 128, 255, 255, 255]  # 25.5 to the even number


def test_convolutions_halve_and_double():
    maps = torch.randn(2, 3, 8, 8)
    assert halve(3, 5)(maps).shape == (2, 5, 4, 4)
    assert double(3, 5)(maps).shape == (2, 5, 16, 16)
    assert halved(28, 2) == 7 and halved(8, 3) == 1


@pytest.mark.parametrize(("size", "times"), [(28, 3), (27, 1), (4, 3), (28, 0)])
def test_an_image_that_cannot_be_halved_is_named(size, times):
    with pytest.raises(
        SettingError, match=f"{size} x {size} pixels cannot be halved {times} times"
    ):
        halved(size, times)


def test_rows_become_maps_whose_channels_lie_behind_the_pixels():
    rows = torch.arange(2 * 12.0).view(2, 12)
    maps = Maps(3, 2)(rows)
    assert maps.shape == (2, 3, 2, 2)
    assert maps[0, :, 0, 1].tolist() == [3, 4, 5]
    assert maps.is_contiguous(memory_format=torch.channels_last)


def test_many_rows_are_made_a_part_at_a_time_and_without_gradients():
    seen, weight = [], torch.ones(1, requires_grad=True)

    def make(rows, labels, nothing):
        seen.append(len(rows))
        assert nothing is None
        return weight * rows + labels

    rows = torch.arange(1203.0)
    y = in_batches(make, rows, 2 * rows, None)
    assert torch.equal(y, 3 * rows) and not y.requires_grad
    assert max(seen) <= 500 and sum(seen) == 1203
    assert in_batches(lambda part: part, rows[:0]).shape == (0,)
