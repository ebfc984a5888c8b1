import math

import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.generative import (
    AUTOENCODERS,
    build_autoencoder,
    restore_autoencoder,
)
from dl_pipelines.models.vae import conv_vae, mlp_vae, reparameterise
from tests.models.weights import fixed_weights

SIZE = 12
SETTINGS = {
    "mlp": [{"hidden": [5], "latents": 3}, {"hidden": [], "latents": 2}],
    "conv": [
        {"channels": [2, 3], "hidden": 4, "latents": 3},
        {"channels": [2], "blocks": 0, "hidden": 4, "latents": 2, "activation": "silu"},
    ],
}
every_vae = pytest.mark.parametrize(
    ("architecture", "settings"),
    [(name, settings) for name in AUTOENCODERS for settings in SETTINGS[name]],
)


def build(architecture, settings, seed=0):
    torch.manual_seed(seed)
    return build_autoencoder(architecture, settings, size=SIZE)


def images(count):
    generator = torch.Generator().manual_seed(count)
    return torch.randint(256, (count, SIZE, SIZE), dtype=torch.uint8, generator=generator)


def test_golden_values_of_the_linear_vae():
    net = fixed_weights(mlp_vae(size=1, hidden=[1], latents=1))
    # By hand: all weights and biases are 0.00, but a layer's second numbers, which are 0.01: the
    # log variance of anything is 0.01, and its mean 0.
    mean, log_variance = net.encode(torch.tensor([[[0]], [[255]]]))
    assert mean.tolist() == [[0.0], [0.0]]
    torch.testing.assert_close(log_variance, torch.full((2, 1), 0.01))


def test_latents_are_the_mean_plus_deviations_of_noise():
    mean, variance = torch.tensor([[1.0, -2.0]]), torch.tensor([[4.0, 0.25]])
    noise = torch.tensor([[0.5, 3.0]])
    # 1 + 2 · 0.5 and -2 + 0.5 · 3; without the ½ they would be 3 and -1.25
    assert reparameterise(mean, variance.log(), noise).tolist() == [[2.0, -0.5]]


def test_latents_have_the_variance_that_was_asked_for():
    noise = torch.randn(20_000, 1, generator=torch.Generator().manual_seed(0))
    latents = reparameterise(torch.full((1,), 3.0), torch.full((1,), math.log(4.0)), noise)
    assert latents.mean().item() == pytest.approx(3.0, abs=0.05)
    assert latents.var().item() == pytest.approx(4.0, rel=0.03)


def test_the_vae_of_the_book():
    shapes = [tuple(weight.shape) for weight in mlp_vae(size=28).parameters() if weight.dim() > 1]
    assert shapes == [(400, 784), (40, 400), (400, 20), (784, 400)]


def test_the_convolutional_vae_halves_and_doubles():
    net = conv_vae(size=28)
    kinds = [type(layer) for layer in net.modules()]
    assert kinds.count(nn.ConvTranspose2d) == 2
    strided = [layer for layer in net.encoder.modules() if isinstance(layer, nn.Conv2d)]
    assert [layer.stride for layer in strided].count((2, 2)) == 2
    assert net.encoder[:-2](torch.zeros(2, 1, 28, 28)).shape == (2, 64, 7, 7)


@every_vae
@pytest.mark.parametrize("batch", [1, 2, 7])
def test_images_become_latents_and_logits(architecture, settings, batch):
    net, latents = build(architecture, settings), settings["latents"]
    noise = torch.randn(batch, latents)
    logits, mean, log_variance = net(images(batch), noise)
    assert logits.shape == (batch, SIZE, SIZE)
    assert mean.shape == log_variance.shape == (batch, latents)
    again = net.decode(reparameterise(*net.encode(images(batch).float()), noise))
    torch.testing.assert_close(logits, again)


@every_vae
def test_images_of_a_batch_do_not_mix(architecture, settings):
    net, noise = build(architecture, settings), torch.randn(7, settings["latents"])
    whole, alone = net(images(7), noise), net(images(7)[2:3], noise[2:3])
    for several, one in zip(whole, alone, strict=True):
        torch.testing.assert_close(several[2:3], one)


@every_vae
def test_gradients_reach_every_parameter(architecture, settings):
    net = build(architecture, settings)
    logits, mean, log_variance = net(images(7), torch.randn(7, settings["latents"]))
    (logits.square().mean() + mean.square().mean() + log_variance.exp().mean()).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None and parameter.grad.any(), name


@every_vae
def test_samples_are_grey_levels_and_decided_by_the_generator(architecture, settings):
    net = build(architecture, settings)
    one, same, other = (net.sample(3, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1))
    assert one.dtype == torch.uint8 and one.shape == (3, SIZE, SIZE)
    assert torch.equal(one, same) and not torch.equal(one, other)


def test_the_mean_image_is_the_probability_of_white():
    net = mlp_vae(size=1, hidden=[], latents=1)
    with torch.no_grad():
        net.decoder[0][0].weight.fill_(1.0)
        net.decoder[0][0].bias.zero_()
    latents = torch.tensor([[-1000.0], [0.0], [1.0], [1000.0]])
    # sigmoid(1) = 0.731
    assert net.images(latents).flatten().tolist() == [0, 128, 186, 255]


def test_many_images_are_those_of_smaller_batches():
    net = build("mlp", SETTINGS["mlp"][0])
    latents = torch.randn(1203, 3)
    some = torch.cat([net.images(part) for part in latents.split(100)])
    assert (net.images(latents).int() - some.int()).abs().max() <= 1
    assert net.reconstruct(images(501)).shape == (501, SIZE, SIZE)


def test_a_reconstruction_is_the_mean_image_of_the_posteriors_mean():
    net = build("conv", SETTINGS["conv"][0])
    logits, _, _ = net(images(4), torch.zeros(4, 3))
    expected = (logits.sigmoid() * 255).round()
    assert torch.equal(net.reconstruct(images(4)).float(), expected)


@every_vae
def test_the_export_takes_any_number_of_images(architecture, settings):
    net = build(architecture, settings).eval().requires_grad_(False)
    batch, noise = torch.export.Dim("batch"), torch.randn(7, settings["latents"])
    exported = torch.export.export(
        net, (images(2), noise[:2]), dynamic_shapes=({0: batch}, {0: batch})
    ).module()
    for got, expected in zip(exported(images(7), noise), net(images(7), noise), strict=True):
        torch.testing.assert_close(got, expected)


@every_vae
def test_a_vae_that_is_restored_is_the_same(architecture, settings):
    net, noise = build(architecture, settings), torch.randn(7, settings["latents"])
    header = {"architecture": architecture, "network": settings, "size": SIZE}
    restored = restore_autoencoder(header, net.state_dict())
    assert not restored.training
    for got, expected in zip(restored(images(7), noise), net(images(7), noise), strict=True):
        assert torch.equal(got, expected)


@pytest.mark.parametrize(
    ("architecture", "settings", "message"),
    [
        ("conv", {"channels": [4, 4, 4]}, "12 x 12 pixels cannot be halved 3 times"),
        ("conv", {"channels": []}, "cannot be halved 0 times"),
        ("conv", {"activation": "step"}, "there is no activation 'step'"),
        ("mlp", {"width": 3}, "the settings of 'mlp' do not fit"),
        ("flow", {}, "there is no architecture 'flow': choose one of mlp, conv"),
    ],
)
def test_impossible_settings_are_named(architecture, settings, message):
    with pytest.raises(SettingError, match=message):
        build(architecture, settings)
