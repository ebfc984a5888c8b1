"""The real baostock client against a faulty local server."""

import logging
import time
import traceback

import pytest

from dl_pipelines.errors import ProviderRefusedError, SourceError
from dl_pipelines.sources import baostock_line
from tests.sources import baostock_server as wire
from tests.sources.baostock_server import BARS, LOGIN, BaostockServer, Fault, bars
from tests.sources.test_baostock import fetch

NONSENSE = "not in baostock's format"


@pytest.mark.parametrize("kind", [LOGIN, BARS])
@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        (wire.hang, "did not answer in time"),
        (wire.reset, "cut in the middle"),
        (wire.cut, "cut in the middle"),
        (wire.refusal("10005001"), "a failure of its own"),
        (wire.refusal("10002003"), "a failure of its own"),
        (wire.refusal("10001001"), "has ended the login"),
        (wire.refusal("10001005"), "too many programs are logged in"),
    ],
    ids=["hang", "reset", "cut", "system", "network", "login", "crowd"],
)
def test_a_passing_fault_is_asked_again_and_a_lasting_one_ends(
    baostock_server: BaostockServer, kind: str, fault: Fault, finding: str
) -> None:
    baostock_server.bars["sh.000300"] = bars(3)
    baostock_server.faults[kind] = [fault]
    assert len(fetch(timeout_seconds=0.15)) == 3
    assert len(baostock_server.asked(kind)) == 2

    baostock_server.requests.clear()
    baostock_server.always[kind] = fault
    begin = time.monotonic()
    with pytest.raises(SourceError, match=rf"{finding} \(asked 2 times\)"):
        fetch(attempts=2, timeout_seconds=0.15)
    assert time.monotonic() - begin < 1.0
    assert len(baostock_server.asked(kind)) == 2


@pytest.mark.parametrize("fault", [wire.hang, wire.reset, wire.cut, wire.refusal("10005001")])
def test_a_page_that_fails_is_not_the_end_of_the_data(
    baostock_server: BaostockServer, fault: Fault
) -> None:
    baostock_server.bars["sh.000300"] = bars(2100)
    baostock_server.faults[BARS] = [None, fault]
    assert len(fetch(timeout_seconds=0.15)) == 2100

    baostock_server.faults[BARS] = [None, fault]
    with pytest.raises(SourceError):
        fetch(timeout_seconds=0.15, attempts=1)


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        (wire.refusal("10004011"), "knows no such symbol; check the ts_code"),
        (wire.refusal("10004015"), "knows no such symbol; check the ts_code"),
        (wire.refusal("10001011"), "has blocked this user or network address; .* one at a time"),
        (wire.refusal("10001004"), "no longer speaks .*; run pip install -U baostock"),
        (wire.refusal("10009999", "新的\n错误"), "code 10009999 and the words '新的 错误'"),
        (wire.text(b"<html>Log in</html>"), NONSENSE),
        (wire.text(b""), NONSENSE),
        (wire.text(b"00.9.40\x0196\x010000000100garbage"), NONSENSE),
        (wire.text(b"00.9.40\x0195\x010000000003\xff\xfe\xfd"), NONSENSE),
        (wire.body("0"), NONSENSE),
        (wire.body("0", "success", "query", "anonymous", "1", "2000", '{"rec'), NONSENSE),
        (wire.body(*"0abc1d", "[1]", *"efghijk"), NONSENSE),
        (wire.body(*"0abc1d", '{"record": [["1"]]}', "x", "date, open", *"ghijk"), NONSENSE),
    ],
)
def test_a_refusal_or_nonsense_is_not_asked_again(
    baostock_server: BaostockServer, fault: Fault, finding: str
) -> None:
    baostock_server.always[BARS] = fault
    with pytest.raises(SourceError, match=finding):
        fetch()
    assert len(baostock_server.asked(BARS)) == 1


