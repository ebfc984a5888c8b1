import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.figures import confusion_matrix, reliability_diagram, robustness


def _title(figure):
    return " ".join(figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ").split())


def test_confusion_matrix_colours_mistakes_and_tells_the_recall(confused, names):
    figure = confusion_matrix(confused, names)
    (panel,) = figure.axes
    colours = np.ma.masked_invalid(panel.images[0].get_array())
    assert np.argwhere(~colours.mask).tolist() == [[0, 6], [4, 9]]
    cells = {text.get_position(): text.get_text() for text in panel.texts[:100]}
    assert (cells[4, 4], cells[9, 4], cells[4, 9]) == ("7", "3", "·")  # x: predicted
    recalls = [text.get_text() for text in panel.texts[100:]]
    assert recalls[4] == "70.0\N{NO-BREAK SPACE}%"
    assert [label.get_text() for label in panel.get_xticklabels()] == list(names)
    assert _title(figure) == (
        "96 of 100 (96.00 %) are right; most often Coat is taken for Ankle boot (3 of 10)"
    )


def test_a_confusion_matrix_without_mistakes_or_rows_of_a_class(names):
    perfect = np.diag([5, 0, *[5] * 8])
    figure = confusion_matrix(pd.DataFrame(perfect), names)
    assert _title(figure) == "45 of 45 (100.00 %) are right"
    assert figure.axes[0].texts[101].get_text() == ""


def test_reliability_diagram_draws_the_bins_that_hold_rows(bins):
    figure = reliability_diagram(bins, 0.055)
    panel, rows = figure.axes
    points = panel.lines[-1]
    np.testing.assert_array_equal(points.get_xdata(), [0.5, 0.55, 1.0])
    np.testing.assert_array_equal(points.get_ydata(), [0.5, 0.0, 1.0])
    segments = [part[:, 1] for part in panel.collections[0].get_segments()]
    np.testing.assert_allclose(segments[0], [0.0, 1.0])  # 0.5 ± 1.96 sqrt(0.25 / 2), cut
    np.testing.assert_allclose(segments[2], [1.0, 1.0])
    assert [bar.get_height() for bar in rows.patches] == [2, 1, 7]
    assert [bar.get_x() for bar in rows.patches] == [0.25, 0.5, 0.75]
    assert _title(figure) == (
        "The vote's confidence and accuracy differ by 5.50 % on average (ECE): "
        "overconfident, 85.50 % sure and 80.00 % right"
    )
    assert "10 predictions in 4 bins" in figure.get_supxlabel()


def test_chance_is_narrow_where_there_are_many_rows(bins):
    panel = reliability_diagram(bins.assign(rows=[0, 10_000, 1, 7]), 0.0).axes[0]
    edges = panel.collections[0].get_segments()[0][:, 1]
    np.testing.assert_allclose(edges, [0.5 - 0.0098, 0.5 + 0.0098])


@pytest.mark.parametrize(("accuracy", "manner"), [(0.9, "underconfident"), (0.5, "overconfident")])
def test_the_manner_of_the_confidence(bins, accuracy, manner):
    figure = reliability_diagram(bins[1:2].assign(confidence=0.7, accuracy=accuracy), 0.2)
    assert f": {manner}, 70.00 % sure" in _title(figure)


def test_robustness_has_a_panel_a_disturbance_and_names_the_worst(disturbed):
    figure = robustness(disturbed)
    rotation, noise = figure.axes
    assert (rotation.get_xlabel(), noise.get_xlabel()) == (
        "Rotation (degrees)",
        "Noise (grey levels)",
    )
    np.testing.assert_array_equal(rotation.lines[-1].get_xdata(), [0, 15, 30])
    np.testing.assert_array_equal(rotation.lines[-1].get_ydata(), [0.99, 0.98, 0.9])
    assert set(noise.lines[0].get_ydata()) == {0.99}
    assert _title(figure) == (
        "Undisturbed, 99.00 % are right; fewest, 85.0 %, under noise of 64 grey levels"
    )
    assert "2,000 test images, drawn at random · Vote of the networks without shifts" in (
        figure.get_supxlabel()
    )
