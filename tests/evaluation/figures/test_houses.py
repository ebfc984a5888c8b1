import numpy as np
import pandas as pd
import pytest

from dl_pipelines.evaluation.figures import correlation_map, target_distribution

MINUS = "\N{MINUS SIGN}"


def test_target_distribution_counts_prices_and_logarithms():
    price = pd.Series(np.exp(np.linspace(0, 4, 41)))
    figure = target_distribution(price, "dollars")
    raw, log = figure.axes
    for panel, values in ((raw, price), (log, np.log(price))):
        assert sum(bar.get_height() for bar in panel.patches) == 41
        curve = panel.lines[0]
        assert curve.get_xdata()[curve.get_ydata().argmax()] == pytest.approx(
            values.mean(), abs=0.2
        )
    title = " ".join(figure.get_suptitle().split())
    assert title.startswith("Prices have a skewness of +1.29; ")
    assert title.endswith("with 0.00, are nearer to a normal curve")
    assert "share the largest price" not in figure.get_supxlabel()


def test_a_cap_on_prices_is_told():
    figure = target_distribution(pd.Series([10.0, 20.0, 50.0, 50.0]), "1,000 dollars")
    assert "2 houses share the largest price, 50.0" in figure.get_supxlabel()


def test_correlation_map_orders_columns_by_their_link_with_the_price(houses):
    figure = correlation_map(houses)
    (panel,) = figure.axes
    assert [label.get_text() for label in panel.get_xticklabels()] == ["price", "size", "age"]
    assert [label.get_text() for label in panel.get_yticklabels()] == ["size", "age", "noise"]
    cells = panel.images[0].get_array()
    expected = houses[["price", "size", "age", "noise"]].corr().to_numpy()[1:, :-1]
    lower = np.tril_indices(3)
    np.testing.assert_allclose(cells[lower], expected[lower])
    assert np.ma.masked_invalid(cells).mask.sum() == 3
    assert panel.texts[0].get_text() == f"{expected[0, 0]:.2f}".replace("0.", ".")
    title = " ".join(figure.get_suptitle().split())
    assert title.startswith(f"The price goes with size (+{expected[0, 0]:.2f}) and age ({MINUS}0.")
    assert "1 of the 3 pairs" in title  # size and age
    assert "Source: mirror house/ames.csv" in figure.get_supxlabel()


def test_correlation_map_shows_the_strongest_columns(houses):
    figure = correlation_map(houses, columns=2)
    assert len(figure.axes[0].get_yticklabels()) == 2
    assert "2 of 3 numeric columns" in figure.get_supxlabel()
