import numpy as np
import pytest
import torch

from dl_pipelines.data.splits import Split
from dl_pipelines.data.tables import Table
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_forecaster
from dl_pipelines.params import Compute, Training
from dl_pipelines.training.callbacks import LearningRate
from dl_pipelines.training.tabular import SCALINGS, fit_tables, predict_tables

ROWS = 40
NOTHING = np.arange(0)


def settings(
    *,
    backend="sequential",
    model=None,
    checkpoints=None,
    scaling="standard",
    stacked=True,
    **training,
):
    model = {"hidden": [8], **(model or {})}
    return {
        "architecture": "tabm" if "heads" in model else "mlp",
        "model": model,
        "training": Training(**{"epochs": 3, "batch_size": 8, **training}).model_dump(),
        "compute": Compute(device="cpu", backend=backend, workers=2).model_dump(),
        "checkpoints": checkpoints,
        "scaling": scaling,
        "stacked": stacked,
    }


def network(options):
    return {name: options[name] for name in ("architecture", "model")}


def splits(*tests):
    """Each split tests some rows and trains on the others."""
    every = np.arange(ROWS)
    return [Split(np.setdiff1d(every, test), NOTHING, np.array(test)) for test in tests]


SPLITS = splits(range(10), range(10, 21), range(21, 32))


@pytest.fixture
def houses():
    """Two numbers and a category of three as columns, in units far from 1, and a target."""
    generator = np.random.default_rng(0)
    numbers = generator.normal(size=(ROWS, 2)) * [3.0, 500.0] + [10.0, 4000.0]
    category = np.eye(3)[generator.integers(3, size=ROWS)]
    targets = 100 + 20 * (numbers[:, 0] - 10) / 3 + category @ [0.0, 5.0, 50.0]
    return np.hstack([numbers, category]), targets


def tables(x, parts=SPLITS):
    return [Table(x, 2, part) for part in parts]


def assert_same_states(one, other):
    for split_states, twins in zip(one.states, other.states, strict=True):
        for state, twin in zip(split_states, twins, strict=True):
            assert state.keys() == twin.keys()
            assert all(torch.equal(state[name], twin[name]) for name in state)


def rmse(predictions, targets, parts):
    errors = [
        each.mean(axis=0) - targets[part] for each, part in zip(predictions, parts, strict=True)
    ]
    return np.sqrt(np.mean(np.concatenate(errors) ** 2))


@pytest.mark.parametrize("model", [{}, {"bins": 4, "clip": 3.0}, {"heads": 4}], ids=str)
@pytest.mark.parametrize("scaling", SCALINGS)
def test_it_learns_and_predicts_in_units_of_the_target(houses, model, scaling):
    x, targets = houses
    options = settings(
        model=model, scaling=scaling, epochs=40, optimizer={"lr": 0.03}, seeds=(3, 4)
    )
    fits = fit_tables(tables(x), targets, **options)
    rows = [part.test for part in SPLITS]

    predictions = predict_tables(fits.states, tables(x), rows, **network(options))

    assert [each.shape for each in predictions] == [(2, 10), (2, 11), (2, 11)]
    assert rmse(predictions, targets, rows) < 0.5 * targets.std()
    assert [row["seed"] for row in fits.history] == [3] * 40 + [4] * 40
    assert set(fits.history[0]) == {"seed", "epoch", "refit_train_loss", "test_loss", "lr"}


def test_a_training_alone_shows_its_progress(houses, bars):
    x, targets = houses
    fit_tables(tables(x), targets, **settings(backend="loky", seeds=(3,)))
    assert bars == ["seed 3"]


def test_the_networks_of_a_split_can_be_joined_into_one(houses):
    x, targets = houses
    options = settings(seeds=(0, 1))
    fits = fit_tables(tables(x), targets, **options)

    forecaster = build_forecaster(
        {"architecture": "mlp", "network": {"hidden": [8], "numeric": 2}}, fits.states[1]
    )

    rows = SPLITS[1].test
    by_seed = predict_tables(fits.states, tables(x), [rows] * 3, **network(options))[1]
    y = forecaster(torch.tensor(x[rows], dtype=torch.float32))[:, 0]
    np.testing.assert_allclose(y.detach(), by_seed.mean(axis=0), rtol=1e-5)


@pytest.mark.parametrize("stacked", [False, True])
def test_held_out_rows_change_no_bit_of_what_is_fitted(houses, stacked):
    x, targets = houses
    options = settings(model={"bins": 4}, stacked=stacked)
    fits = fit_tables(tables(x), targets, **options)
    changed_tables = []
    for part in SPLITS:  # each split has an encoding of its own
        other = x.copy()
        other[part.test] *= -7.0
        changed_tables.append(Table(other, 2, part))

    changed = fit_tables(changed_tables, targets, **options)

    assert_same_states(fits, changed)
    for row, other in zip(fits.history, changed.history, strict=True):
        assert row["refit_train_loss"] == other["refit_train_loss"]
        assert row["test_loss"] != other["test_loss"]


@pytest.mark.parametrize("stacked", [False, True])
def test_held_out_targets_change_no_bit_of_what_is_fitted(houses, stacked):
    x, targets = houses
    parts = splits(range(30, 40), range(25, 40))  # both hold the rows from 30 on out
    other = targets.copy()
    other[30:] *= 100.0
    one, changed = (
        fit_tables(tables(x, parts), each, **settings(stacked=stacked)) for each in (targets, other)
    )
    assert_same_states(one, changed)
    assert one.history[-1]["test_loss"] != changed.history[-1]["test_loss"]


