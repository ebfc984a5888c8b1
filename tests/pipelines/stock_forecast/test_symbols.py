"""A champion forecasts the symbol that it has learnt, and no other."""

import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.io.safetensors import Weights
from tests.pipelines.stock_forecast.conftest import AS_OF
from tests.pipelines.stock_forecast.test_run import bars, failure, next_day, weights

__all__ = ["bars", "weights"]


def test_a_champion_of_another_symbol_is_refused_with_both(copied):
    copied.snapshot.rename(own := copied.snapshot.with_name("own.csv"))
    sentence = failure(copied, **AS_OF, stock={"ts_code": "600001.SH", "snapshot": str(own)})
    assert "version 1 of stock_lstm has learnt from bars of 000300.SH, and these are of 600001" in (
        sentence
    )
    assert "promote=always,stock.ts_code=600001.SH" in sentence


def test_a_champion_that_does_not_name_its_symbol_is_refused(bars, weights):
    header = {name: value for name, value in weights.header.items() if name != "ts_code"}
    with pytest.raises(DataError, match="version 1 of stock_lstm does not say 'ts_code': make"):
        next_day(bars, Weights(weights.state, header), "2024-07-01")
