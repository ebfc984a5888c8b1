import copy

import pytest
import torch
from torch.nn import functional

from dl_pipelines.errors import SettingError
from dl_pipelines.models.generative import build_gan
from dl_pipelines.training.adversarial_losses import ADVERSARIAL_LOSSES
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.gan_step import Player, gan_step
from tests.training.images import SIZE, halves

LATENTS = 3
SIDES = ("generator", "discriminator")


def build(classes=2, rates=(0.05, 0.05), **loss):
    """Both networks and a step."""
    torch.manual_seed(0)
    generator = {"latents": LATENTS, "hidden": [8]}
    gan = build_gan("mlp", generator, {"hidden": [8]}, size=SIZE, classes=classes)
    players = [
        Player(network, torch.optim.SGD(network.parameters(), lr=rate))
        for network, rate in zip((gan.generator, gan.discriminator), rates, strict=True)
    ]
    accelerator = build_accelerator("cpu")
    return gan, gan_step(*players, gan.pixels, accelerator, latents=LATENTS, **loss)


def parameters(network):
    return [parameter.detach().clone() for parameter in network.parameters()]


def moved(before, network):
    pairs = zip(before, network.parameters(), strict=True)
    return [not torch.equal(old, new) for old, new in pairs]


def test_the_step_does_what_the_books_loop_does_to_the_bit():
    images, _ = halves()
    gan, step = build(classes=0)
    twin = copy.deepcopy(gan)
    torch.manual_seed(1)
    reports = [step((images,), lambda _: None) for _ in range(3)]

    torch.manual_seed(1)
    optimizers = [torch.optim.SGD(getattr(twin, side).parameters(), lr=0.05) for side in SIDES]
    bce, ones, zeros = functional.binary_cross_entropy_with_logits, torch.ones(40), torch.zeros(40)
    for report in reports:
        real = (images.float() / 255 - 0.5) / 0.5
        fake = twin.generator(torch.randn(40, LATENTS))
        optimizers[1].zero_grad()
        judged = [twin.discriminator(x) for x in (real[:, None], fake.detach())]
        judging = bce(judged[0], ones) + bce(judged[1], zeros)
        judging.backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        making = bce(twin.discriminator(fake), ones)
        making.backward()
        optimizers[0].step()
        assert report["discriminator_loss"].item() == pytest.approx(judging.item(), rel=1e-6)
        assert report["generator_loss"].item() == pytest.approx(making.item(), rel=1e-6)
        assert report["real_accuracy"] == (judged[0] > 0).float().mean()
        assert report["generated_accuracy"] == (judged[1] < 0).float().mean()
    for one, expected in zip(gan.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(one, expected)


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
@pytest.mark.parametrize("learns", SIDES)
def test_each_step_moves_only_its_own_networks_parameters(name, learns):
    rates = [0.05 if side == learns else 0.0 for side in SIDES]
    gan, step = build(rates=rates, name=name, r1=0.5, r2=0.5)
    before = {side: parameters(getattr(gan, side)) for side in SIDES}
    step(halves(), lambda _: None)
    for side in SIDES:
        changes = moved(before[side], getattr(gan, side))
        assert any(changes) if side == learns else not any(changes)


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_gradients_are_those_of_the_own_loss_alone(name):
    gan, step = build(rates=(0.0, 0.0), name=name)
    seen = []

    def gradients(network):
        others = [net for net in (gan.generator, gan.discriminator) if net is not network]
        seen.append((network, [p.grad.clone() for p in network.parameters()], others))
        if network is gan.generator:
            grads = [p.grad for p in gan.discriminator.parameters()]
            assert all(torch.equal(*pair) for pair in zip(grads, seen[0][1], strict=True))

    step(halves(), gradients)
    assert [network for network, _, _ in seen] == [gan.discriminator, gan.generator]
    assert all(grad.any() for grad in seen[1][1])
    assert all(p.requires_grad for p in gan.parameters())


@pytest.mark.parametrize("weights", [{"r1": 2.0}, {"r2": 2.0}, {"r1": 2.0, "r2": 1.0}])
def test_penalties_flatten_the_discriminator(weights):
    steps = {}
    for kind, loss in {"plain": {}, "penalised": weights}.items():
        gan, step = build(rates=(0.0, 0.05), **loss)
        torch.manual_seed(1)
        reports = [step(halves(), lambda _: None) for _ in range(100)]
        real = gan.pixels(halves()[0]).requires_grad_()
        (slope,) = torch.autograd.grad(gan.discriminator(real, halves()[1]).sum(), real)
        steps[kind] = (reports, slope.norm())
    assert steps["penalised"][1] < 0.8 * steps["plain"][1]
    assert "penalty" not in steps["plain"][0][0]
    first = [kind[0][0]["discriminator_loss"].item() for kind in steps.values()]
    assert first[0] == first[1]  # it is told apart from the loss
    assert steps["penalised"][0][0]["penalty"] > 0


def test_the_penalty_is_its_weight_times_that_of_its_images():
    reports = {}
    for weights in ((3.0, 0.0), (0.0, 2.0), (3.0, 2.0)):
        _, step = build(r1=weights[0], r2=weights[1])
        torch.manual_seed(1)
        reports[weights] = step(halves(), lambda _: None)["penalty"].item()
    assert reports[3.0, 2.0] == pytest.approx(reports[3.0, 0.0] + reports[0.0, 2.0])

    gan, _ = build()
    real = gan.pixels(halves()[0]).requires_grad_()
    (slope,) = torch.autograd.grad(gan.discriminator(real, halves()[1]).sum(), real)
    expected = 3.0 / 2 * slope.flatten(1).square().sum(dim=1).mean().item()
    assert reports[3.0, 0.0] == pytest.approx(expected)


def test_one_image_is_a_batch():
    _, step = build(name="hinge", r1=1.0)
    images, labels = halves()
    report = step((images[:1], labels[:1]), lambda _: None)
    assert all(value.isfinite() and not value.requires_grad for value in report.values())
    assert report["real_accuracy"].item() in (0.0, 1.0)


def test_an_unknown_loss_is_named():
    with pytest.raises(SettingError, match="no adversarial loss 'wgan'"):
        build(name="wgan")