@pytest.mark.parametrize("stacked", [False, True])
def test_the_recorded_loss_is_the_mean_over_the_splits(houses, stacked):
    x, targets = houses
    parts = [
        Split(np.arange(20), np.arange(23, 28), NOTHING),
        Split(np.arange(20), np.arange(20, 25), NOTHING),
    ]
    options = settings(epochs=2, stacked=stacked)
    fits = fit_tables(tables(x, parts), targets, **options)

    rows = [part.valid for part in parts]
    predictions = predict_tables(fits.states, tables(x, parts), rows, **network(options))
    scale = targets[:20].std()
    errors = [
        (each[0] - targets[part]) / scale for each, part in zip(predictions, rows, strict=True)
    ]
    expected = np.mean([np.mean(error**2) for error in errors])
    assert fits.history[-1]["valid_loss"] == pytest.approx(expected, rel=1e-4)


def test_splits_with_other_columns_do_not_stack(houses):
    x, targets = houses
    lacking = Table(np.delete(x, [1, 4], axis=1), 1, SPLITS[1])
    with pytest.raises(SettingError, match="'stacked' is true, but the columns differ"):
        fit_tables([tables(x)[0], lacking], targets, **settings(stacked=True))


def test_a_split_with_other_columns_trains_as_if_alone(houses):
    x, targets = houses
    lacking = Table(np.delete(x, [1, 4], axis=1), 1, SPLITS[1])
    mixed = [tables(x)[0], lacking]
    options = settings(seeds=(0, 1), stacked=False)

    fits = fit_tables(mixed, targets, **options)

    alone = [fit_tables([table], targets, **options) for table in mixed]
    assert [len(states[0]["input_mean"]) for states in fits.states] == [5, 3]
    for states, single in zip(fits.states, alone, strict=True):
        for one, other in zip(states, single.states[0], strict=True):
            assert all(torch.equal(one[name], other[name]) for name in one)
    for row, *rows in zip(fits.history, *(single.history for single in alone), strict=True):
        expected = np.mean([each["refit_train_loss"] for each in rows])
        assert row["refit_train_loss"] == pytest.approx(expected)
        assert (row["seed"], row["epoch"]) == (rows[0]["seed"], rows[0]["epoch"])
    for prediction in predict_tables(fits.states, mixed, [np.arange(3)] * 2, **network(options)):
        assert prediction.shape == (2, 3)


def test_all_splits_of_a_seed_start_from_the_same_weights(houses):
    x, targets = houses
    options = settings(optimizer={"name": "sgd", "lr": 1e-12}, seeds=(0, 1))
    (one, other), (twin, _), _ = fit_tables(tables(x), targets, **options).states
    name = "net.layers.0.weight"
    torch.testing.assert_close(one[name], twin[name])
    assert not torch.isclose(one[name], other[name]).any()


@pytest.mark.slow  # tests/training/test_classification.py has a quick one
def test_every_backend_and_a_seed_alone_give_the_same_bits(houses):
    x, targets = houses
    model = {"dropout": 0.2}
    together = fit_tables(tables(x), targets, **settings(model=model, backend="loky", seeds=(0, 1)))
    again = fit_tables(tables(x), targets, **settings(model=model, seeds=(0, 1)))
    alone = fit_tables(tables(x), targets, **settings(model=model, seeds=(1,)))

    assert_same_states(together, again)
    assert together.history == again.history
    for both, (one,) in zip(together.states, alone.states, strict=True):
        assert all(torch.equal(both[1][name], one[name]) for name in one)


def test_a_killed_training_goes_on_to_the_same_bits(houses, tmp_path, monkeypatch):
    x, targets = houses
    model, recipe = {"dropout": 0.2, "batch_norm": True}, {"ema_decay": 0.9, "clip_norm": 1.0}
    checkpoints = {"folder": tmp_path, "every_steps": 1, "keep": 1}
    stack = [Table(x, 5, part) for part in SPLITS]
    uninterrupted = fit_tables(stack, targets, **settings(model=model, **recipe))
    options = settings(model=model, checkpoints=checkpoints, **recipe)
    with monkeypatch.context() as patch:
        patch.setattr(LearningRate, "on_step_end", killed_after(5))
        with pytest.raises(KeyboardInterrupt):
            fit_tables(stack, targets, **options)
    steps = []
    original = LearningRate.on_step_end
    monkeypatch.setattr(
        LearningRate, "on_step_end", lambda *args: (steps.append(1), original(*args))
    )

    resumed = fit_tables(stack, targets, **options)

    assert len(steps) == 3 * 4 - 5  # 30 rows are 4 batches of 8
    assert_same_states(resumed, uninterrupted)
    assert resumed.history == uninterrupted.history


def killed_after(steps):
    original = LearningRate.on_step_end
    left = iter(range(steps))

    def on_step_end(self, state):
        if next(left, None) is None:
            raise KeyboardInterrupt
        original(self, state)

    return on_step_end


def test_an_unknown_scaling_is_named(houses):
    x, targets = houses
    with pytest.raises(SettingError, match="no scaling 'minmax': choose one of standard, robust"):
        fit_tables(tables(x), targets, **settings(scaling="minmax"))


@pytest.mark.parametrize("training", [{"patience": 2}, {"schedule": {"name": "plateau"}}], ids=str)
def test_test_rows_decide_nothing(houses, training):
    x, targets = houses
    with pytest.raises(SettingError, match="test rows must decide nothing"):
        fit_tables(tables(x, SPLITS[:1]), targets, **settings(**training))


def test_a_single_split_may_stop_early(houses):
    x, targets = houses
    part = Split(np.arange(20), np.arange(20, 30), np.arange(30, 40))
    options = settings(patience=1, epochs=200, optimizer={"lr": 0.1})
    assert len(fit_tables(tables(x, [part]), targets, **options).history) < 200
