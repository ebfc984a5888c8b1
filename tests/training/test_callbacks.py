import logging

import pytest
import torch
from torch import nn

from dl_pipelines.models.stacked import Stacked
from dl_pipelines.training.callbacks import (
    EarlyStopping,
    ExponentialAverage,
    GradientClipping,
    LearningRate,
    MemberClipping,
    Progress,
)
from dl_pipelines.training.loop import TrainingState
from dl_pipelines.training.optimizers import build_optimizer, build_schedule


def weight(value=0.0):
    module = nn.Linear(1, 1, bias=False)
    nn.init.constant_(module.weight, value)
    return module


def after_epoch(callback, *, epoch=1, **row):
    state = TrainingState(epoch=epoch, history=[{"epoch": epoch, **row}])
    callback.on_epoch_end(state)
    return state


def test_clipping_scales_large_gradients_only():
    model = nn.Linear(2, 1, bias=False)
    for gradient, expected in [([3.0, 4.0], [0.6, 0.8]), ([0.3, 0.4], [0.3, 0.4])]:
        model.weight.grad = torch.tensor([gradient])
        GradientClipping(1.0).on_backward_end(model)
        assert model.weight.grad[0].tolist() == pytest.approx(expected, rel=1e-4)


def test_clipping_of_members_measures_each_on_its_own():
    stacked = Stacked([nn.Linear(2, 1) for _ in range(3)])
    gradients = torch.tensor([[3.0, 0.0, 4.0], [0.3, 0.4, 0.0], [0.0, 0.0, 0.0]])
    stacked.net.weight.grad = gradients[:, None, :2].clone()
    stacked.net.bias.grad = gradients[:, 2:].clone()

    MemberClipping(1.0).on_backward_end(stacked)

    clipped = torch.cat([stacked.net.weight.grad[:, 0], stacked.net.bias.grad], dim=1)
    expected = torch.tensor([[0.6, 0.0, 0.8], [0.3, 0.4, 0.0], [0.0, 0.0, 0.0]])
    torch.testing.assert_close(clipped, expected)


def test_average_keeps_its_share_at_each_step():
    model = weight(1.0)
    average = ExponentialAverage(model, 0.9)
    for value in (1.0, 2.0):
        nn.init.constant_(model.weight, value)
        average.on_step_end(TrainingState())
    assert average.model.weight.item() == pytest.approx(0.9 * 1.0 + 0.1 * 2.0)
    assert model.weight.item() == 2.0


def test_early_stopping_restores_the_best_weights():
    model = weight()
    stopping = EarlyStopping(model, patience=2)
    stopped = []
    for epoch, loss in enumerate([5.0, 3.0, 3.0, 4.0]):
        nn.init.constant_(model.weight, epoch)
        stopped.append(after_epoch(stopping, valid_loss=loss).stopped)

    stopping.on_train_end(TrainingState())

    assert stopped == [False, False, False, True]
    assert model.weight.item() == 1.0


def test_early_stopping_goes_on_from_its_state():
    model = weight(2.0)
    stopping = EarlyStopping(model, patience=2)
    after_epoch(stopping, valid_loss=1.0)
    resumed = EarlyStopping(model, patience=2)
    resumed.load_state_dict(stopping.state_dict())
    nn.init.constant_(model.weight, 9.0)

    assert not after_epoch(resumed, valid_loss=1.5).stopped
    assert after_epoch(resumed, valid_loss=1.5).stopped
    resumed.on_train_end(TrainingState())
    assert model.weight.item() == 2.0


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        ("constant", [1.0, 1.0, 1.0]),
        ("step", [1.0, 0.7, 0.7 * 0.7]),
        ("plateau", [1.0, 1.0, 0.7]),
        ("one_cycle", None),
        ("cosine", None),
    ],
)
def test_the_rate_of_an_epoch_is_the_mean_of_those_that_its_steps_used(name, rates):
    steps, model = 3, weight()
    optimizer = build_optimizer(model.parameters(), name="sgd", lr=1.0)
    settings = {"step_epochs": 1, "factor": 0.7, "patience": 0}
    schedule = build_schedule(optimizer, name=name, epochs=3, steps_per_epoch=steps, **settings)
    callback = LearningRate(optimizer, schedule, monitor="valid_loss")
    recorded, used = [], []
    for _ in range(3):
        for _ in range(steps):
            nn.init.zeros_(model.weight)
            model.weight.grad = -torch.ones(1, 1)
            optimizer.step()
            used.append(model.weight.item())
            callback.on_step_end(TrainingState())
        recorded.append(after_epoch(callback, valid_loss=1.0).history[-1]["lr"])

    means = [sum(used[first : first + steps]) / steps for first in range(0, 9, steps)]
    assert recorded == pytest.approx(means)
    assert rates is None or recorded == rates


def test_progress_logs_now_and_then_where_there_is_no_terminal(caplog):
    caplog.set_level(logging.INFO)
    for log_seconds, lines in [(0.0, ["seed 3, epoch 1 of 2: train_loss 0.1235"]), (60.0, [])]:
        caplog.clear()
        progress = Progress("seed 3", 2, log_seconds=log_seconds)
        progress.on_train_start(TrainingState())
        after_epoch(progress, train_loss=0.123456)
        progress.on_train_end(TrainingState())
        assert caplog.messages == lines


def test_progress_draws_a_bar_in_a_terminal_and_takes_it_away(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    progress = Progress("seed 3", 2)
    progress.on_train_start(TrainingState())
    after_epoch(progress, train_loss=0.5)
    progress.on_train_end(TrainingState())
    drawn = capsys.readouterr().err
    assert "seed 3, epoch 1 of 2: train_loss 0.5" in drawn
    assert drawn.rindex("\x1b[?25h") > drawn.rindex("\x1b[?25l")  # the cursor is shown again
