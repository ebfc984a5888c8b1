"""One look for every figure: canvas, axes and footers.

Figures are built without pyplot, so drawing one leaves no global state behind.
"""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from dl_pipelines.evaluation import wording
from dl_pipelines.evaluation.figures.palette import COLOURS, NAMES

INK = "#222222"
MUTED = "#666666"
FAINT = "#e6e6e6"
SHADE = "#f1f1f1"
ALERT = "#D55E00"
ACCENT = "#0072B2"
NEUTRAL = "#8C8C8C"
_OTHER = "#56B4E9"

_WIDTH = 9.0  # inches
_TITLE_LETTERS = 84  # a line of the title, at 12.5 points bold
_FOOTER_LETTERS = 150  # and of the footer, at 8 points
SKILL_NOTE = "In %: skill, 1 \N{MINUS SIGN} RMSE / RMSE(yesterday's high)"
RANGE_NOTE = "This is skill in the range (the high given the close), not in the return"


def name(forecaster: str) -> str:
    """Readable name of a forecaster: 'lstm.walk_forward' → 'LSTM walk forward'.

    What is unknown here keeps its own name.
    """
    key, _, suffix = forecaster.partition(".")
    return f"{NAMES.get(key, key)} {suffix.replace('_', ' ')}".strip()


def colour(forecaster: str) -> str:
    """Colour of a forecaster, the same in every figure and whatever follows its first dot."""
    return COLOURS.get(forecaster.partition(".")[0], _OTHER)


def canvas(
    title: str,
    *notes: str,
    rows: int = 1,
    columns: int = 1,
    height: float = 5.0,
    **grid: Any,
) -> tuple[Figure, list[Axes]]:
    """An empty figure in the project's style.

    Args:
        title: The finding, as a sentence.
        *notes: Parts of the footer (source, days, method); empty ones are left out.
        rows: Rows of panels.
        columns: Columns of panels.
        height: Height of the figure, inches.
        **grid: Further arguments of `Figure.subplots`, such as `sharex` or `height_ratios`.

    Returns:
        The figure and its panels, row by row.
    """
    figure = Figure(figsize=(_WIDTH, height), dpi=150, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.07)  # type: ignore[union-attr, call-arg] # a ConstrainedLayoutEngine, as asked for above
    panels: list[Axes] = list(figure.subplots(rows, columns, squeeze=False, **grid).flat)
    for panel in panels:
        _dress(panel)
    figure.suptitle(
        _balanced(title), x=0.012, ha="left", fontsize=12.5, fontweight="bold", color=INK
    )
    footer = textwrap.fill(" · ".join(note for note in notes if note), _FOOTER_LETTERS)
    figure.supxlabel(footer, x=0.012, ha="left", fontsize=8, color=MUTED)
    return figure, panels


def _balanced(title: str) -> str:
    """Break a title into as few lines as it needs, of about one length."""
    lines = 1 + len(title) // _TITLE_LETTERS
    return textwrap.fill(title, len(title) // lines + 8)


def _dress(panel: Axes) -> None:
    """Quiet axes: no box, a faint grid behind the data."""
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color(MUTED)
    panel.grid(color=FAINT, linewidth=0.7)
    panel.set_axisbelow(True)
    panel.margins(x=0.015)
    panel.tick_params(which="both", colors=MUTED, labelcolor=INK, labelsize=9)
    panel.xaxis.label.set(fontsize=9.5, color=INK)
    panel.yaxis.label.set(fontsize=9.5, color=INK)


def subtitle(panel: Axes, text: str) -> None:
    """Say above a panel, on its left, what it shows."""
    panel.set_title(text, loc="left", fontsize=10, color=INK)


def legend(panel: Axes, **options: Any) -> None:
    """A legend without a frame in the place that hides least, or where `options` say."""
    panel.legend(**{"frameon": False, "fontsize": 9, "labelcolor": INK, "loc": "best"} | options)


def date_axis(panel: Axes, label: str, dates: pd.Series) -> None:
    """Short date labels on the horizontal axis; its label tells how many days, and which."""
    locator = AutoDateLocator(minticks=4, maxticks=10)  # type: ignore[no-untyped-call]
    formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    panel.xaxis.set_major_locator(locator)
    panel.xaxis.set_major_formatter(formatter)
    panel.set_xlabel(f"{label} ({days_note(dates)})")


def thousands(axis: Axis) -> None:
    """Whole numbers with a separator: 5,891."""
    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def log_ticks(axis: Axis, steps: Sequence[float] = (1.0, 2.0, 5.0), **options: Any) -> None:
    """Plain numbers on a logarithmic axis: 0.1, 0.2, 0.5, 1; `options` are those of LogLocator."""
    axis.set_major_locator(LogLocator(subs=steps, **options))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())


def large_numbers(*axes: Axis) -> None:
    """Thousands separators on the axes that reach four digits."""
    for axis in axes:
        if max(map(abs, axis.get_view_interval())) >= 1e3:  # noqa: PLR2004 - four digits
            thousands(axis)


def margin_texts(panel: Axes, texts: Sequence[str]) -> None:
    """Write a text a row, from 0 upwards, to the right of a panel."""
    for row, text in enumerate(texts):
        frame = panel.get_yaxis_transform()  # x a share of the panel
        panel.text(1.01, row, text, transform=frame, va="center", fontsize=8.5, color=INK)


def days_note(dates: pd.Series) -> str:
    """How many days there are, and which: '1,699 days, 2019-01-02 to 2025-12-31'."""
    return f"{len(dates):,} days, {dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}"


def source_note(frame: pd.DataFrame) -> str:
    """Where a frame came from, if it remembers (attrs `source` or `file`)."""
    if source := frame.attrs.get("source"):
        return f"Source: {source}"
    file = frame.attrs.get("file")
    return f"Source: {Path(file).name}" if file else ""


def seeds_note(forecasts: pd.DataFrame) -> str:
    """Over how many seeds a forecast is the mean, where there are several."""
    seeds = sum(str(column).startswith("seed_") for column in forecasts)
    return f"Forecast: mean of {seeds} seeds" if seeds > 1 else ""


def percent(share: float, decimals: int = 1) -> str:
    """A fraction as text: 0.189 → '18.9 %', with a space that does not break."""
    return wording.percent(share, decimals).replace(" ", "\N{NO-BREAK SPACE}")


def signed(value: float, decimals: int = 1) -> str:
    """A number with its sign, a true minus; zero has none."""
    text = f"{value:+.{decimals}f}".replace("-", "\N{MINUS SIGN}")
    return text if float(f"{value:.{decimals}f}") else text[1:]
