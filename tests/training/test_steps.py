import math

import pytest
import torch
from torch import nn

from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.losses import build_loss
from dl_pipelines.training.steps import mean_loss, supervised_step


def bare(x, y, *, epochs):
    model, optimizer = network()
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
    return model.weight, loss


def network():
    model = nn.Linear(2, 1)
    with torch.no_grad():
        model.weight.fill_(0.3)
        model.bias.fill_(0.1)
    return model, torch.optim.SGD(model.parameters(), lr=0.1)


def test_the_step_does_what_a_bare_loop_does_to_the_bit(line):
    model, optimizer = network()
    ready = []
    step = supervised_step(model, optimizer, build_loss(name="mse"), build_accelerator("cpu"))

    for _ in range(3):
        losses = step(line, ready.append)

    weight, loss = bare(*line, epochs=3)
    assert torch.equal(model.weight, weight)
    assert torch.equal(losses["loss"], loss)
    assert not losses["loss"].requires_grad
    assert ready == [model] * 3


class ScalingAccelerator:
    """Stands in for Accelerate with a loss scaler, which needs a GPU."""

    scaler = "scale by 8"

    def backward(self, loss):
        (loss * 8).backward()

    def unscale_gradients(self, optimizer):
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad /= 8


def test_gradients_are_true_ones_also_under_loss_scaling(line):
    model, optimizer = network()
    step = supervised_step(model, optimizer, build_loss(name="mse"), ScalingAccelerator())

    step(line, lambda _: None)

    assert model.weight.tolist()[0] == pytest.approx(bare(*line, epochs=1)[0].tolist()[0])


def test_several_heads_learn_the_same_target_without_a_warning(line, recwarn):
    x, y = line
    model, (one, other) = nn.Linear(2, 2), (nn.Linear(2, 1), nn.Linear(2, 1))
    for number, head in enumerate((one, other)):
        head.weight.data = model.weight.data[[number]].clone()
        head.bias.data = model.bias.data[[number]].clone()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    step = supervised_step(model, optimizer, build_loss(name="mse"), build_accelerator("cpu"))

    losses = step(line, lambda _: None)

    heads = [nn.functional.mse_loss(head(x), y) for head in (one, other)]
    assert losses["loss"].item() == pytest.approx(sum(heads).item() / 2)
    assert not recwarn.list


def test_validation_leaves_unknown_targets_out():
    x = torch.tensor([[1.0, 0.0], [2.0, 0.0], [500.0, 0.0]])
    y = torch.tensor([[0.0], [0.0], [math.nan]])
    model, _ = network()  # 0.3 x + 0.1
    expected = (0.4**2 + 0.7**2) / 2
    assert mean_loss(model, build_loss(name="mse"), (x, y))["loss"] == pytest.approx(expected)


def test_labels_are_learnt_and_validated_by_class():
    torch.manual_seed(0)
    x, labels = torch.eye(3).repeat(4, 1), torch.arange(3).repeat(4)
    model = nn.Linear(3, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=5.0)
    loss = build_loss(name="cross_entropy", smoothing=0.1)
    step = supervised_step(model, optimizer, loss, build_accelerator("cpu"))
    for _ in range(20):
        losses = step((x, labels), lambda _: None)
    expected = nn.functional.cross_entropy(model(x), labels, label_smoothing=0.1)
    report = mean_loss(model, loss, (x, labels))
    assert report == {"loss": pytest.approx(expected.item()), "accuracy": 1.0}
    assert losses["loss"].item() == pytest.approx(report["loss"], rel=0.05)
    wrong = torch.where(torch.arange(12) < 3, (labels + 1) % 3, labels)
    assert mean_loss(model, loss, (x, wrong))["accuracy"] == 0.75


def test_inputs_are_changed_before_they_are_learnt(line):
    x, y = line
    (model, optimizer), seen = network(), []

    def augment(inputs):
        seen.append(inputs)
        return 2 * inputs

    step = supervised_step(
        model, optimizer, build_loss(name="mse"), build_accelerator("cpu"), augment=augment
    )
    step(line, lambda _: None)
    assert seen == [x]
    assert torch.equal(model.weight, bare(2 * x, y, epochs=1)[0])
