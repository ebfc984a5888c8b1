"""Figures of a monitor, for `test_layout`."""

from dl_pipelines.evaluation import figures
from tests.evaluation.drift_frames import RECORD, drift, features, forecasts

TRAINING, RECENT = features(300, "2018-01-02"), features(60, "2019-06-03", scale=0.5)
WINDOWS = {"error_ratio": 1.25, "recent_days": 50, "rolling_days": 20}

FIGURES = {
    "feature_drift_bars": lambda _: figures.feature_drift_bars(drift(), moderate=0.1, large=0.25),
    "drift_distributions": lambda _: figures.drift_distributions(TRAINING, RECENT, drift()),
    "drift_errors": lambda _: figures.drift_errors(forecasts(), RECORD, **WINDOWS),
}
"""Name of a figure → how it is drawn."""
