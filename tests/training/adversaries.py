"""Small GANs with everything that has a state; as a program, one that trains until it is killed."""

import sys
from itertools import count

import torch
from torch import nn

from dl_pipelines.models import build_classifier
from dl_pipelines.models.generative import build_gan
from dl_pipelines.params.generative import AdversarialTraining
from dl_pipelines.training import gan as gan_module
from dl_pipelines.training.gan import train_gan
from dl_pipelines.training.gan_classes import Reader
from tests.training.images import SIZE, assert_same, halves

MANY_EPOCHS = 20
NETWORKS = {
    "mlp": ({"latents": 4, "hidden": [32]}, {"hidden": [32], "spectral_norm": True}),
    "conv": (
        {"latents": 4, "channels": [8], "conditioning": "batch_norm"},
        {"channels": [4], "spectral_norm": True},
    ),
}
EVERYTHING = {
    "epochs": 3,
    "schedule": {"name": "one_cycle"},
    "loss": {"name": "relativistic", "r1": 0.5, "r2": 0.5},
    "clip_norm": 5.0,
    "ema_decay": 0.9,
}


class Lenient(Reader):
    """Finds no samples one-sided, but tells of them."""

    def count(self, images, labels, *, device):
        return 2, images.double().mean().item() / 1e3


LENIENT = Lenient(header={"classes": 2}, states=[])


def gan(architecture="conv", *, classes=2):
    """Both networks, always from the same start."""
    torch.manual_seed(0)
    return build_gan(architecture, *NETWORKS[architecture], size=SIZE, classes=classes)


def recipe(**settings):
    """Settings of `train_gan`; an epoch of `halves` has 5 steps."""
    adam = {"lr": 5e-3, "betas": (0.0, 0.99)}
    shared = {"epochs": 2, "batch_size": 8, "optimizer": {"generator": adam, "discriminator": adam}}
    chosen = AdversarialTraining.model_validate(shared | settings).model_dump()
    del chosen["seeds"]
    return {"seed": 0, "samples": 5} | chosen


def train(*, architecture="conv", classes=2, checkpoints=None, reader=None, **settings):
    """Train networks of both halves, always from the same start."""
    options = recipe(**settings) | {"checkpoints": checkpoints, "reader": reader}
    return train_gan(gan(architecture, classes=classes), *halves(), **options)


def half_reader():
    """A classifier that knows which half of an image is bright."""
    network = build_classifier("image_mlp", {"hidden": []}, size=SIZE, classes=2)
    (layer,) = [module for module in network.modules() if isinstance(module, nn.Linear)]
    left = torch.tensor([1.0] * 4 + [-1.0] * 4).repeat(SIZE)  # the columns of each pixel row
    with torch.no_grad():
        layer.weight.copy_(torch.stack([left, -left]))
        layer.bias.zero_()
    header = {"architecture": "image_mlp", "network": {"hidden": []}, "size": SIZE, "classes": 2}
    return Reader(header=header, states=[network.state_dict()])


def watch_steps(monkeypatch, watch):
    """Let `watch` change what each step of a training reports, given the step's number."""
    original = gan_module.prepared_step

    def prepared_step(*args):
        step, numbers = original(*args), count(1)
        return lambda *batch: watch(next(numbers), step(*batch))

    monkeypatch.setattr(gan_module, "prepared_step", prepared_step)


def assert_same_gan(one, other):
    """Two trainings left the same bits, each epoch's samples included."""
    assert_same(one, other)
    assert torch.equal(one.samples, other.samples)


if __name__ == "__main__":
    torch.set_num_threads(1)
    places = {"folder": sys.argv[1], "every_steps": 3, "keep": 2}
    train(**EVERYTHING | {"epochs": MANY_EPOCHS}, reader=LENIENT, checkpoints=places)
