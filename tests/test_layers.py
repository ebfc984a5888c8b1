from copy import deepcopy

from dl_pipelines.layers import with_layers


def test_the_folder_tells_the_layer():
    metrics = {"type": "json", "filepath": "data/08_reporting/a/metrics.json"}
    bars = {"type": "partitions", "path": "data/05_model_input/bars"}
    layered = with_layers({"a.metrics": metrics, "bars": bars})
    assert layered["a.metrics"]["metadata"] == {"kedro-viz": {"layer": "reporting"}}
    assert layered["bars"]["metadata"] == {"kedro-viz": {"layer": "model input"}}


def test_what_an_entry_says_counts_more():
    own = {"layer": "primary", "preview": False}
    metadata = {"mlflow": "table", "kedro-viz": own}
    entry = {"type": "csv", "filepath": "data/07_model_output/a.csv", "metadata": metadata}
    assert with_layers({"a": entry})["a"]["metadata"] == metadata


def test_other_notes_stay():
    entry = {"type": "csv", "filepath": "data/01_raw/a.csv", "metadata": {"mlflow": "table"}}
    expected = {"mlflow": "table", "kedro-viz": {"layer": "raw"}}
    before = deepcopy(entry)
    assert with_layers({"a": entry})["a"]["metadata"] == expected
    assert entry == before


def test_empty_notes_are_none():
    entry = {
        "type": "csv",
        "filepath": "data/01_raw/a.csv",
        "metadata": {"kedro-viz": None},
    }
    assert with_layers({"a": entry})["a"]["metadata"] == {"kedro-viz": {"layer": "raw"}}


def test_other_places_have_no_layer():
    entries = {
        "elsewhere": {"type": "csv", "filepath": "conf/base/a.csv"},
        "nowhere": {"type": "clock"},
        "own": {"type": "text", "path": None},
        "_variable": "data/01_raw/a.csv",
    }
    assert with_layers(entries) == entries