@pytest.mark.parametrize("code", ["10001002", "10001004", "10001011"])
def test_a_refusal_of_all_symbols_is_told_from_one_of_a_symbol(
    baostock_server: BaostockServer, code: str
) -> None:
    baostock_server.always[BARS] = wire.refusal(code)
    with pytest.raises(ProviderRefusedError):
        fetch()
    baostock_server.always[BARS] = wire.refusal("10009999")
    with pytest.raises(SourceError) as caught:
        fetch()
    assert not isinstance(caught.value, ProviderRefusedError)


@pytest.mark.parametrize("content", [b"<html>Log in</html>", b"", b"00.9.40\x0101\x010000000001x"])
def test_nonsense_at_the_login_is_told(baostock_server: BaostockServer, content: bytes) -> None:
    baostock_server.always[LOGIN] = wire.text(content)
    with pytest.raises(SourceError, match=NONSENSE):
        fetch()


def test_a_reply_without_end_is_given_up(
    baostock_server: BaostockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baostock_line, "_MOST_BYTES", 2**20)
    baostock_server.always[BARS] = wire.endless
    with pytest.raises(SourceError, match=NONSENSE):
        fetch()


def test_pages_without_end_are_given_up(
    baostock_server: BaostockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dl_pipelines.sources import baostock_session

    monkeypatch.setattr(baostock_session, "_MOST_ROWS", 5000)
    baostock_server.bars["sh.000300"] = bars(2000)
    rows = wire.records([["2026-01-05", *["1"] * 6]] * 2000)
    fields = "date,open,high,low,close,volume,amount"
    same = ["0", "success", "query", "anonymous", "1", "2000", rows, "sh.000300", fields]
    baostock_server.always[BARS] = wire.body(*same, "2006-01-01", "2026-12-31", "d", "3")
    with pytest.raises(SourceError, match=NONSENSE):
        fetch()


def test_a_page_that_cannot_be_turned_is_no_end(baostock_server: BaostockServer) -> None:
    rows = wire.records([["2026-01-05", *["1"] * 6]] * 2000)
    fields = "date,open,high,low,close,volume,amount"
    no_number = ["0", "success", "query", "anonymous", "one", "2000", rows, "sh.000300", fields]
    baostock_server.always[BARS] = wire.body(*no_number, "2006-01-01", "2026-12-31", "d", "3")
    with pytest.raises(SourceError, match=NONSENSE):
        fetch()


def test_a_refused_connection(baostock_server: BaostockServer) -> None:
    baostock_server.close()
    with pytest.raises(SourceError, match=r"cannot be reached \(asked 2 times\); check that the n"):
        fetch(attempts=2)


def test_an_unknown_host(monkeypatch: pytest.MonkeyPatch) -> None:
    from baostock.common import contants

    monkeypatch.setattr(contants, "BAOSTOCK_SERVER_IP", "no.such.host.invalid")
    with pytest.raises(SourceError, match=r"of 000300\.SH, .* cannot be reached"):
        fetch(attempts=1)


def test_waits_double_and_a_crowd_waits_a_minute_in_all(baostock_server: BaostockServer) -> None:
    waits: list[float] = []
    baostock_server.always[BARS] = wire.refusal("10005001")
    with pytest.raises(SourceError):
        fetch(sleep=waits.append)
    assert waits == [1.0, 2.0, 4.0, 8.0]

    waits.clear()
    baostock_server.always[LOGIN] = wire.refusal("10001005")
    with pytest.raises(SourceError, match="asked 5 times"):
        fetch(sleep=waits.append)
    assert waits == [4.0, 8.0, 16.0, 32.0]


@pytest.mark.parametrize("credentials", [{"password": "5ecret"}, {"user": "me"}])
def test_a_wrong_login_is_told_without_the_password(
    baostock_server: BaostockServer,
    caplog: pytest.LogCaptureFixture,
    credentials: dict[str, str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SourceError, match="user name or the password is wrong") as caught:
        fetch(credentials=credentials)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    shown = "".join(traceback.format_exception(error)) + str(error) + caplog.text
    assert "5ecret" not in shown
    assert "\n" not in str(error)
    assert len(baostock_server.asked(LOGIN)) == 1
