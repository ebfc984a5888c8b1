"""Figures of a universe of symbols."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.rank_ic import MIN_SYMBOLS
from dl_pipelines.evaluation.wording import counted, percent

_MONTH = 22  # days of a rolling mean
_FEW = 30  # symbols whose names can stand beside their bars


def skill_by_symbol(symbols: pd.DataFrame, reference: str = "har_ridge") -> Figure:
    """The skill of one network for each symbol, sorted.

    Args:
        symbols: Frame of `evaluation.panel.metrics_by_symbol`.
        reference: What the skill is against.

    Returns:
        One panel: percent of the reference's RMSE.
    """
    skill = symbols.set_index("ts_code")[f"skill_vs_{reference}"].dropna().sort_values()
    won, median = float((skill > 0.0).mean()), float(skill.median())
    figure, (panel,) = style.canvas(
        f"LSTM of all symbols against {style.name(reference)}: better for {percent(won, 0)} of "
        f"{counted(len(skill), 'symbol')}, median {style.signed(100.0 * median)} %",
        "1 − RMSE / RMSE of the reference, test days; in the colour of the better one",
    )
    colours = np.where(skill > 0.0, style.colour("lstm"), style.colour(reference))
    panel.bar(np.arange(len(skill)), 100.0 * skill, color=colours, width=0.85)
    panel.axhline(0.0, color=style.INK, linewidth=0.8)
    panel.set_ylabel("Skill (% of the RMSE)")
    if len(skill) <= _FEW:
        panel.set_xticks(np.arange(len(skill)), skill.index, rotation=90, fontsize=8)
    panel.set_xlabel("Symbols (sorted by skill)")
    return figure


def rank_ic_over_time(days: pd.DataFrame) -> Figure:
    """The daily rank information coefficient, averaged over a month.

    Args:
        days: Frame of `evaluation.rank_ic.rank_ic`.

    Returns:
        One panel; without days it says so.
    """
    names = [name for name in ("har_ridge", "forecast") if name in days]
    title = "Rank correlation between forecast and actual rise of the high"
    figure, (panel,) = style.canvas(
        title, f"Spearman's, over the symbols of a day; mean of {_MONTH} days"
    )
    panel.set_ylabel("Rank correlation (−1 to 1)")
    if days.empty:
        note = f"No day has {MIN_SYMBOLS} symbols to put into order"
        panel.text(0.5, 0.5, note, transform=panel.transAxes, ha="center", color=style.MUTED)
        panel.set(xticks=[], yticks=[])
        return figure
    for name in names:
        shown = "lstm" if name == "forecast" else name
        label = f"{style.name(shown)}, mean {days[name].mean():.3f}"
        rolling = days[name].rolling(_MONTH, min_periods=1).mean()
        panel.plot(days["date"], rolling, color=style.colour(shown), label=label, linewidth=1.1)
    panel.axhline(0.0, color=style.INK, linewidth=0.8)
    style.date_axis(panel, "Day forecast", days["date"])
    style.legend(panel)
    return figure
