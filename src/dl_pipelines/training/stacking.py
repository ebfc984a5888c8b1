"""Networks of several splits of one table, made ready to train side by side.

Shapes: N rows of the table, n rows of a part, F columns, M splits.
"""

import copy
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from dl_pipelines.data.scalers import Standardizer
from dl_pipelines.data.splits import Indices
from dl_pipelines.data.tables import Floats, Table
from dl_pipelines.errors import SettingError
from dl_pipelines.models.embeddings import TabularInput
from dl_pipelines.training.loop import Row

SCALINGS: dict[str, Callable[[Tensor], Standardizer]] = {
    "standard": Standardizer.fit,
    "robust": Standardizer.fit_robust,
}


class Member(NamedTuple):
    """The network of one split, its scalings, and all rows in its units: x [N, F], y [N, 1].

    The limits are the lowest and the highest target of its training rows, [1] each.
    """

    network: nn.Module
    inputs: Standardizer
    outputs: Standardizer
    limits: tuple[Tensor, Tensor]
    x: Tensor
    y: Tensor


def side_by_side(tables: Sequence[Table], *, stacked: bool) -> list[list[int]]:
    """Numbers of the tables whose networks train in one stack, stack by stack.

    Those that validate, and so learn from fewer rows, are apart from those that do not. What stacks
    is a setting, and does not follow from the tables: a network would depend on rows of others.

    Args:
        tables: The table as encoded for each split.
        stacked: Whether there is more than one network in a stack.

    Raises:
        SettingError: If the splits have different columns.
    """
    if not stacked:
        return [[number] for number in range(len(tables))]
    if len({(table.numeric, table.x.shape[1]) for table in tables}) > 1:
        raise SettingError(
            "the setting 'stacked' is true, but the columns differ between splits, for words or "
            "gaps of their training rows become columns: set it to false."
        )
    validated = [len(table.split.valid) > 0 for table in tables]
    stacks = [
        [number for number, own in enumerate(validated) if own is kind] for kind in (True, False)
    ]
    return [stack for stack in stacks if stack]


def fit_member(
    table: Table,
    targets: Floats,
    network: nn.Module,
    fit_scaler: Callable[[Tensor], Standardizer],
) -> Member:
    """Fit all but the weights to the training rows of a split: scalings and bins.

    Args:
        table: The table as encoded for the split.
        targets: What is learnt of each row, [N].
        network: First weights; a copy is taken.
        fit_scaler: Measures the numeric columns; one-hot columns stay as they are.
    """
    x, y = torch.tensor(table.x), torch.tensor(targets)[:, None]
    rows = table.split.train
    numbers, outputs = fit_scaler(x[rows, : table.numeric]), Standardizer.fit(y[rows])
    limits = (y[rows].amin(dim=0), y[rows].amax(dim=0))
    one_hot = x.new_zeros(x.shape[1] - table.numeric)
    inputs = Standardizer(
        torch.cat([numbers.mean, one_hot]), torch.cat([numbers.scale, one_hot + 1])
    )
    x, y = inputs.transform(x).float(), outputs.transform(y).float()
    network = copy.deepcopy(network)
    for module in network.modules():
        if isinstance(module, TabularInput):
            module.fit(x[rows])
    return Member(network, inputs, outputs, limits, x, y)


def rows_to_learn(
    members: Sequence[Member], parts: Sequence[Indices], seed: int
) -> tuple[Tensor, Tensor]:
    """Inputs [n, M, F] and targets [n, M, 1] to learn; a shorter part has some rows twice.

    Args:
        members: The splits' networks.
        parts: Training rows of each split.
        seed: Seed that chooses the rows to learn twice an epoch.
    """
    count = max(map(len, parts))
    rows = [
        np.append(part, np.random.default_rng(seed).choice(part, count - len(part)))
        for part in parts
    ]
    pairs = list(zip(members, rows, strict=True))
    return (
        torch.stack([member.x[part] for member, part in pairs], dim=1),
        torch.stack([member.y[part] for member, part in pairs], dim=1),
    )


def rows_to_score(
    members: Sequence[Member], parts: Sequence[Indices]
) -> tuple[Tensor, Tensor] | None:
    """Inputs [n, M, F] and targets [n, M, 1] to validate on; a shorter part ends with NaN targets.

    Args:
        members: The splits' networks.
        parts: Rows of each split to validate on.

    Returns:
        None if no part has rows.
    """
    if not any(map(len, parts)):
        return None
    pairs = list(zip(members, parts, strict=True))
    return (
        pad_sequence([member.x[part] for member, part in pairs]),
        pad_sequence([member.y[part] for member, part in pairs], padding_value=math.nan),
    )


def mean_row(sizes: Sequence[int], rows: Sequence[Row]) -> Row:
    """One epoch of several stacks: each figure is the mean over the networks that have it.

    Args:
        sizes: Networks of each stack.
        rows: The epoch's row of each stack.
    """
    means: Row = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        known = [(size, row[name]) for size, row in zip(sizes, rows, strict=True) if name in row]
        total = sum(size for size, _ in known)
        means[name] = sum(size * value for size, value in known) / total
    return means | {"epoch": rows[0]["epoch"]}
