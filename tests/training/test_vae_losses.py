import math
from types import SimpleNamespace

import pytest
import torch
from torch.distributions import Bernoulli, MultivariateNormal, Normal, kl_divergence

from dl_pipelines.training import vae_losses
from dl_pipelines.training.vae_losses import (
    bernoulli_log_likelihood,
    binarise,
    iwae_nll,
    reconstruction_error,
)

NOISE = 0.5  # standard deviation of the linear model's pixels
WEIGHTS = torch.tensor([[1.0, 0.0], [0.5, -1.0], [0.0, 2.0]])


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def posteriors():
    return torch.randn(6, 4, generator=seeded(1)), torch.randn(6, 4, generator=seeded(2))


class LinearModel:
    """x = W z + noise: images of three pixels whose likelihood is known."""

    def __init__(self, *, exact):
        self.exact = exact

    def encode(self, images):
        precision = torch.eye(2) + WEIGHTS.T @ WEIGHTS / NOISE**2
        mean = images @ WEIGHTS @ torch.linalg.inv(precision) / NOISE**2
        log_variance = -precision.diagonal().log().expand_as(mean)  # of each latent, others fixed
        return (mean, log_variance) if self.exact else (mean + 0.3, log_variance + 0.5)

    def decode(self, latents):
        return latents @ WEIGHTS.T

    def log_likelihood(self, decoded, images):
        return Normal(decoded.view(-1, *images.shape), NOISE).log_prob(images).sum(dim=-1)

    def bound(self, images, samples, **settings):
        return iwae_nll(
            self, images, samples=samples, log_likelihood=self.log_likelihood, **settings
        )

    @staticmethod
    def nll(images):
        covariance = WEIGHTS @ WEIGHTS.T + NOISE**2 * torch.eye(3)
        return -MultivariateNormal(torch.zeros(3), covariance).log_prob(images)


def linear_images(count=40):
    latents = torch.randn(count, 2, generator=seeded(3))
    return latents @ WEIGHTS.T + NOISE * torch.randn(count, 3, generator=seeded(4))


def test_golden_values_of_the_reconstruction_error():
    logits = torch.tensor([[[0.0, 2.0]], [[-1.0, 0.0]]])
    images = torch.tensor([[[255, 0]], [[51, 255]]], dtype=torch.uint8)
    # ln 2 + ln(1 + e²), and ln(1 + 1/e) - 0.2 · (-1) + ln 2
    expected = [0.693147 + 2.126928, 0.313262 + 0.2 + 0.693147]
    assert reconstruction_error(logits, images).tolist() == pytest.approx(expected, abs=1e-5)


def test_of_black_and_white_it_is_the_negative_log_likelihood():
    logits = torch.randn(3, 5, 4, 4, generator=seeded())
    images = binarise(torch.randint(256, (5, 4, 4), generator=seeded()), seeded())
    expected = Bernoulli(logits=logits).log_prob((images > 0).float()).sum(dim=(2, 3))
    torch.testing.assert_close(bernoulli_log_likelihood(logits.flatten(0, 1), images), expected)
    torch.testing.assert_close(-reconstruction_error(logits[0], images), expected[0])


def test_the_divergence_is_that_of_torch():
    mean, log_variance = posteriors()
    posterior = Normal(mean, (0.5 * log_variance).exp())
    expected = kl_divergence(posterior, Normal(0.0, 1.0)).sum(dim=1)
    torch.testing.assert_close(vae_losses.kl_divergence(mean, log_variance), expected)
    assert vae_losses.kl_divergence(torch.zeros(2, 3), torch.zeros(2, 3)).tolist() == [0.0, 0.0]


