"""A universe by the real tushare client, against a local server that speaks its protocol."""

import json

import click
import pandas as pd
import pytest

from tests.pipelines.stock_lstm.symbols import DAYS, QUICK_UNIVERSE, bars
from tests.real_project import RealProject
from tests.sources.conftest import server
from tests.sources.server import PERMISSION, TOKEN, TushareServer, refusal

__all__ = ["server"]

MEMBERS = [f"60000{number}.SH" for number in range(8)]
UNKNOWN = "600404.SH"
INGEST = "stock_lstm.universe.ingest_universe"


@pytest.fixture
def exchange(server: TushareServer) -> TushareServer:
    """Eight shares, and a member of the index that has no bars."""
    named = ["trade_date", "open", "high", "low", "close", "vol", "amount"]
    server.tables = {"daily": [], "adj_factor": [], "index_weight": []}
    for number, share in enumerate(MEMBERS):
        frame = bars(number).assign(amount=1.0, date=DAYS.strftime("%Y%m%d"))
        frame["volume"] /= 100.0
        for row in frame.itertuples(index=False):
            day = {"ts_code": share, "trade_date": row.date}
            values = zip(named[1:], row[1:], strict=True)
            server.tables["daily"].append(day | dict(values))
            server.tables["adj_factor"].append(day | {"adj_factor": 2.0})
    for day, members in (("20180601", MEMBERS[:1]), ("20181203", [*MEMBERS, UNKNOWN])):
        server.tables["index_weight"] += [
            {"index_code": "399300.SZ", "trade_date": day, "con_code": member, "weight": 1.0}
            for member in members
        ]
    return server


@pytest.fixture
def project(tmp_path, monkeypatch) -> RealProject:
    monkeypatch.setenv("TUSHARE_TOKEN", TOKEN)
    return RealProject(tmp_path / "project", "stock")


def run(project, **arguments):
    stock = {
        "universe": "hs300",
        "source": "tushare",
        "start_date": f"{DAYS[0]:%Y-%m-%d}",
        "end_date": f"{DAYS[-1]:%Y-%m-%d}",
    }
    project.run({**QUICK_UNIVERSE, "stock": stock, "tracking": {"enabled": False}}, **arguments)


def asked(exchange):
    """The shares whose bars were asked for, each once."""
    calls = [body for body in exchange.requests if body["api_name"] == "daily"]
    return sorted({body["params"]["ts_code"] for body in calls})


def test_members_of_the_day_before_the_test_are_learnt_and_judged(project, exchange):
    run(project)
    report = json.loads((project.reports / "universe.json").read_text())
    assert list(report["symbols"]) == MEMBERS
    assert UNKNOWN in report["left_out"] and "check" in report["left_out"][UNKNOWN]
    table = project.root / "data/02_intermediate/stock_lstm/universe_tushare/600003.SH.parquet"
    kept = pd.read_parquet(table)
    assert kept["close"].tolist() == pytest.approx((2.0 * bars(3)["close"]).tolist())
    assert kept.attrs["source"] == "tushare 600003.SH"

    exchange.requests.clear()
    run(project, to_nodes=[INGEST])
    assert asked(exchange) == [UNKNOWN], "what is complete is not asked for again"


def test_a_run_that_the_provider_ended_goes_on_with_the_symbols_that_are_missing(
    project, exchange, monkeypatch
):
    allowed = MEMBERS[:3]
    answer = exchange.answer

    def first_three(body):
        if body["api_name"] != "daily" or body["params"]["ts_code"] in allowed:
            return answer(body)
        return {"code": 40203, "msg": PERMISSION, "data": None}

    exchange.answer = first_three
    with pytest.raises(click.ClickException, match=r"tushare daily of 600003\.SH"):
        run(project, to_nodes=[INGEST])
    exchange.requests.clear()
    exchange.answer = answer

    run(project, to_nodes=[INGEST])

    assert asked(exchange) == sorted({*MEMBERS, UNKNOWN} - {*allowed})


def test_a_provider_without_the_index_is_one_sentence(project, exchange):
    exchange.faults = [refusal(PERMISSION)]
    with pytest.raises(click.ClickException, match="tushare index_weight"):
        run(project, to_nodes=[INGEST])
