import copy
import os
import shutil
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.models.lstm import LSTMForecaster
from dl_pipelines.training.callbacks import LearningRate
from dl_pipelines.training.optimizers import OPTIMIZERS, SCHEDULES
from dl_pipelines.training.parallel import run_jobs
from dl_pipelines.training.supervised import train_supervised
from tests.training import example


def linear():
    torch.manual_seed(0)
    return nn.Linear(2, 1)


def assert_same(one, other):
    assert one.history == other.history
    assert one.state.keys() == other.state.keys()
    assert all(torch.equal(one.state[name], other.state[name]) for name in one.state)


@pytest.mark.parametrize(("optimizer", "schedule"), list(product(OPTIMIZERS, SCHEDULES)))
def test_every_optimizer_trains_with_every_schedule(line, recipe, optimizer, schedule):
    settings = recipe(
        epochs=4, optimizer={"name": optimizer, "lr": 0.02}, schedule={"name": schedule}
    )
    history = train_supervised(linear(), line, line, **settings).history

    assert [row["epoch"] for row in history] == [1, 2, 3, 4]
    assert set(history[0]) == {"epoch", "train_loss", "valid_loss", "lr"}
    assert history[-1]["train_loss"] < history[0]["train_loss"]


def test_an_lstm_learns_a_small_batch_by_heart(recipe):
    torch.manual_seed(0)
    x, y = torch.randn(8, 5, 2), torch.randn(8, 1)
    model = LSTMForecaster(features=2, hidden=16)
    settings = recipe(epochs=150, optimizer={"lr": 0.03}, schedule={"name": "cosine"})

    history = train_supervised(model, (x, y), None, **settings).history

    assert history[0]["train_loss"] > 0.3
    assert history[-1]["train_loss"] < 1e-3
    assert set(history[0]) == {"epoch", "train_loss", "lr"}


def test_the_history_is_a_bare_loops_to_the_bit(line, recipe):
    x, y = line
    settings = recipe(epochs=2, shuffle=False, optimizer={"name": "sgd", "lr": 0.1})
    trained = train_supervised(linear(), line, line, **settings)

    model = linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, fused=True)
    for row in trained.history:
        total = 0.0
        for first in range(0, 40, 8):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x[first : first + 8]), y[first : first + 8])
            loss.backward()
            optimizer.step()
            total += loss.detach() * 8
        assert row["train_loss"] == total.item() / 40
        assert row["valid_loss"] == nn.functional.mse_loss(model(x), y).item()
    assert torch.equal(trained.state["weight"], model.weight)


def test_the_seed_alone_decides(line, recipe):
    settings = recipe(shuffle=True)
    one = train_supervised(linear(), line, line, **settings)
    torch.rand(17)  # the caller's random state plays no part
    assert_same(one, train_supervised(linear(), line, line, **settings))
    other = train_supervised(linear(), line, line, **{**settings, "seed": 1})
    assert not torch.equal(one.state["weight"], other.state["weight"])


def test_early_stopping_keeps_the_best_epoch(line, recipe):
    x, y = line
    worse = (x, -y)  # each epoch of learning y makes this worse
    settings = recipe(epochs=20, patience=3, optimizer={"name": "sgd", "lr": 0.1})

    trained = train_supervised(linear(), line, worse, **settings)

    losses = [row["valid_loss"] for row in trained.history]
    assert len(losses) == 4
    model = linear()
    model.load_state_dict(trained.state)
    assert nn.functional.mse_loss(model(x), -y).item() == pytest.approx(min(losses))


def test_the_average_is_validated_and_kept(line, recipe):
    x, y = line
    settings = recipe(epochs=2, optimizer={"name": "sgd", "lr": 0.2})
    plain = train_supervised(linear(), line, line, **settings)
    averaged = train_supervised(linear(), line, line, **{**settings, "ema_decay": 0.9})

    assert averaged.state.keys() == plain.state.keys()
    assert not torch.equal(averaged.state["weight"], plain.state["weight"])
    model = linear()
    model.load_state_dict(averaged.state)
    assert averaged.history[-1]["valid_loss"] == nn.functional.mse_loss(model(x), y).item()


