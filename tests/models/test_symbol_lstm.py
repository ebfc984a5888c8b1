import torch

from dl_pipelines.models.lstm import LSTMForecaster
from dl_pipelines.models.symbol_lstm import UNKNOWN, SymbolLSTM

WINDOWS = torch.arange(24.0).reshape(2, 4, 3) / 10  # B = 2, T = 4, F = 3 with the number


def numbered(*symbols):
    x = WINDOWS.clone()
    x[..., -1] = torch.tensor(symbols)[:, None]
    return x


def network(**settings):
    torch.manual_seed(0)
    return SymbolLSTM(features=3, symbols=2, embedding=2, hidden=4, skip_days=2, **settings).eval()


def test_symbols_begin_as_one():
    net = network()
    torch.testing.assert_close(net(numbered(1, 1)), net(numbered(2, UNKNOWN)))


def test_it_is_an_lstm_that_sees_the_vector_of_the_symbol_each_day():
    net = network()
    with torch.no_grad():
        net.embedding.weight[2] = torch.tensor([0.5, -1.0])
    plain = LSTMForecaster(features=4, hidden=4, skip_days=2).eval()
    plain.load_state_dict(net.net.state_dict())

    x = torch.cat([WINDOWS[..., :2], torch.tensor([0.5, -1.0]).expand(2, 4, 2)], dim=-1)

    torch.testing.assert_close(net(numbered(2, 2)), plain(x))


def test_a_hidden_symbol_is_the_unknown_one():
    net = network(unknown=1.0 - 1e-7)
    with torch.no_grad():
        net.embedding.weight[1:] = 3.0
    hidden = net.train()(numbered(1, 2))
    torch.testing.assert_close(hidden, net.eval()(numbered(UNKNOWN, UNKNOWN)))
    assert not torch.isclose(hidden, net(numbered(1, 2))).any()


def test_what_is_learnt_of_one_symbol_leaves_the_others_alone():
    net = network(unknown=0.0).train()
    net(numbered(2, 2)).sum().backward()
    assert net.embedding.weight.grad[2].any()
    assert not net.embedding.weight.grad[:2].any()
