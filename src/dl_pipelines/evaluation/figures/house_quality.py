"""Figures of what a table of houses lacks, and of what its cleaning repaired."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style


def missing_map(raw: pd.DataFrame, cleaned: pd.DataFrame | None = None) -> Figure:
    """Which values are missing, house by house, before cleaning and after.

    Args:
        raw: The typed table; missing is NaN.
        cleaned: The same rows after cleaning, in which a "none" is a category of its own.

    Returns:
        A panel a table: a mark for each missing value, columns that miss any sorted by how many.
    """
    tables = {"Before cleaning": raw} | ({} if cleaned is None else {"After cleaning": cleaned})
    counts = raw.isna().sum().sort_values(ascending=False)
    shown = [str(name) for name in counts[counts > 0].index] or list(map(str, raw.columns))
    missing = [int(table.isna().to_numpy().sum()) for table in tables.values()]
    incomplete = int((counts > 0).sum())
    finding = (
        f"{missing[0]:,} values are missing in {incomplete} of {raw.shape[1]} columns"
        if missing[0]
        else f"No value is missing in {len(raw):,} houses and {raw.shape[1]} columns"
    )
    after = f"; cleaning explains all but {missing[-1]:,}" if cleaned is not None else ""
    figure, panels = style.canvas(
        finding + (after if missing[0] else ""),
        style.source_note(raw),
        "Mark: a missing value; right: how many a column misses",
        columns=len(tables),
        height=1.7 + 0.19 * len(shown),
        sharey=True,
    )
    for panel, (title, table) in zip(panels, tables.items(), strict=True):
        style.subtitle(panel, title)
        _draw_missing(panel, table.reindex(columns=shown, fill_value=0).isna())
    panels[0].set_ylabel("Column (most missing first)")
    return figure


def _draw_missing(panel: Axes, missing: pd.DataFrame) -> None:
    """A line a column, a mark a house; the counts beside them."""
    rows = range(missing.shape[1])
    places = [np.flatnonzero(missing[name]) for name in missing]
    panel.eventplot(places, lineoffsets=rows, linelengths=0.8, linewidths=0.5, colors=style.ALERT)
    panel.hlines(rows, 0, len(missing), color=style.FAINT, linewidth=0.7, zorder=0)
    style.margin_texts(panel, [f"{len(found):,}" for found in places])
    panel.set_yticks(rows, list(missing.columns), fontsize=8)
    panel.set_ylim(missing.shape[1] - 0.4, -0.6)
    panel.set_xlim(0, len(missing))
    panel.grid(visible=False)
    panel.tick_params(axis="y", length=0)
    panel.set_xlabel("Row of the table")
    style.thousands(panel.xaxis)


def data_quality(report: Mapping[str, Any]) -> Figure:
    """Empty cells before and after cleaning, and what the cleaning changed.

    Args:
        report: Of `frames.houses.quality.quality_report`; read are dataset, source, rows,
            missing_before, missing_after, duplicates, constant_columns, outliers_of_the_author and
            columns.

    Returns:
        Two panels with a bar a column that was empty somewhere or repaired, the worst on top.
    """
    table = pd.DataFrame(report["columns"]).T
    counts = table[["missing_before", "missing_after", "none_recognised", "repaired"]].astype(int)
    touched = counts[counts.any(axis=1)].sort_values(["missing_before", "repaired"])
    shown = counts[::-1] if touched.empty else touched
    constant = ", ".join(report["constant_columns"]) or "none"
    figure, (empty, changed) = style.canvas(
        f"{report['dataset'].capitalize()}: {report['missing_before']:,} empty cells before "
        f"cleaning, {report['missing_after']:,} after; {counts['none_recognised'].sum():,} meant "
        f"that there is none, {(counts['repaired'] - counts['none_recognised']).sum():,} other "
        "cells were repaired",
        f"Source: {report['source']}",
        f"{report['rows']:,} houses, {report['duplicates']} duplicates",
        f"Constant columns: {constant}",
        f"Outliers named by the author: {len(report['outliers_of_the_author'])}",
        columns=2,
        height=2.0 + 0.2 * len(shown),
        sharey=True,
    )
    parts = {"missing_before": "Before", "missing_after": "After"}
    _draw_counts(empty, shown, parts, style.ALERT, template="{0:,} \N{RIGHTWARDS ARROW} {1:,}")
    parts = {"repaired": "All repairs", "none_recognised": "Empty because there is none"}
    _draw_counts(changed, shown, parts, style.ACCENT, template="{1:,} of {0:,}")
    empty.set_xlabel("Empty cells (count)")
    changed.set_xlabel("Repaired cells (count)")
    return figure


def _draw_counts(
    panel: Axes, counts: pd.DataFrame, parts: Mapping[str, str], colour: str, *, template: str
) -> None:
    """A grey bar for the whole, a coloured one for the part within it, and both numbers."""
    whole, part = (counts[column] for column in parts)
    names = [str(name) for name in counts.index]
    labels = list(parts.values())
    bars = panel.barh(names, whole, height=0.72, color=style.NEUTRAL, label=labels[0])
    panel.barh(names, part, height=0.72, color=colour, label=labels[1])
    texts = [template.format(*pair) if any(pair) else "" for pair in zip(whole, part, strict=True)]
    panel.bar_label(bars, texts, padding=4, fontsize=7.5, color=style.INK)
    panel.set_xlim(0, 1.3 * max(1, whole.max()))
    panel.margins(y=0.01)
    panel.tick_params(axis="y", length=0, labelsize=8)
    panel.grid(visible=False, axis="y")
    style.thousands(panel.xaxis)
    style.legend(panel, ncols=2, loc="lower left", bbox_to_anchor=(0, 1.0), borderpad=0)
