"""One of the processes that train a network together; torch's elastic launcher starts them.

    python -m torch.distributed.run … -m dl_pipelines.training.worker FOLDER

Each reads the jobs from the folder and trains its share; the first one writes what came out. None
of them knows Kedro or MLflow.
"""

import json
import logging
import os
import pkgutil
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

from dl_pipelines.errors import DlPipelinesError
from dl_pipelines.files import atomic_write
from dl_pipelines.processes import end_with_parent

TRAININGS = frozenset(
    {
        "dl_pipelines.training.classification:_fit_one",
        "dl_pipelines.training.fitting:fit_one",
        "dl_pipelines.training.generation:_fit_autoencoder",
        "dl_pipelines.training.panel:_fit_one",
        "dl_pipelines.training.tabular:_fit_stack",
    }
)

logger = logging.getLogger(__name__)


def main(folder: Path) -> int:
    """Train; a failure is told by a file, `error.json` for the user's and `rank-N.txt` for others.

    Args:
        folder: Has the jobs, and gets the results.

    Returns:
        The exit status: 0 if all went well.
    """
    if (folder / "error.json").exists():  # a restart does not mend a user's mistake
        return 1
    try:
        train_jobs(folder)
    except DlPipelinesError as error:
        told = json.dumps({"kind": type(error).__name__, "sentence": str(error)})
        atomic_write(folder / "error.json", lambda file: file.write(told.encode()))
        return 1
    except Exception:  # a bug, or another process that is gone
        report = folder / f"rank-{os.environ.get('RANK', '0')}.txt"
        report.write_text(traceback.format_exc())
        return 1
    return 0


def train_jobs(folder: Path) -> None:
    """Train one job after another; those that were finished before a restart are left out.

    Args:
        folder: Has `jobs`: `function` (one of `TRAININGS`), `jobs` (its arguments, job by job),
            `compute` and `progress`. Gets `result-N` of each.
    """
    from torch import distributed  # noqa: PLC0415  heavy: the parent is watched before

    from dl_pipelines.training.device import build_accelerator  # noqa: PLC0415  heavy
    from dl_pipelines.training.job_files import (  # noqa: PLC0415  heavy
        is_written,
        read_value,
        write_value,
    )
    from dl_pipelines.training.parallel import torch_threads  # noqa: PLC0415  heavy
    from dl_pipelines.training.ranks import Ranks  # noqa: PLC0415  heavy

    told = read_value(folder / "jobs")
    compute, jobs = told["compute"], told["jobs"]
    ranks = Ranks(build_accelerator(compute["device"], compute["precision"]))
    results = [folder / f"result-{number}" for number in range(len(jobs))]
    finished = ranks.broadcast(bytes(map(is_written, results)))
    fit, first = training(told["function"]), ranks.number == 0
    for job, result, done in zip(jobs, results, finished, strict=True):
        if done:
            continue
        with torch_threads(compute["threads"]):
            fitted = fit(**job, progress=first and told["progress"])
        if first:
            write_value(result, fitted)
    if distributed.is_initialized():
        distributed.destroy_process_group()


def training(name: str) -> Any:
    """The function of `TRAININGS` with a name.

    Raises:
        ValueError: If it is not one of them.
    """
    if name not in TRAININGS:
        raise ValueError(f"{name} is no training for several processes")
    return pkgutil.resolve_name(name)


def _report() -> None:
    """Let the first process say what it has to say."""
    level = logging.INFO if os.environ.get("RANK", "0") == "0" else logging.ERROR
    warnings.filterwarnings("ignore", message="Grad strides do not match bucket view strides")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("dl_pipelines").setLevel(level)
    if restarts := int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")):
        allowed = os.environ["TORCHELASTIC_MAX_RESTARTS"]
        logger.info("a process of the training is gone: restart %d of %s.", restarts, allowed)


if __name__ == "__main__":
    end_with_parent(os.getppid())
    _report()
    sys.exit(main(Path(sys.argv[1])))
