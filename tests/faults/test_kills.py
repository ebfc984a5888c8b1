"""SIGKILL at random moments of all stages, each followed by another run."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests.faults.commands import Command, finish, metrics
from tests.faults.conftest import Undisturbed
from tests.faults.soundness import (
    check_datasets,
    check_files,
    check_store,
    own_uri,
    states,
    unfinished,
    visible,
)
from tests.real_project import RealProject

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL"),
]

_TRACKING = "register"  # the last node: what is left is to log and register models
# Nodes by stage, in their order; a kill comes while one of them, drawn by chance, runs.
STAGES = {
    "ingest": ("ingest_bars", "clean_bars", "build_features"),
    "train": ("lstm.train_forecaster", "lstm_book_window.train_forecaster"),
    "train more": ("textbook.train_forecaster", "lstm.evaluate_walk_forward"),
    "evaluate": ("lstm.evaluate_holdout", "compare", "lstm.draw_forecaster_figures"),
    "tracking": (_TRACKING,),
}


def durations(undisturbed: Undisturbed) -> dict[str, float]:
    """Seconds from the beginning of each node to that of the next one."""
    begun = undisturbed.command.nodes
    ends = [*list(begun.values())[1:], undisturbed.command.seconds]
    return {name: end - begin for (name, begin), end in zip(begun.items(), ends, strict=True)}


def kill_within(
    command: Command, node: str, undisturbed: Undisturbed, chance: random.Random
) -> None:
    """Kill a run within a node, or within what comes soon after it."""
    order = list(undisturbed.command.nodes)
    here = set(order[order.index(node) :])  # it may have finished in a run before this one
    assert command.until(lambda: not here.isdisjoint(command.nodes)), command.said
    time.sleep(chance.uniform(0, durations(undisturbed)[node]))


def kill_while_tracking(
    command: Command, project: RealProject, undisturbed: Undisturbed, chance: random.Random
) -> None:
    """Kill a run when it has logged so many files more."""
    assert command.until_node(_TRACKING), command.said
    folder = project.root / "mlartifacts"

    def count() -> int:
        return sum(1 for path in folder.rglob("*") if path.is_file())

    before = count()
    share = chance.uniform(0, 0.8)
    models = undisturbed.files("mlartifacts/stock_lstm/models")
    assert command.until(lambda: count() >= before + share * models), command.said


def kill(stage: str, project: RealProject, undisturbed: Undisturbed, chance: random.Random) -> None:
    """Start a run and kill it, and it alone, in a stage."""
    command = Command(project)
    try:
        if stage == "tracking":
            kill_while_tracking(command, project, undisturbed, chance)
        else:
            kill_within(command, chance.choice(STAGES[stage]), undisturbed, chance)
    finally:
        command.send(signal.SIGKILL)
    assert command.end() == -signal.SIGKILL, command.said


@pytest.mark.parametrize("seed", range(4))
def test_a_run_killed_in_each_stage_ends_with_the_numbers_of_an_undisturbed_one(
    seed: int, prepared: Callable[[str], RealProject], undisturbed: Undisturbed
) -> None:
    """Five kills a project, each of the run that goes on from the one before: 20 in all."""
    chance = random.Random(seed)  # noqa: S311  no secret
    project = prepared(f"killed_{seed}")
    for kills, stage in enumerate(STAGES, start=1):
        kill(stage, project, undisturbed, chance)
        assert check_files(project) > 0
        check_store(project)
        whole, _ = states(own_uri(project))
        # The run that was killed now has told nobody; the next one will have found it.
        assert whole == Counter(KILLED=kills - 1, RUNNING=1) - Counter()
    finish(project)
    assert metrics(project) == undisturbed.metrics
    assert not unfinished(project)
    check_store(project)
    check_files(project)
    assert visible(project) == visible(undisturbed.project)
    assert check_datasets(project) == check_datasets(undisturbed.project) > 20
    whole, below = states(own_uri(project))
    assert whole == Counter(KILLED=len(STAGES), FINISHED=1)
    assert "RUNNING" not in below
