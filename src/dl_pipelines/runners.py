"""What Kedro's ThreadRunner and ParallelRunner need to give the results of its SequentialRunner."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.util import Finalize
from pathlib import Path
from types import TracebackType
from typing import Any

from kedro.framework import project
from kedro.pipeline.node import Node
from kedro.runner import AbstractRunner, ParallelRunner, ThreadRunner
from kedro.runner.parallel_runner import ParallelRunnerManager
from kedro.runner.task import Task

from dl_pipelines.errors import user_error
from dl_pipelines.processes import end_pool, end_with_parent
from dl_pipelines.turns import taking_turns


def prepare(runner: AbstractRunner) -> None:
    """Let a runner take executors of this project.

    Their nodes share nothing that would change results, and a node that fails says which it is.

    Args:
        runner: Any runner; those without an executor stay as they are.
    """
    if isinstance(runner, ParallelRunner):
        runner._get_executor = _Processes  # type: ignore[method-assign]
        runner._manager.shutdown()  # of what is not persisted; Kedro's outlives a killed run
        runner._manager = ParallelRunnerManager()
        runner._manager.start(end_with_parent, (os.getpid(),))
    elif isinstance(runner, ThreadRunner):
        runner._get_executor = _Threads  # type: ignore[method-assign]


class _Threads(ThreadPoolExecutor):
    """Nodes take turns, and wait for jobs in other processes side by side."""

    def submit(self, task: Task) -> Future[Node]:  # type: ignore[override]
        return super().submit(_in_turn, task)


class _Processes(ProcessPoolExecutor):
    """Nodes run in processes that share the cores and end with the run.

    They are not forked from the run, where torch may have threads, or CUDA, already: neither
    survives that.
    """

    def __init__(self, max_workers: int) -> None:
        # heavy: imported when used
        import joblib  # noqa: PLC0415

        asked = os.environ.get("KEDRO_MP_CONTEXT")
        context = multiprocessing.get_context(asked or _method())
        cores = max(1, joblib.cpu_count() // max_workers)
        begin = (project.PACKAGE_NAME, Path.cwd(), cores, dict(os.environ))
        super().__init__(max_workers, context, initializer=_begin, initargs=begin)

    def submit(self, task: Task) -> Future[Node]:  # type: ignore[override]
        return super().submit(_elsewhere, task)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        """After a failure nobody needs the other nodes, whose outputs are whole or not there."""
        if kind is not None:
            workers = [*(self._processes or {}).values()]
            self.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.terminate()
        return super().__exit__(kind, error, traceback)


def _method() -> str:
    known = multiprocessing.get_all_start_methods()
    return "forkserver" if "forkserver" in known else "spawn"


def _begin(package: str | None, folder: Path, cores: int, environment: dict[str, str]) -> None:
    """Begin a process that runs nodes.

    Args:
        package: The project's package.
        folder: The working folder of the run.
        cores: How many of them the pools of its nodes may use.
        environment: That of the run; a server of forks has kept that of the first run.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run itself to answer
    threading.Thread(target=_end_with_run, daemon=True).start()
    Finalize(None, end_pool, exitpriority=1)  # atexit is not for processes of multiprocessing
    os.environ.clear()
    os.environ.update(environment | {"LOKY_MAX_CPU_COUNT": str(cores)})
    os.chdir(folder)
    if package and project.PACKAGE_NAME is None:
        project.configure_project(package)


def _end_with_run() -> None:
    """End this process when that of the run ends; a server of forks stands between the two."""
    if run := multiprocessing.parent_process():
        run.join()
        os._exit(1)  # sys.exit would only end this thread


def _in_turn(task: Task) -> Node:
    with taking_turns():
        return _named(task)


def _elsewhere(task: Task) -> Node:
    """Run a node in this process, which is configured already.

    Kedro 1.7 would do it again for each node, and its logging does not survive the second time.
    """
    task.hook_manager = Task._run_node_synchronization()
    task.parallel = False
    return _named(task)


def _named(task: Task) -> Node:
    """Run a node; its failure tells its name and, of a user's mistake, no more than the sentence.

    Causes do not survive the way between processes.
    """
    try:
        return task()
    except Exception as error:
        told: Any = user_error(error) or error
        told.node = task.node.name
        if told is error:
            raise
        raise told from error
