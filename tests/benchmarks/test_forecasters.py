"""All forecasters take the same exam."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dl_pipelines.data.splits import Split
from dl_pipelines.data.task import ForecastTask
from dl_pipelines.training.parallel import one_thread

N, FIRST_VALID, FIRST_TEST = 120, 60, 90
SPLIT = Split(np.arange(FIRST_VALID), np.arange(FIRST_VALID, FIRST_TEST), np.arange(FIRST_TEST, N))


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():  # small networks on two threads wait for each other
        yield


@pytest.fixture(autouse=True)
def _fits_elsewhere(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("peers.protocol.FOLDER", results)


@pytest.fixture
def task() -> ForecastTask:
    random = np.random.default_rng(0)
    days = np.datetime64("2018-01-01") + np.arange(N)
    return ForecastTask(
        values=random.normal(size=(N, 2)),
        targets=random.normal(size=N),
        dates=days.astype("datetime64[ns]"),
        close=np.full(N, 100.0),
        range_22=np.full(N, 0.02),
        target="range_scaled",
    )


def test_a_row_of_the_series_is_what_is_known_at_its_close(task: ForecastTask) -> None:
    from peers.series import known_series

    series = known_series(task, 50)

    assert series.index.tolist() == list(range(1, 51))
    # row 7, the close of day 7: its features, and what sample 6 had to forecast
    assert series.loc[7, "y"] == np.float32(task.targets[6])
    assert series.loc[7, "x1"] == np.float32(task.values[7, 1])
    assert series.loc[50, "x1"] == series.loc[49, "x1"], "day 50 is not known"


def test_what_lies_behind_is_not_handed_over(results: Path, task: ForecastTask) -> None:
    from peers.protocol import Forecaster, remembered

    seen: list[int] = []

    def fit(task: ForecastTask, known: int, stop: int, **settings: Any) -> Any:
        seen.append(len(task.targets))
        return np.zeros(stop - known)

    forecaster = Forecaster("zero", fit, {}, "1")
    for _ in range(2):  # the second time it is read
        fitted = remembered(forecaster, task, (60, 90), {}, 0)

    assert seen == [90]
    assert fitted["forecasts"] == [0.0] * 30


def test_settings_are_chosen_by_the_validation_days_alone(
    results: Path, task: ForecastTask
) -> None:
    from peers.protocol import Forecaster, valid_error

    def shifted(task: ForecastTask, known: int, stop: int, *, seed: int, by: float) -> Any:
        return task.targets[known:stop] + by

    forecaster = Forecaster("oracle", shifted, {"by": [2.0, 0.0, 1.0]}, "1")
    other = replace(task, targets=np.where(np.arange(N) < FIRST_TEST, task.targets, 9.0))
    errors = [
        [valid_error(forecaster, each, SPLIT, choice, 0) for choice in forecaster.choices]
        for each in (task, other)
    ]

    assert errors[0] == errors[1], "the test days do not matter"
    assert errors[0][1] == 0.0
    assert errors[0][0] > errors[0][2] > 0.0


@pytest.mark.slow
def test_ours_takes_the_exam_as_the_pipeline_does(results: Path) -> None:
    from peers.ours import forecasters
    from peers.protocol import Exam, examine

    result = examine(Exam.read(), forecasters()[0])

    assert result["choices"] == 1
    assert result["metrics"]["days"] == 1699
    assert result["metrics"]["rmse"] == pytest.approx(36.235, abs=0.05)  # docs/stock_lstm.md


@pytest.mark.slow
@pytest.mark.parametrize("library", ["ours", "linear", "neural", "darts_models"])
def test_no_forecast_depends_on_a_later_day(library: str, task: ForecastTask) -> None:
    if library in ("neural", "darts_models"):
        pytest.importorskip(
            {"neural": "neuralforecast"}.get(library, "darts"),
            reason="pip install 'dl_pipelines[bench]'",
        )
    from importlib import import_module

    from peers.protocol import upto

    small = {"window": 5, "epochs": 1, "steps": 2, "width": 4, "hidden": 4}
    cut = FIRST_TEST + 10
    changed = replace(
        task,
        targets=np.where(np.arange(N) < cut, task.targets, 5.0),
        values=np.where(np.arange(N)[:, None] <= cut, task.values, 5.0),
    )
    for forecaster in import_module(f"peers.{library}").forecasters():
        settings = {name: small[name] for name in forecaster.grid}
        before, after = (
            forecaster.fit(upto(each, N), FIRST_TEST, N, seed=0, **settings)
            for each in (task, changed)
        )
        kept = cut - FIRST_TEST + 1
        np.testing.assert_array_equal(before[:kept], after[:kept])
        assert not np.allclose(before[kept:], after[kept:])
