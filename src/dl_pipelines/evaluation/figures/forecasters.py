"""Forecasters side by side: over whole windows, year by year, and over resampled splits."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.baselines import REFERENCES
from dl_pipelines.evaluation.comparisons import Metric, errors_by_split
from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.wording import short, spread


def comparison(table: pd.DataFrame) -> Figure:
    """RMSE of all forecasters, a panel for each window, the best on top.

    Args:
        table: One row a forecaster and window with the columns window, forecaster, RMSE (index
            points) and skill vs persistence % (`verdict.comparison_table`). The forecasters are
            keys of `palette.NAMES`, with or without a suffix: 'lstm.ensemble'.

    Returns:
        Horizontal bars, labelled with the RMSE and the skill against yesterday's high.
    """
    windows = {str(window): rows for window, rows in table.groupby("window", sort=False)}
    leaders = [
        f"{style.name(rows.sort_values('RMSE')['forecaster'].iloc[0])} ({window})"
        for window, rows in windows.items()
    ]
    figure, panels = style.canvas(
        f"Smallest error: {', '.join(leaders)}",
        style.SKILL_NOTE,
        style.RANGE_NOTE,
        rows=len(windows),
        height=1.2 + 0.34 * len(table) + 0.5 * len(windows),
        height_ratios=[len(rows) for rows in windows.values()],
        sharex=True,
    )
    for panel, (window, rows) in zip(panels, windows.items(), strict=True):
        style.subtitle(panel, window)
        _draw_bars(panel, rows.sort_values("RMSE", ascending=False))
    panels[-1].set_xlabel("RMSE (index points)")
    panels[-1].set_xlim(0, 1.18 * table["RMSE"].max())  # room for the labels
    return figure


def _draw_bars(panel: Axes, rows: pd.DataFrame) -> None:
    """A bar for each row, the last on top."""
    bars = panel.barh(
        [style.name(forecaster) for forecaster in rows["forecaster"]],
        rows["RMSE"],
        color=[style.colour(forecaster) for forecaster in rows["forecaster"]],
        height=0.7,
    )
    labels = [
        f"{error:.1f}  ({style.signed(skill)} %)"
        for error, skill in zip(rows["RMSE"], rows["skill vs persistence %"], strict=True)
    ]
    panel.bar_label(bars, labels, padding=4, fontsize=9, color=style.INK)
    panel.grid(visible=False, axis="y")
    panel.tick_params(axis="y", length=0)


def error_by_year(by_year: pd.DataFrame, variant: str) -> Figure:
    """RMSE of the variant and the three references in each year.

    Args:
        by_year: One row a year with the columns year, days, rmse, skill_vs_persistence (a
            fraction) and `<reference>_rmse` (`holdout.metrics_by_year`).
        variant: Name of the variant.

    Returns:
        Grouped bars; below each year its days and the variant's skill against yesterday's high.
    """
    better = int((by_year["skill_vs_persistence"] > 0).sum())
    figure, (panel,) = style.canvas(
        f"{style.name(variant)} beats yesterday's high in {better} of {len(by_year)} years",
        style.SKILL_NOTE,
        style.RANGE_NOTE if better else "",
    )
    columns = {variant: "rmse"} | {key: f"{key}_rmse" for key in REFERENCES}
    centres = np.arange(len(by_year))
    for place, (forecaster, column) in enumerate(columns.items()):
        panel.bar(
            centres + 0.21 * (place - 1.5),
            by_year[column],
            width=0.19,
            color=style.colour(forecaster),
            label=style.name(forecaster),
        )
    ticks = by_year[["year", "days", "skill_vs_persistence"]].itertuples(index=False)
    panel.set_xticks(
        centres,
        [f"{year}\n{days} days\n{style.signed(100 * skill)} %" for year, days, skill in ticks],
    )
    panel.grid(visible=False, axis="x")
    panel.set_ylabel("RMSE (index points)")
    panel.set_xlabel("Year, days forecast, skill against yesterday's high")
    style.legend(panel, ncols=4, loc="lower right", bbox_to_anchor=(1, 0.98), borderpad=0)
    return figure


def model_comparison(
    by_split: Mapping[str, pd.DataFrame], unit: str, metric: Metric = "rmse"
) -> Figure:
    """Errors of all models on the same splits, the best on top.

    The mean price, which knows nothing, would squeeze the others together; its error stands in the
    footer.

    Args:
        by_split: Model → its figures by split (`resampling.metrics_by_split`), keys of
            `palette.NAMES`.
        unit: Unit of the price.
        metric: The error shown.

    Returns:
        A row a model and averaged ensemble: dots for the splits, mean and ± SD over them.
    """
    errors = errors_by_split(by_split, metric=metric)
    means = errors.mean().sort_values(ascending=False)
    shown = errors[means.index.drop("mean", errors="ignore")]
    label, scale = ("RMSE of the log price", "no unit") if metric == "log_rmse" else ("RMSE", unit)
    leader = str(means.index[-1])
    several = len(errors) > 1
    figure, (panel,) = style.canvas(
        f"{style.name(leader)} has the smallest error: {label} {_spread(errors[leader])} ({scale})",
        f"Dots: {len(errors)} splits; diamond and line: their mean ± SD" if several else "",
        f"Not shown: {style.name('mean')}, {_spread(errors['mean'])}" if "mean" in errors else "",
        height=1.5 + 0.36 * shown.shape[1],
    )
    for place, (model, values) in enumerate(shown.items()):
        _draw_errors(panel, place, values, style.colour(str(model)))
    style.margin_texts(panel, [_spread(values) for _, values in shown.items()])
    panel.set_yticks(range(shown.shape[1]), [style.name(str(model)) for model in shown])
    panel.set_xlabel(f"{label} ({scale})")
    panel.set_ylabel("Model (the best on top)")
    style.large_numbers(panel.xaxis)
    return figure


def _draw_errors(panel: Axes, place: int, values: pd.Series, colour: str) -> None:
    """The splits of one model, jittered, below their mean."""
    mean, sd = values.mean(), values.std()
    if len(values) > 1:
        jitter = place - 0.22 + 0.1 * np.resize([-1.0, 0.0, 1.0], len(values))
        panel.plot(values, jitter, "o", ms=4, mew=0, alpha=0.45, color=colour)
        panel.hlines(place, mean - sd, mean + sd, color=colour, linewidth=2.2)
    panel.plot(mean, place, "D", ms=7, color=colour, mec="white", zorder=4)


def _spread(values: pd.Series) -> str:
    """Mean and SD over the splits; the mean alone of a single split."""
    return spread(values.mean(), values.std()) if len(values) > 1 else short(values.mean())
