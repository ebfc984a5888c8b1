"""The newest bars come from a provider: the real client, asked at a local server."""

import click
import pytest

from tests.pipelines.stock_forecast.conftest import forecast
from tests.pipelines.stock_lstm.test_bad_input import live, server, table_of
from tests.real_project import RealProject
from tests.sources import server as faults

__all__ = ["live", "server"]

MONDAY = {"stock_forecast": {"now": "2026-01-05 19:30"}, "tracking": {"enabled": False}}
LIVE = MONDAY | {"stock": {"source": "tushare", "end_date": "2026-01-05"}}


@pytest.fixture
def fresh(copied: RealProject) -> RealProject:
    """The project that `live` sets up: here one that has a champion."""
    return copied


def test_a_new_bar_moves_the_forecast_on_by_a_day(live, server):
    (row,) = forecast(live, **LIVE).to_dict("records")
    assert (row["date"], row["data_until"]) == ("2026-01-06", "2026-01-05")
    assert table_of(live).is_file()  # what was sent is kept: the next run asks for less
    asked = len(server.requests)
    server.always = faults.status(500)
    assert forecast(live, **LIVE).to_dict("records") == [row]
    assert len(server.requests) == asked


def test_a_provider_that_fails_leaves_no_forecast(live, server):
    report = live.root / "data/08_reporting/stock_forecast/forecast.csv"
    before = report.read_bytes()
    server.always = faults.status(500)
    with pytest.raises(click.ClickException, match="answered with an HTTP error"):
        forecast(live, **LIVE)
    assert report.read_bytes() == before  # that of the last run that ended well
