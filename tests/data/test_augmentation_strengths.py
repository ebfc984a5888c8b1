"""How far `augment` goes, measured on shapes that tell: bars, squares, a blob and a ramp."""

import math

import pytest
import torch

from dl_pipelines.data.augmentation import augment
from tests.data.shapes import bar, lean, moments, seeded


def test_turns_reach_as_far_as_their_setting_and_no_farther():
    turns = lean(augment(bar().expand(300, -1, -1), rotation=20, generator=seeded()))
    assert turns.abs().max().item() == pytest.approx(20, abs=0.6)
    assert turns.abs().max() < 20.3
    assert turns.std().item() == pytest.approx(20 / math.sqrt(3), rel=0.1)


def test_slants_reach_as_far_as_their_setting_and_leave_rows_where_they_are():
    slanted = augment(bar().expand(300, -1, -1), shear=20, generator=seeded())
    angles = lean(slanted)
    assert angles.abs().max().item() == pytest.approx(20, abs=0.6)
    assert torch.equal((slanted.sum(dim=2) > 1)[0], bar()[0].sum(dim=1) > 1)


def test_shifts_reach_as_far_as_their_setting_along_both_axes():
    square = torch.zeros(300, 21, 31)
    square[:, 8:13, 13:18] = 255
    centres, _ = moments(augment(square, shift=4, generator=seeded()))
    assert centres.abs().amax(dim=0).tolist() == pytest.approx([4, 4], abs=0.1)
    assert centres.mean(dim=0).tolist() == pytest.approx([0, 0], abs=0.4)
    assert torch.corrcoef(centres.T)[0, 1].abs() < 0.2


def test_sizes_reach_as_far_as_their_setting_along_both_axes_alike():
    y, x = torch.meshgrid(torch.arange(-20.0, 21), torch.arange(-20.0, 21), indexing="ij")
    blob = 255 * torch.exp(-(x**2 + y**2) / (2 * 4**2)).expand(300, -1, -1)
    _, covariance = moments(augment(blob, scale=0.25, generator=seeded()))
    sizes = covariance.diagonal(dim1=1, dim2=2).sqrt() / 4
    assert sizes.min().item() == pytest.approx(0.75, abs=0.01)
    assert sizes.max().item() == pytest.approx(1.25, abs=0.03)
    torch.testing.assert_close(sizes[:, 0], sizes[:, 1], atol=0.01, rtol=0)


def test_bending_moves_points_as_a_smoothed_pixelwise_noise_would():
    """A ramp's grey levels tell where each of its pixels was read."""
    alpha, sigma, size = 30.0, 3.0, 60
    ramp = torch.arange(float(size)).expand(400, size, size)
    bent = augment(ramp, elastic=alpha, elastic_sigma=sigma, generator=seeded())
    moves = (bent - ramp)[:, 12:48:6, 12:48:6]  # 2 sigma apart, and nothing from outside the image

    expected = alpha / math.sqrt(3) / (2 * math.sqrt(math.pi) * sigma)
    assert moves.std().item() == pytest.approx(expected, rel=0.05)
    assert moves.mean().item() == pytest.approx(0, abs=0.1)
    neighbours = torch.stack([moves[:, :, 1:].flatten(), moves[:, :, :-1].flatten()])
    assert torch.corrcoef(neighbours)[0, 1].item() == pytest.approx(math.exp(-1), abs=0.05)
    down = augment(ramp.mT, elastic=alpha, elastic_sigma=sigma, generator=seeded()) - ramp.mT
    both = torch.stack([moves.flatten(), down[:, 12:48:6, 12:48:6].flatten()])
    assert torch.corrcoef(both)[0, 1].abs() < 0.05  # the axes are drawn apart
