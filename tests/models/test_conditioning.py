import torch
from torch import nn

from dl_pipelines.models.conditioning import ClassBatchNorm2d, NoiseInput, ProjectionHead


def test_the_embedding_of_the_class_stands_behind_the_noise():
    rows, noise = NoiseInput(3, classes=2, embedding=4), torch.randn(5, 3)
    y = rows(noise, torch.tensor([0, 1, 1, 0, 1]))
    assert y.shape == (5, rows.width) and rows.width == 7
    assert torch.equal(y[:, :3], noise)
    assert torch.equal(y[1, 3:], y[2, 3:]) and not torch.equal(y[0, 3:], y[1, 3:])
    plain = NoiseInput(3, classes=0, embedding=4)
    assert plain(noise, None) is noise and plain.width == 3


def test_golden_values_of_the_projection_head():
    head = ProjectionHead(2, classes=2)
    with torch.no_grad():
        head.linear.weight.copy_(torch.tensor([[1.0, 2.0]]))
        head.linear.bias.fill_(0.5)
        head.classes.weight.copy_(torch.tensor([[1.0, 0.0], [3.0, -2.0]]))
    features = torch.tensor([[2.0, 4.0], [2.0, 4.0]])
    # 2 + 8 + 0.5, and the features' product with (1, 0) and with (3, -2)
    assert head(features, torch.tensor([0, 1])).tolist() == [12.5, 8.5]


def test_class_batch_norm_is_the_plain_one_times_gain_plus_shift_of_the_class():
    norm = ClassBatchNorm2d(2, classes=3)
    maps, kinds = torch.randn(6, 2, 4, 4), torch.arange(6) % 3
    plain = nn.BatchNorm2d(2)(maps)
    torch.testing.assert_close(norm(maps, kinds), plain)
    with torch.no_grad():
        norm.gain.weight[1], norm.shift.weight[1] = 3.0, -1.0
    chosen = (kinds == 1)[:, None, None, None]
    torch.testing.assert_close(norm(maps, kinds), torch.where(chosen, 3 * plain - 1, plain))
