"""Whether a Dask scheduler and its workers can be used, said before jobs are sent there."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from dl_pipelines.errors import SettingError

if TYPE_CHECKING:
    from distributed import Client

ANSWER_SECONDS = 8.0  # of the scheduler, and again of its first worker
_SAME = ("python", "torch", "numpy", "scikit-learn")  # where they differ, so do the last bits


def check_answers(address: str) -> None:
    """Look whether a scheduler is there; Dask waits forever for one that accepts and is silent.

    Args:
        address: Of the scheduler.

    Raises:
        SettingError: If none answers, or something else of Dask.
    """
    # A second more: Dask's own error, which names the cause, comes first.
    limited = asyncio.wait_for(_find_scheduler(address), ANSWER_SECONDS + 1)
    try:
        with ThreadPoolExecutor(1) as pool:  # in a notebook this thread has a loop already
            pool.submit(asyncio.run, limited).result()
    except Exception as error:  # whatever answers there may answer anything
        reason = _reason(error)
        raise SettingError(
            f"there is no Dask scheduler at '{address}' ({reason}): start one by `dask scheduler`, "
            "or correct the setting 'compute.address' or DASK_SCHEDULER_ADDRESS."
        ) from error


async def _find_scheduler(address: str) -> None:
    """Connect once; a ValueError says what else is there, for workers print addresses, too."""
    from distributed.comm import connect, resolve_address  # noqa: PLC0415  an optional extra
    from distributed.core import send_recv  # noqa: PLC0415  an optional extra

    resolve_address(address)  # fails at once, where `connect` would try until its time is up
    reached = await connect(address, ANSWER_SECONDS)
    try:
        found = await send_recv(reached, op="identity")
    finally:
        await reached.close()
    if "workers" not in found:
        raise ValueError(f"it is a {found['type']}")


def _reason(error: BaseException) -> str:
    """Why nobody answered; Dask hides what the network said among the causes of its errors."""
    if isinstance(error, socket.gaierror):
        return "no host of this name is known"
    if isinstance(error, ValueError):
        return str(error)
    cause = error.__cause__ or error.__context__
    return _reason(cause) if cause else "no answer that Dask understands, or none in time"


def check_workers(client: "Client", address: str) -> None:
    """Look whether there are workers, and whether they compute what this process would.

    Args:
        client: The cluster.
        address: Of its scheduler.

    Raises:
        SettingError: If there are none, they are silent, or theirs are other versions of Python or
            of a package that calculates.
    """
    try:
        client.wait_for_workers(1, timeout=ANSWER_SECONDS)
    except (OSError, TimeoutError) as error:
        raise SettingError(
            f"the Dask scheduler at '{address}' has no workers: start some by "
            f"`dask worker {address} --nthreads 1`, in the environment of this project."
        ) from error
    versions = _versions(client, address)
    own = versions["client"]["packages"]
    for worker, there in versions["workers"].items():
        for name in _SAME:
            if (other := there["packages"].get(name)) != own[name]:
                raise SettingError(
                    f"the Dask worker {worker} has {name} {other}, this process {own[name]}: "
                    "install the same versions there, for results would differ."
                )


def _versions(client: "Client", address: str) -> Any:
    async def asked() -> Any:
        return await client.get_versions(packages=list(_SAME))

    try:
        return client.sync(asked, callback_timeout=ANSWER_SECONDS)
    except (OSError, TimeoutError) as error:
        raise SettingError(
            f"workers of the Dask scheduler at '{address}' do not answer: look into their logs, "
            "and start them again."
        ) from error
