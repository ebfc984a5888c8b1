import signal
import subprocess
import sys
import time

import pytest
import torch

from dl_pipelines.errors import SettingError
from dl_pipelines.models.generative import build_gan, build_generator
from dl_pipelines.training.adversarial_losses import ADVERSARIAL_LOSSES
from dl_pipelines.training.gan import train_gan
from tests.training.adversaries import (
    EVERYTHING,
    LENIENT,
    MANY_EPOCHS,
    NETWORKS,
    assert_same_gan,
    gan,
    recipe,
    train,
    watch_steps,
)
from tests.training.images import SIZE, Killed, halves, kill_after


@pytest.mark.parametrize("architecture", NETWORKS)
def test_samples_come_to_look_like_the_class_that_is_asked_for(architecture):
    settings, judge = NETWORKS[architecture]
    settings = settings | ({"conditioning": "embedding"} if architecture == "conv" else {})
    torch.manual_seed(0)
    networks = build_gan(architecture, settings, judge, size=SIZE, classes=2)
    options = recipe(epochs=40, loss={"name": "hinge"}, ema_decay=0.9)
    trained = train_gan(networks, *halves(), **options)

    net = build_generator(architecture, settings, size=SIZE, classes=2).eval()
    net.load_state_dict(trained.state)
    labels = torch.arange(200) % 2
    made = net.sample(200, torch.Generator().manual_seed(1), labels).float()
    brighter = made[:, :, :4].mean(dim=(1, 2)) > made[:, :, 4:].mean(dim=(1, 2))
    assert (brighter == (labels == 0)).float().mean() > 0.95
    assert made[::2].std(dim=0).mean() > 1  # not one image for all noise


def test_the_history_tells_of_both_networks():
    plain, penalised = train(), train(loss={"name": "hinge", "r1": 1.0})
    losses = {"train_discriminator_loss", "train_generator_loss"}
    shares = {"train_real_accuracy", "train_generated_accuracy"}
    rates = {"generator_lr", "discriminator_lr"}
    assert [row["epoch"] for row in plain.history] == [1, 2]
    for row in plain.history:
        assert row.keys() == {"epoch"} | losses | shares | rates
        assert all(0 <= row[name] <= 1 for name in shares)
        assert [row[name] for name in rates] == [5e-3] * 2
    assert penalised.history[0].keys() - row.keys() == {"train_penalty"}


def test_each_epoch_leaves_samples_of_the_same_noise():
    trained = train(epochs=3, ema_decay=0.5)
    assert trained.samples.shape == (3, 5, SIZE, SIZE) and trained.samples.dtype == torch.uint8
    generator, _ = NETWORKS["conv"]
    net = build_generator("conv", generator, size=SIZE, classes=2).eval()
    net.load_state_dict(trained.state)
    noise = torch.Generator().manual_seed(0)
    assert torch.equal(net.sample(5, noise, torch.tensor([0, 1, 0, 1, 0])), trained.samples[-1])
    changes = trained.samples.float().diff(dim=0).abs().mean(dim=(1, 2, 3))
    assert (changes > 0).all()


def test_the_average_of_the_generator_is_kept():
    plain, averaged = train(), train(ema_decay=0.9)
    assert plain.history == averaged.history
    assert plain.state.keys() == averaged.state.keys()
    name = "layers.linear.weight"
    assert not torch.equal(plain.state[name], averaged.state[name])


def test_networks_without_classes_are_told_none():
    images, labels = halves()
    one, swapped = (
        train_gan(gan("mlp", classes=0), images, classes, **recipe(epochs=2))
        for classes in (labels, 1 - labels)
    )
    assert_same_gan(one, swapped)
    assert one.samples.shape == (2, 5, SIZE, SIZE)


@pytest.mark.parametrize("loss", ADVERSARIAL_LOSSES)
@pytest.mark.parametrize("architecture", NETWORKS)
def test_two_runs_leave_the_same_bits(architecture, loss):
    settings = EVERYTHING | {"loss": {"name": loss, "r1": 0.5, "r2": 0.5}}
    one = train(architecture=architecture, **settings)
    torch.rand(17)  # the caller's random state plays no part
    assert_same_gan(one, train(architecture=architecture, **settings))
    other = train_gan(gan(architecture), *halves(), **recipe(**settings) | {"seed": 1})
    assert not torch.equal(one.samples, other.samples)


def checkpoints_in(folder):
    return [path for path in folder.glob("*/*.pt") if "-good" not in str(path)]


@pytest.mark.parametrize("killed_after", [1, 5, 10, 13])  # an epoch has 5 steps
def test_a_training_that_was_killed_goes_on_to_the_same_bits(tmp_path, monkeypatch, killed_after):
    checkpoints = {"folder": tmp_path, "every_steps": 2, "keep": 2}
    uninterrupted = train(**EVERYTHING)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        kill_after(patch, killed_after)
        train(**EVERYTHING, checkpoints=checkpoints)
    assert len(checkpoints_in(tmp_path)) == min(killed_after // 2, 2)

    assert_same_gan(train(**EVERYTHING, checkpoints=checkpoints), uninterrupted)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_killed_process_goes_on_to_the_same_bits(tmp_path, monkeypatch):
    child = subprocess.Popen([sys.executable, "-m", "tests.training.adversaries", str(tmp_path)])
    try:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("*/000000003*.pt")):
            assert child.poll() is None, "the child ended before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.001)
    finally:
        child.kill()
        assert child.wait() == -signal.SIGKILL
    settings = EVERYTHING | {"epochs": MANY_EPOCHS, "reader": LENIENT}
    uninterrupted = train(**settings)
    newest = max(path.name for path in checkpoints_in(tmp_path))

    steps = []
    watch_steps(monkeypatch, lambda number, report: steps.append(number) or report)
    resumed = train(**settings, checkpoints={"folder": tmp_path, "every_steps": 3, "keep": 2})
    assert_same_gan(resumed, uninterrupted)
    assert len(steps) == 5 * MANY_EPOCHS - int(newest[:10])  # not all over again
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("architecture", NETWORKS)
def test_mixed_precision_trains(architecture):
    settings = EVERYTHING | {"schedule": {}, "epochs": 1}
    one, exact = (
        train_gan(gan(architecture), *halves(), **recipe(**settings), precision=precision)
        for precision in ("bf16", "no")
    )
    floats = [value for value in one.state.values() if value.is_floating_point()]
    assert all(value.dtype == torch.float32 for value in floats)
    for name in ("train_discriminator_loss", "train_generator_loss", "train_penalty"):
        assert one.history[0][name] == pytest.approx(exact.history[0][name], rel=0.1)
    assert one.history != exact.history


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("architecture", NETWORKS)
def test_a_gpu_trains_too(architecture):
    trained = train_gan(gan(architecture), *halves(), **recipe(**EVERYTHING), device="cuda")
    assert trained.samples.device.type == "cpu" and trained.samples.shape == (3, 5, SIZE, SIZE)
    assert all(value.device.type == "cpu" for value in trained.state.values())


def test_one_image_a_step_is_no_batch_for_a_batch_norm():
    with pytest.raises(SettingError, match="batch norm cannot learn from one row"):
        train(batch_size=1)
    assert len(train(architecture="mlp", batch_size=1, epochs=1).history) == 1
