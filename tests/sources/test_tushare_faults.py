"""The real tushare client against a faulty local server."""

import logging
import re
import traceback

import pytest

from dl_pipelines.errors import ProviderRefusedError, SourceError
from tests.sources import server as wire
from tests.sources.server import TOKEN, TushareServer, row
from tests.sources.test_tushare import fetch


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        (wire.status(500), "HTTP error"),
        (wire.status(429), "HTTP error"),
        (wire.slow, "did not answer in time"),
        (wire.reset, "cannot be reached"),
        (wire.cut, "cut in the middle"),
        (wire.text('{"code": 0, "data": {"fie'), "cut in the middle"),
        (wire.text(""), "cut in the middle"),
        (wire.refusal(wire.RATE), "calls per minute are used up"),
    ],
    ids=["500", "429", "slow", "reset", "cut", "half a JSON", "no body", "rate"],
)
def test_a_passing_fault_is_asked_again_and_a_lasting_one_ends(
    server: TushareServer, fault: wire.Fault, finding: str
) -> None:
    server.rows = [row("20260105")]
    server.faults = [fault]
    assert len(fetch(timeout_seconds=0.15)) == 1
    assert len(server.requests) == 2

    server.requests.clear()
    server.always = fault
    with pytest.raises(SourceError, match=rf"{finding} \(asked 2 times\)"):
        fetch(attempts=2, timeout_seconds=0.15)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (wire.refusal(wire.WRONG_TOKEN, 40101), "the token is wrong; .*TUSHARE_TOKEN.*credentials"),
        (wire.refusal(wire.PERMISSION), "may not call index_daily; it needs 2,000 tushare points"),
        (wire.refusal(wire.QUOTA), "calls per hour or day are used up"),
        (wire.refusal(wire.SYSTEM_ERROR), "refused with the words '抱歉系统错误. 请反馈我们'"),
        (wire.text("<html>Log in</html>"), "web page or plain text instead of JSON"),
        (wire.text("Bad gateway"), "web page or plain text instead of JSON"),
        (wire.text('{"code": 0}'), "not in tushare's format"),
        (wire.text('{"code": 0, "data": null}'), "not in tushare's format"),
    ],
    ids=["token", "permission", "quota", "other", "HTML", "text", "no data", "null data"],
)
def test_a_refusal_is_not_asked_again(
    server: TushareServer, fault: wire.Fault, sentence: str
) -> None:
    server.always = fault
    with pytest.raises(SourceError, match=sentence):
        fetch()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [
        wire.refusal(wire.WRONG_TOKEN, 40101),
        wire.refusal(wire.PERMISSION),
        wire.refusal(wire.QUOTA),
        wire.text("<html>Log in</html>"),
    ],
    ids=["token", "permission", "quota", "HTML"],
)
def test_a_refusal_of_all_symbols_is_told_from_one_of_a_symbol(
    server: TushareServer, fault: wire.Fault
) -> None:
    server.always = fault
    with pytest.raises(ProviderRefusedError):
        fetch()
    server.always = wire.refusal(wire.SYSTEM_ERROR)
    with pytest.raises(SourceError) as caught:
        fetch()
    assert not isinstance(caught.value, ProviderRefusedError)


def test_a_refused_connection(monkeypatch: pytest.MonkeyPatch, server: TushareServer) -> None:
    server.close()
    with pytest.raises(SourceError, match=r"cannot be reached \(asked 2 times\); check the net"):
        fetch(attempts=2)


def test_an_empty_reply(server: TushareServer) -> None:
    with pytest.raises(SourceError, match=r"no daily bars of 000300\.SH from 2026-01-05 to 2026-0"):
        fetch()


def test_waits_double_and_rate_replies_wait_a_minute_in_all(server: TushareServer) -> None:
    waits: list[float] = []
    server.always = wire.status(503)
    with pytest.raises(SourceError):
        fetch(sleep=waits.append)
    assert waits == [1.0, 2.0, 4.0, 8.0]

    waits.clear()
    server.always = wire.refusal(wire.RATE)
    with pytest.raises(SourceError, match="asked 5 times"):
        fetch(sleep=waits.append)
    assert waits == [4.0, 8.0, 16.0, 32.0]


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("close", None, "close"),
        ("close", -3.0, "close '-3.0'"),
        ("open", 0.0, "open '0.0'"),
        ("open", "abc", "open 'abc'"),
        ("high", 99.5, "high '99.5'"),
        ("low", 100.5, "low '100.5'"),
        ("vol", -1.0, "vol '-1.0'"),
        ("vol", None, "vol"),
        ("amount", -1.0, "amount '-1.0'"),
        ("trade_date", "2026-1-6", "trade_date '2026-1-6'"),
        ("trade_date", "20260110", "trade_date '20260110'"),
    ],
)
def test_an_impossible_value_is_named_with_its_day(
    server: TushareServer, column: str, value: object, named: str
) -> None:
    bad = row("20260106")
    bad[wire.FIELDS.index(column)] = value
    server.always = wire.data(wire.FIELDS, row("20260107"), bad, row("20260105"))
    day = value if column == "trade_date" else "20260106"
    with pytest.raises(SourceError, match=f"on {day} the reply has {named}"):
        fetch()


def test_infinity_is_refused(server: TushareServer) -> None:
    bad = row("20260105")
    bad[wire.FIELDS.index("high")] = float("inf")
    server.always = wire.data(wire.FIELDS, bad)
    with pytest.raises(SourceError, match="high 'inf'"):
        fetch()


def test_missing_columns_are_named(server: TushareServer) -> None:
    server.always = wire.data(wire.FIELDS[:-2], row("20260105")[:-2])
    with pytest.raises(SourceError, match="the reply lacks vol, amount"):
        fetch()


@pytest.mark.parametrize(
    "fault",
    [
        wire.status(500),
        wire.slow,
        wire.reset,
        wire.cut,
        wire.text("<html>"),
        wire.refusal(f"no such user: {TOKEN}"),
        wire.refusal(wire.WRONG_TOKEN),
        wire.data(["open"], [1.0]),
    ],
)
def test_the_token_is_nowhere(
    server: TushareServer, caplog: pytest.LogCaptureFixture, fault: wire.Fault
) -> None:
    caplog.set_level(logging.DEBUG)
    server.always = fault
    with pytest.raises(SourceError) as caught:
        fetch(attempts=2, timeout_seconds=0.15)
    error = caught.value
    # requests' own exceptions hold the request and with it the token: none may hang on ours.
    assert error.__cause__ is None
    assert error.__context__ is None
    shown = "".join(traceback.format_exception(error)) + str(error) + repr(error) + caplog.text
    assert server.requests[0]["token"] == TOKEN
    assert TOKEN not in shown
    assert not re.search(r"\n", str(error))
