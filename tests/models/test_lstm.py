import numpy as np
import pytest
import torch

from dl_pipelines.errors import SettingError
from dl_pipelines.models.lstm import LSTMForecaster
from tests.models.weights import fixed_weights


def reference(net, x):
    """The LSTM equations (Hochreiter and Schmidhuber 1997, with a forget gate) in NumPy."""
    state = {name: value.double().numpy() for name, value in net.state_dict().items()}
    size = state["lstm.weight_hh_l0"].shape[1]
    hidden, cell = np.zeros((len(x), size)), np.zeros((len(x), size))

    def sigmoid(value):
        return 1 / (1 + np.exp(-value))

    for t in range(x.shape[1]):
        gates = x[:, t] @ state["lstm.weight_ih_l0"].T + hidden @ state["lstm.weight_hh_l0"].T
        gates += state["lstm.bias_ih_l0"] + state["lstm.bias_hh_l0"]
        i, f, g, o = np.split(gates, 4, axis=1)
        cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
        hidden = sigmoid(o) * np.tanh(cell)
    y = hidden @ state["head.weight"].T + state["head.bias"]
    if net.skip is not None:
        y = y + x[:, -net.skip_days :].reshape(len(x), -1) @ state["skip.weight"].T
    return y


@pytest.mark.parametrize("skip_days", [0, 2])
def test_forward_follows_the_lstm_equations(skip_days):
    net = fixed_weights(LSTMForecaster(features=2, hidden=3, skip_days=skip_days, outputs=2))
    x = torch.linspace(-1, 1, 2 * 4 * 2).reshape(2, 4, 2)

    y = net(x)

    assert y.shape == (2, 2)
    np.testing.assert_allclose(y.detach(), reference(net, x.double().numpy()), rtol=1e-5)


def test_golden_values():
    net = fixed_weights(LSTMForecaster(features=1, hidden=2, skip_days=1))
    y = net(torch.tensor([[[0.5], [-1.0], [2.0]], [[0.0], [0.0], [0.0]]]))
    torch.testing.assert_close(
        y.flatten(), torch.tensor([7.443140e-04, 4.811794e-04]), rtol=1e-5, atol=0
    )


def test_the_book_net_takes_one_feature_a_day():
    net = LSTMForecaster(features=1, hidden=32)
    assert net(torch.zeros(20, 30, 1)).shape == (20, 1)
    assert net.skip is None


@pytest.mark.parametrize("layers", [1, 2])
def test_dropout_acts_in_training_only(layers):
    net = LSTMForecaster(features=1, hidden=16, layers=layers, dropout=0.5)
    x = torch.randn(4, 5, 1)
    assert not torch.equal(net(x), net(x))
    net.eval()
    assert torch.equal(net(x), net(x))


def test_a_skip_longer_than_the_window_is_an_error():
    net = LSTMForecaster(features=1, hidden=2, skip_days=5)
    with pytest.raises(SettingError, match="'skip_days' is 5, a window has 4 days"):
        net(torch.zeros(1, 4, 1))
