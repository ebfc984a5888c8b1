"""What a forecast left behind in its errors, and whether it is only yesterday's high.

Frames as in `forecasts.py`; errors and changes are in index points.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dl_pipelines.evaluation.figures import style

_RELATED = 0.2  # from this correlation on a forecast is said to know something


def residual_autocorrelation(forecasts: pd.DataFrame, variant: str, lags: int = 30) -> Figure:
    """Autocorrelation of the errors, with the 95 % band of white noise.

    Errors that remember could have been forecast in part. Those of yesterday's high stand beside
    them as open circles.

    Args:
        forecasts: Columns date, actual, persistence, forecast; more than `lags` rows.
        variant: Name of the variant.
        lags: Largest lag, days.

    Returns:
        One panel; the band is ± 1.96 / √n (Bartlett 1946).
    """
    error = autocorrelation(forecasts["actual"] - forecasts["forecast"], lags)
    naive = autocorrelation(forecasts["actual"] - forecasts["persistence"], lags)
    band = 1.96 / np.sqrt(len(forecasts))
    outside = int((np.abs(error) > band).sum())
    figure, (panel,) = style.canvas(
        f"{style.name(variant)}: {outside} of {lags} error autocorrelations lie outside the "
        f"95 % band ({0.05 * lags:.1f} would by chance); lag 1: {style.signed(error[0], 2)}",
        style.days_note(forecasts["date"]),
        style.seeds_note(forecasts),
        "Band: ± 1.96 / √n, white noise",
    )
    steps, own = np.arange(1, lags + 1), style.colour(variant)
    panel.axhspan(-band, band, fc=style.SHADE, zorder=0, label="95 % band of white noise")
    panel.axhline(0, color=style.MUTED, linewidth=0.8)
    panel.vlines(steps, 0, error, color=own, linewidth=2)
    panel.plot(steps, error, "o", ms=5, color=own, label=style.name(variant))
    label = style.name("persistence")
    panel.plot(steps, naive, "o", ms=5, mfc="none", color=style.MUTED, label=label)
    panel.margins(y=0.15)
    panel.set_xlabel("Lag (trading days)")
    panel.set_ylabel("Autocorrelation of the error (no unit)")
    style.legend(panel, ncols=3)
    return figure


def autocorrelation(series: pd.Series, lags: int) -> NDArray[np.float64]:
    """Sample autocorrelation at the lags 1 … `lags` (Box and Jenkins 1970).

    Args:
        series: Equally spaced values, more than `lags` of them.
        lags: Largest lag.

    Returns:
        Array [lags].
    """
    centred = series.to_numpy() - series.mean()
    products = [centred[lag:] @ centred[:-lag] for lag in range(1, lags + 1)]
    return np.array(products) / (centred @ centred)


def lag_plot(forecasts: pd.DataFrame, variant: str) -> Figure:
    """Does the forecast know the coming change, or does it only repeat the last one?

    A forecast that is yesterday's high in disguise hugs the diagonal of the first panel and
    scatters in the others. The last panel is the hard one: yesterday's high is taken away from
    both sides, so that only what the forecast adds can correlate.

    Args:
        forecasts: Columns date, actual, persistence, forecast; consecutive trading days.
        variant: Name of the variant.

    Returns:
        Three panels of one point a day, all in index points.
    """
    change = (forecasts["actual"] - forecasts["persistence"]).rename("Actual change of the day")
    before = change.shift().rename("Actual change of the day before")
    moved = forecasts["forecast"].diff().rename("Forecast's move")
    predicted = (forecasts["forecast"] - forecasts["persistence"]).rename("Predicted change")
    added = _correlation(change, predicted)
    figure, panels = style.canvas(
        f"{style.name(variant)} {'adds' if added >= _RELATED else 'adds nothing'} to yesterday's "
        f"high: predicted and actual change correlate by {_number(added)}",
        style.days_note(forecasts["date"]),
        style.seeds_note(forecasts),
        f"Yesterday's high itself: r = 1, {_number(_correlation(before, change))}, 0",
        "Dashed: equality",
        columns=3,
        height=4.2,
        sharex=True,
        sharey=True,
    )
    own = style.colour(variant)
    _draw_scatter(panels[0], before, moved, question="Repeats yesterday?", colour=own)
    _draw_scatter(panels[1], change, moved, question="Moves with the day?", colour=own)
    _draw_scatter(panels[2], change, predicted, question="Adds to yesterday?", colour=own)
    reach = 1.05 * float(max(series.abs().max() for series in (change, moved, predicted)))
    panels[0].set(xlim=(-reach, reach), ylim=(-reach, reach))
    return figure


def _draw_scatter(panel: Axes, x: pd.Series, y: pd.Series, *, question: str, colour: str) -> None:
    """A square panel of daily points, named by the series, with the diagonal of equality."""
    panel.axline((0, 0), slope=1, color=style.MUTED, linestyle="--", linewidth=1)
    panel.plot(x, y, ".", markersize=4, alpha=0.45, markeredgewidth=0, color=colour)
    panel.set_aspect("equal")
    style.subtitle(panel, f"{question} r = {_number(_correlation(x, y))}")
    panel.set_xlabel(f"{x.name}\n(index points)")
    panel.set_ylabel(f"{y.name} (index points)")
    style.thousands(panel.xaxis)
    style.thousands(panel.yaxis)


def _correlation(x: pd.Series, y: pd.Series) -> float:
    """Pearson's r over the days both are known; 0 where one of them never changes."""
    return float(np.nan_to_num(x.corr(y)))


def _number(link: float) -> str:
    """A correlation with a true minus."""
    return f"{link:.2f}".replace("-", "\N{MINUS SIGN}")
