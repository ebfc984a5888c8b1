import pytest
import torch
from torch import nn

from dl_pipelines.training.device import build_accelerator
from dl_pipelines.training.losses import build_loss
from dl_pipelines.training.steps import supervised_step


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
