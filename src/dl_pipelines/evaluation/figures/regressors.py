"""What a model of prices got right and wrong.

`predictions` is the frame of `evaluation.resampling`; only its test rows are drawn, each by its
`prediction`, the mean over the seeds.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.wording import amount, short

_BINS = 15  # of the running median


def residuals(predictions: pd.DataFrame, variant: str, unit: str) -> Figure:
    """Errors against predictions, their distribution and its tails.

    A running median off zero is bias that a better model would remove; a cloud that widens asks
    for the logarithm; points off the line of the Q-Q plot are heavier tails than squared errors
    presume.

    Args:
        predictions: A predictions frame.
        variant: Name of the model.
        unit: Unit of the price.

    Returns:
        Three panels: actual minus predicted against predicted, histogram, normal Q-Q plot.
    """
    test = _test(predictions)
    error = test["actual"] - test["prediction"]
    size = error.abs()
    tenth = amount(float(size.quantile(0.9)), unit)
    figure, (cloud, histogram, tails) = style.canvas(
        f"{style.name(variant)}: half of the predictions are off by less than "
        f"{short(size.median())}, one in ten by more than {tenth}",
        *_notes(test),
        f"Line: median in {_BINS} bins of the predictions",
        columns=3,
        height=4.2,
        width_ratios=[1.5, 1, 1],
    )
    _draw_cloud(cloud, test["prediction"], error, variant)
    cloud.set_xlabel(f"Predicted price ({unit})")
    cloud.set_ylabel(f"Actual \N{MINUS SIGN} predicted ({unit})")
    histogram.hist(error, bins=40, color=style.colour(variant), alpha=0.6, ec="white", lw=0.4)
    histogram.locator_params(axis="x", nbins=4)
    histogram.set_xlabel(f"Actual \N{MINUS SIGN} predicted\n({unit})")
    histogram.set_ylabel("Houses (count)")
    _draw_tails(tails, error, variant)
    style.large_numbers(cloud.xaxis, cloud.yaxis, histogram.xaxis)
    return figure


def _draw_cloud(panel: Axes, prediction: pd.Series, error: pd.Series, variant: str) -> None:
    _draw_points(panel, prediction, error, variant)
    panel.axhline(0, color=style.INK, linestyle="--", linewidth=1)
    bins = pd.qcut(prediction, _BINS, duplicates="drop")
    middle = pd.DataFrame({"x": prediction, "y": error}).groupby(bins, observed=True).median()
    panel.plot(middle["x"], middle["y"], color=style.INK, linewidth=1.6)


def _draw_tails(panel: Axes, error: pd.Series, variant: str) -> None:
    """Quantiles of the standardised errors against those of the normal distribution."""
    from scipy.special import ndtri  # noqa: PLC0415 - heavy: imported when used

    ranked = np.sort((error - error.mean()) / error.std())
    normal = ndtri((np.arange(len(ranked)) + 0.5) / len(ranked))
    panel.axline((0, 0), slope=1, color=style.INK, linestyle="--", linewidth=1)
    panel.plot(normal, ranked, ".", ms=4, mew=0, alpha=0.6, color=style.colour(variant))
    panel.set_xlabel("Quantile of the normal\ndistribution (SDs)")
    panel.set_ylabel("Quantile of the errors (SDs)")


def calibration(table: pd.DataFrame, variant: str, unit: str) -> Figure:
    """Do the conformal intervals hold as many prices as they promise, and how wide are they?

    Args:
        table: Frame of `evaluation.conformal.cross_conformal` or `split_conformal`.
        variant: Name of the model.
        unit: Unit of the price.

    Returns:
        Two panels: empirical against nominal coverage with the band of ± 1.96 binomial standard
        errors, and the mean width.
    """
    nominal, rows = table["coverage"], int(table["rows"].iloc[0])
    last = table.iloc[nominal.argmax()]
    figure, (share, size) = style.canvas(
        f"{style.name(variant)}: {style.percent(last['coverage'], 0)} intervals hold "
        f"{style.percent(last['empirical'])} of the prices and are "
        f"{amount(last['width'], unit)} wide",
        f"Conformal intervals around {rows:,} held-out predictions",
        "Grey band: chance, ± 1.96 binomial standard errors",
        columns=2,
        height=4.4,
    )
    grid = np.linspace(0, 1, 101)
    chance = 1.96 * np.sqrt(grid * (1 - grid) / rows)
    share.fill_between(grid, grid - chance, grid + chance, color=style.SHADE, zorder=0)
    share.axline((0, 0), slope=1, color=style.MUTED, linestyle="--", linewidth=1)
    for panel, values in ((share, table["empirical"]), (size, table["width"])):
        panel.plot(nominal, values, "o-", ms=5, lw=1.4, color=style.colour(variant))
    share.set_ylabel("Prices inside (%)")
    size.set_ylabel(f"Mean width of the interval ({unit})")
    size.set_ylim(bottom=0)
    style.large_numbers(size.yaxis)
    for axis in (share.xaxis, share.yaxis, size.xaxis):
        axis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    for panel in (share, size):
        panel.set_xlim(nominal.min() - 0.04, 1.0)
        panel.set_xlabel("Nominal coverage (%)")
    share.set_ylim(share.get_xlim())
    return figure


def _test(predictions: pd.DataFrame) -> pd.DataFrame:
    return predictions[predictions["part"] == "test"]


def _notes(test: pd.DataFrame) -> tuple[str, str]:
    """How many predictions there are, over which splits, and of how many seeds."""
    splits = test["split"].nunique()
    over = f" in the test parts of {splits} splits" if splits > 1 else " in the test part"
    return f"{len(test):,} predictions{over}", style.seeds_note(test)


def _draw_points(panel: Axes, x: pd.Series, y: pd.Series, variant: str) -> None:
    panel.plot(x, y, ".", ms=5, mew=0, alpha=0.5, color=style.colour(variant))