def test_clipping_bounds_the_step(line, recipe):
    settings = recipe(epochs=1, batch_size=40, clip_norm=0.01, optimizer={"name": "sgd", "lr": 1.0})
    state = train_supervised(linear(), line, None, **settings).state
    moved = [state[name] - value for name, value in linear().state_dict().items()]
    assert torch.cat([value.flatten() for value in moved]).norm().item() == pytest.approx(
        0.01, 1e-3
    )


def test_mixed_precision_trains(line, recipe):
    trained = train_supervised(linear(), line, line, **recipe(epochs=5), precision="bf16")
    assert trained.state["weight"].dtype == torch.float32
    assert trained.history[-1]["valid_loss"] < trained.history[0]["valid_loss"]


def test_patience_needs_a_validation_part(line, recipe):
    with pytest.raises(SettingError, match="'patience' needs a validation part"):
        train_supervised(linear(), line, None, **recipe(patience=2))


def normalised():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))


def test_a_batch_norm_never_meets_a_last_row_alone(line, recipe):
    settings = recipe(epochs=2, batch_size=13, schedule={"name": "one_cycle"})  # 40 = 3 * 13 + 1
    trained = train_supervised(normalised(), line, line, **settings)
    assert trained.state["1.num_batches_tracked"] == 2 * 3
    assert trained.history[-1]["train_loss"] < trained.history[0]["train_loss"]


@pytest.mark.parametrize(("rows", "batch_size"), [(40, 1), (1, 8)])
def test_a_batch_norm_refuses_batches_of_one_row(line, recipe, rows, batch_size):
    train = [part[:rows] for part in line]
    settings = recipe(batch_size=batch_size)
    sentence = f"batch norm .*'batch_size' is {batch_size}, rows to learn: {rows}.*to 2 or more"
    with pytest.raises(SettingError, match=sentence):
        train_supervised(normalised(), train, line, **settings)
    train_supervised(linear(), train, line, **settings)  # who has none may learn so


def test_divergence_is_reported(line, recipe):
    settings = recipe(epochs=50, optimizer={"name": "sgd", "lr": 1e9})
    with pytest.raises(SettingError, match=r"training diverged.*lower the learning rate"):
        train_supervised(linear(), line, None, **settings)


def test_the_wall_time_before_a_resume_counts(tmp_path, steps, monkeypatch):
    """The clock goes on by a second at each step."""
    monkeypatch.setattr(time, "perf_counter", lambda: clock.now)
    clock = SimpleNamespace(now=100.0)
    original = LearningRate.on_step_end

    def on_step_end(self, state):
        original(self, state)
        clock.now += 1.0

    monkeypatch.setattr(LearningRate, "on_step_end", on_step_end)
    assert example.train(None).seconds == 15.0

    checkpoints = {"folder": tmp_path, "every_steps": 2, "keep": 2}
    steps.done, steps.kill_after = 0, 9
    with pytest.raises(Killed):
        example.train(checkpoints)
    clock.now += 1000.0  # nobody trains
    steps.done, steps.kill_after = 0, None
    assert example.train(checkpoints).seconds == 15.0


class Killed(Exception):
    """Stands in for a kill, at a step that a test chooses."""


@pytest.fixture
def steps(monkeypatch):
    """Count the steps, and be killed after the one that `kill_after` names."""
    counter = SimpleNamespace(done=0, kill_after=None)
    original = LearningRate.on_step_end

    def on_step_end(self, state):
        if counter.done == counter.kill_after:
            raise Killed
        counter.done += 1
        original(self, state)

    monkeypatch.setattr(LearningRate, "on_step_end", on_step_end)
    return counter


