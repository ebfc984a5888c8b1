import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from dl_pipelines.errors import SettingError
from dl_pipelines.models.generative import build_gan
from dl_pipelines.training.adversarial_losses import (
    ADVERSARIAL_LOSSES,
    adversarial_loss,
    gradient_penalty,
)

REAL, GENERATED = torch.tensor([2.0, -0.5]), torch.tensor([-1.0, 0.5])


def ln1p_exp(x):
    return math.log(1 + math.exp(x))


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [
        (
            "bce",
            (ln1p_exp(-2) + ln1p_exp(0.5)) / 2 + (ln1p_exp(-1) + ln1p_exp(0.5)) / 2,
            (ln1p_exp(1) + ln1p_exp(-0.5)) / 2,
        ),
        ("hinge", (0 + 1.5) / 2 + (0 + 1.5) / 2, (1.0 - 0.5) / 2),
        ("relativistic", (ln1p_exp(-3) + ln1p_exp(1)) / 2, (ln1p_exp(3) + ln1p_exp(-1)) / 2),
    ],
)
def test_golden_values(name, discriminator, generator):
    loss = adversarial_loss(name)
    assert loss.discriminator(REAL, GENERATED).item() == pytest.approx(discriminator)
    assert loss.generator(REAL, GENERATED).item() == pytest.approx(generator)


def test_the_books_loss_is_torchs_binary_cross_entropy():
    loss, ones, zeros = adversarial_loss("bce"), torch.ones(2), torch.zeros(2)
    bce = functional.binary_cross_entropy_with_logits
    expected = bce(REAL, ones) + bce(GENERATED, zeros)
    torch.testing.assert_close(loss.discriminator(REAL, GENERATED), expected)
    torch.testing.assert_close(loss.generator(REAL, GENERATED), bce(GENERATED, ones))


def test_the_books_loss_does_not_saturate():
    sure = torch.tensor([-20.0], requires_grad=True)  # of being generated
    adversarial_loss("bce").generator(REAL, sure).backward()
    assert sure.grad.item() == pytest.approx(-1.0)


@pytest.mark.parametrize("name", ADVERSARIAL_LOSSES)
def test_each_network_wants_what_the_other_does_not(name):
    loss = adversarial_loss(name)
    better = GENERATED + 0.1
    assert loss.generator(REAL, better) < loss.generator(REAL, GENERATED)
    assert loss.discriminator(REAL, better) > loss.discriminator(REAL, GENERATED)


def test_what_the_discriminator_got_right():
    assert [share.item() for share in adversarial_loss("hinge").right(REAL, GENERATED)] == [0.5] * 2
    shares = adversarial_loss("bce").right(torch.tensor([1.0, 2.0]), GENERATED)
    assert [share.item() for share in shares] == [1.0, 0.5]
    # 2 > -1, -0.5 < 0.5, and 5 > 4 though both are above zero
    real, generated = torch.tensor([2.0, -0.5, 5.0]), torch.tensor([-1.0, 0.5, 4.0])
    shares = adversarial_loss("relativistic").right(real, generated)
    assert [share.item() for share in shares] == pytest.approx([2 / 3, 2 / 3])


def test_the_penalty_of_a_linear_discriminator_is_half_its_squared_weights():
    linear, images = nn.Linear(4, 1), torch.randn(5, 1, 2, 2, requires_grad=True)
    penalty = gradient_penalty(linear(images.flatten(1)).squeeze(1), images)
    assert penalty.item() == pytest.approx(0.5 * linear.weight.square().sum().item())
    penalty.backward()
    torch.testing.assert_close(linear.weight.grad, linear.weight.detach())


@pytest.fixture(params=["mlp", "conv"])
def judged(request):
    """A discriminator, and images and labels for it."""
    torch.manual_seed(0)
    gan = build_gan(request.param, {}, {"spectral_norm": True}, size=8, classes=3).double()
    images = torch.randn(3, 1, 8, 8, dtype=torch.float64, requires_grad=True)
    return gan.discriminator.eval(), images, torch.arange(3)


def test_the_penalty_is_that_of_each_images_own_gradient(judged):
    judge, images, labels = judged
    norms = []
    for number in range(3):
        one = images[number : number + 1].detach().requires_grad_()
        judge(one, labels[number : number + 1]).backward()
        norms.append(one.grad.square().sum().item())
    penalty = gradient_penalty(judge(images, labels), images)
    assert penalty.item() == pytest.approx(0.5 * sum(norms) / 3, rel=1e-5)


def test_the_penalty_can_be_learnt_from(judged):
    judge, images, labels = judged
    weight = judge.head.linear.parametrizations.weight.original
    gradient_penalty(judge(images, labels), images).backward()
    assert weight.grad.any()
    direction = weight.grad / weight.grad.norm()

    values = []
    for side in (1e-4, -2e-4):  # one to this side, then one to the other
        with torch.no_grad():
            weight += side * direction
        values.append(gradient_penalty(judge(images, labels), images).item())
    assert (values[0] - values[1]) / 2e-4 == pytest.approx(weight.grad.norm().item(), rel=1e-3)


def test_an_unknown_loss_is_named():
    with pytest.raises(
        SettingError, match="no adversarial loss 'wgan': choose one of bce, hinge, relativistic"
    ):
        adversarial_loss("wgan")
