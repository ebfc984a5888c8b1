import io

import pandas as pd
import pytest

from dl_pipelines.frames.houses import HOUSES
from dl_pipelines.frames.houses.common import Rule, apply_rules


def test_the_tables_go_by_their_names():
    assert {name: table.name for name, table in HOUSES.items()} == {
        name: name for name in ("boston", "ames", "california")
    }
    assert HOUSES["california"].unit == "100,000 dollars"


def test_a_rule_sees_what_the_rules_before_it_left():
    raw = pd.DataFrame({"a": [1.0, None], "b": [None, 2.0]})
    rules = [
        Rule(("a",), "empty: 0", lambda cells, _: cells.fillna(0.0)),
        Rule(("b",), "empty: as a", lambda cells, houses: cells.fillna(houses["a"])),
    ]
    assert apply_rules(raw, rules).to_numpy().tolist() == [[1.0, 1.0], [0.0, 2.0]]
    assert raw["a"].isna().tolist() == [False, True]


@pytest.mark.parametrize("name", HOUSES)
def test_every_stage_survives_parquet(name, request):
    fixture = request.getfixturevalue(f"{name}_text")
    text = fixture({}, {"Lot.Frontage": ""}) if name == "ames" else fixture
    table = HOUSES[name]
    raw = table.parse(text)
    houses = table.clean(raw)
    for frame in (raw, houses, table.features(houses)):
        buffer = io.BytesIO()
        frame.to_parquet(buffer)
        stored = pd.read_parquet(buffer)
        pd.testing.assert_frame_equal(stored, frame)
        assert stored.attrs == text.attrs
