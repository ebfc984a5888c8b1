import numpy as np
import pytest
import torch

from dl_pipelines.errors import SettingError
from dl_pipelines.models.tabm import TabM
from tests.models.weights import fixed_weights


def reference(net, x):
    """Each head on its own in NumPy: relu(((x * r) W) * s + b), then its own output weights."""
    state = {name: value.double().numpy() for name, value in net.state_dict().items()}
    predictions = []
    for head in range(len(state["bias"])):
        h = x
        for layer in [name.removesuffix(".weight") for name in state if name.endswith("0.weight")]:
            r, s = (state[f"{layer}.{side}_scale"][head] for side in ("input", "output"))
            h = np.maximum(
                ((h * r) @ state[f"{layer}.weight"]) * s + state[f"{layer}.bias"][head], 0
            )
        predictions.append(h @ state["weight"][head] + state["bias"][head])
    return np.stack(predictions, axis=1)


def test_heads_follow_the_equations_of_batch_ensemble():
    torch.manual_seed(0)
    net = TabM(features=3, hidden=[4], heads=2)
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter)
    x = torch.randn(5, 3)
    torch.testing.assert_close(
        net(x).detach().double().numpy(), reference(net, x.double().numpy()), rtol=1e-5, atol=1e-5
    )


def test_golden_values():
    net = fixed_weights(TabM(features=2, hidden=[2], heads=2))
    y = net(torch.tensor([[10.0, 5.0]]))
    # by hand: the heads' hidden units are (0, 0.010015) and (0.02006, 0.030195)
    expected = torch.tensor([[1.0015e-4, 1.130705e-2]])
    torch.testing.assert_close(y, expected, rtol=1e-5, atol=0)


def test_training_gives_each_head_and_evaluation_their_mean():
    net = TabM(features=3, hidden=[8], heads=4)
    x = torch.randn(5, 3)
    heads = net(x)
    assert heads.shape == (5, 4)
    torch.testing.assert_close(net.eval()(x), heads.mean(dim=1, keepdim=True))


def test_heads_start_apart_by_signs_of_their_inputs_only():
    net = TabM(features=6, hidden=[8, 8], heads=16)
    first, second = net.layers[0], net.layers[2]
    assert set(first.input_scale.flatten().tolist()) == {-1.0, 1.0}
    assert len(first.input_scale.unique(dim=0)) > 1
    for scale in (first.output_scale, second.input_scale, second.output_scale):
        assert (scale == 1).all()
    assert len(first.bias.unique(dim=0)) == len(second.bias.unique(dim=0)) == 1


def test_over_bins_a_feature_has_one_scale():
    net = TabM(features=3, numeric=2, hidden=[8], heads=16, bins=4, scales="normal")
    scale = net.layers[0].input_scale  # [16, 2 * 4 + 1]
    assert (scale[:, :4] == scale[:, :1]).all() and (scale[:, 4:8] == scale[:, 4:5]).all()
    assert len(scale[:, [0, 4, 8]].unique()) == 48


def test_scales_near_one_let_the_heads_start_alike():
    torch.manual_seed(0)
    scale = TabM(features=50, hidden=[8], heads=50, scales="near_one").layers[0].input_scale
    assert scale.mean().item() == pytest.approx(1.0, abs=0.05)
    assert scale.std().item() == pytest.approx(0.5, abs=0.05)
    with pytest.raises(SettingError, match="no scales 'far': choose one of signs, normal"):
        TabM(features=2, hidden=[8], scales="far")


def test_no_head_learns_from_anothers_error():
    net = TabM(features=2, hidden=[3], heads=2)
    net(torch.randn(4, 2))[:, 0].sum().backward()
    assert net.weight.grad[0].any() and not net.weight.grad[1].any()
    assert not net.layers[0].input_scale.grad[1].any()


def test_without_hidden_layers_its_heads_are_linear():
    net = TabM(features=2, hidden=[], heads=3)
    x = torch.randn(4, 2)
    torch.testing.assert_close(net(x), x @ net.weight.T + net.bias)


def test_dropout_acts_in_training_only():
    net = TabM(features=2, hidden=[16], heads=2, dropout=0.5)
    x = torch.randn(4, 2)
    assert not torch.equal(net(x), net(x))
    net.eval()
    assert torch.equal(net(x), net(x))
