"""The README's figures beside what was measured, as tables."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pipeline_runs import EVERY, RUNS
from readme_figures import FIGURES, MINUTE, Figure
from results import FOLDER, ROOT, read, table

MINUTES = (MINUTE, MINUTE / 3)
# What of a run is compared with a bare loop or another library: benchmark, and its row.
PARTS = {
    "stock_lstm": [
        ("training_step", "stock_lstm, batch 64: ours"),
        ("lightning_loop", "stock_lstm's network: ours"),
        ("lightning_loop", "stock_lstm's network: Lightning"),
    ],
    "house_boston": [
        ("training_step", "house_price, batch 32: ours"),
        ("cross_validation", "folds side by side in 2"),
    ],
    "optimizer_comparison": [
        ("optimizers", "optimizer_comparison, regression: side by side in 2"),
        ("optimizers", "optimizer_comparison, MNIST: side by side in 2"),
    ],
    "mnist_mlp": [("images", "mnist_mlp: ours")],
    "mnist_cnn": [("training_step", "mnist_cnn, batch 128: ours")],
    "mnist_vae": [("autoencoders", "mnist_vae, batch 64: ours")],
    "mnist_gan": [("gans", "mnist_gan, linear layers (book 8.3), batch 128: ours")],
    "mnist_dcgan": [("gans", "mnist_dcgan, batch 64: ours")],
    "pos_tagger_ewt": [("taggers", "pos_tagger: batches of")],
}


def readme_table() -> Iterator[str]:
    """Each figure of the README beside what was measured, run by run."""
    readme = (ROOT / "README.md").read_text()
    head = ("figure", "README", "measured", "difference", "ratio")
    for name, run in EVERY.items():
        figures = [figure for figure in FIGURES if figure.run == name]
        if not figures:
            continue
        result = read(RUNS / f"{name}.json")
        yield f"`{run.command}`{_after(run.after)}: {_told(result)}{_beside(name)}\n"
        yield from table(head, (compared(figure, readme, result) for figure in figures))
        yield ""


def _after(before: str) -> str:
    return f" after `{EVERY[before].command}`" if before else ""


def _told(result: dict[str, Any] | None) -> str:
    """What a run cost, in words."""
    if result is None:
        return "not measured yet"
    failed = f", **failed** (exit code {result['exit_code']})" if result["exit_code"] else ""
    return (
        f"{result['seconds']:,.0f} s, {result['cpu_seconds']:,.0f} processor seconds, peak memory "
        f"{result['peak_mb']:,} MiB, load {result['load']}{failed} ({result['measured']})"
    )


def _beside(run: str) -> str:
    """How a part of the run compares with a bare loop, and with other libraries."""
    sentences = [
        f"{row['figure']} takes {row['ratio']:.2f} times as long as {row['reference']}"
        for name, figure in PARTS.get(run, ())
        for row in (read(FOLDER / f"{name}.json") or {"rows": ()})["rows"]
        if row["figure"].startswith(figure)
    ]
    return "".join(f". {sentence}" for sentence in sentences)


def compared(figure: Figure, readme: str, result: dict[str, Any] | None) -> list[str]:
    """A row: the README's figure, the measured one to as many places, and how they differ."""
    told = figure.told(readme)
    source = "minutes" if figure.scale in MINUTES else figure.source.replace("|", "·")
    value = _value(figure, result)
    if value is None:
        return [source, told, "", "", ""]
    if told.startswith("<"):
        return [source, told, f"{value:.2g}", "", ""]
    known = Decimal(told)
    if "e" in told:
        return [source, told, f"{value:.0e}", "", f"{value / float(known):.3g}"]
    measured = Decimal(str(value)).quantize(known)
    ratio = f"{value / float(known):.3g}" if known else ""
    return [source, told, str(measured), f"{measured - known:+}", ratio]


def _value(figure: Figure, result: dict[str, Any] | None) -> float | None:
    """What was measured, in the README's unit; None if it was not."""
    if result is None:
        return None
    known = result["figures"] | {"seconds": result["seconds"]}
    found = [known[source] for source in figure.source.split(" or ") if source in known]
    return min(found) * figure.scale if found else None
