"""The scoring server on the champion, asked over HTTP; and no server without a champion."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
import requests

from dl_pipelines import serve
from tests.real_project import RealProject

_START_SECONDS = 120


def test_without_a_champion_it_is_one_sentence(fresh, monkeypatch, capsys):
    monkeypatch.chdir(fresh.root / "conf")  # anywhere in the project
    monkeypatch.setattr(sys, "argv", ["serve"])
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("a server was started"))
    with pytest.raises(SystemExit) as caught:
        serve.main()
    part = "there is no champion of stock_lstm in the registry (sqlite): run kedro run --pipeline"
    assert part in str(caught.value.code)
    assert not (fresh.root / "mlflow.db").exists()


def test_outside_a_project_it_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["serve"])
    with pytest.raises(SystemExit) as caught:
        serve.main()
    assert caught.value.code == (
        f"Error: there is no project in {tmp_path} or above it: start the server in the "
        "project's folder."
    )


def test_a_tracking_setting_names_the_store(fresh, monkeypatch):
    settings = fresh.root / "conf/local/parameters.yml"
    settings.write_text("tracking: {uri: 'http://127.0.0.1:9'}")
    monkeypatch.chdir(fresh.root)
    monkeypatch.setattr(sys, "argv", ["serve"])
    with pytest.raises(SystemExit) as caught:
        serve.main()
    assert "127.0.0.1:9 does not answer" in str(caught.value.code)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--port", "99999"], "there is no port 99999: set --port to one from 1 to 65535."),
        (["--port", "0"], "there is no port 0: set"),
        (["--port", "{used}"], "port {used} of 127.0.0.1 (it is in use): end what uses it, or"),
        (["--host", "192.0.2.1"], "port 5001 of 192.0.2.1 (Cannot assign requested address): set"),
    ],
)
def test_an_address_that_cannot_be_had_is_one_sentence(arguments, sentence, monkeypatch):
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("a server was started"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        used = taken.getsockname()[1]
        given = [argument.format(used=used) for argument in arguments]
        monkeypatch.setattr(sys, "argv", ["serve", *given])
        with pytest.raises(SystemExit) as caught:
            serve.main()
    assert sentence.format(used=used) in str(caught.value.code)
    assert "\n" not in str(caught.value.code)


@pytest.fixture(scope="module")
def server(champion: RealProject) -> Iterator[str]:
    """The address of `make serve` on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dl_pipelines.serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=champion.root)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not answers(address):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/ping", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


@pytest.fixture(scope="module")
def bars(champion) -> pd.DataFrame:
    """The last sixty raw bars, as a user has them."""
    return pd.read_csv(champion.snapshot, encoding="utf-8-sig").tail(60)


def post(server: str, payload: Any) -> requests.Response:
    return requests.post(f"{server}/invocations", json=payload, timeout=60)


def split(bars: pd.DataFrame) -> dict[str, Any]:
    return {"dataframe_split": json.loads(bars.to_json(orient="split", index=False))}


@pytest.mark.slow  # the server starts in 5 to 15 seconds
def test_raw_bars_get_the_forecast_of_stock_forecast(server, bars, champion):
    expected = pd.read_csv(champion.root / "data/08_reporting/stock_forecast/forecast.csv")
    undated = bars.drop(columns="date")
    for payload in (split(bars), split(undated), {"dataframe_records": bars.to_dict("records")}):
        answer = post(server, payload)
        assert answer.status_code == 200, answer.text
        (row,) = answer.json()["predictions"]
        for name in ("forecast", "lower_90", "upper_90"):
            assert row[name] == pytest.approx(expected[name][0], rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda bars: bars.tail(12), "holds 12 daily bars, and a forecast needs at least 32"),
        (lambda bars: bars.drop(columns="volume"), "the header lacks volume"),
        (lambda bars: bars.assign(close="high"), "row 1: close 'high' is not a number"),
        (lambda bars: bars.assign(low=-1.0), "row 1: low -1.0 is not a positive finite number"),
        (lambda bars: bars.assign(low=None), "row 1: low is missing"),
        (lambda bars: bars.assign(high=1.0), "row 1: high 1 is below low"),
        (lambda bars: bars[::-1], "row 2: the date is earlier"),
        (lambda bars: bars.assign(volume=0), "row 29: volume '0.0' is not above 0"),
        (
            lambda bars: bars.assign(high=bars["low"], open=bars["low"], close=bars["low"]),
            "row 29: high equals low in this row and the 21 before it",
        ),
    ],
)
def test_bad_bars_get_one_sentence(server, bars, change, part):
    answer = post(server, split(change(bars)))
    assert answer.status_code == 400
    sentence = answer.json()["message"]
    assert sentence.startswith("the request") and part in sentence
    assert "\n" not in sentence and "stack_trace" not in answer.json()


@pytest.mark.slow
@pytest.mark.parametrize("payload", ["text", {"inputs": "text"}, {"inputs": [1, 2]}, {}])
def test_what_is_no_table_is_a_bad_request(server, bars, payload):
    assert post(server, payload).status_code == 400
    assert post(server, split(bars)).status_code == 200  # and the server goes on
