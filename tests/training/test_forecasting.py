from itertools import pairwise

import numpy as np
import pytest
import torch

from dl_pipelines.data.splits import Split
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_forecaster
from dl_pipelines.params import Compute, Training
from dl_pipelines.training import forecasting
from dl_pipelines.training.forecasting import forecast

NETWORK = {"window": 5, "architecture": "lstm", "model": {"hidden": 4, "skip_days": 2}}


def settings(*, backend="sequential", checkpoints=None, **training):
    return {
        **NETWORK,
        "training": Training(**{"epochs": 2, "batch_size": 16, **training}).model_dump(),
        "compute": Compute(device="cpu", backend=backend, workers=2).model_dump(),
        "checkpoints": checkpoints,
    }


def days(*bounds):
    """Split of the days between four bounds."""
    return Split(*(np.arange(first, last) for first, last in pairwise(bounds)))


SPLIT = days(0, 60, 80, 100)


def fit_forecasters(values, targets, split, **options):
    """States and history of the fits of a single split."""
    (fits,) = forecasting.fit_forecasters(values, targets, [split], **options)
    return fits.states, fits.history


@pytest.fixture
def series():
    """Features of 100 days and a target they explain, in units far from 1."""
    generator = np.random.default_rng(0)
    values = generator.normal(size=(100, 2)) * [3.0, 500.0] + [10.0, 4000.0]
    targets = 100 + 20 * (values[:, 0] - 10) / 3 + generator.normal(size=100)
    targets[-1] = np.nan  # not known yet
    return values, targets


def assert_same_states(one, other):
    for state, twin in zip(one, other, strict=True):
        assert state.keys() == twin.keys()
        assert all(torch.equal(state[name], twin[name]) for name in state)


def test_it_learns_and_forecasts_in_units_of_the_target(series):
    values, targets = series
    states, history = fit_forecasters(
        *series, SPLIT, **settings(epochs=40, optimizer={"lr": 0.02}, seeds=(3, 4))
    )

    days_ahead = SPLIT.test[:-1]
    forecasts = forecast(states, values=values, indices=days_ahead, **NETWORK)

    errors = forecasts - targets[days_ahead]
    assert forecasts.shape == (2, 19)
    assert np.sqrt((errors**2).mean()) < 0.3 * np.nanstd(targets)
    assert [row["seed"] for row in history] == [3] * 40 + [4] * 40
    assert set(history[0]) == {"seed", "epoch", "train_loss", "valid_loss", "lr"}


def test_a_training_alone_shows_its_progress(series, bars):
    fit_forecasters(*series, SPLIT, **settings(backend="loky", seeds=(3,)))
    assert bars == ["seed 3"]


def test_the_forecaster_rebuilt_from_its_states_gives_the_mean_forecast(series):
    values, _ = series
    states, _ = fit_forecasters(*series, SPLIT, **settings(seeds=(0, 1)))
    forecaster = build_forecaster(
        {"architecture": NETWORK["architecture"], "network": NETWORK["model"]}, states
    )

    window = torch.tensor(values[86:91], dtype=torch.float32)[None]

    expected = forecast(states, values=values, indices=np.array([90]), **NETWORK).mean()
    assert forecaster(window).item() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("split", "patience"), [(SPLIT, 2), (SPLIT.joined(), None)])
def test_nothing_after_the_learning_days_changes_a_weight(series, split, patience):
    values, targets = series
    options = settings(patience=patience)
    states, history = fit_forecasters(values, targets, split, **options)
    last = SPLIT.valid[-1]
    values[last + 1 :], targets[last + 1 :] = 1e6, -1e6

    changed, changed_history = fit_forecasters(values, targets, split, **options)

    assert_same_states(states, changed)
    assert history == changed_history


def test_validation_days_fit_neither_weights_nor_scalers(series):
    values, targets = series
    states, _ = fit_forecasters(values, targets, SPLIT, **settings())
    values[SPLIT.valid], targets[SPLIT.valid] = 1e3, -1e3

    changed, _ = fit_forecasters(values, targets, SPLIT, **settings())

    assert_same_states(states, changed)


def test_scalers_are_those_of_the_training_days(series):
    values, targets = series
    ((state,), _) = fit_forecasters(*series, SPLIT, **settings())
    train = SPLIT.train[4:]  # the first with a whole window
    np.testing.assert_allclose(state["input_mean"], values[train].mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(state["input_scale"], values[train].std(axis=0), rtol=1e-6)
    np.testing.assert_allclose(state["target_mean"], targets[train].mean(), rtol=1e-6)
    np.testing.assert_allclose(state["target_scale"], targets[train].std(), rtol=1e-6)


@pytest.mark.slow
def test_every_backend_and_a_seed_alone_give_the_same_bits(series):
    options = {"seeds": (0, 1), "ema_decay": 0.9}
    states, history = fit_forecasters(*series, SPLIT, **settings(**options))
    others, other_history = fit_forecasters(*series, SPLIT, **settings(backend="loky", **options))
    assert_same_states(states, others)
    assert other_history == history
    alone, _ = fit_forecasters(*series, SPLIT, **settings(**{**options, "seeds": (1,)}))
    assert_same_states(states[1:], alone)


def test_several_splits_are_fitted_as_each_alone(series):
    splits = [days(0, 50, 60, 75), days(0, 60, 75, 90)]
    options = settings(seeds=(0, 1))
    together = forecasting.fit_forecasters(*series, splits, **options)
    for split, fits in zip(splits, together, strict=True):
        states, history = fit_forecasters(*series, split, **options)
        assert_same_states(fits.states, states)
        assert fits.history == history


def test_checkpoints_are_gone_after_training_and_none_are_written_without_a_folder(
    series, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for folder in ("checkpoints", None):
        checkpoints = {"folder": folder, "every_steps": 1, "keep": 2}
        fit_forecasters(*series, SPLIT, **settings(checkpoints=checkpoints))
    assert not list(tmp_path.rglob("*.pt"))


@pytest.mark.parametrize(
    ("split", "change", "message"),
    [
        (days(0, 4, 4, 9), {}, "no day to train on has 5 days up to it"),
        (days(0, 60, 100, 100), {}, "has no target: end the split earlier"),
        (SPLIT, {"window": 101}, "no day to train on has 101 days"),
        (SPLIT, {"model": {"hidden": 4, "skip_days": 6}}, "'skip_days' is 6, a window has 5"),
    ],
)
def test_what_does_not_fit_is_reported(series, split, change, message):
    with pytest.raises(SettingError, match=message):
        fit_forecasters(*series, split, **{**settings(), **change})


def test_a_day_without_a_whole_window_cannot_be_forecast_from(series):
    states, _ = fit_forecasters(*series, SPLIT, **settings(epochs=1))
    with pytest.raises(SettingError, match="day 3 is to be forecast from, a window needs 5"):
        forecast(states, values=series[0], indices=np.array([3, 7]), **NETWORK)
