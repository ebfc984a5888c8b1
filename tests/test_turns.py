import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dl_pipelines.turns import letting_others, taking_turns

WAIT = 0.2


def meets(barrier: threading.Barrier) -> bool:
    """Whether another thread comes here at the same time."""
    try:
        barrier.wait(WAIT)
    except threading.BrokenBarrierError:
        return False
    return True


def in_turn(barrier: threading.Barrier, *, waits: bool) -> bool:
    with taking_turns():
        if not waits:
            return meets(barrier)
        with letting_others():
            return meets(barrier)


@pytest.mark.parametrize("waits", [False, True])
def test_threads_meet_only_where_they_wait(waits):
    barrier = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        met = pool.map(lambda _: in_turn(barrier, waits=waits), range(2))
    assert [*met] == [waits, waits]


def test_a_turn_comes_back_after_a_failure_of_what_was_waited_for():
    def fails() -> None:
        with taking_turns():
            with pytest.raises(ZeroDivisionError), letting_others():
                raise ZeroDivisionError
            assert not other.submit(in_turn, threading.Barrier(1), waits=False).done()

    with ThreadPoolExecutor(1) as other:
        fails()
        assert other.submit(in_turn, threading.Barrier(1), waits=False).result(10)


def test_without_turns_nothing_is_let():
    with letting_others(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(in_turn, threading.Barrier(1), waits=False).result(10)
