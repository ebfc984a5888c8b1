"""How the cost of `stock_lstm` on a universe grows with the number of symbols.

Synthetic symbols of 20 years are written as CSV files; for each size the whole command runs in a
fresh copy of the project: reading, checks, features, references, training, forecasts, evaluation.

    python benchmarks/scale.py [symbols ...]        # 1 10 100 1000

Writes data/08_reporting/scale/growth.json (symbols, rows, seconds, processor seconds and peak
memory of all processes together, shared pages counted once) and growth.png. The exponent is that
of the last step: fixed costs make those before it look better than they are.
"""

import json
import math
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from commands import measure
from dl_pipelines.evaluation.figures import style
from dl_pipelines.files import atomic_write
from project_copy import SNAPSHOT, copy_project
from results import ROOT, Row, publish

REPORTS = ROOT / "data/08_reporting/scale"
SIZES = (1, 10, 100, 1000)
COMMAND = [sys.executable, "-m", "kedro", "run", "--pipelines", "stock_lstm", "--params"]
PARAMS = "stock.universe=symbols.txt,stock.source=files,tracking.enabled=false"


def main() -> None:
    """Measure each size, then write the table and the figure."""
    sizes = sorted(int(size) for size in sys.argv[1:]) or SIZES
    runs = []
    for symbols in sizes:
        runs.append(measured(symbols))
        print(json.dumps(runs[-1]), flush=True)
    growth = {"runs": runs, "peak_mb": max(run["peak_mb"] for run in runs)} | exponents(runs)
    REPORTS.mkdir(parents=True, exist_ok=True)
    content = json.dumps(growth, indent=2)
    atomic_write(REPORTS / "growth.json", lambda file: file.write(content.encode()))
    draw(growth).savefig(REPORTS / "growth.png")
    rows = [Row(f"{run['symbols']} symbols", run["seconds"], "s") for run in runs]
    rows += [Row(f"{run['symbols']} symbols, peak memory", run["peak_mb"], "MiB") for run in runs]
    if "time_exponent" in growth:
        rows.append(Row("power of symbols with which time grows", growth["time_exponent"], ""))
    publish("scale", "stock_lstm on synthetic symbols of 20 years", rows)


def measured(symbols: int) -> dict[str, float]:
    """Run the command on some symbols."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        rows = prepare(project, symbols)
        cost = asdict(measure([*COMMAND, PARAMS], project))
    if code := cost.pop("exit_code"):
        sys.exit(f"the run on {symbols} symbols failed with exit code {code}")
    return {"symbols": symbols, "rows": rows, **cost}


def prepare(project: Path, symbols: int) -> int:
    """Copy the project and write its universe; returns the rows of all symbols."""
    copy_project(project)
    folder = project / "data/01_raw/bars"
    folder.mkdir()
    days = pd.read_csv(ROOT / SNAPSHOT, usecols=["date"])["date"]
    names = [f"{600000 + number}.SH" for number in range(symbols)]
    market = np.random.default_rng(0).normal(0.0, 0.01, len(days))
    for number, name in enumerate(names):
        bars = synthetic_bars(days, market, seed=number)
        bars.to_csv(folder / f"{name}.csv", index=False, float_format="%.8g")
    (project / "symbols.txt").write_text("\n".join(names))
    return symbols * len(days)


def synthetic_bars(days: pd.Series, market: Any, *, seed: int) -> pd.DataFrame:
    """A random walk around the market's, whose volatility changes slowly."""
    random = np.random.default_rng([1, seed])
    shape = len(days)
    scale = 0.012 * np.exp(pd.Series(random.normal(0.0, 1.0, shape)).ewm(alpha=0.05).mean())
    close = 10.0 * np.exp(np.cumsum(random.uniform(0.5, 1.5) * market + random.normal(0.0, scale)))
    before = np.concatenate([close[:1], close[:-1]])
    opened = before * np.exp(0.3 * random.normal(0.0, scale))
    up, down = (np.exp(0.7 * np.abs(random.normal(0.0, scale))) for _ in range(2))
    return pd.DataFrame(
        {
            "date": days,
            "open": opened,
            "high": np.maximum(opened, close) * up,
            "low": np.minimum(opened, close) / down,
            "close": close,
            "volume": np.exp(random.normal(15.0, 0.4, shape)).round(),
        }
    )


def exponents(runs: list[dict[str, float]]) -> dict[str, float]:
    """How the seconds grow from the last size but one to the last."""
    if len(runs) < 2:
        return {}
    before, last = runs[-2:]
    step = math.log(last["symbols"] / before["symbols"])
    return {
        f"{name}_exponent": math.log(last[key] / before[key]) / step
        for name, key in (("time", "seconds"), ("cpu", "cpu_seconds"))
    }


def draw(growth: dict[str, Any]) -> Any:
    """Seconds and memory against symbols, on logarithmic axes."""
    runs = pd.DataFrame(growth["runs"])
    before, last = runs.iloc[max(-2, -len(runs))], runs.iloc[-1]
    exponent = growth.get("time_exponent", float("nan"))
    figure, (time_panel, memory_panel) = style.canvas(
        f"{last['symbols']:,.0f} symbols take {last['seconds']:,.0f} s and {last['peak_mb']:,.0f} "
        f"MiB; from {before['symbols']:,.0f} on, time grows as symbols to the power {exponent:.2f}",
        "whole command on synthetic symbols of 20 years, all processes together",
        columns=2,
        height=4.2,
    )
    columns = {time_panel: ("seconds", "seconds"), memory_panel: ("peak_mb", "peak memory, MiB")}
    for panel, (column, label) in columns.items():
        panel.plot(runs["symbols"], runs[column], marker="o", color=style.colour("lstm"))
        for symbols, value in zip(runs["symbols"], runs[column], strict=True):
            panel.annotate(
                f"{value:,.0f}", (symbols, value), xytext=(0, 7), textcoords="offset points",
                ha="center", fontsize=9,
            )  # fmt: skip
        panel.set_xscale("log")
        panel.set_xlabel("symbols")
        panel.set_ylabel(label)
        panel.margins(x=0.1, y=0.15)
        style.log_ticks(panel.xaxis, (1.0,))
    straight = last["seconds"] * runs["symbols"] / last["symbols"]
    time_panel.plot(
        runs["symbols"], straight, linestyle=":", color=style.MUTED, label="in proportion"
    )
    time_panel.set_yscale("log")
    time_panel.set_ylim(bottom=0.5 * runs["seconds"].min())
    style.log_ticks(time_panel.yaxis)
    style.legend(time_panel)
    memory_panel.set_ylim(bottom=0.0)
    style.thousands(memory_panel.yaxis)
    return figure


if __name__ == "__main__":
    main()
