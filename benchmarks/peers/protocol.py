"""One task and one judge for all forecasters: the next day's high of the CSI300, 2019 to 2025.

Shapes: `N` samples in order of time, `F` features. Sample i is forecast at the close of day i; its
target is known at the close of day i + 1.
"""

import hashlib
import inspect
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from dl_pipelines.data.splits import Split, SplitByDate
from dl_pipelines.data.task import ForecastTask
from dl_pipelines.evaluation.baselines import reference_forecasts
from dl_pipelines.evaluation.forecasts import forecast_frame
from dl_pipelines.evaluation.holdout import evaluate_forecasts, period, reference_metrics
from dl_pipelines.evaluation.metrics import rmse
from dl_pipelines.frames.samples import forecast_samples
from dl_pipelines.params.evaluation import Holdout
from dl_pipelines.pipelines.stock_nodes import build_features, clean_bars, ingest_bars
from project_copy import SNAPSHOT
from results import FOLDER, ROOT, keep

Floats = NDArray[np.float64]
Settings = Mapping[str, Any]
SEEDS = (0, 1, 2, 3, 4)


class Fit(Protocol):
    """Learn from the samples before `known`, forecast those from `known` to `stop`."""

    def __call__(
        self, task: ForecastTask, known: int, stop: int, *, seed: int, **settings: Any
    ) -> Floats:
        """Forecasts in the target's units, [stop - known]."""


@dataclass(frozen=True)
class Forecaster:
    """A forecaster and what may be chosen.

    Attributes:
        name: What the table calls it.
        fit: See `Fit`.
        grid: Values to choose among, by setting; all combinations are tried.
        versions: Of the libraries that it is made of.
        inputs: Columns of the features frame that it sees; those of the pipeline if None.
        fixed: Settings that are nobody's choice here, and still part of what is fitted.
    """

    name: str
    fit: Fit
    grid: Mapping[str, Sequence[Any]]
    versions: str
    inputs: Sequence[str] | None = None
    fixed: Settings = field(default_factory=dict)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """All settings to choose among."""
        return [
            dict(zip(self.grid, values, strict=True)) for values in product(*self.grid.values())
        ]


@dataclass(frozen=True)
class Exam:
    """The days, their split and the references.

    Attributes:
        features: Features frame.
        holdout: The pipeline's own.
        inputs: Columns that models see, those of the pipeline.
        target: What they learn, a key of `dl_pipelines.data.targets.TARGETS`, that of the pipeline.
        references: Frame of `reference_forecasts`.
    """

    features: pd.DataFrame
    holdout: Holdout
    inputs: Sequence[str]
    target: str
    references: pd.DataFrame = field(repr=False)

    @classmethod
    def read(cls) -> "Exam":
        """The embedded snapshot, cleaned as the pipeline cleans it, and the pipeline's settings."""
        settings = pipeline_settings()
        holdout = Holdout.model_validate(settings["holdout"])
        bars, _ = clean_bars(ingest_bars(pd.read_csv(ROOT / SNAPSHOT)))
        features = build_features(bars)
        references = reference_forecasts(
            features, test_start=holdout.test_start, end=holdout.end, start=holdout.start
        )
        own = settings["forecaster"]
        return cls(features, holdout, own["features"], own["target"], references)

    def task(self, inputs: Sequence[str] | None = None) -> ForecastTask:
        """The samples as arrays; models see the columns `inputs`, those of the pipeline if None."""
        samples = forecast_samples(self.features, start=self.holdout.start, end=self.holdout.end)
        return ForecastTask.from_frame(samples, inputs or self.inputs, self.target)

    def split(self, task: ForecastTask) -> Split:
        """The days to learn from, to choose by and to be judged on."""
        settings = self.holdout.model_dump(exclude={"start", "end"})
        return SplitByDate(**settings).split(task.dates)

    def reference_figures(self) -> dict[str, float]:
        """Figures of the references on the test days."""
        return reference_metrics(period(self.references, self.holdout.test_start, self.holdout.end))


def pipeline_settings() -> Any:
    """Settings of the pipeline's own forecaster."""
    return yaml.safe_load((ROOT / "conf/base/parameters_stock_lstm.yml").read_text())["stock_lstm"][
        "lstm"
    ]


def examine(exam: Exam, forecaster: Forecaster, seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Choose settings on the validation days, then judge several seeds on the test days.

    Each choice is fitted once, with the first seed, on the training days. The best one by RMSE
    learns anew from training and validation days, once a seed, as ours does.

    Returns:
        name, versions, choices (how many), chosen, valid_rmse (points), seconds (of the processor,
        median of the fits for the test, forecasts included) and metrics of `evaluate_forecasts`.
    """
    task = exam.task(forecaster.inputs)
    split = exam.split(task)
    errors = [
        valid_error(forecaster, task, split, settings, seeds[0]) for settings in forecaster.choices
    ]
    best = int(np.argmin(errors))
    chosen = forecaster.choices[best]
    first, stop = int(split.test[0]), int(split.test[-1]) + 1
    fits = [remembered(forecaster, task, (first, stop), chosen, seed) for seed in seeds]
    points = task.decode(np.array([fit["forecasts"] for fit in fits]), split.test)
    frame = forecast_frame(exam.references, task.dates[split.test], points, seeds)
    return {
        "name": forecaster.name,
        "versions": forecaster.versions,
        "choices": len(errors),
        "chosen": chosen,
        "valid_rmse": errors[best],
        "seconds": float(np.median([fit["seconds"] for fit in fits])),
        "metrics": evaluate_forecasts(frame),
    }


def valid_error(
    forecaster: Forecaster, task: ForecastTask, split: Split, settings: Settings, seed: int
) -> float:
    """RMSE on the validation days, index points."""
    span = int(split.valid[0]), int(split.valid[-1]) + 1
    encoded = np.array(remembered(forecaster, task, span, settings, seed)["forecasts"])
    actual = task.decode(task.targets[split.valid], split.valid)
    return rmse(actual, task.decode(encoded, split.valid))


def remembered(
    forecaster: Forecaster,
    task: ForecastTask,
    span: tuple[int, int],
    settings: Settings,
    seed: int,
) -> Any:
    """Forecasts of a fit and its processor seconds; what has been fitted before is read again.

    What was fitted by other code, with other settings or on other data is fitted anew.
    """
    module = Path(inspect.getfile(forecaster.fit)).read_text()
    made_by = [forecaster.name, forecaster.versions, module, forecaster.fixed]
    asked = [forecaster.name, *span, settings, seed]
    data = hashlib.sha256(json.dumps([*made_by, *asked]).encode())
    data.update(task.values.tobytes() + task.targets.tobytes())
    file = FOLDER / "fits" / f"{data.hexdigest()[:16]}.json"
    if not file.exists():
        start = time.process_time()  # other work on the machine changes it less
        forecasts = forecaster.fit(upto(task, span[1]), *span, seed=seed, **settings)
        seconds = time.process_time() - start
        keep(file, {"asked": asked, "seconds": seconds, "forecasts": forecasts.tolist()})
        print(f"  {forecaster.name} {dict(settings)} seed {seed}: {seconds:.1f} s", flush=True)
    return json.loads(file.read_text())


def upto(task: ForecastTask, stop: int) -> ForecastTask:
    """The samples before `stop`: what comes later is not even handed over."""
    arrays = ("values", "targets", "dates", "close", "range_22")
    return replace(task, **{name: getattr(task, name)[:stop] for name in arrays})
