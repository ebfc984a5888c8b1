"""How a search for settings went.

`trials` maps a method ("grid", "tpe") to its trials: one row each with number, value (the error,
infinite if the trial failed) and one column `params.<name>` a setting, as JSON text.
"""

import json
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


def search_progress(trials: Mapping[str, pd.DataFrame], unit: str) -> Figure:
    """The error of each trial and the smallest so far, method by method.

    Args:
        trials: The trials of each method.
        unit: Unit of the error.

    Returns:
        One panel; a trial that is much worse than the others stands at the upper border.
    """
    values = pd.concat([frame["value"] for frame in trials.values()])
    smallest = {method: frame["value"].min() for method, frame in trials.items()}
    winner = min(smallest, key=smallest.__getitem__)
    figure, (panel,) = style.canvas(
        f"{_NAMES[winner]} finds the smallest error on the inner folds: "
        f"{short(smallest[winner])} ({unit})",
        "Dots: trials; line: the smallest error so far",
        "Crosses: trials that failed or lie above the axis",
    )
    top = float(values[np.isfinite(values)].quantile(0.9)) * 1.1
    for method, frame in trials.items():
        shown = frame["value"].clip(upper=top)
        beyond = frame["value"] > top
        colour = _COLOURS[method]
        panel.plot(frame["number"][~beyond], shown[~beyond], "o", ms=4, alpha=0.5, color=colour)
        panel.plot(frame["number"][beyond], shown[beyond], "x", ms=5, color=colour)
        running = shown.cummin()
        panel.step(frame["number"], running, where="post", color=colour, label=_NAMES[method])
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panel.set_xlabel("Trial")
    panel.set_ylabel(f"RMSE on the inner folds ({unit})")
    style.legend(panel)
    return figure


def search_settings(trials: Mapping[str, pd.DataFrame], unit: str) -> Figure:
    """The error against each setting, over the trials of all methods.

    Args:
        trials: The trials of each method.
        unit: Unit of the error.

    Returns:
        A panel a setting; failed trials are left out.
    """
    finished = pd.concat(
        [frame.assign(method=method) for method, frame in trials.items()], ignore_index=True
    ).replace([np.inf], np.nan)
    finished = finished.dropna(subset="value")
    names = [str(name) for name in finished if str(name).startswith(_PARAMS)]
    smallest = short(finished["value"].min())
    figure, panels = style.canvas(
        f"The best of {len(finished)} trials has an error of {smallest} ({unit})",
        "Diamond: the best trial",
        columns=len(names),
        height=4.6,
        sharey=True,
    )
    for panel, name in zip(panels, names, strict=True):
        _draw_setting(panel, finished, name)
    panels[0].set_ylabel(f"RMSE on the inner folds ({unit})")
    style.legend(panels[0])
    return figure


def _draw_setting(panel: Axes, finished: pd.DataFrame, name: str) -> None:
    known = finished.dropna(subset=name)
    settings = known[name].map(json.loads)
    places, labels = _places(settings)
    for method, rows in known.groupby("method"):
        colour = _COLOURS[str(method)]
        panel.plot(
            places[rows.index], rows["value"], "o", ms=4, alpha=0.6, color=colour,
            label=_NAMES[str(method)],
        )  # fmt: skip
    best = known["value"] == known["value"].min()
    panel.plot(places[best], known["value"][best], "D", ms=8, mfc="none", color=style.INK)
    if labels:
        panel.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
    elif places.min() > 0 and places.max() > _DECADE * places.min():
        panel.set_xscale("log")
    panel.set_xlabel(name.removeprefix(_PARAMS))


def _places(settings: pd.Series) -> tuple[pd.Series, list[str]]:
    """Where settings stand on an axis: numbers as they are, lists one beside the other."""
    if not settings.map(lambda value: isinstance(value, list)).any():
        return settings.astype(float), []
    texts = settings.map(lambda widths: " × ".join(map(str, widths)))
    labels = sorted(texts.unique(), key=lambda text: (len(text.split()), text.split()))
    return texts.map(labels.index), labels
