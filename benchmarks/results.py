"""Figures that benchmarks leave: JSON files, and how a table of them reads."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dl_pipelines.files import atomic_write

ROOT = Path(__file__).parents[1]
ELSEWHERE = "DL_PIPELINES_BENCHMARKS"
FOLDER = Path(os.environ.get(ELSEWHERE, ROOT / "data/08_reporting/benchmarks"))
PACKAGES = ("torch", "numpy", "pandas", "scikit-learn", "kedro", "mlflow")


@dataclass(frozen=True)
class Row:
    """A figure.

    Attributes:
        figure: What it is.
        value: How much.
        unit: Of the value.
        ratio: Value over that of `reference`, where there is one.
        reference: What it is compared with.
    """

    figure: str
    value: float
    unit: str
    ratio: float | None = None
    reference: str = ""

    def cells(self) -> list[str]:
        """The row as text."""
        ratio = "" if self.ratio is None else f"{self.ratio:.3f}"
        return [self.figure, f"{self.value:.4g}", self.unit, ratio, self.reference]


HEAD = ("figure", "value", "unit", "ratio", "to")


def publish(name: str, about: str, rows: Sequence[Row], **more: Any) -> None:
    """Print the rows of a benchmark and keep them.

    Args:
        name: Of the script, without its ending.
        about: What was measured, in a sentence.
        rows: The figures.
        more: What else belongs into the file.
    """
    print(about)
    print("\n".join(table(HEAD, [row.cells() for row in rows])))
    keep(FOLDER / f"{name}.json", {"about": about, "rows": [asdict(row) for row in rows], **more})


def keep(path: Path, content: dict[str, Any]) -> None:
    """Write a result, with when and beside how much other work it was measured."""
    content = {**content, "measured": now(), "load": load(), "machine": machine()}
    text = json.dumps(content, indent=2)
    atomic_write(path, lambda file: file.write(text.encode()))


def read(path: Path) -> dict[str, Any] | None:
    """A result, None where there is none."""
    found: dict[str, Any] | None = json.loads(path.read_text()) if path.exists() else None
    return found


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table that is aligned, so that it reads well in a terminal, too."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    padded = [
        [cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines
    ]
    padded.insert(1, ["-" * width for width in widths])
    return [f"| {' | '.join(line)} |" for line in padded]


def now() -> str:
    """The minute, UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M")


def load() -> float | None:
    """Processes that want to run, mean of the last minute, where the system counts them."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def machine() -> str:
    """The machine in words, without its name, and the versions that were measured."""
    kind = f"{platform.machine()}, {os.cpu_count()} logical cores, {platform.system()}"
    packages = ", ".join(f"{name} {version(name).partition('+')[0]}" for name in PACKAGES)
    return f"{kind}, Python {platform.python_version()}, {packages}"


def machines() -> list[str]:
    """Those that the results come from; one, unless they were gathered over time."""
    files = [*FOLDER.glob("*.json"), *FOLDER.glob("runs/*.json")]
    return sorted({json.loads(file.read_text())["machine"] for file in files})
