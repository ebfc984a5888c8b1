import numpy as np

from dl_pipelines.evaluation.figures import permutation_importance_bars


def test_the_most_important_column_is_on_top(importance):
    figure = permutation_importance_bars(importance, "tabm", "1,000 dollars")
    (panel,) = figure.axes
    assert [label.get_text() for label in panel.get_yticklabels()] == ["noise", "age", "size"]
    assert [bar.get_width() for bar in panel.patches] == [-0.02, 0.5, 9.87]
    lines = [segment[:, 0] for segment in panel.collections[0].get_segments()]
    np.testing.assert_allclose(lines, [[-0.03, -0.01], [0.4, 0.6], [9.27, 10.47]])
    texts = [text.get_text() for text in panel.texts]
    assert texts == ["\N{MINUS SIGN}0.02 ± 0.01", "0.50 ± 0.10", "9.87 ± 0.60"]
    assert figure.get_suptitle() == (
        "TabM leans on size most: shuffled, it adds 9.87 × 1,000 dollars to the RMSE"
    )


def test_only_the_first_columns_are_shown(importance):
    figure = permutation_importance_bars(importance, "tabm", "dollars", columns=2)
    assert len(figure.axes[0].patches) == 2
    assert "2 of 3 columns" in figure.get_supxlabel()