@pytest.mark.parametrize("killed_after", [1, 4, 5, 10, 13])  # an epoch has 5 steps
@pytest.mark.parametrize("every_steps", [1, 2])
def test_training_goes_on_from_any_step(tmp_path, steps, killed_after, every_steps):
    checkpoints = {"folder": tmp_path, "every_steps": every_steps, "keep": 2}
    uninterrupted = example.train(None)
    steps.done, steps.kill_after = 0, killed_after
    with pytest.raises(Killed):
        example.train(checkpoints)
    steps.done, steps.kill_after = 0, None

    resumed = example.train(checkpoints, progress=True)  # may change from run to run

    assert steps.done == 15 - killed_after // every_steps * every_steps
    assert_same(resumed, uninterrupted)
    assert not list(tmp_path.iterdir())


def test_another_setting_does_not_go_on_from_the_checkpoints(line, recipe, tmp_path, steps):
    checkpoints = {"folder": tmp_path, "every_steps": 1, "keep": 2}
    steps.kill_after = 7
    with pytest.raises(Killed):
        train_supervised(linear(), line, None, **recipe(), checkpoints=checkpoints)
    steps.done, steps.kill_after = 0, None

    train_supervised(linear(), line, None, **recipe(clip_norm=9.0), checkpoints=checkpoints)

    assert steps.done == 15
    assert newest(tmp_path).name.startswith("0000000007")


@pytest.mark.slow
def test_a_killed_process_goes_on_to_the_same_bits(tmp_path, steps):
    child = subprocess.Popen([sys.executable, "-m", "tests.training.example", str(tmp_path)])
    try:
        deadline = time.monotonic() + 60
        while not list(tmp_path.rglob("000000003*.pt")):
            assert child.poll() is None, "the child ended before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.001)
    finally:
        child.kill()
        assert child.wait() == -signal.SIGKILL
    uninterrupted = example.train(None, epochs=example.MANY_EPOCHS)
    shutil.copytree(tmp_path, truncated := tmp_path.with_name("truncated"))
    newest(truncated).write_bytes(newest(truncated).read_bytes()[:1000])

    todo = []
    for folder in (tmp_path, truncated):
        steps.done = 0
        checkpoints = {"folder": folder, "every_steps": 10**6, "keep": 2}
        resumed = example.train(checkpoints, epochs=example.MANY_EPOCHS)
        assert_same(resumed, uninterrupted)
        todo.append(steps.done)
    assert todo[0] + 3 == todo[1] < 5 * example.MANY_EPOCHS


def train_beside_another(*, folder, name):
    (folder / name).touch()
    while len(list(folder.glob("process *"))) < 2:
        time.sleep(0.001)
    checkpoints = {"folder": folder / "checkpoints", "every_steps": 1, "keep": 1}
    return os.getpid(), example.train(checkpoints, epochs=example.MANY_EPOCHS)


@pytest.mark.slow  # two processes import torch
def test_two_processes_train_the_same_at_a_time_to_the_same_bits(tmp_path):
    jobs = [{"folder": tmp_path, "name": f"process {number}"} for number in (1, 2)]
    results = run_jobs(train_beside_another, jobs, backend="loky", workers=2)
    uninterrupted = example.train(None, epochs=example.MANY_EPOCHS)

    assert len({process for process, _ in results}) == 2
    for _, trained in results:
        assert_same(trained, uninterrupted)
    assert not list((tmp_path / "checkpoints").iterdir())


def newest(folder: Path) -> Path:
    return max(folder.rglob("*.pt"))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_the_gpu_agrees_with_the_cpu(recipe):
    torch.manual_seed(0)
    data = (torch.randn(64, 6, 3), torch.randn(64, 1))
    model = LSTMForecaster(features=3, hidden=8)
    settings = recipe(epochs=3, optimizer={"name": "sgd", "lr": 0.05})
    cpu, gpu = (
        train_supervised(copy.deepcopy(model), data, data, **settings, device=device)
        for device in ("cpu", "cuda")
    )
    for name, value in cpu.state.items():
        torch.testing.assert_close(gpu.state[name], value, rtol=1e-3, atol=1e-4)
