"""Networks for tables: fit on many splits side by side with several seeds, and predict.

Shapes: N rows, F columns, M splits, S seeds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from dl_pipelines.data.splits import Indices
from dl_pipelines.data.tables import Floats, Table
from dl_pipelines.errors import SettingError
from dl_pipelines.models import build_network, build_scaled
from dl_pipelines.models.stacked import Stacked, unstacked
from dl_pipelines.training.loop import Row
from dl_pipelines.training.parallel import one_thread, run_trainings
from dl_pipelines.training.scaling import State, scaled_state
from dl_pipelines.training.seeds import seed_everything
from dl_pipelines.training.stacking import (
    SCALINGS,
    fit_member,
    mean_row,
    rows_to_learn,
    rows_to_score,
    side_by_side,
)
from dl_pipelines.training.supervised import train_supervised

_PREDICTION_BATCH = 1024


@dataclass(frozen=True)
class TabularFits:
    """The fits of all splits and seeds.

    Attributes:
        states: For each split the state_dict of each seed's `Scaled` network, [M][S].
        history: All seeds' `seed`, `epoch`, `lr` and losses (means, in units of the scaled target).
            Splits that validate have `train_loss` and `valid_loss`, the others `refit_train_loss`
            and, of test rows that decide nothing, `test_loss`.
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
    stacked: bool = False,
) -> TabularFits:
    """Fit one network for each split and each seed.

    Networks of a seed start from the same weights. Stacks and seeds run in a pool. Predictions stay
    within the targets that were learnt.

    Args:
        tables: The table as encoded for each split.
        targets: What is learnt of each row, [N].
        architecture: A key of `models.ARCHITECTURES`.
        model: Settings of that architecture, without `features` and `numeric`.
        training: Settings of `params.Training`.
        compute: Settings of `params.Compute`.
        checkpoints: Settings of `params.Checkpoints`; None for no checkpoints.
        scaling: A key of `stacking.SCALINGS`, for the numeric columns.
        stacked: Whether the networks of several splits train side by side as one, on equally many
            rows; see `stacking.side_by_side`.

    Raises:
        SettingError: If a setting is unknown or does not fit, test rows that are held out would
            decide something, or training diverges.
    """
    if scaling not in SCALINGS:
        raise SettingError(f"there is no scaling '{scaling}': choose one of {', '.join(SCALINGS)}.")
    stops = training["patience"] or training["schedule"]["name"] == "plateau"
    if stops and (len(tables) > 1 or not len(tables[0].split.valid)):
        raise SettingError(
            "test rows must decide nothing, and several splits share a history: "
            "set 'patience' to null and another 'schedule' than plateau."
        )
    shared = {
        "targets": targets,
        "architecture": architecture,
        "model": model,
        "training": training,
        "compute": compute,
        "checkpoints": checkpoints,
        "scaling": scaling,
    }
    stacks = side_by_side(tables, stacked=stacked)
    jobs = [
        shared | {"tables": [tables[number] for number in stack], "seed": seed}
        for seed in training["seeds"]
        for stack in stacks
    ]
    fits = run_trainings(_fit_stack, jobs, compute)
    return _gather(fits, stacks, training["seeds"])


def _gather(
    fits: Sequence[tuple[list[State], list[Row]]],
    stacks: Sequence[Sequence[int]],
    seeds: Sequence[int],
) -> TabularFits:
    """Put the stacks of each seed together again."""
    states: list[list[State]] = [[] for stack in stacks for _ in stack]
    history: list[Row] = []
    for first, seed in zip(range(0, len(fits), len(stacks)), seeds, strict=True):
        of_seed = list(zip(stacks, fits[first : first + len(stacks)], strict=True))
        for stack, (own, _) in of_seed:
            for number, state in zip(stack, own, strict=True):
                states[number].append(state)
        for rows in zip(*(rows for _, (_, rows) in of_seed), strict=True):
            history.append({"seed": seed, **mean_row(list(map(len, stacks)), rows)})
    return TabularFits(states, history)


def _fit_stack(
    *,
    tables: Sequence[Table],
    targets: Floats,
    architecture: str,
    model: Mapping[str, Any],
    training: Mapping[str, Any],
    compute: Mapping[str, Any],
    checkpoints: Mapping[str, Any] | None,
    scaling: str,
    seed: int,
    progress: bool,
) -> tuple[list[State], list[Row]]:
    """The state of each table's network, and the history that they share."""
    numeric, features = tables[0].numeric, tables[0].x.shape[1]
    with seed_everything(seed):
        network = build_network(architecture, {**model, "numeric": numeric}, features=features)
    members = [fit_member(table, targets, network, SCALINGS[scaling]) for table in tables]
    splits = [table.split for table in tables]
    validated = len(splits[0].valid) > 0
    recipe = {name: value for name, value in training.items() if name != "seeds"}
    fit = train_supervised(
        Stacked([member.network for member in members]),
        rows_to_learn(members, [split.train for split in splits], seed),
        rows_to_score(members, [split.valid if validated else split.test for split in splits]),
        **recipe,
        seed=seed,
        members=len(members),
        device=compute["device"],
        precision=compute["precision"],
        checkpoints=checkpoints,
        progress=progress,
    )
    states = [
        scaled_state(state, member.inputs, member.outputs, member.limits)
        for state, member in zip(unstacked(fit.state), members, strict=True)
    ]
    names = {} if validated else {"train_loss": "refit_train_loss", "valid_loss": "test_loss"}
    return states, [
        {names.get(name, name): value for name, value in row.items()} for row in fit.history
    ]


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
        tables: The tables that they were fitted on.
        rows: Rows of each table to predict, [M][n].
        architecture: A key of `models.ARCHITECTURES`.
        model: Settings of that architecture, without `features` and `numeric`.

    Returns:
        For each split the predictions in units of the learnt target, [S, n].
    """
    predictions = []
    with torch.inference_mode(), one_thread():
        for by_seed, table, part in zip(states, tables, rows, strict=True):
            x = torch.tensor(table.x[part], dtype=torch.float32)
            settings = {**model, "numeric": table.numeric}
            networks = [build_scaled(architecture, settings, state) for state in by_seed]
            batches = torch.split(x, _PREDICTION_BATCH)
            outputs = [torch.cat([network(batch) for batch in batches]) for network in networks]
            predictions.append(torch.cat(outputs, dim=1).T.double().numpy())
    return predictions
