import numpy as np
import pytest
import torch

from dl_pipelines.data.splits import Split
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_scaled
from dl_pipelines.params import Compute, Training
from dl_pipelines.training.panel import fit_panel, forecast_panel
from tests.data.panels import panel, panel_of, samples

WINDOW = 3
MODEL = {"hidden": 4, "symbols": 2, "embedding": 2, "unknown": 0.2}
COMPUTE = Compute(device="cpu", workers=1).model_dump()
SETTINGS = {"window": WINDOW, "architecture": "symbol_lstm", "model": MODEL, "checkpoints": None}


def training(**changes):
    settings = {"epochs": 2, "batch_size": 16, "seeds": (0,), **changes}
    return Training.model_validate(settings).model_dump()


def split(several, train=20, valid=25):
    numbers = several.symbol_numbers(np.arange(len(several.dates)))
    age = np.arange(len(several.dates)) - several.starts[numbers]
    return Split(
        np.nonzero((age >= WINDOW - 1) & (age < train))[0],
        np.nonzero((age >= train) & (age < valid))[0],
        np.nonzero(age >= valid)[0],
    )


@pytest.fixture(scope="module")
def several():
    return panel(A=30, B=30)


def fit(several, chosen, **changes):
    [[fitted]] = fit_panel(
        several.values,
        several.targets,
        [chosen],
        training=training(**changes),
        compute=COMPUTE,
        **SETTINGS,
    )
    return fitted


def flat(state):
    return torch.cat([value.flatten() for value in state.values()])


def test_the_pattern_of_both_symbols_is_learnt(several):
    fitted = fit(several, split(several), epochs=60, optimizer={"name": "adam", "lr": 1e-2})
    losses = [row["valid_loss"] for row in fitted.history]
    assert losses[-1] < 0.2 * losses[0]


def test_the_same_seed_gives_the_same_weights(several):
    first, again, other = (
        fit_panel(
            several.values,
            several.targets,
            [split(several)],
            training=training(seeds=seeds),
            compute=COMPUTE,
            **SETTINGS,
        )[0]
        for seeds in ((0, 1), (1, 0), (2,))
    )
    assert torch.equal(flat(first[0].state), flat(again[1].state))
    assert not torch.equal(flat(first[0].state), flat(other[0].state))
    assert [row["seed"] for row in first[1].history] == [1, 1]


def test_later_days_change_nothing_that_is_learnt(several):
    chosen = split(several)
    changed = {"A": samples(30), "B": samples(30, scale=2.0)}
    for part in changed.values():
        for name in ("values", "actual"):
            part[name][25:] *= 3.0
    later = panel_of(changed)

    before, after = fit(several, chosen), fit(later, chosen)

    assert torch.equal(flat(before.state), flat(after.state))
    assert before.history == after.history


def test_validation_days_change_no_weight(several):
    chosen = split(several)
    changed = {"A": samples(30), "B": samples(30, scale=2.0)}
    for part in changed.values():
        part["actual"][20:] *= 3.0
    other = panel_of(changed)

    before, after = fit(several, chosen), fit(other, chosen)

    assert torch.equal(flat(before.state), flat(after.state))
    assert before.history[-1]["valid_loss"] != after.history[-1]["valid_loss"]


def test_scalers_measure_the_training_days_and_leave_the_number_alone(several):
    chosen = split(several)
    state = fit(several, chosen).state
    learnt = several.values[chosen.train]
    np.testing.assert_allclose(state["input_mean"][:-1], learnt[:, :-1].mean(axis=0), rtol=1e-5)
    assert state["input_mean"][-1] == 0.0 and state["input_scale"][-1] == 1.0


def test_a_forecast_is_the_mean_of_the_networks_on_the_window_of_a_sample(several):
    fits = fit_panel(
        several.values,
        several.targets,
        [split(several)],
        training=training(seeds=(0, 1)),
        compute=COMPUTE,
        **SETTINGS,
    )[0]
    states, rows = [each.state for each in fits], np.array([2, 29, 32, 59])

    network = {"window": WINDOW, "architecture": "symbol_lstm", "model": MODEL}
    known = several.learnt(split(several).train)
    forecasts = forecast_panel(states, several.values, rows, learnt=known, **network)

    windows = np.stack([several.values[row - 2 : row + 1] for row in rows])
    with torch.inference_mode():
        each = [
            build_scaled("symbol_lstm", MODEL, state)(torch.from_numpy(windows)) for state in states
        ]
    np.testing.assert_allclose(forecasts, torch.stack(each).mean(dim=0)[:, 0], rtol=1e-6)


def test_a_symbol_that_was_not_learnt_is_forecast_as_an_unknown_one(several):
    state = dict(fit(several, split(several), epochs=20).state)
    state["net.embedding.weight"][2] += 5.0
    rows = np.array([29, 59])
    network = {"window": WINDOW, "architecture": "symbol_lstm", "model": MODEL}

    def forecast(*learnt):
        return forecast_panel([state], several.values, rows, learnt=np.array(learnt), **network)

    assert forecast(False, True, False)[0] == forecast(False, True, True)[0]
    assert forecast(False, True, False)[1] != forecast(False, True, True)[1]
    numbered = several.values.copy()
    numbered[30:, -1] = 0.0
    expected = forecast_panel(
        [state], numbered, rows, learnt=np.array([True, True, True]), **network
    )
    assert forecast(False, True, False)[1] == expected[1]


def test_a_killed_training_goes_on_to_the_same_weights(several, tmp_path, monkeypatch):
    from dl_pipelines.training import loop

    kept = {"folder": str(tmp_path), "every_steps": 2, "keep": 2}
    whole, chosen = fit(several, split(several)), split(several)

    def run():
        return fit_panel(
            several.values,
            several.targets,
            [chosen],
            training=training(),
            compute=COMPUTE,
            **{**SETTINGS, "checkpoints": kept},
        )[0][0]

    class Killed(BaseException):
        pass

    close, epochs = loop._close_epoch, []

    def closing(state, validate):
        if epochs:
            raise Killed
        epochs.append(state.epoch)
        return close(state, validate)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(loop, "_close_epoch", closing)
        run()
    assert any(tmp_path.rglob("*"))
    assert torch.equal(flat(run().state), flat(whole.state))


def test_no_day_to_train_on_is_a_sentence(several):
    nothing = Split(*(np.array([], dtype=np.int64),) * 3)
    with pytest.raises(SettingError, match="no symbol has a day to train on"):
        fit(several, nothing)
