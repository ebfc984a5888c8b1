"""Trainings side by side against the same trainings one by one."""

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from dl_pipelines.data.batches import Batches
from dl_pipelines.data.parabola import parabola_parts
from dl_pipelines.training.optimizer_trials import (
    network,
    phases,
    tensors,
    train_members,
    train_optimizers,
)
from dl_pipelines.training.optimizers import OPTIMIZERS, build_optimizer

TRAINING: dict[str, Any] = {
    "hidden": (5,),
    "loss": "mse",
    "epochs": 3,
    "switch_epoch": 1,
    "switch_factor": 4.0,
    "batch_size": 16,
    "momentum": 0.8,
    "betas": (0.8, 0.95),
    "weight_decay": 0.2,
}
COMPUTE = {"device": "cpu", "backend": "sequential", "workers": 1}
CPU = torch.device("cpu")
ARRAYS = parabola_parts(train=40, valid=20, test=10, noise=0.1, seed=0)
DIGITS = {
    "train_x": np.random.default_rng(0).integers(0, 256, (30, 4, 4)).astype(np.uint8),
    "train_y": np.arange(30) % 3,
}
DIGITS |= {"valid_x": DIGITS["train_x"][:9], "valid_y": DIGITS["train_y"][:9]}


def pairs(arrays):
    return {
        "learnt": (arrays["train_x"], arrays["train_y"]),
        "measured": (arrays["valid_x"], arrays["valid_y"]),
    }


def side_by_side(optimizer, rates, seeds, *, arrays=ARRAYS, every=None, **changes):
    training = TRAINING | changes
    return train_members(
        optimizer=optimizer, rates=rates, seeds=seeds, **pairs(arrays), every=every,
        training=training, device="cpu",
    )  # fmt: skip


def alone(optimizer, rate, seed, *, arrays=ARRAYS, **changes):
    """The last loss of one network that is trained as one would by hand."""
    training = TRAINING | changes
    rows, scored = (tensors(pair, CPU) for pair in pairs(arrays).values())
    net = network(rows, seed, training)
    batches = Batches(rows, training["batch_size"], shuffle=True, seed=seed, drop_last=True)
    loss = {"mse": functional.mse_loss, "cross_entropy": functional.cross_entropy}[training["loss"]]
    for phase in phases(optimizer, **training):
        updater = build_optimizer(
            net.parameters(),
            name=phase.optimizer,
            lr=rate * phase.factor,
            weight_decay=training["weight_decay"] if phase.optimizer == "adamw" else 0.0,
            momentum=training["momentum"],
            betas=training["betas"],
        )
        for _ in range(phase.epochs):
            for x, y in batches:
                updater.zero_grad()
                loss(net(x), y).backward()
                updater.step()
    with torch.no_grad():
        return loss(net(scored[0]), scored[1]).item()


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS, "adam_sgd"])
def test_each_training_is_the_one_that_it_would_be_alone(optimizer):
    measured = side_by_side(optimizer, [0.003, 0.03], [0, 7])
    assert measured.steps.tolist() == [0, 6]
    expected = [[alone(optimizer, rate, seed) for rate in (0.003, 0.03)] for seed in (0, 7)]
    np.testing.assert_allclose(measured.losses[-1], expected, rtol=1e-4)


def test_labels_are_learnt_from_grey_levels():
    changes = {"loss": "cross_entropy", "arrays": DIGITS}
    measured = side_by_side("momentum", [0.01, 0.1], [3], **changes)
    expected = [alone("momentum", rate, 3, **changes) for rate in (0.01, 0.1)]
    np.testing.assert_allclose(measured.losses[-1, 0], expected, rtol=1e-4)
    assert measured.losses[-1, 0, 1] < measured.losses[0, 0, 1]


def test_a_seed_has_the_same_first_weights_for_every_optimizer_and_rate():
    first = [side_by_side(name, [0.01, 0.1], [0, 1]).losses[0] for name in ("sgd", "adam")]
    np.testing.assert_array_equal(*first)
    assert first[0][0, 0] == first[0][0, 1] != first[0][1, 0]


def test_a_training_that_diverges_disturbs_no_other():
    sound = side_by_side("sgd", [0.01, 0.02], [0, 1])
    wild = side_by_side("sgd", [0.01, 1e30], [0, 1])
    assert not np.isfinite(wild.losses[-1, :, 1]).any()
    np.testing.assert_array_equal(wild.losses[:, :, 0], sound.losses[:, :, 0])


def test_losses_are_measured_now_and_then_and_at_the_end():
    measured = side_by_side("adam_sgd", [0.01], [0], every=4)
    assert measured.steps.tolist() == [0, 4, 6]  # 3 epochs of 2 steps, the first of Adam
    assert measured.losses.shape == (3, 1, 1)
    assert side_by_side("adam_sgd", [0.01], [0], every=3).steps.tolist() == [0, 3, 6]
    end = side_by_side("adam_sgd", [0.01], [0])
    np.testing.assert_array_equal(measured.losses[-1], end.losses[-1])


def test_the_switch_is_the_book_s():
    assert phases("adam_sgd", epochs=9, switch_epoch=6, switch_factor=3.0, batch_size=1) == [
        ("adam", 6, 1.0), ("momentum", 3, 3.0),
    ]  # fmt: skip
    assert phases("nag", **TRAINING) == [("nag", 3, 1.0)]


def test_all_optimizers_of_a_task_with_rates_of_their_own():
    results = train_optimizers(
        ARRAYS, "valid", rates={"sgd": [0.1, 0.2], "adam": [0.01]}, seeds=[0], every=None,
        training=TRAINING, compute=COMPUTE,
    )  # fmt: skip
    assert {name: one.losses.shape for name, one in results.items()} == {
        "sgd": (2, 1, 2), "adam": (2, 1, 1),
    }  # fmt: skip
    np.testing.assert_array_equal(results["adam"].losses, side_by_side("adam", [0.01], [0]).losses)


def test_what_is_measured_is_not_learnt():
    spoilt = ARRAYS | {"valid_y": ARRAYS["valid_y"] + 100, "test_y": ARRAYS["test_y"] + 100}
    arguments = {"rates": {"adam": [0.01]}, "seeds": [0], "every": None}
    own = {"training": TRAINING, "compute": COMPUTE}
    before = train_optimizers(spoilt | {"test_y": ARRAYS["test_y"]}, "test", **arguments, **own)
    after = train_optimizers(ARRAYS, "test", **arguments, **own)
    np.testing.assert_array_equal(before["adam"].losses, after["adam"].losses)
