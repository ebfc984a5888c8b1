"""Networks that predict prices: what is learnt on the parts of an evaluation.

Shapes: n rows of a part, S seeds.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dl_pipelines.data.prices import PriceTask
from dl_pipelines.data.tables import Floats, Part, Table
from dl_pipelines.errors import SettingError
from dl_pipelines.training.scaling import State
from dl_pipelines.training.tabular import TabularFits, fit_tables, predict_tables


def fit_parts(
    task: PriceTask,
    parts: Sequence[Part],
    *,
    model: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None,
) -> TabularFits:
    """Fit a network for each part and each seed, on what is trained on for that part.

    Args:
        task: The table.
        parts: Parts of its splits.
        model: `architecture`, its settings as `network`, `scaling` and `stacked`; see `fit_tables`.
        training: Settings of `params.Training`.
        compute: Settings of `params.Compute`.
        checkpoints: Settings of `params.Checkpoints`; None for no checkpoints.

    Raises:
        SettingError: If networks that learn from unequal parts are to train side by side, or as
            `fit_tables`.
    """
    if not parts:  # this evaluation is left out
        return TabularFits([], [])
    if model["stacked"] and task.limited:
        raise SettingError(
            "the setting 'stacked' is true, but 'train_up_to' leaves different rows out of each "
            "split: set 'stacked' to false."
        )
    return fit_tables(
        task.tables(parts),
        task.targets,
        architecture=model["architecture"],
        model=model["network"],
        scaling=model["scaling"],
        stacked=model["stacked"],
        training=training,
        compute=compute,
        checkpoints=checkpoints,
    )


def predict_parts(
    task: PriceTask,
    parts: Sequence[Part],
    states: Sequence[Sequence[State]],
    *,
    model: Mapping[str, Any],
) -> list[Floats]:
    """Predict what is learnt for the rows of each part, [S, n].

    Args:
        task: The table.
        parts: All parts that were fitted together.
        states: The networks of each part, seed by seed.
        model: As for `fit_parts`.
    """
    if not parts:
        return []
    rows = [part.rows for part in parts]
    return predict_tables(
        states, task.tables(parts), rows, architecture=model["architecture"], model=model["network"]
    )


def price_predictor(
    task: PriceTask, part: Part, states: Sequence[State], *, model: Mapping[str, Any]
) -> Callable[[Any], Floats]:
    """The networks of a part that was fitted alone, as a function from columns to prices.

    Args:
        task: The table.
        part: The part.
        states: Its networks, seed by seed.
        model: As for `fit_parts`.

    Returns:
        A function from a frame of columns, like `task.columns`, to the mean of the networks'
        prices.
    """
    encoded = task.encoded(part.trained)
    settings = {"architecture": model["architecture"], "model": model["network"]}

    def predict(columns: Any) -> Floats:
        table = Table(encoded.encoder.transform(columns), encoded.numeric, part.trained)
        (learnt,) = predict_tables([states], [table], [np.arange(len(columns))], **settings)
        prices: Floats = task.decode(learnt).mean(axis=0)
        return prices

    return predict
