"""Figures of the daily bars: their summary, the high over time and the quality of the data."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from dl_pipelines.evaluation.figures import style

_UNITS = {"volume": ("million shares", 1e6), "amount": ("million yuan", 1e6)}
_POINTS = ("index points", 1.0)


def summary_table(bars: pd.DataFrame) -> Figure:
    """Count, mean, spread and quantiles of each column as a table. Book figure 7-15.

    Args:
        bars: Daily bars; prices in index points, volume in shares, amount in yuan.

    Returns:
        One panel that holds the table.
    """
    summary = bars.drop(columns="date").dropna(axis="columns", how="all").describe()
    cells = {"": [str(statistic) for statistic in summary.index]}
    for column in map(str, summary):
        unit, scale = _UNITS.get(column, _POINTS)
        texts = [f"{value:,.1f}" for value in summary[column].to_numpy() / scale]
        texts[0] = f"{bars[column].count():,}"
        cells[f"{column}\n({unit})"] = texts
    high = bars["high"]
    figure, (panel,) = style.canvas(
        f"{len(bars):,} trading days; the high ran from {high.min():,.0f} to "
        f"{high.max():,.0f} points, its middle half from "
        f"{high.quantile(0.25):,.0f} to {high.quantile(0.75):,.0f}",
        style.source_note(bars),
        style.days_note(bars["date"]),
        height=4.0,
    )
    _draw_table(panel, cells)
    return figure


def _draw_table(panel: Axes, columns: Mapping[str, Sequence[str]]) -> None:
    """A table with rules above and below its head and at its end, as in print."""
    panel.set_axis_off()
    rows = list(zip(*columns.values(), strict=True))
    widths = [0.5] + [1.0] * (len(columns) - 1)
    table = panel.table(rows, colLabels=list(columns), colWidths=widths, bbox=Bbox.unit())
    table.auto_set_font_size(False)
    for (row, column), cell in table.get_celld().items():
        cell.visible_edges = {0: "TB", len(rows): "B"}.get(row, "")
        cell.set_edgecolor(style.INK)
        cell.set_text_props(fontsize=10, color=style.INK, ha="right" if column else "left")
        if row == 0:
            cell.set_text_props(fontweight="bold", fontsize=9)
            cell.set_height(2 * cell.get_height())


def high_over_time(bars: pd.DataFrame, test_start: date) -> Figure:
    """The daily high, with the test part set off, and the range of the days. Book figure 7-16.

    The lower panel is what a forecast of the high lives on: the range of a day is persistent.

    Args:
        bars: Daily bars, index points.
        test_start: First day of the test part.

    Returns:
        Two panels: the high in index points, the mean range of 22 days in %.
    """
    days, high = bars["date"], bars["high"]
    peak = int(high.to_numpy().argmax())
    figure, (levels, ranges) = style.canvas(
        f"The daily high peaked at {high[peak]:,.0f} points on {days[peak]:%Y-%m-%d} "
        f"and ended at {high.iloc[-1]:,.0f}",
        style.source_note(bars),
        rows=2,
        height=5.6,
        sharex=True,
        height_ratios=[2.4, 1],
    )
    for panel in (levels, ranges):
        # The stubs of axvspan know only numbers; it takes dates as well.
        panel.axvspan(test_start, days.iloc[-1], fc=style.SHADE, zorder=0)  # type: ignore[arg-type]
    levels.plot(days, high, color=style.colour("lstm"), linewidth=0.9)
    levels.plot(days[peak], high[peak], "o", color=style.ALERT, markersize=5)
    corner = levels.get_xaxis_transform()  # x a date, y a share of the panel
    levels.text(test_start, 0.02, f"  Test part, from {test_start}", transform=corner, fontsize=9)  # type: ignore[arg-type]
    levels.set_ylabel("Daily high (index points)")
    style.thousands(levels.yaxis)
    spread = 100 * (np.log(bars["high"]) - np.log(bars["low"]))
    ranges.plot(days, spread.rolling(22).mean(), color=style.INK, linewidth=0.9)
    ranges.set_ylabel("Range, mean\nof 22 days (%)")
    style.date_axis(ranges, "Trading day", days)
    return figure


def quality(report: Mapping[str, Any], bars: pd.DataFrame) -> Figure:
    """Is the table complete and plausible? Findings, rows a year and daily returns.

    Args:
        report: Of `frames.quality.quality_report`; read are rows, missing_days, surplus_days,
            duplicates_removed, revisions and largest_returns.
        bars: The checked daily bars.

    Returns:
        Two panels: days a year (present, missing, surplus) and daily log returns in % with the
        largest ones dated.
    """
    missing, surplus = (
        pd.to_datetime(pd.Series(report[key], dtype=object))
        for key in ("missing_days", "surplus_days")
    )
    figure, (counts, returns) = style.canvas(
        f"{len(missing) or 'No'} missing and {len(surplus) or 'no'} surplus days against the "
        f"exchange's calendar in {report['rows']:,} rows",
        style.source_note(bars),
        f"Duplicates removed: {report['duplicates_removed']}",
        f"Values revised by the source: {len(report['revisions'])}",
        rows=2,
        height=5.8,
        sharex=True,
        height_ratios=[1, 1.5],
    )
    _draw_days(counts, bars["date"], missing=missing, surplus=surplus)
    largest = pd.to_datetime([row["date"] for row in report["largest_returns"]])
    _draw_returns(returns, bars, largest)
    return figure


def _draw_days(panel: Axes, present: pd.Series, *, missing: pd.Series, surplus: pd.Series) -> None:
    """Stacked bars of the days a year: present, missing, surplus."""
    parts = {"Present": present, "Missing": missing, "Surplus": surplus}
    colours = (style.colour("persistence"), style.ALERT, style.colour("close_naive"))
    by_year = pd.DataFrame({key: days.dt.year.value_counts() for key, days in parts.items()})
    by_year = by_year.fillna(0).sort_index()
    middles = pd.to_datetime(by_year.index.astype(int).astype(str) + "-07-01")
    floor = np.zeros(len(by_year))
    for (key, days), colour in zip(by_year.items(), colours, strict=True):
        label = f"{key}: {days.sum():,.0f}"
        panel.bar(middles, days, bottom=floor, color=colour, width=280, label=label)
        floor = floor + days.to_numpy()
    panel.set_ylabel("Days (per year)")
    panel.grid(visible=False, axis="x")
    style.legend(panel, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))


def _draw_returns(panel: Axes, bars: pd.DataFrame, largest: pd.DatetimeIndex) -> None:
    """Daily log returns of the close; those of the `largest` days with their dates."""
    moves = 100 * np.log(bars["close"]).diff()
    panel.plot(bars["date"], moves, color=style.colour("lstm"), linewidth=0.5)
    top = pd.DataFrame({"date": bars["date"], "move": moves})[bars["date"].isin(largest)]
    panel.plot(top["date"], top["move"], "o", color=style.ALERT, markersize=4)
    named = [f"{day:%Y-%m-%d} {style.signed(move)} %" for day, move in top.itertuples(index=False)]
    style.subtitle(panel, f"Largest: {', '.join(named)}")
    panel.set_ylabel("Log return of the close (%)")
    style.date_axis(panel, "Trading day", bars["date"])
