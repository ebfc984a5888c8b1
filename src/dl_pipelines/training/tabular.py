"""Networks for tables: fit on many splits side by side with several seeds, and predict.

Shapes: N rows, F columns, M splits, S seeds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dl_pipelines.data.scalers import Standardizer
from dl_pipelines.data.splits import Indices
from dl_pipelines.data.tables import Floats, Layout, Table
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_network, build_scaled
from dl_pipelines.models.stacked import Stacked, unstacked
from dl_pipelines.training.loop import Row
from dl_pipelines.training.parallel import one_at_a_time, one_thread, run_jobs
from dl_pipelines.training.scaling import State, scaled_state
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.stacking import fit_member, rows_to_learn, rows_to_score
from dl_pipelines.training.supervised import train_supervised

_PREDICTION_BATCH = 1024

SCALINGS: dict[str, Callable[[Tensor], Standardizer]] = {
    "standard": Standardizer.fit,
    "robust": Standardizer.fit_robust,
}


@dataclass(frozen=True)
class TabularFits:
    """The fits of all splits and seeds.

    Attributes:
        states: For each split the state_dict of each seed's `Scaled` network, [M][S].
        history: The rows of all seeds: `seed`, `epoch`, `train_loss`, `valid_loss` (if rows are
            held out) and `lr`; losses are means over the splits, in units of the scaled target.
    """

    states: list[list[State]]
    history: list[Row]


def fit_tables(
    tables: Sequence[Table],
    targets: Floats,
    *,
    architecture: str,
    model: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None = None,
    scaling: str = "standard",
    held_out: bool = False,
) -> TabularFits:
    """Fit one network for each split and each seed.

    The networks of a seed start from the same weights and train side by side, stacked into one;
    the seeds run in a pool. Predictions stay within the targets that were learnt.

    Args:
        tables: The table as encoded for each split.
        targets: What is learnt of each row, [N].
        architecture: A key of `models.ARCHITECTURES`.
        model: Settings of that architecture, without `features` and `numeric`.
        training: Settings of `params.Training`.
        compute: Settings of `params.Compute`.
        checkpoints: Settings of `params.Checkpoints`; None for no checkpoints.
        scaling: A key of `SCALINGS`, for the numeric columns.
        held_out: Whether `valid_loss` is that of the test rows instead of the validation rows. It
            is recorded and decides nothing.

    Raises:
        SettingError: If a setting is unknown or does not fit, a recipe would learn from test rows
            that are held out, or training diverges.
    """
    if scaling not in SCALINGS:
        raise SettingError(f"there is no scaling '{scaling}': choose one of {', '.join(SCALINGS)}.")
    if held_out and (training["patience"] or training["schedule"]["name"] == "plateau"):
        raise SettingError(
            "the loss of held-out test rows must decide nothing: "
            "set 'patience' to null and another 'schedule' than plateau."
        )
    parts = [table.split.test if held_out else table.split.valid for table in tables]
    shared = {
        "tables": tables,
        "targets": targets,
        "scored": parts,
        "architecture": architecture,
        "model": model,
        "training": training,
        "compute": compute,
        "checkpoints": checkpoints,
        "scaling": scaling,
    }
    jobs = [shared | {"seed": seed} for seed in training["seeds"]]
    fits = run_jobs(_fit_seed, jobs, backend=compute["backend"], workers=compute["workers"])
    by_split = zip(*(states for states, _ in fits), strict=True)
    return TabularFits(
        [list(states) for states in by_split], [row for _, history in fits for row in history]
    )


def _fit_seed(
    *,
    tables: Sequence[Table],
    targets: Floats,
    scored: Sequence[Indices],
    architecture: str,
    model: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None,
    scaling: str,
    seed: int,
) -> tuple[list[State], list[Row]]:
    """The state of each split's network, and the history that they share."""
    layout = Layout.of(tables)
    with seed_everything(seed):
        settings = {**model, "numeric": layout.numeric}
        network = build_network(architecture, settings, features=layout.features)
    members = [fit_member(table, targets, layout, network, SCALINGS[scaling]) for table in tables]
    recipe = {name: value for name, value in training.items() if name != "seeds"}
    fit = train_supervised(
        Stacked([member.network for member in members]),
        rows_to_learn(members, [table.split.train for table in tables], recipe["batch_size"], seed),
        rows_to_score(members, scored),
        **recipe,
        seed=seed,
        members=len(members),
        device=compute["device"],
        precision=compute["precision"],
        checkpoints=checkpoints,
        progress=one_at_a_time(compute["backend"], compute["workers"]),
    )
    states = [
        scaled_state(state, member.inputs, member.outputs, member.limits)
        for state, member in zip(unstacked(fit.state), members, strict=True)
    ]
    return states, [{"seed": seed, **row} for row in fit.history]


def predict_tables(
    states: Sequence[Sequence[State]],
    tables: Sequence[Table],
    rows: Sequence[Indices],
    *,
    architecture: str,
    model: Mapping[str, Any],
) -> list[Floats]:
    """Predict rows of each split by its networks.

    Args:
        states: See `TabularFits`.
        tables: All tables that the networks were fitted on, in the same order.
        rows: Rows of each table to predict, [M][n].
        architecture: A key of `models.ARCHITECTURES`.
        model: Settings of that architecture, without `features` and `numeric`.

    Returns:
        For each split the predictions in units of the learnt target, [S, n].
    """
    layout = Layout.of(tables)
    settings = {**model, "numeric": layout.numeric}
    predictions = []
    with torch.inference_mode(), one_thread():
        for by_seed, table, part in zip(states, tables, rows, strict=True):
            x = torch.tensor(table.widened(layout)[part], dtype=torch.float32)
            networks = [build_scaled(architecture, settings, state) for state in by_seed]
            batches = torch.split(x, _PREDICTION_BATCH)
            outputs = [torch.cat([network(batch) for batch in batches]) for network in networks]
            predictions.append(torch.cat(outputs, dim=1).T.double().numpy())
    return predictions
