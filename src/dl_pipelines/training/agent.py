"""Torch's elastic launcher on the job in a folder.

    python -m dl_pipelines.training.agent FOLDER

is `python -m torch.distributed.run …` with the arguments that `training.launch` has written to the
folder, so it is the same command on every machine. A second argument is the id of the process
that started it, and that it ends with.
"""

import json
import logging
import os
import sys
from pathlib import Path

from dl_pipelines.processes import end_with_parent

NOT_MET = 3  # an exit status that neither Python nor torch has

_ENVIRONMENT = {
    # else a restart meets the addresses of the processes before it in the launcher's store
    # (pytorch/pytorch#135712)
    "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1",
    "TORCH_CPP_LOG_LEVEL": "FATAL",
}


def main(folder: Path) -> int:
    """Run this machine's processes of a group.

    Args:
        folder: Has `launch.json`: `arguments` of torch's launcher and `threads` of a process. Gets
            `failure.txt`, which says what ended the group.

    Returns:
        The exit status: 0 if all processes went through, `NOT_MET` if the machines did not meet.
    """
    told = json.loads((folder / "launch.json").read_text())
    os.environ.update(_ENVIRONMENT | {"OMP_NUM_THREADS": str(told["threads"])})
    from torch.distributed import run  # noqa: PLC0415  heavy, and reads the environment
    from torch.distributed.elastic.multiprocessing import SignalException  # noqa: PLC0415  heavy
    from torch.distributed.elastic.multiprocessing.errors import (  # noqa: PLC0415  heavy
        ChildFailedError,
    )
    from torch.distributed.elastic.rendezvous import RendezvousError  # noqa: PLC0415  heavy

    logging.getLogger("torch.distributed.elastic").setLevel(logging.CRITICAL)
    try:
        run.run(run.parse_args(told["arguments"]))  # type: ignore[no-untyped-call]  # torch's
    except ChildFailedError as error:
        rank, failure = error.get_first_failure()
        ended = f"was ended by {failure.signal_name()}" if failure.exitcode < 0 else "failed"
        return _failed(folder, f"process {rank} {ended}")
    except RendezvousError:
        return NOT_MET
    except SignalException:  # the run has been stopped
        return 1
    return 0


def _failed(folder: Path, report: str) -> int:
    if folder.exists():  # the first machine's run removes it at its end
        folder.joinpath("failure.txt").write_text(report)
    return 1


if __name__ == "__main__":
    if sys.argv[2:]:
        end_with_parent(int(sys.argv[2]))
    sys.exit(main(Path(sys.argv[1])))
