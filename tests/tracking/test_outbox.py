"""A server that goes and comes back while a run is tracked."""

from functools import partial
from types import SimpleNamespace
from unittest import mock

import pytest
import requests
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, TEMPORARILY_UNAVAILABLE

from dl_pipelines.errors import TrackingError
from dl_pipelines.tracking import outbox as outbox_module
from dl_pipelines.tracking.outages import is_outage
from dl_pipelines.tracking.outbox import Outbox, patiently
from dl_pipelines.tracking.run_clock import RunClock
from dl_pipelines.tracking.store import check_answers

URI = "http://user:secret@tracker:5000"


class Server:
    """Takes numbers while it is up; `lost` answers are those it has acted on before it went."""

    def __init__(self) -> None:
        self.up, self.taken, self.tries = True, [], 0

    def take(self, number: int) -> None:
        self.tries += 1
        if not self.up:
            try:
                raise requests.ConnectionError("refused")
            except requests.ConnectionError as error:
                raise MlflowException(f"API request failed with exception {error}")  # noqa: B904
        self.taken.append(number)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def ticks(monkeypatch) -> list[float]:
    """A clock that only sleeping moves on."""
    passed = [0.0]
    time = SimpleNamespace(
        monotonic=lambda: passed[0],
        sleep=lambda seconds: passed.__setitem__(0, passed[0] + seconds),
    )
    monkeypatch.setattr(outbox_module, "time", time)
    return passed


def box(clock: RunClock | None = None, patience: float = 5.0, uri: str = URI) -> Outbox:
    return Outbox(uri, clock or RunClock(), patience)


def test_what_is_sent_while_the_server_is_away_arrives_in_order_and_once(server, ticks):
    outbox = box()
    for number in range(6):
        server.up = number not in (1, 2, 3)
        outbox.send(lambda number=number: server.take(number))
        ticks[0] += 1.5
    outbox.drain()
    assert server.taken == [0, 1, 2, 3, 4, 5]


def test_a_server_that_is_away_is_not_asked_at_every_step(server, ticks):
    outbox = box()
    server.up = False
    for number in range(100):
        outbox.send(lambda number=number: server.take(number))
        ticks[0] += 0.01
    assert server.tries == 1
    server.up = True
    outbox.drain()
    assert server.taken == list(range(100))


def test_what_it_takes_to_send_a_backlog_is_no_time_of_asking_a_server_that_is_away(server, ticks):
    outbox = box()

    def take(number: int) -> None:
        ticks[0] += 6.0
        server.up = number < 10  # it goes again after ten of them
        server.take(number)

    for number in range(10):
        outbox._waiting.append((0, partial(take, number)))
    outbox.send(partial(take, 10))
    assert server.tries == 11
    ticks[0] += 61.0  # a tenth of the time that the failed attempt took
    outbox.send(partial(take, 11))
    assert server.tries == 12


def test_the_end_waits_for_the_server_and_not_for_ever(server, ticks):
    outbox = box()
    server.up = False
    outbox.send(lambda: server.take(0))
    with pytest.raises(TrackingError, match="tracker:5000 has not answered for 5 seconds") as told:
        outbox.drain()
    assert ticks[0] == pytest.approx(5.0)
    assert "secret" not in str(told.value)
    server.up = True
    outbox.drain()
    assert server.taken == [0]


def test_a_blip_in_a_long_backlog_is_no_outage_of_the_whole(server, ticks, monkeypatch):
    outbox = box(patience=5.0)
    server.up = False
    blips = iter([False] * 7 + [True])

    def take(number: int) -> None:
        ticks[0] += 1.0
        server.up = not next(blips, False)
        server.take(number)

    for number in range(10):
        outbox._waiting.append((0, partial(take, number)))
    outbox.drain()
    assert server.taken == list(range(10))


def test_what_a_store_refuses_does_not_keep_the_rest_of_a_failed_run(server, ticks, caplog):
    outbox = box()
    refused = MlflowException("API request to http://user:secret@tracker:5000/api failed")
    server.up = False
    outbox.send(lambda: server.take(0))
    server.up = True
    for number in (1, 2):
        outbox._waiting.append((0, mock.Mock(side_effect=refused)))
        outbox._waiting.append((0, partial(server.take, number)))
    outbox.salvage()
    assert server.taken == [0, 1, 2]
    assert "secret" not in caplog.text
    outbox._waiting.append((0, mock.Mock(side_effect=ConnectionResetError())))
    with pytest.raises(ConnectionResetError):
        outbox.salvage()


def test_what_waits_keeps_its_moment(server, ticks):
    clock = RunClock()
    outbox, moments = box(clock), []
    server.up = False
    before = clock.now()
    outbox.send(lambda: (server.take(0), moments.append(clock.now())))
    after = clock.now()
    server.up = True
    with clock.at(before + 10**6):
        assert clock.now() == before + 10**6
    outbox.drain()
    assert before <= moments[0] <= after


@pytest.mark.parametrize("uri", [URI, "sqlite:///mlflow.db"])
def test_another_failure_is_raised_at_once_and_does_not_stay_in_the_way(server, ticks, uri):
    outbox = box(uri=uri)

    def fail() -> None:
        raise MlflowException("changing a parameter is not allowed")

    with pytest.raises(MlflowException, match="not allowed"):
        outbox.send(fail)
    outbox.send(lambda: server.take(1))
    assert server.taken == [1]
    assert ticks[0] == 0.0


def test_an_answer_is_waited_for(server, ticks, monkeypatch):
    server.up = False

    def sleep(seconds: float) -> None:
        ticks[0] += seconds
        server.up = ticks[0] > 3

    monkeypatch.setattr(outbox_module.time, "sleep", sleep)
    box().ask(lambda: server.take(7))
    assert server.taken == [7]
    server.up = False
    with pytest.raises(MlflowException):
        patiently(lambda: server.take(8), URI, 0)


def test_a_refusal_while_another_failure_is_handled_is_no_outage():
    """Kedro calls the hook of a failed run within its `except`; a data provider did not answer."""
    try:
        try:
            raise requests.ConnectionError("the provider")
        except requests.ConnectionError:
            raise MlflowException("a wrong value", error_code=INVALID_PARAMETER_VALUE)  # noqa: B904
    except MlflowException as error:
        assert not is_outage(URI, error)


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9", "postgresql://ann:s3cret@127.0.0.1:9/runs"])
def test_a_server_that_does_not_answer_at_all_is_away(uri):
    with pytest.raises(TrackingError, match="does not answer") as told:
        check_answers(uri)
    assert is_outage(uri, told.value)


def test_only_a_server_that_cannot_be_reached_is_away():
    gateway = requests.HTTPError(response=SimpleNamespace(status_code=503))
    database = MlflowException("no connection", error_code=TEMPORARILY_UNAVAILABLE)
    for error in (gateway, database, ConnectionResetError(), requests.ReadTimeout()):
        assert is_outage(URI, error)
        assert not is_outage("sqlite:////srv/mlflow.db", error)
    retried = requests.exceptions.RetryError("too many 500 error responses")
    assert is_outage(URI, requests.exceptions.RetryError("too many 503 error responses"))
    refused = requests.HTTPError(response=SimpleNamespace(status_code=403))
    for error in (refused, retried, MlflowException("no"), FileNotFoundError("x"), ValueError()):
        assert not is_outage(URI, error)
