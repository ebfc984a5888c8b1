import numpy as np
import pytest

from dl_pipelines.evaluation.figures import (
    optimizer_curves,
    optimizer_ranking,
    optimizer_sensitivity,
    optimizer_switch,
)
from dl_pipelines.evaluation.figures.optimizers import Shown
from tests.evaluation.optimizer_frames import BANDS

SHOWN = Shown("Toy", "mean squared error")


def lines(panel):
    return {line.get_label(): line for line in panel.lines if not line.get_label().startswith("_")}


def test_curves_are_medians_of_the_seeds_by_family(optimizer_losses, ranked_optimizers):
    figure = optimizer_curves(optimizer_losses, ranked_optimizers, BANDS, SHOWN)
    one_rate, own_rates = figure.axes
    momentum, adam = lines(one_rate)["Momentum (0.1)"], lines(own_rates)["Adam (0.01)"]
    np.testing.assert_allclose(adam.get_xdata(), [0, 20, 40, 60])
    np.testing.assert_allclose(adam.get_ydata(), [1.0, 0.42, 0.32, 0.22])
    np.testing.assert_allclose(momentum.get_ydata(), [1.0, 0.8, 0.62, 0.42])
    assert figure.get_suptitle() == "Toy: Adam → SGD ends lowest (0.120)"
    (band,) = own_rates.collections
    assert band.get_paths()[0].vertices[:, 1].min() == pytest.approx(0.2)


def test_a_diverged_seed_leaves_the_panel_at_its_border(optimizer_losses, ranked_optimizers):
    one_rate, _ = optimizer_curves(optimizer_losses, ranked_optimizers, BANDS, SHOWN).axes
    (band,) = one_rate.collections
    assert band.get_paths()[0].vertices[:, 1].max() == 1.5  # times the loss at the beginning


def test_ties_stand_in_the_title(optimizer_losses, ranked_optimizers):
    figure = optimizer_curves(optimizer_losses, ranked_optimizers.assign(rank=1), BANDS, SHOWN)
    assert figure.get_suptitle().endswith("(0.120), tied with 2 of 2 others")


def test_the_switch_is_marked_among_the_three(optimizer_losses, ranked_optimizers):
    figure = optimizer_switch(optimizer_losses, ranked_optimizers, BANDS, SHOWN, switch=40)
    (panel,) = figure.axes
    assert set(lines(panel)) == {"Adam (0.01)", "Momentum (0.1)", "Adam → SGD (0.1)"}
    (dashed,) = [line for line in panel.lines if line.get_linestyle() == "--"]
    assert dashed.get_xdata() == [40, 40]
    assert "as the book says" in " ".join(figure.get_suptitle().split())


def test_sensitivity_is_the_median_by_rate_and_marks_divergence(optimizer_trials):
    figure = optimizer_sensitivity(optimizer_trials, SHOWN)
    (panel,) = figure.axes
    adam = lines(panel)["Adam"]
    np.testing.assert_allclose(adam.get_xdata(), [0.01, 0.1, 1.0])
    np.testing.assert_allclose(adam.get_ydata(), [0.15, 0.4, np.nan])
    crosses = [
        (x, y)
        for line in panel.lines
        if line.get_marker() == "x"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]
    assert len(crosses) == 2  # momentum at 1, with one of two seeds, and Adam
    assert all(x == pytest.approx(1.0, rel=0.3) and y > 0.6 for x, y in crosses)
    assert " ".join(figure.get_suptitle().split()) == (
        "Toy: Adam → SGD forgives most, with 2 of 3 rates within 25 % of its best loss"
    )


def test_all_that_forgive_as_much_are_named(optimizer_trials):
    two = optimizer_trials[optimizer_trials["optimizer"] != "adam_sgd"]
    title = optimizer_sensitivity(two, SHOWN).get_suptitle()
    assert " ".join(title.split()) == (
        "Toy: Momentum and Adam forgive most, with 1 of 3 rates within 25 % of their best loss"
    )


def test_ranks_stand_beside_the_names(optimizer_losses, ranked_optimizers):
    figure = optimizer_ranking(optimizer_losses, ranked_optimizers, SHOWN)
    (panel,) = figure.axes
    labels = [label.get_text() for label in panel.get_yticklabels()]
    assert labels == ["1  Adam → SGD*", "2  Adam", "3  Momentum"]
    medians = [line.get_xdata()[0] for line in panel.lines if line.get_marker() == "D"]
    np.testing.assert_allclose(medians, [0.12, 0.22, 0.42])
    assert figure.get_suptitle() == "Toy: Adam → SGD has the first rank"
    (diverged,) = [x for line in panel.lines if line.get_marker() == ">" for x in line.get_xdata()]
    assert diverged == panel.dataLim.x1 == pytest.approx(1.1 * 0.42)  # beyond all others


def drawn(figure):
    figure.canvas.draw()  # where a logarithmic axis without values fails
    return " ".join(figure.get_suptitle().split())


def test_where_all_diverge_every_figure_says_so(lost_losses, lost_ranking):
    chosen = lost_losses[lost_losses["rate"] == 10.0]
    both = (chosen, lost_ranking)
    curves = optimizer_curves(*both, BANDS, SHOWN)
    assert drawn(curves) == drawn(optimizer_ranking(*both, SHOWN)) == "Toy: all optimizers diverge"
    assert "cannot be judged" in drawn(optimizer_switch(*both, BANDS, SHOWN, switch=20))
    sensitivity = optimizer_sensitivity(lost_losses, SHOWN)
    assert drawn(sensitivity) == "Toy: all optimizers diverge at all rates"
    crosses = [line.get_ydata() for line in sensitivity.axes[0].lines if line.get_marker() == "x"]
    np.testing.assert_array_equal(crosses, np.ones((3, 2)))  # at the loss of a constant


def test_one_family_alone_can_be_drawn(optimizer_losses, ranked_optimizers):
    only = [frame.query("optimizer == 'adam'") for frame in (optimizer_losses, ranked_optimizers)]
    assert drawn(optimizer_curves(*only, BANDS, SHOWN)) == "Toy: Adam ends lowest (0.220)"


def test_few_seeds_have_no_first_rank(optimizer_losses, ranked_optimizers):
    none = ranked_optimizers.assign(rank=np.nan, low=np.nan, high=np.nan)
    figure = optimizer_ranking(optimizer_losses, none, SHOWN)
    assert drawn(figure) == "Toy: too few seeds for bands and ranks"


def test_bands_are_said_to_hold_for_the_chosen_rate(optimizer_losses, ranked_optimizers):
    figures = (
        optimizer_curves(optimizer_losses, ranked_optimizers, BANDS, SHOWN),
        optimizer_ranking(optimizer_losses, ranked_optimizers, SHOWN),
    )
    notes = [" ".join(figure.get_supxlabel().split()) for figure in figures]
    assert all("for the chosen rate" in note for note in notes)
