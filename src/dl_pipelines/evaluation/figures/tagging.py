"""Which tags and which words taggers get right, side by side.

`tables` maps a tagger, a key of `palette.NAMES`, to a frame; the first is the one judged, the last
the baseline that it is held against.
"""

from collections.abc import Mapping
from math import isnan

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.wording import counted

_MARKERS = "osD^v"
_BAR = 0.09  # inches


def tag_scores(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """F1 of each tag by each tagger.

    Args:
        tables: Tagger → frame of `evaluation.tagging.per_tag`.

    Returns:
        Horizontal bars, the most frequent tag on top, with the words of each tag in the right
        margin. A tag that is neither there nor predicted has no bar.
    """
    scores = pd.concat({name: _by_tag(table, "f1") for name, table in tables.items()}, axis=1)
    # A frame of several seeds counts each word several times.
    support = pd.concat([_by_tag(table, "support") for table in tables.values()], axis=1).min(
        axis=1
    )
    order = support.sort_values(ascending=True, kind="stable").index
    scores, names = scores.loc[order], list(tables)
    figure, (panel,) = style.canvas(
        _best_and_hardest(scores[support[order] > 0], names),
        f"F1: harmonic mean of precision and recall; {counted(support.sum(), 'word')}",
        "In the right margin: words of the tag (count)",
        height=1.9 + len(scores) * (0.1 + _BAR * len(names)),
    )
    size = 0.84 / len(names)
    for place, name in enumerate(names):
        middle = np.arange(len(scores)) + size * ((len(names) - 1) / 2 - place)
        panel.barh(
            middle, scores[name], 0.92 * size, color=style.colour(name), label=style.name(name)
        )
    panel.set_yticks(range(len(scores)), list(order))
    panel.set_ylim(-0.6, len(scores) - 0.4)
    panel.set_xlim(0, 1)
    panel.grid(visible=False, axis="y")
    panel.tick_params(axis="y", length=0)
    panel.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    panel.set_xlabel("F1 (%)")
    style.margin_texts(panel, [f"{count:,.0f}" for count in support[order]])
    _legend_above(panel, len(names))
    return figure


def word_frequency(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Accuracy on words that training had never, once or often.

    Args:
        tables: Tagger → frame of `evaluation.tag_errors.accuracy_by_frequency`.

    Returns:
        A line a tagger; below each group its words.
    """
    shares = pd.concat(
        {name: table.set_index("seen")["token_accuracy"] for name, table in tables.items()}, axis=1
    )
    words = pd.concat([table.set_index("seen")["words"] for table in tables.values()], axis=1)
    figure, (panel,) = style.canvas(_never_seen(shares), "Lines guide the eye only", height=4.4)
    for place, name in enumerate(shares):
        marker = _MARKERS[place % len(_MARKERS)]
        panel.plot(
            range(len(shares)),
            shares[name],
            marker=marker,
            ms=6,
            lw=1.4,
            clip_on=False,  # a marker at 100 % stays whole
            color=style.colour(str(name)),
            label=style.name(str(name)),
        )
    counts = words.min(axis=1)  # a frame of several seeds counts each word several times
    ticks = [f"{seen}\n{counted(counts[seen], 'word')}" for seen in shares.index]
    panel.set_xticks(range(len(shares)), ticks)
    panel.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=""))
    panel.set_ylim(top=1)
    panel.margins(x=0.05)
    panel.set_ylabel("Words tagged right (%)")
    panel.set_xlabel("Times that the word was seen in training (count)")
    style.legend(panel, loc="lower right")
    return figure


def _by_tag(table: pd.DataFrame, column: str) -> pd.Series:
    return table.set_index("tag")[column]


def _best_and_hardest(scores: pd.DataFrame, names: list[str]) -> str:
    """How many tags the first tagger tells better than the last, and which it tells worst."""
    first, last = names[0], names[-1]
    hardest = scores[first].idxmin()
    if scores[first].min() == 1.0:
        return f"{style.name(first)} makes no mistake with any of {counted(len(scores), 'tag')}"
    worst = f"lowest for {hardest}, {style.percent(scores[first].min())}"
    if len(names) == 1:
        return f"{style.name(first)}: F1 is {worst}"
    better = int((scores[first] > scores[last]).sum())
    return (
        f"{style.name(first)}: F1 is {worst}; for {better} of {len(scores)} tags it is higher "
        f"than that of {style.name(last)}"
    )


def _never_seen(shares: pd.DataFrame) -> str:
    first, last = shares.columns[0], shares.columns[-1]
    own, other = (float(shares[name]["0"]) for name in (first, last))
    if isnan(own):
        return "Every word that was judged had been trained on"
    rival = f", {style.name(last)} {style.percent(other)}" if last != first else ""
    share = f"{style.name(first)} tags {style.percent(own)} right"
    return f"Of words never seen in training {share}{rival}"


def _legend_above(panel: Axes, entries: int) -> None:
    style.legend(panel, ncols=entries, loc="lower right", bbox_to_anchor=(1, 0.995), borderpad=0.2)
