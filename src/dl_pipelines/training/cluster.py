"""Jobs on a Dask cluster that outlive the workers they run on.

joblib's backend for Dask scatters large arguments: they are lost with the worker that holds them,
and with them every job that needs them. Here they come from tasks, which the scheduler repeats.
"""

import logging
import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from dl_pipelines.errors import SettingError
from dl_pipelines.training import scheduler

if TYPE_CHECKING:
    from distributed import Client

_LOOK_SECONDS = 30.0  # between two looks whether a cluster without news has workers
_SMALL = (str, int, float, bool, type(None))


@contextmanager
def dask_client(address: str | None, workers: int) -> "Iterator[Client]":
    """Connect to a cluster.

    Args:
        address: Of its scheduler, e.g. `tcp://host:8786`; None for `DASK_SCHEDULER_ADDRESS`, or
            processes of this machine if that is not set.
        workers: How many processes of this machine.

    Raises:
        SettingError: If Dask is not installed, no scheduler answers, it has no workers, or theirs
            are other versions of Python or of a package that calculates.
    """
    try:
        import dask  # noqa: PLC0415  an optional extra
        from distributed import Client, LocalCluster  # noqa: PLC0415  an optional extra
    except ImportError as error:
        raise SettingError(
            "the setting 'compute.backend' is dask, which is not installed: "
            "run pip install 'dl_pipelines[dask]' or set it to loky."
        ) from error
    for name in ("distributed", "distributed.client"):  # what fails is said in a sentence of ours
        logging.getLogger(name).setLevel(logging.CRITICAL)
    address = address or dask.config.get("scheduler-address", None)
    quiet = dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})
    with quiet:
        if address is None:
            own = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            )
            with own as cluster, Client(cluster, set_as_default=False) as client:
                yield client
        else:
            scheduler.check_answers(address)
            with Client(address, timeout=scheduler.ANSWER_SECONDS, set_as_default=False) as client:
                scheduler.check_workers(client, address)
                yield client


def on_workers(
    client: "Client", call: Callable[[dict[str, Any]], Any], jobs: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, Any]]:
    """Call a function once for each job, again where a worker ends before it has answered.

    What several jobs have in common (the same object) travels once to the scheduler, and from there
    once to each worker.

    Args:
        client: The cluster.
        call: It takes one job.
        jobs: By name what each job needs.

    Yields:
        Number of a job and its result, as they come.

    Raises:
        SettingError: If a job ends one worker after another, or the scheduler ends.
    """
    futures = _submitted(client, call, jobs)
    while futures:
        for future, result in _arrived(client, list(futures)):
            yield futures.pop(future), result


def _arrived(client: "Client", futures: list[Any]) -> list[tuple[Any, Any]]:
    """Some futures and their results; none if a worker has ended before it could be asked."""
    from distributed import KilledWorker, wait  # noqa: PLC0415  an optional extra

    failed = []
    try:
        with client.as_current(), suppress(TimeoutError):
            done = wait(futures, _LOOK_SECONDS, "FIRST_COMPLETED").done
            failed = [future for future in done if future.status == "error"]
            if not failed:
                return [(future, future.result(_LOOK_SECONDS)) for future in done]
        if not failed and not client.nthreads():
            raise OSError("no worker is left")
    except (CancelledError, OSError) as error:
        raise SettingError(
            f"the Dask cluster at '{client.scheduler.address}' was lost while it had jobs: look "
            "into its log, start its scheduler and workers again, and repeat the run."
        ) from error
    try:
        return [(future, future.result()) for future in failed]
    except KilledWorker as error:
        raise SettingError(
            "a job has ended one worker of the Dask cluster after another, probably for want of "
            "memory: give workers more of it, or fewer threads each."
        ) from error


def _submitted(
    client: "Client", call: Callable[[dict[str, Any]], Any], jobs: Sequence[Mapping[str, Any]]
) -> dict[Any, int]:
    """The future of each job, and its number.

    Values travel as bytes: Dask would look for tasks in containers, and hand on arrays at odd
    addresses in memory, where sums have another order.
    """
    import cloudpickle  # noqa: PLC0415, TID251  comes with Dask; between our own processes

    times = Counter(id(value) for job in jobs for value in job.values())
    sent: dict[int, Any] = {}
    futures = {}
    for number, job in enumerate(jobs):
        common = {k: v for k, v in job.items() if times[id(v)] > 1 and not isinstance(v, _SMALL)}
        for value in common.values():
            if id(value) not in sent:
                sent[id(value)] = client.submit(bytes, cloudpickle.dumps(value), pure=False)
        own = {name: value for name, value in job.items() if name not in common}
        given = {name: sent[id(value)] for name, value in common.items()}
        future = client.submit(_called, cloudpickle.dumps((call, own)), given, pure=False)
        futures[future] = number
    return futures


def _called(pickled: bytes, common: Mapping[str, bytes]) -> Any:
    call, own = pickle.loads(pickled)  # noqa: S301 - we have pickled it ourselves
    shared = {name: pickle.loads(value) for name, value in common.items()}  # noqa: S301
    return call({**own, **shared})
