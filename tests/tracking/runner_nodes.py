"""Nodes that processes of a runner can import, and a catalog of all that they leave."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from kedro.pipeline import Node
from matplotlib.figure import Figure

from dl_pipelines.errors import DataError

Frame = dict[str, Any]


def make_bars() -> pd.DataFrame:
    """What the others learn from."""
    return pd.DataFrame({"high": [1.0, 2.0, 3.0]})


def learn(bars: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float], dict[str, str]]:
    """History, metrics and tags."""
    curve = pd.DataFrame({"seed": 0, "epoch": [1, 2], "train_loss": bars["high"].to_numpy()[:2]})
    return curve, {"rmse": float(bars["high"].mean())}, {"market": "made up"}


def draw(bars: pd.DataFrame) -> tuple[dict[str, Figure], dict[str, Any]]:
    """Two figures, and a report in the same folder."""
    figures = {name: Figure(figsize=(1, 1)) for name in ("one.png", "two.png")}
    return figures, {"rows": len(bars)}


def refuse(bars: pd.DataFrame) -> np.ndarray[Any, Any]:
    """A user's mistake."""
    raise DataError(f"bars.csv has {len(bars)} rows: get some.")


def _entry(kind: str, dataset: str, file: str) -> Frame:
    return {"type": dataset, "filepath": f"data/{file}", "metadata": {"mlflow": kind}}


CATALOG: Frame = {
    "stock_lstm.bars": _entry("input", "pandas.ParquetDataset", "bars.parquet"),
    "stock_lstm.net.history": _entry("history", "pandas.ParquetDataset", "history.parquet"),
    "stock_lstm.metrics": _entry("metrics", "json.JSONDataset", "reports/metrics.json"),
    "stock_lstm.tags": _entry("tags", "json.JSONDataset", "reports/tags.json"),
    "stock_lstm.figures": _entry("figures", "matplotlib.MatplotlibDataset", "reports"),
    "stock_lstm.report": _entry("artifact", "json.JSONDataset", "reports/report.json"),
    "stock_lstm.nothing": {"type": "json.JSONDataset", "filepath": "data/nothing.json"},
}
BARS = "stock_lstm.bars"
MAKE = Node(make_bars, None, BARS, name="make_bars")
LEARN = Node(
    learn, BARS, ["stock_lstm.net.history", "stock_lstm.metrics", "stock_lstm.tags"], name="learn"
)
DRAW = Node(draw, BARS, ["stock_lstm.figures", "stock_lstm.report"], name="draw")
REFUSE = Node(refuse, BARS, "stock_lstm.nothing", name="refuse")


def leave_old_files(root: Path) -> None:
    """A figure of an earlier run, which this one does not draw."""
    (root / "data/reports").mkdir(parents=True)
    (root / "data/reports/old.png").write_bytes(b"old")
