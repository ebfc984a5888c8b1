import numpy as np
import pytest

from dl_pipelines.evaluation.figures import accuracy_curves, learning_rate


def test_accuracy_is_drawn_by_seed_with_its_mean_and_best_epochs(accuracies):
    figure = accuracy_curves(accuracies, "cnn")
    (panel,) = figure.axes
    *seeds, mean, dots = panel.lines
    assert len(seeds) == 2
    np.testing.assert_allclose(mean.get_ydata(), [0.905, 0.935, 0.935])
    np.testing.assert_array_equal(dots.get_xdata(), [2, 4])
    np.testing.assert_array_equal(dots.get_ydata(), [0.95, 0.97])
    assert "best in epochs 2 to 4 (mean 96.00\N{NO-BREAK SPACE}%)" in figure.get_suptitle()


def test_accuracy_of_one_seed_is_no_mean(accuracies):
    figure = accuracy_curves(accuracies[accuracies["seed"] == 0], "cnn")
    assert "best in epoch 2 (95.00\N{NO-BREAK SPACE}%)" in figure.get_suptitle()
    assert "Thin" not in figure.get_supxlabel()


@pytest.mark.parametrize(
    ("rates", "title"),
    [
        (
            [0.1, 0.1, 0.01],
            "The mean learning rate of an epoch is 0.1 in the first and 0.01 in epoch 3",
        ),
        (
            [0.01, 0.2, 0.001],
            "The mean learning rate of an epoch is 0.01 in the first, 0.2 in epoch 2 and 0.001 in "
            "epoch 3",
        ),
        (
            [0.1, 0.05, 0.0],
            "The mean learning rate of an epoch is 0.1 in the first and 0 in epoch 3",
        ),
    ],
)
def test_the_course_of_the_learning_rate(history, rates, title):
    figure = learning_rate(history[history["seed"] == 0].assign(lr=rates))
    (panel,) = figure.axes
    assert panel.get_yscale() == "log"
    np.testing.assert_array_equal(panel.lines[0].get_ydata(), rates)
    assert " ".join(figure.get_suptitle().split()) == title


def test_seeds_are_told_apart_only_where_their_rates_are(history):
    assert "a line each" not in learning_rate(history).get_supxlabel()
    apart = history.assign(lr=np.linspace(0.1, 0.01, len(history)))
    assert "2 seeds, a line each" in learning_rate(apart).get_supxlabel()


def test_labels_of_the_rate_are_plain_numbers(history):
    figure = learning_rate(history[history["seed"] == 0].assign(lr=[0.02, 0.018, 0.0162]))
    figure.canvas.draw()
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert "0.018" in labels
