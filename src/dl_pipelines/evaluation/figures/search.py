"""How a search for settings went.

`trials` maps a method ("grid", "tpe") to its trials: one row each with number, value (the error,
infinite if the trial failed) and one column `params.<name>` a setting, as JSON text.
"""

import json
import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dl_pipelines.evaluation.figures import style
from dl_pipelines.evaluation.wording import short

_PARAMS = "params."
_NAMES = {"grid": "Grid", "tpe": "TPE"}
_COLOURS = {"grid": "#E69F00", "tpe": "#0072B2"}
_DECADE = 10.0  # settings that span more are drawn on a logarithmic axis
_SHORT = 2.0  # decades


def search_progress(trials: Mapping[str, pd.DataFrame], shipped: float, unit: str) -> Figure:
    """The error of each trial and the smallest so far, method by method.

    Args:
        trials: The trials of each method.
        shipped: Error of the setting that the search set out from.
        unit: Unit of the error.

    Returns:
        One panel; a trial that is much worse than the others stands at the upper border.
    """
    smallest = {method: frame["value"].min() for method, frame in trials.items()}
    winner = min(smallest, key=smallest.__getitem__)
    values = pd.concat([frame["value"] for frame in trials.values()])
    top = max(float(values[np.isfinite(values)].quantile(0.9)), shipped) * 1.1
    beyond = (values > top).any()
    figure, (panel,) = style.canvas(
        f"{_NAMES[winner]} comes down to {short(smallest[winner])} ({unit}) on the inner folds; "
        f"the shipped setting has {short(shipped)}",
        "Dots: trials; lines: the smallest error so far; dashed: the shipped setting",
        "Crosses: trials that failed or lie above the axis" if beyond else "",
    )
    for method, frame in trials.items():
        _draw_trials(panel, frame, method, top)
    panel.axhline(shipped, color=style.INK, linestyle="--", linewidth=1)
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel("Trial")
    panel.set_ylabel(f"RMSE on the inner folds ({unit})")
    style.legend(panel)
    return figure


def _draw_trials(panel: Axes, frame: pd.DataFrame, method: str, top: float) -> None:
    shown, beyond = frame["value"].clip(upper=top), frame["value"] > top
    colour, number = _COLOURS[method], frame["number"]
    panel.plot(number[~beyond], shown[~beyond], "o", ms=4, mew=0, alpha=0.5, color=colour)
    panel.plot(number[beyond], shown[beyond], "x", ms=5, color=colour)
    panel.step(number, shown.cummin(), where="post", color=colour, label=_NAMES[method])


def search_settings(trials: Mapping[str, pd.DataFrame], unit: str) -> Figure:
    """The error against each setting, over the trials of all methods.

    Args:
        trials: The trials of each method.
        unit: Unit of the error.

    Returns:
        A panel a setting; failed trials are left out.
    """
    joined = pd.concat(
        [frame.assign(method=method) for method, frame in trials.items()], ignore_index=True
    )
    finished = joined[np.isfinite(joined["value"])]
    names = [str(name) for name in finished.filter(like=_PARAMS)]
    best = float(finished["value"].min())
    figure, panels = style.canvas(
        f"The best of {len(finished)} trials has an error of {short(best)} ({unit})",
        "Diamond: the best trial",
        columns=len(names),
        height=4.6,
        sharey=True,
    )
    for panel, name in zip(panels, names, strict=True):
        _draw_setting(panel, finished.dropna(subset=name), name, best)
        panel.set_xlabel(name.removeprefix(_PARAMS))
    panels[0].set_ylabel(f"RMSE on the inner folds ({unit})")
    style.legend(panels[0])
    return figure


def _draw_setting(panel: Axes, tried: pd.DataFrame, name: str, best: float) -> None:
    places, labels = _places(tried[name].map(json.loads))
    values = tried["value"]
    for method in tried["method"].unique():
        own = tried["method"] == method
        panel.plot(
            places[own], values[own], "o", ms=4, mew=0, alpha=0.6,
            color=_COLOURS[method], label=_NAMES[method],
        )  # fmt: skip
    marked = tried["value"] == best  # none where its method does not search this setting
    panel.plot(places[marked], values[marked], "D", ms=8, mfc="none", color=style.INK)
    if labels:
        panel.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
    elif places.min() > 0 and places.max() > _DECADE * places.min():
        _logarithmic(panel, decades=math.log10(places.max() / places.min()))


def _logarithmic(panel: Axes, *, decades: float) -> None:
    """A logarithmic axis whose few labels are plain numbers; a short one has 3, 30 … too."""
    panel.set_xscale("log")
    steps = (1.0, 3.0) if decades < _SHORT else (1.0,)
    style.log_ticks(panel.xaxis, steps, numticks=8)


def _places(settings: pd.Series) -> tuple[pd.Series, list[str]]:
    """Where settings stand on an axis: numbers as they are, all else one beside the other."""
    if pd.api.types.is_numeric_dtype(settings) and not pd.api.types.is_bool_dtype(settings):
        return settings.astype(float), []
    texts = settings.map(_label)
    labels = sorted(texts.unique(), key=lambda text: (text.count("×"), len(text), text))
    return texts.map(labels.index), labels


def _label(value: object) -> str:
    return "×".join(map(str, value)) if isinstance(value, list) else str(value)
