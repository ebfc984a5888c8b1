import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.layers import BatchNorm1d, GaussianNoise, Linear
from dl_pipelines.models.mlp import ACTIVATIONS, INITS, MLP, ImageMLP
from tests.models.weights import fixed_weights


def test_golden_values():
    net = fixed_weights(MLP(features=2, hidden=[3, 2]))
    y = net(torch.tensor([[1.0, -2.0], [10.0, 5.0]]))
    # the second row by hand: (0.05, 0.36, 0.67), then (0.017, 0.0594), then 0.01 * 0.0594
    torch.testing.assert_close(y.flatten(), torch.tensor([1e-4, 5.94e-4]), rtol=1e-5, atol=0)


def test_golden_values_of_images():
    net = fixed_weights(ImageMLP(size=2, classes=2, hidden=[2]))
    y = net(torch.tensor([[[0, 255], [255, 0]], [[255, 255], [255, 255]]], dtype=torch.uint8))
    # by hand: pixels (-1, 1, 1, -1) give (0, 0.01), pixels of 1 (0.06, 0.23)
    torch.testing.assert_close(y, torch.tensor([[1e-4, 0.0103], [0.0023, 0.0181]]))


@pytest.mark.parametrize(("batch_norm", "parameters"), [(False, 266_610), (True, 267_410)])
def test_the_book_net_for_images(batch_norm, parameters):
    net = ImageMLP(size=28, classes=10, hidden=[300, 100], batch_norm=batch_norm)
    assert sum(parameter.numel() for parameter in net.parameters()) == parameters
    assert net(torch.zeros(4, 28, 28)).shape == (4, 10)


def test_the_book_net_can_be_built():
    net = MLP(features=13, hidden=[16, 32])
    sizes = [tuple(layer.weight.shape) for layer in net.layers if isinstance(layer, nn.Linear)]
    assert sizes == [(16, 13), (32, 16), (1, 32)]
    assert net(torch.zeros(4, 13)).shape == (4, 1)


def test_regularisers_stand_where_the_book_has_them():
    net = MLP(features=2, hidden=[3], batch_norm=True, dropout=0.5)
    kinds = [Linear, BatchNorm1d, nn.ReLU, nn.Dropout, Linear]
    assert [type(layer) for layer in net.layers] == kinds


def test_dropout_acts_in_training_only():
    net = MLP(features=2, hidden=[32], dropout=0.5)
    x = torch.randn(4, 2)
    assert not torch.equal(net(x), net(x))
    net.eval()
    assert torch.equal(net(x), net(x))


def test_noise_has_its_deviation_in_training_and_is_gone_afterwards():
    noise, x = GaussianNoise(0.3), torch.full((100, 100), 2.0)
    added = noise(x) - x
    assert float(added.std()) == pytest.approx(0.3, rel=0.05)
    assert float(added.mean()) == pytest.approx(0.0, abs=0.02)
    assert noise.eval()(x) is x


def test_noise_stands_on_the_pixels_and_behind_each_normalisation():
    net = ImageMLP(size=2, classes=2, hidden=[3], batch_norm=True, noise=0.3, input_noise=0.6)
    kinds = [Linear, BatchNorm1d, GaussianNoise, nn.ReLU, Linear]
    assert [type(layer) for layer in net.layers] == kinds
    assert (net.noise.sd, net.layers[2].sd) == (0.6, 0.3)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_used(activation):
    net = MLP(features=2, hidden=[4], activation=activation)
    assert isinstance(net.layers[1], ACTIVATIONS[activation])


def test_without_hidden_layers_it_is_linear():
    net = MLP(features=2, hidden=[])
    x = torch.randn(3, 2)
    torch.testing.assert_close(net(2 * x) - net(x), net(x) - net(0 * x))


@pytest.mark.parametrize(
    ("init", "deviation"), [("xavier", (2 / 120) ** 0.5), ("kaiming", (2 / 80) ** 0.5)]
)
def test_inits_have_the_deviation_of_their_papers(init, deviation):
    torch.manual_seed(0)
    layer = MLP(features=80, hidden=[40], init=init).layers[0]
    assert layer.weight.std().item() == pytest.approx(deviation, rel=0.05)
    assert not layer.bias.any()


def test_orthogonal_rows_are_orthonormal():
    layer = MLP(features=8, hidden=[4], init="orthogonal").layers[0]
    torch.testing.assert_close(layer.weight @ layer.weight.T, torch.eye(4))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"activation": "step"}, f"no activation 'step': choose one of {', '.join(ACTIVATIONS)}"),
        ({"init": "zeros"}, f"no init 'zeros': choose one of {', '.join(INITS)}"),
    ],
)
def test_unknown_names_are_settings_errors(settings, message):
    with pytest.raises(SettingError, match=message):
        MLP(features=2, hidden=[3], **settings)
