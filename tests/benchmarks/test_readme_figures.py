"""Every result of the README is in the table, with what was measured beside it."""

import re
from pathlib import Path
from typing import Any

import pytest

from dl_pipelines.evaluation.baselines import REFERENCES
from tests.real_project import ROOT

RESULT = re.compile(r"\d+\.\d+|\d+e-\d+|\d+ %|\w+ (?:seconds|minutes)")
# Numbers that are no results of a run: what is typed, versions, the book's figure, tolerances.
NOT_MEASURED = (
    "`[^`\n]+`",
    "Python ≥ 3.11",
    "two minutes of installing",
    "90 % interval",
    "more than 1e-4",
    "the book: 98.4",
    "sentences, in seconds",
    "Apache-2.0",
)


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text()


def test_no_result_of_the_readme_is_left_out(readme: str) -> None:
    from readme_figures import FIGURES

    spans = [figure.find(readme).span(1) for figure in FIGURES]
    spans += [found.span() for text in NOT_MEASURED for found in re.finditer(text, readme)]
    left_out = [
        readme[max(0, found.start() - 40) : found.end() + 20]
        for found in RESULT.finditer(readme)
        if not any(start < found.end() and found.start() < stop for start, stop in spans)
    ]

    assert left_out == [], "list them in benchmarks/readme_figures.py or in NOT_MEASURED"


def test_every_figure_has_a_run(readme: str) -> None:
    from pipeline_runs import EVERY
    from readme_figures import FIGURES

    assert {figure.run for figure in FIGURES} <= set(EVERY)
    assert len({(figure.run, figure.source, figure.pattern) for figure in FIGURES}) == len(FIGURES)


def test_a_figure_that_the_readme_does_not_tell_is_named() -> None:
    from readme_figures import Figure

    with pytest.raises(LookupError, match="nothing like 'ends in"):
        Figure("curve_fit", "torch.w", r"ends in (\d+) weeks").told("It ends in two weeks.")


def test_a_cell_of_a_table_is_found_by_its_row_and_column() -> None:
    from readme_figures import table

    text = " model   RMSE   p\n plain   2.78\n tabm   -2.82   <0.0001\n"
    figures = table("house", ["RMSE", "p"], {"plain": "plain", "tabm": "tabm"}, {"plain": "p"})

    told = {figure.source: figure.told(text) for figure in figures}
    assert told == {"plain | RMSE": "2.78", "tabm | RMSE": "-2.82", "tabm | p": "<0.0001"}


@pytest.mark.parametrize(
    ("text", "scale", "value", "row"),
    [
        ("36.17", 1.0, 36.1749, ["x", "36.17", "36.17", "+0.00", "1"]),
        ("36.17", 1.0, 36.1851, ["x", "36.17", "36.19", "+0.02", "1"]),
        ("99.2", 100.0, 0.98, ["x", "99.2", "98.0", "-1.2", "0.988"]),
        ("two", 1 / 60, 90.0, ["minutes", "2", "2", "+0", "0.75"]),
        ("<0.0001", 1.0, 3e-7, ["x", "<0.0001", "3e-07", "", ""]),
        ("6e-6", 1.0, 5.8e-6, ["x", "6e-6", "6e-06", "", "0.967"]),
        ("0.00", 1.0, 0.0, ["x", "0.00", "0.00", "+0.00", ""]),
    ],
)
def test_what_was_measured_has_the_places_of_the_readme(
    text: str, scale: float, value: float, row: list[str]
) -> None:
    from readme_figures import Figure
    from readme_table import compared

    result = {"seconds": 1.0, "figures": {"x": value}}
    assert compared(Figure("r", "x", r"is (\S+)", scale), f"It is {text} now", result) == row


def test_of_two_sources_the_smaller_one_counts() -> None:
    from readme_figures import Figure
    from readme_table import compared

    result = {"seconds": 1.0, "figures": {"grid": 2.9, "tpe": 2.83}}
    figure = Figure("r", "grid or tpe", r"finds (\S+)")
    assert compared(figure, "It finds 2.83", result)[2] == "2.83"


def test_what_was_not_measured_is_empty() -> None:
    from readme_figures import Figure
    from readme_table import compared

    figure = Figure("r", "y", r"is (\S+)")
    for result in (None, {"seconds": 1.0, "figures": {"x": 1.0}}):
        assert compared(figure, "It is 7", result) == ["y", "7", "", "", ""]


def test_the_page_tells_what_is_missing_and_what_failed(results: Path, readme: str) -> None:
    from report import page
    from results import keep

    ran: dict[str, Any] = {"seconds": 41.4, "cpu_seconds": 60.0, "peak_mb": 900}
    keep(results / "runs/optimizer_comparison.json", ran | {"exit_code": 0, "figures": {}})
    keep(results / "runs/mnist_gan.json", ran | {"exit_code": 1, "figures": {}})

    text = "\n".join(page())

    assert "--pipeline optimizer_comparison`: 41 s, 60 processor seconds" in text
    assert re.search(r"\| seconds +\| 41 +\| 41 +\| \+0 +\| 1\.01 +\|", text)
    assert "**failed** (exit code 1)" in text
    assert "--pipeline mnist_cgan` after `kedro run --pipeline mnist_cnn`: not measured yet" in text
    assert "forecasters.py`: not measured yet" in text


def test_the_page_tells_what_was_measured_with_and_by_which_libraries(results: Path) -> None:
    from report import page
    from results import keep, machine

    figures = {"rmse": 36.2, "mae": 24.5, "skill_vs_persistence": 0.19, "dm_p_vs_har_ridge": 0.4}
    examined = {
        "name": "peer LSTM",
        "versions": "peer 1.2",
        "choices": 8,
        "chosen": {"window": 10},
        "seconds": 3.0,
        "metrics": figures,
    }
    references = {f"{name}.{key}": 40.0 for name in REFERENCES for key in figures}
    keep(
        results / "forecasters.json",
        {"about": "", "rows": [], "examined": [examined], "references": references},
    )

    text = "\n".join(page())

    assert f"- {machine()}\n" in text
    assert "torch " in machine()
    assert "): peer 1.2.\n" in text
    assert re.search(r"\| peer LSTM +\| 8 +\| 36.20 \| 24.50 \| 19.00 +\| 0.905 ", text)
