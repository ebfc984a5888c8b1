"""What MLflow serves of a forecaster: daily bars in, index points out."""

import json
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.pyfunc.scoring_server import invocations

from dl_pipelines.frames.features import daily_features
from dl_pipelines.io.safetensors import SafetensorsDataset
from dl_pipelines.pipelines.champions import champion_forecasts
from dl_pipelines.tracking.forms import served_network
from tests.real_project import ROOT
from tests.tracking.forecasters import HEADER, forecaster, saved

PRICES = ["open", "high", "low", "close"]


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    file = saved(tmp_path_factory.mktemp("served"))
    arguments = served_network(file)
    flavor = arguments.pop("flavor")
    flavor.save_model(path=str(file.with_name("model")), **arguments)
    return file.with_name("model")


@pytest.fixture(scope="module")
def served(model) -> mlflow.pyfunc.PyFuncModel:
    return mlflow.pyfunc.load_model(str(model))


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    """The last 300 days of the snapshot."""
    bars = pd.read_csv(ROOT / "data/01_raw/csi300_daily.csv", encoding="utf-8-sig")
    return bars.tail(300).reset_index(drop=True)


def test_raw_bars_become_points_with_an_interval(served, bars):
    (row,) = served.predict(bars).to_dict("records")
    typed = bars.assign(date=pd.to_datetime(bars["date"]))
    expected = champion_forecasts(forecaster(), daily_features(typed)).iloc[-1]
    assert row["forecast"] == pytest.approx(expected["forecast"], rel=1e-9)
    half = HEADER["calibration"]["quantile"] * expected["scale"]
    assert row["upper_90"] - row["forecast"] == pytest.approx(half, rel=1e-9)
    assert row["forecast"] - row["lower_90"] == pytest.approx(half, rel=1e-9)


def test_as_few_days_as_it_says_it_needs_are_enough(served, bars):
    whole = served.predict(bars)
    needed = 26  # 22 before the first features, a window of 4
    assert f"at least {needed}" in served.metadata.metadata["input"]
    np.testing.assert_allclose(served.predict(bars.tail(needed)), whole, rtol=1e-9)
    undated = bars.tail(needed).drop(columns="date")
    np.testing.assert_allclose(served.predict(undated), whole, rtol=1e-9)
    whole_numbers = bars[PRICES].round().astype(int).assign(volume=bars["volume"])
    assert np.isfinite(served.predict(whole_numbers)).all(axis=None)
    with pytest.raises(mlflow.MlflowException, match=f"25 daily bars, .+ at least {needed}"):
        served.predict(bars.tail(needed - 1))


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda bars: bars.assign(close="x"), "row 1: close 'x' is not a number"),
        (lambda bars: bars.drop(columns="low"), "lacks low"),
        (lambda bars: bars.assign(low=-1.0), "row 1: low -1.0 is not a positive finite number"),
        (lambda bars: bars[::-1], "row 2: the date is earlier"),
    ],
)
def test_bad_bars_are_a_bad_request_with_one_sentence(served, bars, change, part):
    with pytest.raises(mlflow.MlflowException) as caught:
        served.predict(change(bars.tail(40)))
    # As the scoring server does before it answers.
    caught.value.message = f"Failed to predict data '{bars}'. \nError: {caught.value.message}"
    answer = json.loads(caught.value.serialize_as_json())
    assert caught.value.get_http_status_code() == 400
    assert answer["message"].startswith("the request")
    assert part in answer["message"] and "\n" not in answer["message"]


def answered(served, content: str, kind: str) -> dict[str, Any]:
    """The forecast that MLflow's scoring server answers with."""
    reply = invocations(content, kind, served, served.metadata.get_input_schema())
    return json.loads(reply.response)["predictions"][0]


JSON, CSV = "application/json", "text/csv"


def as_split(bars: pd.DataFrame) -> str:
    return json.dumps({"dataframe_split": {"columns": [*bars], "data": bars.to_numpy().tolist()}})


def test_a_server_takes_json_and_csv(served, bars):
    (row,) = served.predict(bars).to_dict("records")
    for content, kind in ((as_split(bars), JSON), (bars.to_csv(index=False), CSV)):
        assert answered(served, content, kind) == pytest.approx(row, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda bars: pd.concat([bars, bars["close"]], axis=1), "the header repeats close"),
        (lambda bars: bars.assign(turnover=1.0), "the header has the unknown turnover"),
        (lambda bars: bars.assign(volume=0.0), "volume '0.0' is not above 0"),
        (lambda bars: bars.assign(close=[[1.0]] * len(bars)), "close '[1.0]' is not a number"),
        (lambda bars: bars.assign(date=[[1.0]] * len(bars)), "date '[1.0]' is not a date"),
    ],
)
def test_a_server_refuses_a_table_before_mlflow_stumbles_over_it(served, bars, change, part):
    with pytest.raises(mlflow.MlflowException) as caught:
        answered(served, as_split(change(bars)), JSON)
    answer = json.loads(caught.value.serialize_as_json())
    assert caught.value.get_http_status_code() == 400
    assert answer["message"].startswith("the request") and part in answer["message"]
    assert "\n" not in answer["message"] and "stack_trace" not in answer


def test_it_says_what_it_is_and_what_it_needs(model, served):
    assert served.metadata.metadata["learnt_until"] == "2018-12-28"
    assert served.metadata.get_output_schema().input_names() == ["forecast", "lower_90", "upper_90"]
    assert not list(model.rglob("*.pkl"))
    files = served.metadata.flavors["python_function"]["artifacts"]
    kept = SafetensorsDataset(str(model / files["weights"]["path"])).load()
    assert kept.header == HEADER


@pytest.mark.slow
def test_its_requirements_are_all_that_it_imports(model):
    code = (
        "import sys, mlflow, torch; before = set(sys.modules)\n"
        f"mlflow.pyfunc.load_model({str(model)!r})\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    known = packages_distributions()
    needed = {name.lower() for module in loaded for name in known.get(module, [])}
    listed = (model / "requirements.txt").read_text().lower()
    own = {"dl-pipelines", "dl_pipelines"}
    assert {"kedro", "pandera", "safetensors"} <= needed
    top = {"kedro", "pandera", "safetensors", "joblib", "filelock", "pydantic", "rich", "pandas"}
    assert needed & top - own <= {line.partition("==")[0] for line in listed.splitlines()}
