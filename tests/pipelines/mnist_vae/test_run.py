"""The whole pipeline on a few hundred digits, with little training."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

from dl_pipelines.io.safetensors import SafetensorsDataset, Weights
from dl_pipelines.models.generative import restore_autoencoder
from dl_pipelines.models.vae import VAE
from tests.pipelines.mnist.conftest import UNTRACKED, Finished
from tests.pipelines.mnist_vae.conftest import MANIFOLD, PLAIN, vae_project

NATS = ["elbo", "iwae_nll", "bce_kl"]
OF_SAMPLES = ["frechet", "frechet_floor", "kernel_distance", "precision", "recall", "label_kl"]
PROMISED = {*NATS, *OF_SAMPLES, "reconstruction_rmse", "active_units", "train_seconds"}
FIGURES = {
    "loss_curves.png",
    "learning_rate.png",
    "reconstructions.png",
    "samples.png",
    "class_shares.png",
    "walks.png",
    "data/samples.png",
}
PLANE = {"manifold.png", "scatter.png"}


@pytest.fixture(params=["plain", "manifold"])
def finished_vae(request: pytest.FixtureRequest) -> Finished:
    """Each of the two."""
    return request.getfixturevalue(request.param)


def likelihoods(finished: Finished) -> pd.DataFrame:
    return pd.read_parquet(finished.outputs / "likelihoods.parquet")


def arrays(finished: Finished, name: str) -> dict[str, np.ndarray]:
    with np.load(finished.outputs / f"{name}.npz") as file:
        return dict(file)


def stored_weights(finished: Finished) -> Weights:
    return SafetensorsDataset(str(finished.models / "weights.safetensors")).load()


def network(finished: Finished, seed: int) -> VAE:
    """The network of a seed, from its file alone."""
    weights = stored_weights(finished)
    return restore_autoencoder(weights.header, weights.members()[f"seed_{seed}"])


def test_the_metrics_hold_what_is_promised_as_finite_numbers(finished_vae):
    metrics = finished_vae.metrics
    assert set(metrics) >= PROMISED
    assert all(np.isfinite(value) for value in metrics.values())
    assert metrics["train_seconds"] > 0


def test_nats_follow_from_those_of_the_images(finished_vae):
    metrics, frame = finished_vae.metrics, likelihoods(finished_vae)
    for name in NATS:
        by_seed = frame.groupby("seed")[name]
        assert metrics[name] == pytest.approx(by_seed.mean().mean())
        error = by_seed.std() / by_seed.count() ** 0.5
        assert metrics[f"{name}_se"] == pytest.approx(error.mean())
    assert (frame.groupby("seed")["iwae_nll"].count() == 20).all()
    assert (frame.groupby("seed")["elbo"].count() == 60).all()
    assert metrics["iwae_nll"] > 0 > metrics["elbo"]


def test_errors_and_active_units_follow_from_what_was_encoded(finished_vae, small_digits):
    metrics, encoded = finished_vae.metrics, arrays(finished_vae, "encoded")
    difference = encoded["reconstructions"] - small_digits["test_images"].astype(float)
    errors = np.sqrt((difference**2).mean(axis=(1, 2, 3)))
    assert metrics["reconstruction_rmse"] == pytest.approx(errors.mean())
    active = (encoded["means"].var(axis=1) > 0.01).sum(axis=1)
    assert metrics["active_units"] == pytest.approx(active.mean())


def test_a_spread_over_seeds_is_told_only_where_there_are_several(plain, manifold):
    assert "elbo_sd" in plain.metrics
    assert "elbo_sd" not in manifold.metrics


def test_stored_weights_encode_the_test_again_by_seed(plain, small_digits):
    encoded = arrays(plain, "encoded")
    assert encoded["seeds"].tolist() == [2, 10]  # a file has "seed_10" before "seed_2"
    images = torch.from_numpy(small_digits["test_images"])
    for place, seed in enumerate(encoded["seeds"]):
        model = network(plain, seed)
        with torch.no_grad():
            mean, _ = model.encode(images)
            shares = model.decode(mean).sigmoid()
        np.testing.assert_allclose(encoded["means"][place], mean, rtol=1e-5, atol=1e-6)
        expected = np.rint(255 * shares.numpy())
        np.testing.assert_allclose(encoded["reconstructions"][place], expected, atol=1)


def test_grey_nats_are_those_of_the_closed_form(plain, small_digits):
    """BCE + KL has one draw an image: the mean over the images is near that of many draws."""
    model, images = network(plain, 2), torch.from_numpy(small_digits["test_images"])
    shares = images.double() / 255
    torch.manual_seed(0)
    with torch.no_grad():
        posterior = torch.distributions.Normal(*_moments(*model.encode(images)))
        latents = posterior.sample((50,))
        white = model.decode(latents.flatten(0, 1)).double().sigmoid().view(50, 60, 28, 28)
        error = -(shares * white.log() + (1 - shares) * (1 - white).log()).sum(dim=(2, 3))
    prior = torch.distributions.Normal(0.0, 1.0)
    divergence = torch.distributions.kl_divergence(posterior, prior).sum(dim=1)
    frame = likelihoods(plain)
    told = frame.loc[frame["seed"] == 2, "bce_kl"].mean()
    assert told == pytest.approx((error.mean(dim=0) + divergence).mean().item(), rel=5e-3)


def _moments(mean: torch.Tensor, log_variance: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return mean, (0.5 * log_variance).exp()


def test_samples_are_drawn_from_the_prior_by_each_seed(plain):
    samples = arrays(plain, "samples")
    assert samples["images"].shape == (2, 40, 28, 28)
    assert samples["images"].dtype == np.uint8
    assert samples["seeds"].tolist() == [2, 10]
    latents = torch.randn(40, 3, generator=torch.Generator().manual_seed(0))
    for made, seed in zip(samples["images"], (2, 10), strict=True):
        with torch.no_grad():
            shares = network(plain, seed).decode(latents).sigmoid()
        np.testing.assert_allclose(made, np.rint(255 * shares.numpy()), atol=1)
        assert len(np.unique(made, axis=0)) > 30


def test_walks_begin_and_end_at_reconstructed_test_images(plain, small_digits):
    walks, encoded = arrays(plain, "explored")["walks"], arrays(plain, "encoded")
    assert walks.shape == (5, 4, 28, 28)
    labels, copies = small_digits["test_labels"], encoded["reconstructions"][0].astype(int)
    for digit, walk in enumerate(walks):
        ends = [copies[np.flatnonzero(labels == end)[0]] for end in (digit, 9 - digit)]
        np.testing.assert_allclose(walk[[0, -1]], ends, atol=1)
    assert "plane" not in arrays(plain, "explored")  # of three latents


def test_the_plane_has_the_first_latent_across(manifold):
    explored, model = arrays(manifold, "explored"), network(manifold, 0)
    places = explored["places"]
    for row, column in [(0, 0), (0, 2), (2, 1)]:
        latents = torch.tensor([[places[column], places[row]]], dtype=torch.float32)
        with torch.no_grad():
            expected = np.rint(255 * model.decode(latents).sigmoid()[0].numpy())
        np.testing.assert_allclose(explored["plane"][row, column], expected, atol=1)


def test_every_figure_is_written(plain, manifold):
    for finished, expected in ((plain, FIGURES), (manifold, FIGURES | PLANE)):
        reports = finished.reports
        pictures = {str(path.relative_to(reports)) for path in reports.rglob("*.png")}
        assert pictures == expected


def test_table_tags_and_verdict_tell_of_the_same_run(finished_vae):
    metrics, reports = finished_vae.metrics, finished_vae.reports
    table = pd.read_csv(reports / "comparison.csv")
    assert table["network"].iloc[-1] == "real images"
    assert table["NLL (nats)"].mean() == pytest.approx(metrics["iwae_nll"])
    assert table["Fréchet"][:-1].mean() == pytest.approx(metrics["frechet"])
    tags = json.loads((reports / "tags.json").read_text())
    recipe = stored_weights(finished_vae).header["name"]
    assert tags.items() >= {"dataset": "digits", "profile": "full", "recipe": recipe}.items()
    verdict = (reports / "verdict.txt").read_text()
    assert verdict.startswith(f"{recipe} on {tags['data.source']}: the evidence lower bound")
    assert "quick" not in verdict


def test_the_same_seed_gives_the_same_bytes(tmp_path, manifold, small_digits):
    again = Finished(vae_project(tmp_path, small_digits, "manifold"), "mnist_vae")
    nodes = ["mnist_vae.evaluate_test", "mnist_vae.explore_latents", "mnist_vae.describe_run"]
    nodes.append("mnist_vae.evaluate_samples")
    again.project.run(MANIFOLD | UNTRACKED, pipeline="mnist_vae", to_nodes=nodes)
    for one, other in ((manifold.models, again.models), (manifold.outputs, again.outputs)):
        names = {path.name for path in one.iterdir()} - {"timing.json", "test_metrics.json"}
        assert names and {path.name for path in other.iterdir()} >= names
        for name in names:
            assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_a_quick_run_of_a_convolutional_network_is_short_and_says_so(tmp_path, small_digits):
    finished = Finished(vae_project(tmp_path, small_digits, "conv"), "mnist_vae")
    small = {"channels": [2], "blocks": 1, "hidden": 4, "latents": 2}
    settings = {
        "compute": PLAIN["mnist_vae"]["compute"],
        "autoencoder": {"network": small},
        "report": {"importance_samples": 2},
        "judging": PLAIN["mnist_vae"]["judging"],
        "reading": PLAIN["mnist_vae"]["reading"],
    }
    finished.project.run(
        UNTRACKED | {"mnist_vae": settings, "generative": {"profile": "quick"}},
        pipeline="mnist_vae",
        to_nodes=["mnist_vae.report_results"],
    )
    assert stored_weights(finished).header["architecture"] == "conv"
    assert len(pd.read_parquet(finished.models / "history.parquet")) == 2
    assert likelihoods(finished)["iwae_nll"].count() == 60  # of 200, if there were so many
    tags = json.loads((finished.reports / "tags.json").read_text())
    assert (tags["recipe"], tags["profile"]) == ("mnist_vae.conv", "quick")
    verdict = (finished.reports / "verdict.txt").read_text()
    assert verdict.endswith("This was a quick run, a short training for a look.")


@pytest.mark.slow
def test_the_notebook_runs(plain):
    shown = plain.project.run_notebook("mnist_vae")
    assert shown.count("execute_result") == 11
    assert "error" not in shown