def test_the_divergence_is_the_mean_of_the_log_ratio_of_draws():
    mean, log_variance = posteriors()
    posterior, prior = Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0)
    torch.manual_seed(0)
    draws = posterior.sample((100_000,))
    ratio = (posterior.log_prob(draws) - prior.log_prob(draws)).sum(dim=2)
    error = ratio.std(dim=0) / math.sqrt(len(ratio))
    difference = ratio.mean(dim=0) - vae_losses.kl_divergence(mean, log_variance)
    assert (difference.abs() < 4 * error).all()


def test_binarised_pixels_are_white_as_often_as_they_are_bright():
    images = torch.tensor([0, 51, 204, 255], dtype=torch.uint8).expand(20_000, 1, 4)
    drawn = binarise(images, seeded())
    assert drawn.dtype == torch.uint8 and set(drawn.unique().tolist()) == {0, 255}
    shares = (drawn.float() / 255).mean(dim=0)[0].tolist()
    assert shares[0] == 0.0 and shares[3] == 1.0
    assert shares[1:3] == pytest.approx([0.2, 0.8], abs=0.015)
    assert torch.equal(drawn, binarise(images, seeded()))
    assert not torch.equal(drawn, binarise(images, seeded(1)))
    assert not torch.equal(binarise(images), binarise(images))


def test_the_bound_tightens_with_more_samples_towards_the_true_likelihood():
    images, model = linear_images(), LinearModel(exact=False)
    truth = model.nll(images).mean().item()
    bounds = [
        torch.stack([model.bound(images, k, generator=seeded(seed)) for seed in range(20)])
        .mean()
        .item()
        for k in (1, 5, 50, 1000)
    ]
    assert bounds[0] > bounds[1] > bounds[2] > bounds[3] > truth - 0.01
    assert bounds[0] > truth + 0.3
    assert bounds[3] == pytest.approx(truth, abs=0.02)


def test_with_one_sample_it_is_the_negative_elbo():
    images, model = linear_images(), LinearModel(exact=False)
    mean, log_variance = model.encode(images)
    posterior = Normal(mean, (0.5 * log_variance).exp())
    torch.manual_seed(0)
    likelihood = model.log_likelihood(model.decode(posterior.sample((20_000,))), images)
    elbo = likelihood.mean(dim=0) - vae_losses.kl_divergence(mean, log_variance)
    bounds = [model.bound(images, 1, generator=seeded(seed)) for seed in range(500)]
    assert torch.stack(bounds).mean().item() == pytest.approx(-elbo.mean().item(), rel=0.01)


def test_the_chunks_do_not_change_the_bound(monkeypatch):
    images, model = linear_images(), LinearModel(exact=True)
    whole = model.bound(images, 60, chunk=60, generator=seeded())
    assert whole.shape == (40,) and whole.dtype == torch.float64
    torch.testing.assert_close(model.bound(images, 60, chunk=7, generator=seeded()), whole)
    monkeypatch.setattr(vae_losses, "_IMAGES", 3)
    parts = model.bound(images, 4000, chunk=1000, generator=seeded())
    torch.testing.assert_close(parts, whole, rtol=0.05, atol=0.2)


def test_no_more_is_decoded_at_a_time_than_the_chunk(monkeypatch):
    sizes, model = [], LinearModel(exact=True)
    counted = SimpleNamespace(
        encode=model.encode, decode=lambda z: (sizes.append(len(z)), model.decode(z))[1]
    )
    monkeypatch.setattr(vae_losses, "_IMAGES", 30)
    iwae_nll(
        counted, linear_images(), samples=12, chunk=5, generator=seeded(),
        log_likelihood=model.log_likelihood,
    )  # fmt: skip
    assert sizes == [150, 150, 60, 50, 50, 20]


def test_one_black_and_white_image():
    model = SimpleNamespace(
        encode=lambda images: (torch.zeros(1, 2), torch.zeros(1, 2)),
        decode=lambda latents: torch.zeros(len(latents), 3, 3),
    )
    nll = iwae_nll(model, torch.full((1, 3, 3), 255), samples=10, generator=seeded())
    assert nll.tolist() == pytest.approx([9 * math.log(2)])
