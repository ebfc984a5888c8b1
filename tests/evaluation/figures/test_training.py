import numpy as np

from dl_pipelines.evaluation.figures import loss_curves, regularised_curves


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


def test_regularised_curves_compare_seed_by_seed(curves):
    figure = regularised_curves(curves)
    levels, changes = figure.axes
    np.testing.assert_allclose(_line(levels, "Plain MLP").get_ydata(), [1.0, 0.45])
    np.testing.assert_allclose(_line(levels, "Dropout").get_ydata(), [1.0, 0.385])
    *seeds, mean, zero = changes.lines
    np.testing.assert_allclose([line.get_ydata() for line in seeds], [[10, -10], [-10, -20]])
    np.testing.assert_allclose(mean.get_ydata(), [0.0, -15.0], atol=1e-9)
    assert set(zero.get_ydata()) == {0}
    # 12.706, the 97.5 % quantile of t with 1 degree of freedom, times the standard error 5.
    edges = changes.collections[0].get_paths()[0].vertices
    last = edges[edges[:, 0] == 2, 1]
    np.testing.assert_allclose([last.min(), last.max()], [-15 - 63.53, -15 + 63.53], atol=0.01)
    title = " ".join(figure.get_suptitle().split())
    assert title.startswith("Dropout lowers the held-out loss of the Plain MLP by 15.0 ± 63.5")
    assert "which may be chance" in title


def test_regularised_curves_of_one_seed_have_no_band(curves):
    first = {variant: history[history["seed"] == 0] for variant, history in curves.items()}
    first["dropout"] = first["dropout"].assign(test_loss=[1.1, 0.6])
    figure = regularised_curves(first)
    assert "raises the held-out loss" in figure.get_suptitle()
    assert "±" not in figure.get_suptitle()
    assert "chance" not in figure.get_suptitle()
    assert "band" not in figure.get_supxlabel()
