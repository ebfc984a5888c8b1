import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.cnn import ConvNet, LeNet
from tests.models.weights import fixed_weights


def images(size):
    """A black image and a white one: -1 and 1 everywhere once they are normalised."""
    return torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1).expand(2, size, size)


def kinds(layers):
    return [type(layer) for layer in layers]


def parameters(net):
    return sum(parameter.numel() for parameter in net.parameters())


def test_golden_values_of_lenet():
    net = fixed_weights(LeNet(size=4, classes=2, channels=[1], kernel=3, hidden=[2]))
    # By hand: the kernel sums to 0.36, negative for black; then (0, 0.01 x + 0.01), and
    # (0.01 x, 0.03 x + 0.01) of that.
    expected = torch.tensor([[1e-4, 0.0103], [1.36e-4, 0.010408]])
    torch.testing.assert_close(net(images(4)), expected, rtol=1e-5, atol=0)


def test_golden_values_of_the_convnet():
    net = fixed_weights(ConvNet(size=3, classes=2, stages=[[2]])).eval()
    # By hand: the second kernel is (9 0 1 / 2 3 4 / 5 6 7) / 100. White is highest in the middle,
    # 0.37; black at the lower left, where only 0, 1, 3 and 4 meet the image: -0.08. Batch norm
    # gives 0.01 x + 0.01, the head (0.01 x, 0.03 x + 0.01) of that; the first channel is 0.
    expected = torch.tensor([[9.2e-5, 0.010276], [1.37e-4, 0.010411]])
    torch.testing.assert_close(net(images(3)), expected, rtol=1e-5, atol=0)


def test_the_lenet_of_the_book():
    net = LeNet(size=28, classes=10)
    assert kinds(net.layers) == [nn.Conv2d, nn.ReLU, nn.MaxPool2d] * 2
    shapes = [tuple(layer.weight.shape) for layer in net.modules() if hasattr(layer, "weight")]
    assert shapes == [(6, 1, 5, 5), (16, 6, 5, 5), (120, 256), (84, 120), (10, 84)]
    assert parameters(net) == 44_426


def test_the_convnet_is_pooled_between_stages_and_normalised_before_each_relu():
    net = ConvNet(size=28, classes=10)
    convolution = [nn.Conv2d, nn.BatchNorm2d, nn.ReLU]
    halved = [*convolution, nn.Conv2d, nn.BatchNorm2d, nn.MaxPool2d, nn.ReLU]
    assert kinds(net.layers) == [*halved, *halved, *convolution]
    assert net.layers(net.pixels(torch.zeros(2, 28, 28))).shape == (2, 96, 7, 7)
    assert parameters(net) == 79_426


def test_dropout_acts_before_the_head_in_training_only():
    net = ConvNet(size=4, classes=3, stages=[[32]], dropout=0.5)
    x = torch.rand(4, 4, 4) * 255
    assert not torch.equal(net(x), net(x))
    net.eval()
    assert torch.equal(net(x), net(x))


def test_the_smallest_images_that_fit():
    assert LeNet(size=16, classes=2)(torch.zeros(3, 16, 16)).shape == (3, 2)
    assert ConvNet(size=4, classes=2)(torch.zeros(3, 4, 4)).shape == (3, 2)


@pytest.mark.parametrize(
    ("build", "settings", "message"),
    [
        (LeNet, {"size": 15}, "15 x 15 pixels is too small for 2 convolutions with a kernel of 5"),
        (LeNet, {"size": 28, "kernel": 13}, "too small for .* lower 'kernel'"),
        (ConvNet, {"size": 3}, "3 x 3 pixels is too small to be halved between 3 stages"),
        (ConvNet, {"size": 28, "stages": [[4], []]}, "'stages' has a stage without channels"),
        (ConvNet, {"size": 28, "stages": []}, "'stages' has a stage without channels"),
    ],
)
def test_impossible_settings_are_named(build, settings, message):
    with pytest.raises(SettingError, match=message):
        build(classes=10, **settings)
