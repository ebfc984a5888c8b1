import numpy as np

from dl_pipelines.evaluation.figures import loss_curves


def _line(panel, label):
    return next(line for line in panel.lines if line.get_label() == label)


def test_mean_ends_with_the_first_seed_and_dots_mark_the_best_epochs(history):
    figure = loss_curves(history, "lstm")
    (panel,) = figure.axes
    mean = _line(panel, "Validation")
    np.testing.assert_array_equal(mean.get_xdata(), [1, 2, 3])
    np.testing.assert_allclose(mean.get_ydata(), [0.8, 0.5, 0.4])
    dots = panel.lines[-1]
    np.testing.assert_array_equal(dots.get_xdata(), [2, 3])
    np.testing.assert_array_equal(dots.get_ydata(), [0.4, 0.3])
    assert len(panel.lines) == 2 * (2 + 1) + 1
    assert "epochs 2 to 3" in figure.get_suptitle()
    assert panel.get_yscale() == "linear"


def test_scale_is_logarithmic_over_a_decade(history):
    history.loc[0, "train_loss"] = 3.0
    (panel,) = loss_curves(history, "lstm").axes
    assert panel.get_yscale() == "log"


def test_negative_losses_stay_on_a_linear_scale(history):
    history.loc[0, "train_loss"] = -3.0
    (panel,) = loss_curves(history, "lstm").axes
    assert panel.get_yscale() == "linear"


def test_training_without_validation(history):
    figure = loss_curves(history.assign(valid_loss=np.nan), "lstm")
    (panel,) = figure.axes
    assert [text.get_text() for text in panel.get_legend().get_texts()] == ["Training"]
    assert "ends at 0.45" in figure.get_suptitle()
    assert "Dots" not in figure.get_supxlabel()
