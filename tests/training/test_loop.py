import math

import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.training.loop import Callback, fit

BATCHES = [(torch.ones(3, 1),), (torch.full((1, 1), 5.0),)]


def mean_step(batch, on_backward_end):
    return {"loss": batch[0].mean(), "second": -batch[0].mean()}


class Recorder(Callback):
    def __init__(self):
        self.events = []

    def on_train_start(self, state):
        self.events.append("start")

    def on_step_end(self, state):
        self.events.append(f"step {state.step}")

    def on_epoch_end(self, state):
        self.events.append(f"epoch {state.epoch}")

    def on_train_end(self, state):
        self.events.append(f"end {state.finished}")


def test_history_has_means_over_samples_and_what_validation_gives():
    history = fit(nn.Linear(1, 1), mean_step, BATCHES, epochs=2, validate=lambda: {"loss": 7.0})

    row = {"train_loss": 2.0, "train_second": -2.0, "valid_loss": 7.0}
    assert history == [{"epoch": 1, **row}, {"epoch": 2, **row}]


def test_callbacks_are_told_of_each_event_in_order():
    recorder = Recorder()
    fit(nn.Linear(1, 1), mean_step, BATCHES, epochs=2, callbacks=[recorder])
    assert recorder.events == [
        "start", "step 1", "step 2", "epoch 1", "step 3", "step 4", "epoch 2", "end True",
    ]  # fmt: skip


def test_a_callback_can_add_to_the_row_and_stop_the_training():
    class Stop(Callback):
        def on_epoch_end(self, state):
            state.history[-1]["note"] = state.epoch * 10
            state.stopped = state.epoch == 2

    history = fit(nn.Linear(1, 1), mean_step, BATCHES, epochs=9, callbacks=[Stop()])
    assert [row["note"] for row in history] == [10, 20]


def test_the_step_tells_of_gradients():
    seen = []

    class Networks(Callback):
        def on_backward_end(self, network):
            seen.append(network)

    model = nn.ModuleList([nn.Linear(1, 1), nn.Linear(1, 1)])

    def adversarial_step(batch, on_backward_end):
        for network in model:
            on_backward_end(network)
        return {"loss": torch.zeros(())}

    fit(model, adversarial_step, BATCHES[:1], epochs=1, callbacks=[Networks()])
    assert seen == list(model)


def test_the_model_is_in_training_mode_after_each_validation():
    model = nn.Linear(1, 1)
    modes = []

    def step(batch, on_backward_end):
        modes.append(model.training)
        return {"loss": torch.zeros(())}

    def validate():
        model.eval()
        return {}

    fit(model, step, BATCHES[:1], epochs=2, validate=validate)
    assert modes == [True, True]


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_stops_with_advice(loss):
    recorder = Recorder()
    with pytest.raises(
        SettingError, match=f"train_loss is {loss} in epoch 1; lower the learning rate"
    ):
        fit(
            nn.Linear(1, 1), lambda *_: {"loss": torch.tensor(loss)}, BATCHES, epochs=2,
            callbacks=[recorder],
        )  # fmt: skip
    assert recorder.events[-1] == "end False"


def test_a_validation_loss_that_is_not_finite_stops_too():
    with pytest.raises(SettingError, match="valid_loss is nan in epoch 1"):
        fit(nn.Linear(1, 1), mean_step, BATCHES, epochs=2, validate=lambda: {"loss": math.nan})
