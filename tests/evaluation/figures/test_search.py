import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.figures import search_progress, search_settings


def test_progress_is_the_smallest_error_so_far(trials):
    figure = search_progress(trials, shipped=3.0, unit="1,000 dollars")
    (panel,) = figure.axes
    lines = {line.get_label(): line for line in panel.lines}
    np.testing.assert_array_equal(lines["TPE"].get_ydata(), [3.2, 2.8, 2.8])
    np.testing.assert_array_equal(lines["TPE"].get_xdata(), [0, 1, 2])
    assert [line.get_ydata()[0] for line in panel.lines if line.get_linestyle() == "--"] == [3.0]
    assert " ".join(figure.get_suptitle().split()) == (
        "TPE comes down to 2.80 (1,000 dollars) on the inner folds; the shipped setting has 3.00"
    )


def test_a_trial_that_failed_is_a_cross_at_the_upper_border(trials):
    figure = search_progress(trials, shipped=3.0, unit="dollars")
    (panel,) = figure.axes
    crosses = [line for line in panel.lines if line.get_marker() == "x" and len(line.get_xdata())]
    (grid,) = crosses
    shown = np.concatenate([line.get_ydata() for line in panel.lines])
    assert list(grid.get_xdata()) == [1]
    assert list(grid.get_ydata()) == [shown.max()]
    assert np.isfinite(shown).all()
    assert "Crosses" in figure.get_supxlabel()
    sound = {"tpe": trials["tpe"]}
    assert "Crosses" not in search_progress(sound, shipped=3.0, unit="dollars").get_supxlabel()


@pytest.fixture
def panels(trials) -> dict[str, object]:
    figure = search_settings(trials, unit="dollars")
    assert figure.get_suptitle() == "The best of 5 trials has an error of 2.80 (dollars)"
    return {panel.get_xlabel(): panel for panel in figure.axes}


def points(panel, marker: str) -> list[tuple[float, float]]:
    return [
        (float(x), float(y))
        for line in panel.lines
        if line.get_marker() == marker
        for x, y in line.get_xydata()
    ]


def test_a_panel_a_setting_with_the_trials_that_tried_it(panels):
    assert set(panels) == {"network.hidden", "optimizer.lr", "optimizer.weight_decay"}
    assert points(panels["optimizer.weight_decay"], "o") == [(0.5, 3.2), (0.0, 2.8), (0.9, 2.9)]
    assert len(points(panels["network.hidden"], "o")) == 5


def test_widths_stand_side_by_side_the_shallow_first(panels):
    labels = [label.get_text() for label in panels["network.hidden"].get_xticklabels()]
    assert labels == ["64", "128", "8×8"]
    assert points(panels["network.hidden"], "D") == [(1.0, 2.8)]


def test_settings_of_many_sizes_are_drawn_logarithmically(panels):
    assert panels["optimizer.lr"].get_xscale() == "log"
    assert panels["optimizer.weight_decay"].get_xscale() == "linear"


def test_only_settings_that_the_best_trial_has_are_marked(trials):
    better = trials | {"grid": trials["grid"].assign(value=[1.0, np.inf, 3.0])}
    figure = search_settings(better, unit="dollars")
    marked = {panel.get_xlabel(): points(panel, "D") for panel in figure.axes}
    assert marked["optimizer.weight_decay"] == []
    assert marked["network.hidden"] == [(0.0, 1.0)]


def test_words_and_switches_can_be_settings():
    tried = pd.DataFrame(
        {"number": [0, 1], "value": [1.0, 2.0], "params.loss.name": ['"mse"', '"huber"']}
        | {"params.network.batch_norm": ["true", "false"]}
    )
    words, switches = search_settings({"grid": tried}, unit="dollars").axes
    assert [label.get_text() for label in words.get_xticklabels()] == ["mse", "huber"]
    assert [label.get_text() for label in switches.get_xticklabels()] == ["True", "False"]
