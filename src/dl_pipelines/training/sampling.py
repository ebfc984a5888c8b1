"""What the trials of a hyper-parameter search try: samplers of Optuna."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial

Space = Mapping[str, Mapping[str, Any]]


def distributions(space: Space) -> "dict[str, BaseDistribution]":
    """A search space as Optuna knows it.

    Args:
        space: Name of a parameter → `{"values": [...]}` or `{"low": …, "high": …, "log": …,
            "integer": …}`.

    Returns:
        By name in alphabetical order, for what is drawn depends on the order. Values to choose
        from are JSON texts, for Optuna stores no lists; see `decode`.
    """
    # heavy: imported when used
    from optuna import distributions as optuna  # noqa: PLC0415

    def distribution(candidates: Mapping[str, Any]) -> "BaseDistribution":
        if "values" in candidates:
            return optuna.CategoricalDistribution([*map(json.dumps, candidates["values"])])
        low, high, log = candidates["low"], candidates["high"], candidates.get("log", False)
        if candidates.get("integer"):
            return optuna.IntDistribution(int(low), int(high), log=log)
        return optuna.FloatDistribution(low, high, log=log)

    return {name: distribution(space[name]) for name in sorted(space)}


def decode(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as they are meant, from those that Optuna knows."""
    return {
        name: json.loads(value) if isinstance(value, str) else value
        for name, value in params.items()
    }


def next_params(
    space: Space, trials: "Iterable[FrozenTrial]", *, method: str, seed: int
) -> dict[str, Any]:
    """What the trial after some others tries; the same trials and seed give the same answer.

    Args:
        space: As for `distributions`.
        trials: The trials before it, all finished.
        method: `grid` or `tpe`.
        seed: Decides the order of a grid and what `tpe` draws.

    Returns:
        Parameters as Optuna knows them; see `decode`.
    """
    # heavy: imported when used
    import optuna  # noqa: PLC0415

    trials = [*trials]
    # A study in memory: a stored one would also keep a trial that has only begun.
    study = optuna.create_study(sampler=_sampler(space, method, (seed, len(trials))))
    study.add_trials(trials)
    return study.ask(distributions(space)).params


def _sampler(space: Space, method: str, seeds: tuple[int, int]) -> "BaseSampler":
    """The sampler of one trial, by the seed of the search and the number of the trial."""
    # heavy: imported when used
    from optuna.samplers import GridSampler, TPESampler  # noqa: PLC0415

    if method == "grid":
        choices = {name: [*map(json.dumps, part["values"])] for name, part in space.items()}
        return GridSampler(choices, seed=seeds[0])
    # A generator of the trial's own: one for all trials would have to be stored with them.
    return TPESampler(seed=int(np.random.SeedSequence(seeds).generate_state(1)[0]))
