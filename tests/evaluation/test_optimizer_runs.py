import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.optimizer_runs import (
    best_rates,
    by_step,
    close_rate,
    constant_loss,
    final_losses,
    rate_medians,
    seconds_of,
    steps_to,
)
from tests.evaluation.optimizer_frames import losses_of


def test_a_loss_that_is_not_below_a_constant_s_has_diverged_whatever_its_first():
    ends = final_losses(
        losses_of(
            {
                ("sgd", 0.1, 0): [1.0, 9.0, 0.5],
                ("sgd", 0.1, 1): [3.0, 0.1, 0.8],
                ("sgd", 0.1, 2): [1.0, np.nan, np.nan],
                ("sgd", 0.1, 3): [0.2, 0.2, 0.7],
            },
            every=5,
            constant=0.8,
        )
    )
    assert ends["diverged"].tolist() == [False, True, True, False]
    assert ends["loss"].tolist() == [0.5, np.inf, np.inf, 0.7]


def test_the_best_constant_knows_frequencies_or_the_mean():
    labels = np.arange(30) % 3
    assert constant_loss(labels) == pytest.approx(np.log(3))
    unequal = np.array([0, 0, 0, 2])
    assert constant_loss(unequal) == pytest.approx(-0.75 * np.log(0.75) - 0.25 * np.log(0.25))
    assert constant_loss(np.array([[1.0], [2.0], [6.0]], np.float32)) == pytest.approx(14 / 3)


@pytest.mark.parametrize(
    ("ends", "close"),
    [
        ({0.1: (0.2, 0.3, 0.4), 1.0: (0.35, 0.38, 0.9)}, 1.0),  # its median among the best's seeds
        ({0.1: (0.2, 0.3, 0.4), 1.0: (0.35, 0.41, 0.9)}, np.nan),
        ({0.1: (0.2, 0.3, 0.4), 1.0: (0.3, 0.3, 0.3), 0.3: (0.3, 0.39, 0.4)}, 1.0),
        ({0.1: (0.2, 0.3, np.nan), 1.0: (np.nan, np.nan, 0.9)}, np.nan),
    ],
)
def test_a_second_rate_within_the_spread_of_the_seeds_is_told(ends, close):
    losses = losses_of(
        {("sgd", rate, n): [1.0, end] for rate, own in ends.items() for n, end in enumerate(own)},
        every=1,
    )
    np.testing.assert_equal(close_rate(rate_medians(losses)), close)


def test_the_order_of_the_trainings_stays(optimizer_losses):
    names = [name for name, *_ in by_step(optimizer_losses).index]
    assert names == ["momentum", "adam", "adam_sgd"] * 5


def test_rates_are_summed_up_over_the_seeds(optimizer_trials):
    tried = rate_medians(optimizer_trials).set_index(["optimizer", "rate"])
    assert tried.index.get_level_values("optimizer").unique().tolist() == [
        "momentum", "adam", "adam_sgd",
    ]  # fmt: skip
    assert tried.loc[("adam", 0.01), "loss"] == pytest.approx(0.15)
    assert tried.loc[("momentum", 1.0), ["loss", "diverged"]].tolist() == [np.inf, 1]
    assert tried.loc[("adam", 1.0), ["low", "diverged"]].tolist() == [np.inf, 2]


def test_the_smallest_median_chooses_the_rate_and_of_equal_ones_the_smaller(optimizer_trials):
    assert best_rates(optimizer_trials) == {"momentum": 0.1, "adam": 0.01, "adam_sgd": 0.1}
    even = losses_of({("sgd", rate, 0): [1.0, 0.5] for rate in (0.3, 0.1, 0.2)}, every=1)
    assert best_rates(even) == {"sgd": 0.1}


def test_an_optimizer_that_always_diverges_goes_on_with_the_smallest_rate():
    losses = losses_of({("nag", rate, 0): [1.0, np.nan] for rate in (2.0, 1.0)}, every=1)
    assert best_rates(losses) == {"nag": 1.0}


def test_the_first_measurement_at_the_target_counts():
    losses = losses_of(
        {
            ("sgd", 0.1, 0): [1.0, 0.4, 0.6, 0.3],
            ("sgd", 0.1, 1): [1.0, 0.9, 0.8, 0.5],
            ("sgd", 0.1, 2): [1.0, 0.9, np.nan, np.nan],
        },
        every=10,
    )
    assert steps_to(losses, 0.5)["steps"].tolist() == [10, 30, np.inf]


def test_seconds_are_those_of_the_phases(optimizer_times):
    both = optimizer_times[optimizer_times["optimizer"] == "adam_sgd"]
    steps = pd.Series([0.0, 30.0, 40.0, 50.0, np.inf], index=[3, 1, 4, 5, 9])
    seconds = seconds_of(steps, both)
    assert seconds.tolist() == [0.0, 60.0, 80.0, 90.0, np.inf]
    assert seconds.index.tolist() == steps.index.tolist()
    assert seconds_of(steps, both, "high").tolist() == pytest.approx([0, 66, 88, 99, np.inf])
