"""Figures of the houses' features: the price, and what goes with it."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.wording import amount, short

_SHARED = 0.5  # from this |correlation| on two columns are said to go together


def target_distribution(price: pd.Series, unit: str) -> Figure:
    """How prices and their logarithms are distributed, beside the normal curve.

    A long right tail makes squared errors those of the dear houses; a model of the logarithm
    weighs percentages instead.

    Args:
        price: Prices [N], positive.
        unit: Unit of the price.

    Returns:
        Two histograms, each with the normal curve of the same mean and standard deviation.
    """
    logs = np.log(price)
    skew, log_skew = _skewness(price), _skewness(logs)
    nearer = "nearer to" if abs(log_skew) < abs(skew) else "no nearer to"
    top = int((price == price.max()).sum())
    figure, (raw, log) = style.canvas(
        f"Prices have a skewness of {style.signed(skew, 2)}; their logarithms, with "
        f"{style.signed(log_skew, 2)}, are {nearer} a normal curve",
        f"{len(price):,} houses, median {amount(price.median(), unit)}",
        f"{top} houses share the largest price, {short(price.max())}" if top > 1 else "",
        "Line: normal curve of the same mean and SD",
        columns=2,
        height=4.2,
    )
    _draw_histogram(raw, price, f"Price ({unit})")
    _draw_histogram(log, logs, f"Natural logarithm of the price ({unit})")
    style.large_numbers(raw.xaxis)
    raw.locator_params(axis="x", nbins=5)
    return figure


def _skewness(values: pd.Series) -> float:
    centred = values.to_numpy() - values.mean()
    return float(np.mean(centred**3) / np.mean(centred**2) ** 1.5)


def _draw_histogram(panel: Axes, values: pd.Series, label: str) -> None:
    count, edges, _ = panel.hist(values, bins="fd", color=style.MUTED, alpha=0.55, ec="white")
    mean, sd = values.mean(), values.std()
    grid = np.linspace(edges[0], edges[-1], 200)
    density = np.exp(-0.5 * ((grid - mean) / sd) ** 2) / (sd * np.sqrt(2 * np.pi))
    panel.plot(grid, density * len(values) * (edges[1] - edges[0]), color=style.ALERT, lw=1.4)
    panel.set_xlabel(label)
    panel.set_ylabel("Houses (count)")
    panel.grid(visible=False, axis="x")
    panel.set_ylim(top=1.08 * np.max(count))


def correlation_map(features: pd.DataFrame, *, columns: int = 20) -> Figure:
    """The price's strongest linear relations, and those among the columns behind them.

    Args:
        features: Features frame: price first, numeric and category columns.
        columns: How many columns to show, those with the strongest correlation with the price.

    Returns:
        The lower triangle of Pearson's correlations (pairs without missing values), the price in
        the first column and the others in falling order of |r| with it.
    """
    numeric = features.select_dtypes("number")
    links = numeric.corr()["price"].drop("price").dropna()
    chosen = links.abs().sort_values(ascending=False).index[:columns]
    table = numeric[["price", *chosen]].corr()
    pairs = np.abs(table.to_numpy()[1:, 1:])[np.tril_indices(len(chosen), -1)]
    first = " and ".join(f"{name} ({style.signed(links[name], 2)})" for name in chosen[:2])
    figure, (panel,) = style.canvas(
        f"The price goes with {first} most; {(pairs >= _SHARED).sum()} of the {len(pairs)} pairs "
        f"of the other columns share a correlation of {_SHARED:g} or more",
        style.source_note(features),
        f"Pearson's r over {len(features):,} houses; blue: rise together, red: against each other",
        f"{len(chosen)} of {len(links)} numeric columns" if len(chosen) < len(links) else "",
        height=1.9 + 0.27 * len(table),
    )
    _draw_correlations(panel, table)
    return figure


def _draw_correlations(panel: Axes, table: pd.DataFrame) -> None:
    """The lower triangle without its diagonal, each cell with its number."""
    names = [str(name) for name in table.columns]
    cells = table.to_numpy()[1:, :-1]
    lower = np.tril(np.ones(cells.shape, dtype=bool))
    panel.imshow(np.where(lower, cells, np.nan), cmap="RdBu", vmin=-1, vmax=1, aspect="auto")
    for row, column in np.argwhere(lower):
        value = cells[row, column]
        shade = "white" if abs(value) > 0.6 else style.INK  # noqa: PLR2004 - readable on the colour
        text = f"{value:.2f}".replace("0.", ".").replace("-", "\N{MINUS SIGN}")
        panel.text(column, row, text, ha="center", va="center", fontsize=7.5, color=shade)
    panel.set_xticks(range(len(names) - 1), names[:-1], rotation=90)
    panel.set_yticks(range(len(names) - 1), names[1:])
    panel.tick_params(length=0)
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)
    panel.set_xlabel("Column")
    panel.set_ylabel("Column (strongest with the price first)")
