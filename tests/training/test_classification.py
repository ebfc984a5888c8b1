"""Classifiers of tiny images: a bright half on the left or on the right, in noise."""

from typing import Any

import numpy as np
import pytest
import torch

from dl_pipelines.data.splits import Split
from dl_pipelines.params import Compute
from dl_pipelines.params.classification import ImageTraining
from dl_pipelines.params.images import Augmentation
from dl_pipelines.training import classification
from dl_pipelines.training.callbacks import LearningRate
from dl_pipelines.training.classification import class_probabilities, fit_classifiers

ROWS = 60
SPLIT = Split(np.arange(30), np.arange(30, 40), np.arange(40, ROWS))
MLP = {"architecture": "image_mlp", "network": {"hidden": [4]}, "classes": 2}
DROPPING = MLP | {"network": {"hidden": [4], "batch_norm": True, "dropout": 0.2}}
CNN = {"architecture": "convnet", "network": {"stages": [[2], [2]]}, "classes": 2}
COMPUTE = Compute(device="cpu", backend="sequential").model_dump()


@pytest.fixture(scope="module")
def halves() -> tuple[torch.Tensor, torch.Tensor]:
    """Images [60, 6, 6] and labels."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 100, (ROWS, 6, 6), generator=generator)
    labels = torch.arange(ROWS) % 2
    images[labels == 0, :, :3] += 100
    images[labels == 1, :, 3:] += 100
    return images.to(torch.uint8), labels


def settings(
    classifier: dict[str, Any] = MLP,
    *,
    compute: dict[str, Any] | None = None,
    checkpoints: dict[str, Any] | None = None,
    **training: Any,
) -> dict[str, Any]:
    recipe = {"epochs": 2, "batch_size": 8, "loss": {"name": "cross_entropy"}} | training
    return {
        "classifier": classifier,
        "training": ImageTraining.model_validate(recipe).for_images(sample=False),
        "augmentation": Augmentation(shift=1.0).model_dump(),
        "compute": COMPUTE | (compute or {}),
        "checkpoints": checkpoints,
    }


def predict(classifier, states, images, rows, *, compute=COMPUTE, **options):
    header = classifier | {"size": images.shape[1]}
    return class_probabilities(header, states, images, rows, compute=compute, **options)


def assert_same_fits(folds, others):
    for fits, twins in zip(folds, others, strict=True):
        for fit, twin in zip(fits, twins, strict=True):
            assert fit.history == twin.history
            assert fit.state.keys() == twin.state.keys()
            assert all(torch.equal(fit.state[name], twin.state[name]) for name in fit.state)


@pytest.mark.parametrize("classifier", [MLP, CNN], ids=["mlp", "cnn"])
def test_it_learns(halves, classifier):
    images, labels = halves
    options = settings(classifier, epochs=30, optimizer={"lr": 0.03}, seeds=(3, 4))
    (fits,) = fit_classifiers(images, labels, [SPLIT], **options)

    states = [fit.state for fit in fits]
    probabilities = predict(classifier, states, images, SPLIT.test)

    assert probabilities.shape == (2, 20, 2) and probabilities.dtype == torch.float64
    torch.testing.assert_close(probabilities.sum(dim=2), torch.ones(2, 20).double())
    right = probabilities.argmax(dim=2) == labels[SPLIT.test]
    assert right.double().mean() > 0.9
    for seed, fit in zip((3, 4), fits, strict=True):
        assert [row["seed"] for row in fit.history] == [seed] * 30
        assert fit.history[-1]["valid_accuracy"] > 0.9
        assert fit.seconds > 0


def test_the_history_tells_of_the_validation_images(halves):
    images, labels = halves
    (fit,), (blind,) = fit_classifiers(
        images, labels, [SPLIT, Split(SPLIT.train, np.arange(0), SPLIT.test)], **settings()
    )
    learnt = {"seed", "epoch", "train_loss", "lr"}
    assert set(blind.history[0]) == learnt
    assert set(fit.history[0]) == learnt | {"valid_loss", "valid_accuracy"}
    probabilities = predict(MLP, [fit.state], images, SPLIT.valid)[0]
    of_actual = probabilities[torch.arange(10), labels[SPLIT.valid]]
    assert fit.history[-1]["valid_loss"] == pytest.approx(-of_actual.log().mean().item(), rel=1e-5)


def test_a_training_that_takes_all_cores_shows_its_progress(halves, bars):
    options = settings(seeds=(3, 4), compute={"backend": "loky", "workers": -1, "threads": 2})
    fit_classifiers(*halves, [SPLIT], **options)
    assert bars == ["seed 3", "seed 4"]


@pytest.mark.slow
def test_every_backend_and_a_seed_alone_give_the_same_bits(halves):
    images, labels = halves
    splits = [SPLIT, Split(np.arange(20, 50), np.arange(20), np.arange(50, ROWS))]
    here = fit_classifiers(images, labels, splits, **settings(DROPPING, seeds=(0, 1)))
    loky = settings(DROPPING, compute={"backend": "loky", "workers": 2}, seeds=(0, 1))
    assert_same_fits(fit_classifiers(images, labels, splits, **loky), here)
    alone = fit_classifiers(images, labels, splits[1:], **settings(DROPPING, seeds=(1,)))
    assert_same_fits(alone, [here[1][1:]])


def test_a_fit_has_the_threads_that_are_set(halves, monkeypatch):
    images, labels = halves
    seen = []
    train = classification.train_supervised

    def watched(*args, **kwargs):
        seen.append(torch.get_num_threads())
        return train(*args, **kwargs)

    monkeypatch.setattr(classification, "train_supervised", watched)
    before = torch.get_num_threads()
    for threads in (1, 2):
        fit_classifiers(images, labels, [SPLIT], **settings(compute={"threads": threads}))
    assert seen == [1, 2]
    assert torch.get_num_threads() == before


def test_a_killed_training_goes_on_to_the_same_bits(halves, tmp_path, monkeypatch):
    images, labels = halves
    uninterrupted = fit_classifiers(images, labels, [SPLIT], **settings(DROPPING))
    checkpoints = {"folder": tmp_path, "every_steps": 1, "keep": 1}
    options = settings(DROPPING, checkpoints=checkpoints)
    steps = []
    original = LearningRate.on_step_end

    def count(self, state):
        steps.append(1)
        original(self, state)

    def killed(self, state):
        if len(steps) == 5:
            raise KeyboardInterrupt
        count(self, state)

    monkeypatch.setattr(LearningRate, "on_step_end", killed)
    with pytest.raises(KeyboardInterrupt):
        fit_classifiers(images, labels, [SPLIT], **options)
    monkeypatch.setattr(LearningRate, "on_step_end", count)

    resumed = fit_classifiers(images, labels, [SPLIT], **options)

    assert len(steps) == 2 * 4  # 30 images are 4 batches of 8, and none is learnt from twice
    assert_same_fits(resumed, uninterrupted)


def test_an_image_is_predicted_by_its_pixels_alone(halves, monkeypatch):
    images, labels = halves
    ((fit,),) = fit_classifiers(images, labels, [SPLIT], **settings(DROPPING))
    together = predict(DROPPING, [fit.state], images, SPLIT.test)
    other = images.clone()
    other[SPLIT.test[1:]] = 255 - other[SPLIT.test[1:]]
    changed = predict(DROPPING, [fit.state], other, SPLIT.test)
    torch.testing.assert_close(changed[:, 0], together[:, 0])
    assert not torch.isclose(changed[:, 1:], together[:, 1:]).all(dim=2).any()
    monkeypatch.setattr(classification, "_PREDICTION_BATCH", 3)
    torch.testing.assert_close(predict(DROPPING, [fit.state], images, SPLIT.test), together)


def test_a_prediction_has_the_threads_that_are_set(halves, monkeypatch):
    images, labels = halves
    ((fit,),) = fit_classifiers(images, labels, [SPLIT], **settings())
    seen = []
    build = classification.build_voters

    def watched(*args, **kwargs):
        network = build(*args, **kwargs)
        network.register_forward_hook(lambda *_: seen.append(torch.get_num_threads()))
        return network

    monkeypatch.setattr(classification, "build_voters", watched)
    for threads in (1, 2):
        compute = COMPUTE | {"threads": threads}
        predict(MLP, [fit.state], images, SPLIT.test, compute=compute)
    assert seen == [1, 2]


def test_shifted_predictions_are_the_mean_over_shifts(halves):
    images, labels = halves
    ((fit,),) = fit_classifiers(images, labels, [SPLIT], **settings())
    padded = torch.nn.functional.pad(images, (1, 1, 1, 1))
    moved = [
        predict(MLP, [fit.state], padded[:, down : down + 6, right : right + 6], SPLIT.test)
        for down in range(3)
        for right in range(3)
    ]
    averaged = predict(MLP, [fit.state], images, SPLIT.test, shifts=1)
    torch.testing.assert_close(averaged, torch.stack(moved).mean(dim=0), rtol=1e-5, atol=1e-7)
