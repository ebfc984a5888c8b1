"""Torch's elastic launcher, as a process that ends with the one that started it.

    python -m dl_pipelines.training.agent PARENT FOLDER ARGUMENTS…

is `python -m torch.distributed.run ARGUMENTS…` without its reports on the terminal: what failed is
written to `FOLDER/failure.txt`.
"""

import logging
import sys
from pathlib import Path

from dl_pipelines.processes import end_with_parent


def main(parent: int, folder: Path, arguments: list[str]) -> int:
    """Run a group of processes.

    Args:
        parent: Id of the process that started this one.
        folder: Folder of the job.
        arguments: Of torch's launcher.

    Returns:
        The exit status: 0 if all processes went through.
    """
    end_with_parent(parent)
    from torch.distributed import run  # noqa: PLC0415  heavy: the parent is watched before
    from torch.distributed.elastic.multiprocessing import SignalException  # noqa: PLC0415  heavy
    from torch.distributed.elastic.multiprocessing.errors import (  # noqa: PLC0415  heavy
        ChildFailedError,
    )
    from torch.distributed.elastic.rendezvous import RendezvousError  # noqa: PLC0415  heavy

    logging.getLogger("torch.distributed.elastic").setLevel(logging.CRITICAL)
    try:
        run.run(run.parse_args(arguments))  # type: ignore[no-untyped-call]  # torch's
    except ChildFailedError as error:
        rank, failure = error.get_first_failure()
        ended = f"was ended by {failure.signal_name()}" if failure.exitcode < 0 else "failed"
        folder.joinpath("failure.txt").write_text(f"process {rank} {ended}")
        return 1
    except RendezvousError as error:
        folder.joinpath("failure.txt").write_text(f"the processes did not meet: {error}")
        return 1
    except SignalException:  # the run has been stopped
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
