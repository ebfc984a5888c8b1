import numpy as np
import pytest

from dl_pipelines.evaluation.figures import (
    comparison,
    error_by_year,
    model_comparison,
    style,
)


def test_comparison_has_a_panel_a_window_with_the_best_on_top(table):
    figure = comparison(table)
    test, book = figure.axes
    assert [panel.get_title(loc="left") for panel in (test, book)] == ["Test", "Book window"]
    (bars,) = test.containers[0:1]
    assert [bar.get_width() for bar in bars] == [44.6, 36.3, 36.2]  # from below
    names = [label.get_text() for label in book.get_yticklabels()]
    assert names == ["Textbook LSTM", "Yesterday's high"]
    labels = [text.get_text() for text in book.texts]
    assert labels == ["52.1  (\N{MINUS SIGN}22.6 %)", "42.5  (0.0 %)"]
    assert figure.get_suptitle() == "Smallest error: LSTM (Test), Yesterday's high (Book window)"


def test_comparison_starts_at_zero(table):
    assert all(panel.get_xlim()[0] == 0 for panel in comparison(table).axes)


def test_error_by_year_draws_the_variant_and_its_references(by_year):
    figure = error_by_year(by_year, "lstm")
    (panel,) = figure.axes
    heights = {part.get_label(): [bar.get_height() for bar in part] for part in panel.containers}
    assert heights == {
        "LSTM": [30.0, 45.0],
        "Yesterday's high": [40.0, 44.0],
        style.name("close_naive"): [35.0, 43.0],
        "HAR ridge": [31.0, 42.0],
    }
    ticks = [label.get_text() for label in panel.get_xticklabels()]
    assert ticks == ["2019\n244 days\n+25.0 %", "2020\n243 days\n\N{MINUS SIGN}2.3 %"]
    assert figure.get_suptitle() == "LSTM beats yesterday's high in 1 of 2 years"


@pytest.mark.parametrize(("skill", "noted"), [(0.1, True), (-0.1, False)])
def test_error_by_year_tells_the_nature_of_skill_where_there_is_some(by_year, skill, noted):
    figure = error_by_year(by_year.assign(skill_vs_persistence=skill), "textbook")
    assert ("not in the return" in figure.get_supxlabel()) is noted


def test_model_comparison_sorts_models_and_ensembles(by_split):
    figure = model_comparison(by_split, "1,000 dollars")
    (panel,) = figure.axes
    names = [label.get_text() for label in panel.get_yticklabels()]
    assert names == ["Ridge", "Gradient boosting", "Plain MLP", "Dropout", "Dropout ensemble"]
    dots, mean = panel.lines[:2]
    assert dots.get_xdata().tolist() == [4.5, 4.6, 4.7]
    assert mean.get_xdata() == pytest.approx([4.6])
    np.testing.assert_allclose(panel.collections[0].get_segments()[0][:, 0], [4.5, 4.7])
    assert panel.texts[-1].get_text() == "2.57 ± 0.15"
    assert figure.get_suptitle() == (
        "Dropout ensemble has the smallest error: RMSE 2.57 ± 0.15 (1,000 dollars)"
    )


def test_model_comparison_puts_the_mean_into_the_footer(by_split):
    by_split["mean"] = by_split["ridge"].assign(rmse=[9.0, 9.1, 9.2])
    figure = model_comparison(by_split, "1,000 dollars")
    assert "Not shown: Mean, 9.10 ± 0.10" in figure.get_supxlabel()
    assert "Mean" not in [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_model_comparison_on_one_split_has_no_spread(by_split):
    single = {
        model: frame[:1].assign(log_rmse=frame["rmse"] / 10) for model, frame in by_split.items()
    }
    figure = model_comparison(single, "dollars", "log_rmse")
    assert figure.get_suptitle().endswith("error: RMSE of the log price 0.280 (no unit)")
    assert figure.get_supxlabel() == ""
    assert figure.axes[0].texts[0].get_text() == "0.450"
