import copy

import pytest
import torch

from dl_pipelines.models import build_network
from dl_pipelines.models.stacked import Stacked, unstacked

SETTINGS = [
    ("mlp", {"hidden": [4]}),
    ("mlp", {"hidden": [4], "batch_norm": True}),
    ("mlp", {"hidden": [4], "numeric": 2, "bins": 3, "embedding": 2, "clip": 3.0}),
    ("tabm", {"hidden": [4], "heads": 2, "bins": 3}),
]
every_network = pytest.mark.parametrize(("architecture", "settings"), SETTINGS)


def members(architecture, settings, count=3):
    torch.manual_seed(0)
    nets = [build_network(architecture, settings, features=3) for _ in range(count)]
    for net in nets:
        net.input.fit(torch.randn(20, 3))
    return nets


@every_network
@pytest.mark.parametrize("training", [True, False])
def test_each_member_computes_what_it_does_alone(architecture, settings, training):
    nets = members(architecture, settings)
    stacked = Stacked(nets).train(training)
    x = torch.randn(6, 3, 3)

    y = stacked(x)

    alone = [net.train(training)(x[:, number]) for number, net in enumerate(nets)]
    torch.testing.assert_close(y, torch.stack(alone, dim=1))
    for state, net in zip(unstacked(stacked.state_dict()), nets, strict=True):
        torch.testing.assert_close(state, dict(net.state_dict()))  # running means, too


def test_gradients_of_the_sum_are_those_alone():
    nets = members(*SETTINGS[2])
    stacked = Stacked(nets)
    x = torch.randn(6, 3, 3)

    stacked(x).square().sum().backward()

    for number, net in enumerate(nets):
        net(x[:, number]).square().sum().backward()
        for stack, parameter in zip(stacked.parameters(), net.parameters(), strict=True):
            torch.testing.assert_close(stack.grad[number], parameter.grad)


def test_dropout_draws_for_each_member():
    net = build_network("mlp", {"hidden": [32], "dropout": 0.5}, features=3)
    stacked = Stacked([net, copy.deepcopy(net)])
    x = torch.randn(4, 1, 3).expand(4, 2, 3)
    one, other = stacked(x).unbind(dim=1)
    assert not torch.equal(one, other)
    one, other = stacked.eval()(x).unbind(dim=1)
    torch.testing.assert_close(one, other)


def test_it_is_a_copy_that_can_be_copied_and_stored():
    nets = members(*SETTINGS[1])
    before = copy.deepcopy(nets[0].state_dict())
    stacked = Stacked(nets)
    x = torch.randn(6, 3, 3)
    twin, stored = copy.deepcopy(stacked), Stacked(members(*SETTINGS[1])[::-1])
    stored.load_state_dict(stacked.state_dict())

    stacked(x)  # moves the running means

    assert not torch.equal(twin.net.layers[1].running_mean, stacked.net.layers[1].running_mean)
    torch.testing.assert_close(dict(nets[0].state_dict()), dict(before))
    torch.testing.assert_close(stored.eval()(x), twin.eval()(x))


def test_a_members_state_owns_its_memory():
    state = unstacked(Stacked(members(*SETTINGS[0])).state_dict())[1]
    assert all(value.untyped_storage().nbytes() == value.nbytes for value in state.values())
