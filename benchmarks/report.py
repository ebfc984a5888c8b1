"""The tables of all benchmarks, for the terminal and docs/benchmarks.md.

python benchmarks/report.py       # from the results that there are; measures nothing
"""

from collections.abc import Iterator
from typing import Any

from dl_pipelines.files import atomic_write
from readme_table import readme_table
from results import FOLDER, HEAD, ROOT, Row, machines, read, table

PAGE = ROOT / "docs/benchmarks.md"
SPEED = (
    "training_step",
    "lightning_loop",
    "autoencoders",
    "gans",
    "images",
    "cross_validation",
    "taggers",
    "optimizers",
    "whole_run",
)
BY_HAND = ("devices", "gpu", "scale")  # asked for by name; docs/scaling.md has their figures
INTRO = """# Benchmarks

Written by `make bench`: change the commands in `benchmarks/`, not this page.

Ratios are those of programs that took turns in one process, medians of the rounds' ratios: below 1
is less than that of the last column. *Load* is how many processes wanted to run in the minute
before the end. Seconds that were measured at a load well above the number of cores are not those
of a calm machine; quality does not depend on the load, and ratios of programs on one thread do
little, those of several threads or processes do. Times are UTC. Measured on
"""
PEER_NOTE = """All learn from the days before 2019, see the eight features of `stock_lstm` and the
past of its target, forecast each day of 2019 to 2025 from the day before, and are judged by the
figures of `stock_lstm`; "HAR terms" sees the four terms of `har_ridge` in their place. *choices*:
how many settings were tried, each with one seed, on the last 15 % of the days before 2019; the one
with the lowest RMSE there learnt anew from all days before 2019, with five seeds. Figures are means
over these. *p*: Diebold and Mariano, squared errors of the seeds' average against those of
`har_ridge`, which alone is fitted again each month. *s a fit*: median processor seconds of one fit
and its forecasts, on one thread.

Ours had a start: "as in the README" was chosen before, among about 130 settings
([stock_lstm.md](stock_lstm.md)), and "eight choices" keeps from these its loss, optimizer,
averaging and skip connection. Networks of other libraries keep their defaults but for what is
chosen (`benchmarks/peers/`), and for what would be a handicap here: neuralforecast learns by
squared errors, as darts does, in place of absolute ones; from batches of 64 windows, as ours does;
without scalers of its own, of which that of whole series looks at the test days and that of windows
takes the level of volatility away; and NHITS without pooling, which has no meaning for one day. All
values are standardised by the days that are learnt from.
"""


def show(*, write: bool = True) -> None:
    """Print the page and, if so wanted, write it."""
    text = "\n".join(page())
    print(text)
    if write:
        atomic_write(PAGE, lambda file: file.write(text.encode()))


def page() -> Iterator[str]:
    """The lines of docs/benchmarks.md."""
    yield INTRO
    yield from (f"- {each}" for each in machines())
    yield "\n## The README's figures\n"
    yield from readme_table()
    yield "\n## Forecasts of other libraries\n"
    yield from peer_table()
    yield "\n## Speed\n"
    for name in (*SPEED, *(each for each in BY_HAND if read(FOLDER / f"{each}.json"))):
        yield from speed_table(name)
    yield "Devices, GPUs and up to 1,000 symbols: [What to run when it gets larger](scaling.md)."


def peer_table() -> Iterator[str]:
    """Forecasters side by side."""
    result = read(FOLDER / "forecasters.json")
    yield PEER_NOTE
    yield f"`python benchmarks/forecasters.py`{'' if result else ': not measured yet'}"
    if result is None:
        return
    libraries = sorted({each["versions"] for each in result["examined"]})
    yield f"({result['measured']}): {'; '.join(libraries)}.\n"
    references = result["references"]
    head = ("forecaster", "choices", "RMSE", "MAE", "skill %", "RMSE / har_ridge", "p", "s a fit")
    yield from table(
        (*head, "chosen"),
        [
            *(_forecaster(name, _reference(references, name), references) for name in _REFERENCES),
            *(
                _forecaster(each["name"], each["metrics"], references, each)
                for each in result["examined"]
            ),
        ],
    )
    yield ""


_REFERENCES = ("persistence", "close_naive", "har_ridge")


def _reference(figures: dict[str, float], name: str) -> dict[str, float]:
    """The figures of one reference."""
    return {key.partition(".")[2]: value for key, value in figures.items() if key.startswith(name)}


def _forecaster(
    name: str,
    figures: dict[str, float],
    references: dict[str, float],
    about: dict[str, Any] | None = None,
) -> list[str]:
    """A row of `peer_table`."""
    ratio = figures["rmse"] / references["har_ridge.rmse"]
    row = [f"{figures['rmse']:.2f}", f"{figures['mae']:.2f}"]
    row += [f"{100 * figures['skill_vs_persistence']:.2f}", f"{ratio:.3f}"]
    if about is None:
        return [name, "", *row, "", "", ""]
    chosen = ", ".join(f"{key} {value}" for key, value in about["chosen"].items())
    p_value = f"{figures['dm_p_vs_har_ridge']:.2g}"
    return [name, str(about["choices"]), *row, p_value, f"{about['seconds']:.1f}", chosen]


def speed_table(name: str) -> Iterator[str]:
    """The rows of a benchmark."""
    result = read(FOLDER / f"{name}.json")
    yield f"### `python benchmarks/{name}.py`\n"
    if result is None:
        yield "Not measured yet.\n"
        return
    yield f"{result['about']}; load {result['load']} ({result['measured']})\n"
    yield from table(HEAD, (Row(**row).cells() for row in result["rows"]))
    yield ""


if __name__ == "__main__":
    show()
