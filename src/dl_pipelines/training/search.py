"""Hyper-parameter search by Optuna; one that was killed goes on to the same trials."""

import copy
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.training.checkpoints import fingerprint
from dl_pipelines.training.sampling import Space, decode, distributions, next_params

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

logger = logging.getLogger(__name__)

Objective = Callable[[dict[str, Any]], float]
Row = dict[str, Any]


def search(
    objective: Objective,
    space: Space,
    *,
    method: str,
    trials: int,
    seed: int,
    storage: Path,
    study: str,
) -> list[Row]:
    """Look for the parameters that give the smallest value, one trial after another.

    Only finished trials are stored, and what a trial tries follows from those before it, its
    number and the seed. So a search that is killed and run again repeats the trial it was in,
    and ends with the trials, parameters and values of one that was not.

    Args:
        objective: Parameters by dotted name → value to minimise. A `SettingError`, e.g. of a
            training that diverges, and a value that is not finite make the trial a failed one.
        space: Name of a parameter → `{"values": [...]}` or `{"low": …, "high": …, "log": …}`.
        method: `grid` (all combinations, in random order; `values` only) or `tpe`, the
            tree-structured Parzen estimator of Bergstra et al. (2011), "Algorithms for
            hyper-parameter optimization".
        trials: Trials in all, stored ones included; a grid has no more than its combinations.
        seed: Decides what is tried.
        storage: SQLite file of the trials, which tools for Optuna read.
        study: What the objective depends on beside its parameters, e.g. a `fingerprint` of data
            and settings: stored trials of another study, space, method or seed are left alone.

    Returns:
        One row a trial: `number`, `state` (`FINISHED` or `FAILED`), `value` (infinity if failed),
        `failure` (why, else empty), `params` and `seconds`.

    Raises:
        SettingError: If all trials failed, or another process runs a search in `storage`.
        DataError: If `storage` cannot be used.
    """
    identity = fingerprint({"method": method, "seed": seed, "space": space}, [])
    if method == "grid":
        trials = min(trials, math.prod(len(part["values"]) for part in space.values()))
    with _alone_with(storage):
        kept = _open_study(storage, f"{study}-{identity}")
        if finished := len(kept.trials):
            logger.info("the search goes on after %d trials in %s.", finished, storage)
        for number in range(finished, trials):
            params = next_params(space, kept.trials, method=method, seed=seed)
            trial = _run_trial(objective, space, params)
            kept.add_trial(trial)
            outcome = trial.user_attrs["failure"] or f"{trial.value:.5g}"
            logger.info("trial %d of %d: %s", number + 1, trials, outcome)
        return _rows(kept.trials[:trials], storage)


def apply(settings: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Set parameters in nested settings.

    Args:
        settings: Nested mappings; they stay as they are.
        params: Dotted name of a setting → its value.

    Returns:
        A copy of the settings with these values: `{"optimizer": {"lr": 0.1}}` for
        `{"optimizer.lr": 0.1}`.

    Raises:
        SettingError: If there is no setting of such a name.
    """
    changed = copy.deepcopy(dict(settings))
    for path, value in params.items():
        *parents, name = path.split(".")
        level: Any = changed
        for parent in parents:
            level = level.get(parent) if isinstance(level, dict) else None
        if not isinstance(level, dict) or name not in level:
            raise SettingError(
                f"there is no setting '{path}' to search: correct its name in the search space, "
                "or give it a value in the parameters."
            )
        level[name] = value
    return changed


def _run_trial(objective: Objective, space: Space, params: Mapping[str, Any]) -> "FrozenTrial":
    # heavy: imported when used
    from optuna.trial import TrialState, create_trial  # noqa: PLC0415

    began, value, failure = time.monotonic(), math.nan, ""
    try:
        value = float(objective(decode(params)))
    except SettingError as error:
        failure = str(error)
    if not math.isfinite(value):
        failure = failure or f"its value is {value}."
    return create_trial(
        # Pruned, not failed: TPE takes a pruned trial for a bad one and ignores a failed one.
        state=TrialState.PRUNED if failure else TrialState.COMPLETE,
        value=None if failure else value,
        params=dict(params),
        distributions=distributions(space),
        user_attrs={"seconds": time.monotonic() - began, "failure": failure},
    )


def _rows(trials: "Sequence[FrozenTrial]", storage: Path) -> list[Row]:
    failures = [trial.user_attrs["failure"] for trial in trials]
    if all(failures):
        raise SettingError(
            f"all {len(failures)} trials of the search failed, the last one because "
            f"{failures[-1].rstrip('.')}: change the search space, or delete {storage} if the "
            "reason is mended."
        )
    return [
        {
            "number": trial.number,
            "state": "FAILED" if failure else "FINISHED",
            "value": math.inf if failure else trial.value,
            "failure": failure,
            "params": decode(trial.params),
            "seconds": trial.user_attrs["seconds"],
        }
        for trial, failure in zip(trials, failures, strict=True)
    ]


def _open_study(storage: Path, name: str) -> "Study":
    # heavy: imported when used
    import optuna  # noqa: PLC0415

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    database = optuna.storages.RDBStorage(f"sqlite:///{storage.as_posix()}")
    return optuna.create_study(storage=database, study_name=name, load_if_exists=True)


@contextmanager
def _alone_with(storage: Path) -> Iterator[None]:
    """Keep other searches out of the file, which would repeat these trials, and name its faults."""
    # heavy: imported when used
    from optuna.exceptions import StorageInternalError  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    lock = FileLock(f"{storage}.lock")
    try:
        storage.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise SettingError(
            f"another process runs a search in {storage}: wait for its end, or set "
            "'search.storage' to another file."
        ) from None
    except OSError as error:
        raise _unusable(storage, error.strerror or error) from error
    try:
        yield
    except (SQLAlchemyError, StorageInternalError) as error:
        reason: BaseException = error
        while reason.__cause__ is not None:
            reason = reason.__cause__
        raise _unusable(storage, reason) from error
    finally:
        lock.release()


def _unusable(storage: Path, reason: object) -> DataError:
    return DataError(
        f"{storage} cannot hold the trials of the search ({reason}): check its folder's "
        "permissions and the disk, or delete the file if it is damaged."
    )
