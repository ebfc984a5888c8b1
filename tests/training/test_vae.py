import pytest
import torch

from dl_pipelines.errors import SettingError
from dl_pipelines.models.generative import build_autoencoder
from dl_pipelines.params.generative import VAETraining
from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.vae import (
    elbo_terms,
    mean_elbo,
    posteriors,
    train_vae,
    vae_step,
)
from dl_pipelines.training.vae_losses import binarise, kl_divergence, reconstruction_error
from tests.training.images import SIZE, Killed, assert_same, halves, kill_after

NETWORKS = {
    "mlp": {"hidden": [16], "latents": 2},
    "conv": {"channels": [4, 8], "hidden": 16, "latents": 2},
}
EVERYTHING = {
    "epochs": 3,
    "optimizer": {"name": "adamw", "lr": 0.01},
    "schedule": {"name": "one_cycle"},
    "loss": {"beta": 0.5, "binarisation": "dynamic"},
    "clip_norm": 5.0,
    "ema_decay": 0.9,
    "patience": 3,
}


def vae(architecture="mlp"):
    torch.manual_seed(0)
    return build_autoencoder(architecture, NETWORKS[architecture], size=SIZE)


def recipe(**settings):
    chosen = VAETraining.model_validate({"epochs": 2, "batch_size": 8} | settings).model_dump()
    del chosen["seeds"]
    return {"seed": 0} | chosen


def train(*, architecture="mlp", checkpoints=None, valid=True, **settings):
    images, _ = halves()
    parts = (images[:32], images[32:] if valid else None)
    return train_vae(vae(architecture), *parts, **recipe(**settings), checkpoints=checkpoints)


@pytest.mark.parametrize(("beta", "binarisation"), [(1.0, "none"), (0.3, "dynamic")])
def test_the_step_does_what_a_bare_loop_does_to_the_bit(beta, binarisation):
    images, ready = halves()[0], []
    model, twin = vae(), vae()
    optimizer, other = (torch.optim.SGD(net.parameters(), lr=0.01) for net in (model, twin))
    step = vae_step(
        model, optimizer, build_accelerator("cpu"), latents=2, beta=beta, binarisation=binarisation
    )
    torch.manual_seed(1)
    losses = [step((images,), ready.append) for _ in range(3)][-1]

    torch.manual_seed(1)
    for _ in range(3):
        x = binarise(images) if binarisation == "dynamic" else images
        other.zero_grad()
        logits, mean, log_variance = twin(x, torch.randn(40, 2))
        error = reconstruction_error(logits, x).mean()
        divergence = kl_divergence(mean, log_variance).mean()
        (error + beta * divergence).backward()
        other.step()

    assert ready == [model] * 3
    for one, expected in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.equal(one, expected)
    assert torch.equal(losses["reconstruction"], error) and torch.equal(losses["kl"], divergence)
    assert torch.equal(losses["loss"], error + beta * divergence)
    assert not any(loss.requires_grad for loss in losses.values())


@pytest.mark.parametrize("architecture", NETWORKS)
def test_it_learns_what_images_look_like(architecture):
    images, _ = halves()
    history = train(
        architecture=architecture, epochs=60, optimizer={"lr": 0.005}, valid=False
    ).history
    assert set(history[0]) == {"epoch", "train_loss", "train_reconstruction", "train_kl", "lr"}
    assert history[-1]["train_loss"] < 0.8 * history[0]["train_loss"]

    model = vae(architecture)
    state = train(architecture=architecture, epochs=60, optimizer={"lr": 0.005}).state
    model.load_state_dict(state)
    made = model.eval().reconstruct(images).float()
    means = made[:, :, :4].mean(dim=(1, 2)) - made[:, :, 4:].mean(dim=(1, 2))
    assert means[::2].min() > 50 and means[1::2].max() < -50


