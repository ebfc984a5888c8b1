import math

import pytest
import torch
from torch import nn

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.evaluation.sample_classes import COLLAPSED
from dl_pipelines.models.generative import build_generator
from dl_pipelines.training.gan import train_gan
from dl_pipelines.training.gan_callbacks import last_good_generator
from dl_pipelines.training.gan_classes import ClassWatch, Reader
from dl_pipelines.training.loop import TrainingState
from tests.training.adversaries import (
    LENIENT,
    NETWORKS,
    assert_same_gan,
    gan,
    half_reader,
    recipe,
    train,
    watch_steps,
)
from tests.training.images import SIZE, Killed, halves, kill_after

FROZEN = {"generator": {"lr": 1e-9}, "discriminator": {"lr": 1e-2}}  # it never gets better


def keeping(folder):
    return {"folder": folder, "every_steps": 1, "keep": 1}


def images_of(state, architecture="mlp"):
    """What a generator makes of the noise of a training's snapshots."""
    net = build_generator(architecture, NETWORKS[architecture][0], size=SIZE, classes=2).eval()
    net.load_state_dict(state)
    return net.sample(5, torch.Generator().manual_seed(0), torch.arange(5) % 2)


@pytest.mark.parametrize("epochs", [1, 3])
def test_a_discriminator_that_knows_everything_ends_the_training(tmp_path, monkeypatch, epochs):
    monkeypatch.setattr("dl_pipelines.training.gan._KNOWN", 40 * epochs)
    checkpoints = {"folder": tmp_path, "every_steps": 1, "keep": 1}
    frozen = {"lr": 1e-9}  # the generator never gets better
    optimizer = {"generator": frozen, "discriminator": {"lr": 1e-2}}

    with pytest.raises(SettingError, match=r"collapsed: .*lower 'optimizer\.disc") as failure:
        train(architecture="mlp", optimizer=optimizer, epochs=50, checkpoints=checkpoints)

    (kept,) = tmp_path.glob("*-good/*.pt")
    state = torch.load(kept, weights_only=True)
    last = state["training"]["history"][-1]
    assert min(last["train_real_accuracy"], last["train_generated_accuracy"]) < 1
    assert f"up to epoch {last['epoch'] + epochs} " in str(failure.value)
    networks = gan("mlp")
    networks.load_state_dict(state["gan"])
    assert f"kept in {kept.parent}." in str(failure.value)


def test_a_few_steps_without_a_mistake_are_no_collapse():
    optimizer = {"generator": {"lr": 1e-9}, "discriminator": {"lr": 1e-2}}
    history = train(architecture="mlp", optimizer=optimizer, epochs=20).history
    assert history[-1]["train_real_accuracy"] == history[-1]["train_generated_accuracy"] == 1


class Scripted(Reader):
    """Tells of one divergence after the other."""

    def count(self, images, labels, *, device):
        return 1, self.header["script"].pop(0)


def scripted(*divergences):
    return Scripted(header={"classes": 2, "script": list(divergences)}, states=[])


@pytest.mark.parametrize(
    ("divergences", "epoch", "since"),
    [
        ("bbbbbbbgg", None, None),  # fresh generators are one-sided
        ("bgbbbbg", None, None),
        ("bgbbbbbg", 7, 3),
        ("ggbbbbgbbbbb", 12, 8),
        ("ggb", 3, 3),
        ("bbb", 3, 1),
        ("b", 1, 1),
    ],
)
def test_samples_may_be_one_sided_for_some_epochs(monkeypatch, divergences, epoch, since):
    monkeypatch.setattr("dl_pipelines.training.gan_classes._PATIENCE", 40 * 5)
    reader = scripted(*({"g": 0.1, "b": COLLAPSED}[letter] for letter in divergences))
    draw, epochs = lambda: halves()[0], len(divergences)
    watch = ClassWatch(draw, reader, halves()[1], epochs=epochs, device="cpu")
    state = TrainingState()

    def run():
        for number in range(1, epochs + 1):
            state.epoch = number
            state.history.append({"epoch": number})
            watch.on_epoch_end(state)

    if epoch is None:
        return run()
    told = rf"after epoch {epoch} its .* read as 1 classes of 2, 0.69 nats .* since epoch {since};"
    with pytest.raises(SettingError, match=told):
        run()


