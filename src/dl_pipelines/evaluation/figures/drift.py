"""Features of new days beside those of training: how far each has moved, and where to."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.wording import p_value_text

_LEAST = 0.01  # where the logarithmic axis of the index begins
_COLUMNS = 4
_BINS = 20


def feature_drift_bars(drift: pd.DataFrame, *, moderate: float, large: float) -> Figure:
    """Population stability index of each feature, the largest on top.

    Args:
        drift: Of `drift.feature_drift`.
        moderate: Index of a moderate change.
        large: Index of a large one.

    Returns:
        One panel with a logarithmic axis; beside each bar KS distance and adjusted p-value.
    """
    rows = drift.sort_values("psi").reset_index(drop=True)
    drifted = int(rows["drifted"].sum())
    figure, (panel,) = style.canvas(
        f"{drifted} of {len(rows)} features {'has' if drifted == 1 else 'have'} drifted",
        "Drifted (orange): a large PSI, and p below the level",
        "p: of the KS distance, by a stationary bootstrap of training days, adjusted by Holm",
        height=1.6 + 0.36 * len(rows),
    )
    colours = [style.ALERT if row else style.NEUTRAL for row in rows["drifted"]]
    panel.barh(rows.index, rows["psi"].clip(lower=_LEAST), color=colours, height=0.65)
    for limit, name in ((moderate, "moderate"), (large, "large")):
        panel.axvline(limit, color=style.INK, linestyle="--", linewidth=1)
        top = panel.get_xaxis_transform()  # y a share of the panel
        panel.text(limit, 1.01, f"{name} {limit:g}", transform=top, ha="center", fontsize=8.5)
    panel.set_xscale("log")
    panel.set_xlim(_LEAST, max(1.0, 1.3 * rows["psi"].max()))
    style.log_ticks(panel.xaxis)
    panel.set_yticks(rows.index, rows["feature"].astype(str).tolist())
    panel.grid(visible=False, axis="y")
    texts = zip(rows["ks"], rows["p_holm"], strict=True)
    style.margin_texts(panel, [f"KS {ks:.2f}, {p_value_text(p)}" for ks, p in texts])
    panel.set_xlabel("Population stability index (no unit, logarithmic)")
    return figure


def drift_distributions(
    training: pd.DataFrame, recent: pd.DataFrame, drift: pd.DataFrame
) -> Figure:
    """Distribution of each feature then and now.

    Args:
        training: Columns target_date (the day forecast, as the verdict names days) and the
            features, one row a training day.
        recent: The same of recent days.
        drift: Of `drift.feature_drift`; its order is that of the panels.

    Returns:
        A panel a feature: shares of days in bins of equal width, outliers in the outermost ones.
    """
    features = drift["feature"].tolist()
    lines = -(-len(features) // _COLUMNS)
    figure, panels = style.canvas(
        "What the champion sees now, and what it has learnt from",
        f"Training: {style.days_note(training['target_date'])}",
        f"Recent: {style.days_note(recent['target_date'])}",
        "Outliers are in the outermost bins",
        "Orange: drifted",
        rows=lines,
        columns=min(_COLUMNS, len(features)),
        height=1.4 + 2.2 * lines,
        sharey="row",
    )
    for panel, row in zip(panels, drift.to_dict("records"), strict=False):
        feature = row["feature"]
        _draw_shares(panel, training[feature], recent[feature], bool(row["drifted"]))
        style.subtitle(panel, f"{feature}\nPSI {row['psi']:.2f}")
    _name_axes(panels, len(features))
    figure.legend(
        *panels[0].get_legend_handles_labels(),
        loc="upper right",
        ncols=2,
        frameon=False,
        fontsize=9,
    )
    return figure


def _name_axes(panels: list[Axes], used: int) -> None:
    """Names on the left and below; panels without a feature are empty."""
    for panel in panels[used:]:
        panel.set_axis_off()
    for panel in panels[: used : min(_COLUMNS, used)]:
        panel.set_ylabel("Share of days (%)")
    for panel in panels[max(0, used - _COLUMNS) : used]:
        panel.set_xlabel("Value (no unit)")


def _draw_shares(panel: Axes, before: pd.Series, after: pd.Series, drifted: bool) -> None:
    """Then as an area, now as a line."""
    low, high = np.quantile(np.concatenate([before, after]), [0.005, 0.995])
    edges = np.linspace(low, high, _BINS + 1)
    shares = [
        100.0 * np.histogram(np.clip(values, low, high), edges)[0] / len(values)
        for values in (before, after)
    ]
    panel.stairs(shares[0], edges, fill=True, color=style.NEUTRAL, alpha=0.45, label="Training")
    colour = style.ALERT if drifted else style.ACCENT
    panel.stairs(shares[1], edges, color=colour, linewidth=1.6, label="Recent")
    panel.tick_params(labelsize=8)
    panel.locator_params(axis="x", nbins=4)
