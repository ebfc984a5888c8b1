import pytest
import torch
from torch import nn

from dl_pipelines.models.images import Pixels


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_black_to_white_becomes_minus_one_to_one(dtype):
    y = Pixels()(torch.tensor([[[0, 51, 255]]], dtype=dtype))
    assert y.shape == (1, 1, 1, 3)
    torch.testing.assert_close(y.flatten(), torch.tensor([-1.0, -0.6, 1.0]))


def test_mean_and_deviation_are_stored_with_the_weights():
    pixels = Pixels()
    pixels.load_state_dict(Pixels(mean=0.2, std=0.4).state_dict())
    y = pixels(torch.tensor([[[51.0, 255.0]]]))
    torch.testing.assert_close(y.flatten(), torch.tensor([0.0, 2.0]))


def test_every_pixel_stays_where_it_is():
    images = torch.randint(256, (3, 4, 5), dtype=torch.uint8)
    y = Pixels()(images)
    torch.testing.assert_close((y[:, 0] + 1) * 127.5, images.float())


def test_convolutions_keep_the_channels_behind_the_pixels():
    maps = nn.Conv2d(1, 4, 3)(Pixels()(torch.zeros(2, 6, 6)))
    assert maps.is_contiguous(memory_format=torch.channels_last)