def test_classes_of_samples_are_those_that_the_reader_reads():
    images, labels = halves()
    left, right = images[labels == 0], images[labels == 1]
    reader = half_reader()
    before = torch.get_rng_state()
    assert reader.count(images, labels, device="cpu") == (2, 0.0)
    assert reader.count(left, labels, device="cpu") == (1, pytest.approx(math.log(2)))
    present, divergence = reader.count(torch.cat([left, right[:10]]), labels, device="cpu")
    expected = 2 / 3 * math.log(4 / 3) + 1 / 3 * math.log(2 / 3)
    assert (present, divergence) == (2, pytest.approx(expected))
    assert torch.equal(torch.get_rng_state(), before)
    with pytest.raises(DataError, match="real image in row 0 has the class 5"):
        reader.count(images, labels + 5, device="cpu")


def test_a_look_at_the_classes_changes_nothing_but_the_history():
    looked, plain = train(epochs=3, reader=LENIENT), train(epochs=3)
    told = [{name: row.pop(name) for name in ("train_classes", "train_label_kl")}
            for row in looked.history]  # fmt: skip
    assert_same_gan(looked, plain)
    assert [row["train_classes"] for row in told] == [2.0] * 3
    assert len({row["train_label_kl"] for row in told}) == 3  # each epoch's own samples


def test_a_generator_of_one_class_fails(tmp_path):
    networks = gan("mlp", classes=0)
    last = [module for module in networks.generator.modules() if isinstance(module, nn.Linear)][-1]
    with torch.no_grad():
        last.bias += torch.tensor([3.0] * 4 + [-3.0] * 4).repeat(SIZE)
    options = recipe(optimizer=FROZEN) | {"checkpoints": keeping(tmp_path)}
    with pytest.raises(SettingError, match=r"epoch 2 its .* as 1 classes .* 'epochs'\.$"):
        train_gan(networks, *halves(), **options, reader=half_reader())
    assert not list(tmp_path.glob("*-good"))  # there was no good epoch


@pytest.mark.parametrize("ema_decay", [None, 0.5])
def test_the_generator_of_the_last_good_epoch_can_be_used(tmp_path, ema_decay):
    settings = {"architecture": "mlp", "epochs": 4, "ema_decay": ema_decay}
    reader = scripted(9.0, 0.1, 9.0, 9.0)
    with pytest.raises(SettingError, match="since epoch 3;") as failure:
        train(**settings, reader=reader, checkpoints=keeping(tmp_path))
    (folder,) = tmp_path.glob("*-good")
    assert str(failure.value).endswith(f"epoch is kept in {folder}.")
    made = images_of(last_good_generator(folder))
    assert torch.equal(made, train(**settings).samples[1])

    with pytest.raises(DataError, match="holds no state of a GAN: take the folder"):
        last_good_generator(tmp_path)


def test_a_divergence_leaves_the_last_good_generator(tmp_path, monkeypatch):
    plain = train(architecture="mlp", epochs=2)
    nan = {"generator_loss": torch.tensor(math.nan)}
    watch_steps(monkeypatch, lambda number, report: {**report, **(nan if number > 10 else {})})
    with pytest.raises(SettingError, match=r"diverged: train_gen.* in epoch 3; .* is kept in "):
        train(architecture="mlp", epochs=3, checkpoints=keeping(tmp_path))
    (folder,) = tmp_path.glob("*-good")
    assert torch.equal(images_of(last_good_generator(folder)), plain.samples[1])


def test_a_training_that_was_killed_knows_its_last_good_epoch(tmp_path, monkeypatch):
    monkeypatch.setattr("dl_pipelines.training.gan._KNOWN", 40 * 3)
    settings = {"architecture": "mlp", "optimizer": FROZEN, "epochs": 50}
    left = {}
    for name, killed_after in (("whole", None), ("killed", 12)):
        places = keeping(tmp_path / name)
        if killed_after:
            with monkeypatch.context() as patch, pytest.raises(Killed):
                kill_after(patch, killed_after)
                train(**settings, checkpoints=places)
        with pytest.raises(SettingError, match="the discriminator knew every"):
            train(**settings, checkpoints=places)
        (folder,) = (tmp_path / name).glob("*-good")
        (kept,) = folder.iterdir()
        left[name] = kept.name[:10], images_of(last_good_generator(folder))
    assert left["whole"][0] == left["killed"][0]
    assert torch.equal(left["whole"][1], left["killed"][1])
