"""Five runs that are started at once in one folder."""

import os
import signal
from collections import Counter
from collections.abc import Callable

import pytest

from tests.faults.commands import Command, finish, metrics
from tests.faults.conftest import Undisturbed
from tests.faults.soundness import check_files, own_uri, states, visible
from tests.real_project import RealProject

pytestmark = pytest.mark.slow

SENTENCE = (
    "Error: another run of stock_lstm is writing to data/: wait for it, or run in another copy of "
    "the project."
)


def start_five(project: RealProject) -> tuple[Command, list[Command]]:
    """Start them, wait for four of them to be refused; the one that runs and those."""
    commands = [Command(project) for _ in range(5)]
    runs = [each for each in commands if each.until(lambda each=each: bool(each.nodes))]
    [winner] = runs
    return winner, [each for each in commands if each is not winner]


def test_one_of_five_runs_and_its_results_are_whole(
    prepared: Callable[[str], RealProject], undisturbed: Undisturbed
) -> None:
    project = prepared("at_once")
    winner, losers = start_five(project)
    for loser in losers:
        assert loser.end() == 1
        assert loser.sentences == [SENTENCE]
        assert "Traceback" not in loser.said
    if os.name != "nt":
        winner.send(signal.SIGKILL)  # a lock that outlives its run would keep all others out
        assert winner.end() == -signal.SIGKILL, winner.said
        winner = finish(project)
    assert winner.end() == 0, winner.said
    assert metrics(project) == undisturbed.metrics
    check_files(project)
    assert visible(project) == visible(undisturbed.project)
    assert states(own_uri(project))[0] == Counter(FINISHED=1, KILLED=1 if os.name != "nt" else 0)