def test_validation_is_of_the_weights_that_are_kept_and_can_be_had_again():
    trained = train(**EVERYTHING)
    row = min(trained.history, key=lambda row: row["valid_loss"])
    model = vae()
    model.load_state_dict(trained.state)
    images = halves()[0][32:]
    report = mean_elbo(model, [images], beta=0.5, binarisation="dynamic")
    assert report == {name: row[f"valid_{name}"] for name in ("loss", "reconstruction", "kl")}
    assert report["loss"] == pytest.approx(report["reconstruction"] + 0.5 * report["kl"])


def test_the_terms_of_the_bound_are_those_of_each_image(monkeypatch):
    model, images = vae().eval(), halves()[0]
    monkeypatch.setattr("dl_pipelines.training.vae._JUDGED", 7)
    reconstruction, divergence = elbo_terms(
        model, images, generator=torch.Generator().manual_seed(3)
    )
    noise = torch.randn(7, 2, generator=torch.Generator().manual_seed(3))
    logits, mean, log_variance = model(images[:7], noise)
    torch.testing.assert_close(reconstruction[:7], reconstruction_error(logits, images[:7]))
    torch.testing.assert_close(divergence[:7], kl_divergence(mean, log_variance))
    assert reconstruction.shape == divergence.shape == (40,)

    means, log_variances = posteriors(model, images)
    torch.testing.assert_close(kl_divergence(means, log_variances), divergence)


def test_two_runs_leave_the_same_bits():
    one = train(**EVERYTHING)
    torch.rand(17)  # the caller's random state plays no part
    assert_same(one, train(**EVERYTHING))


@pytest.mark.parametrize("killed_after", [1, 4, 7])  # an epoch has 4 steps
def test_a_training_that_was_killed_goes_on_to_the_same_bits(tmp_path, monkeypatch, killed_after):
    checkpoints = {"folder": tmp_path, "every_steps": 2, "keep": 2}
    uninterrupted = train(**EVERYTHING)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        kill_after(patch, killed_after)
        train(**EVERYTHING, checkpoints=checkpoints)
    assert len(list(tmp_path.rglob("*.pt"))) == min(killed_after // 2, 2)

    assert_same(train(**EVERYTHING, checkpoints=checkpoints), uninterrupted)
    assert not list(tmp_path.iterdir())


def test_a_beta_of_its_own_is_another_training():
    narrow, wide = (train(loss={"beta": beta}, epochs=30).history[-1] for beta in (10.0, 0.1))
    assert narrow["train_kl"] < wide["train_kl"]
    assert narrow["train_reconstruction"] > wide["train_reconstruction"]


@pytest.mark.parametrize("architecture", NETWORKS)
def test_mixed_precision_trains(architecture):
    images, _ = halves()
    one, exact = (
        train_vae(vae(architecture), images, images, **recipe(), precision=precision)
        for precision in ("bf16", "no")
    )
    assert all(value.dtype == torch.float32 for value in one.state.values())
    assert one.history[-1]["valid_loss"] == pytest.approx(exact.history[-1]["valid_loss"], rel=0.02)
    assert one.history != exact.history


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("architecture", NETWORKS)
def test_a_gpu_trains_too(architecture):
    images, _ = halves()
    trained = train_vae(vae(architecture), images, images, **recipe(**EVERYTHING), device="cuda")
    assert trained.history[-1]["valid_loss"] < trained.history[0]["valid_loss"]
    assert all(value.device.type == "cpu" for value in trained.state.values())


def test_one_image_alone_can_be_learnt():
    trained = train_vae(vae(), halves()[0][:1], None, **recipe(epochs=50))
    assert trained.history[-1]["train_loss"] < trained.history[0]["train_loss"]


def test_bad_settings_are_named():
    with pytest.raises(SettingError, match="'patience' needs a validation part"):
        train(patience=1, valid=False)
    settings = recipe() | {"loss": {"beta": 1.0, "binarisation": "static"}}
    with pytest.raises(SettingError, match="no binarisation 'static': choose one of none, dynamic"):
        train_vae(vae(), halves()[0], None, **settings)
