"""Runs whose figures the README tells."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest


@pytest.fixture
def ran(results: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that are run; each leaves a figure and a trace."""
    import pipeline_runs
    from commands import Cost

    commands: list[list[str]] = []

    def measure(command: Sequence[str], folder: Path, output: Path | None = None) -> Cost:
        commands.append([*command[3:], str((folder / "trace").exists())])
        (folder / "trace").touch()
        report = folder / "data/08_reporting/stock_lstm/metrics.json"
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text('{"lstm.rmse": 36.2}')
        return Cost(0, 51.0, 70.0, 900)

    monkeypatch.setattr(pipeline_runs, "measure", measure)
    return commands


def test_a_run_that_has_a_result_is_not_run_again(results: Path, ran: list[list[str]]) -> None:
    from pipeline_runs import have

    assert have("stock_lstm")
    assert have("stock_lstm")
    assert have("stock_lstm", again=True)

    command = ["run", "--pipeline", "stock_lstm", "False"]  # False: each in a fresh copy
    assert ran == [command, command]
    kept = json.loads((results / "runs/stock_lstm.json").read_text())
    assert (kept["seconds"], kept["figures"]) == (51.0, {"lstm.rmse": 36.2})


def test_a_run_goes_on_in_what_another_has_left(results: Path, ran: list[list[str]]) -> None:
    from pipeline_runs import have

    assert have("stock_lstm_again")

    assert [command[-1] for command in ran] == ["False", "True"]


def test_runs_that_go_on_do_so_in_the_same_place_and_not_in_each_others_project(
    results: Path, ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipeline_runs

    seen: list[tuple[Path, list[str]]] = []
    measured = pipeline_runs.measure

    def measure(command: Sequence[str], folder: Path, output: Path | None = None) -> object:
        seen.append((folder, sorted(path.name for path in folder.glob("of_*"))))
        (folder / f"of_{command[-1]}").touch()
        return measured(command, folder, output)

    monkeypatch.setattr(pipeline_runs, "measure", measure)
    assert pipeline_runs.have("mnist_gan")
    assert pipeline_runs.have("mnist_vae")

    assert len({folder for folder, _ in seen}) == 1, "a project that moved is another to the cache"
    assert [files for _, files in seen] == [[], ["of_mnist_cnn"], ["of_mnist_cnn"]]


def test_a_run_that_was_killed_begins_anew(results: Path, ran: list[list[str]]) -> None:
    from pipeline_runs import have

    left = results / "projects/house_boston"
    left.mkdir(parents=True)
    (left / "trace").touch()

    assert have("house_boston")
    assert ran[0][-1] == "False"


def test_figures_are_those_of_the_metrics_and_of_the_table(tmp_path: Path) -> None:
    from pipeline_runs import figures

    (tmp_path / "metrics.json").write_text('{"steps": 145}')
    (tmp_path / "comparison.csv").write_text(
        "window,way,w,skill %\nall,torch,2.95,\nall,np,3,1.5\n"
    )

    assert figures(tmp_path) == {
        "steps": 145,
        "all / torch | w": 2.95,
        "all / np | w": 3.0,
        "all / np | skill %": 1.5,
    }
    assert figures(tmp_path / "nothing") == {}


@pytest.mark.parametrize("script", ["pipeline_runs", "run_all", "forecasters"])
def test_a_name_that_does_not_exist_is_told_with_the_choices(
    script: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = __import__(script)
    monkeypatch.setattr("sys.argv", [script, "nonsense"])

    with pytest.raises(SystemExit) as ended:
        module.main()

    assert ended.value.code == 2
    assert "there is no" in capsys.readouterr().err


@pytest.fixture
def asked(results: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, list[str]]]:
    """Runs `run_all` with arguments; scripts are not started, those of GANs fail."""
    import run_all

    monkeypatch.setattr(run_all, "show", lambda *, write: None)

    def run(*arguments: str) -> tuple[int, list[str]]:
        names: list[str] = []

        def measure(name: str, given: object) -> bool:
            names.append(name)
            return name != "gans"

        monkeypatch.setattr(run_all, "measure", measure)
        monkeypatch.setattr("sys.argv", ["run_all", *arguments])
        return run_all.main(), names

    return run


def test_a_benchmark_that_fails_does_not_stop_the_others(
    asked: Callable[..., tuple[int, list[str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    code, names = asked("gans", "taggers")

    assert (code, names) == (1, ["gans", "taggers"])
    assert "failed, and not in the tables: gans" in capsys.readouterr().err


def test_all_go_on_with_what_has_no_result(
    results: Path, asked: Callable[..., tuple[int, list[str]]]
) -> None:
    results.mkdir()
    (results / "gans.json").write_text("{}")

    code, names = asked()

    assert code == 0
    assert "gans" not in names
    assert {"pipeline_runs", "forecasters", "training_step", "whole_run"} <= set(names)
    assert "gans" in asked("--again")[1]


def test_a_run_that_failed_is_tried_again(results: Path, ran: list[list[str]]) -> None:
    from pipeline_runs import have
    from results import keep

    failed = {"command": "kedro run", "seconds": 1.0, "exit_code": 1, "figures": {}}
    keep(results / "runs/stock_lstm.json", failed)

    assert have("stock_lstm")
    assert len(ran) == 1


def test_a_run_does_not_go_on_in_what_a_failed_one_has_left(
    results: Path, ran: list[list[str]]
) -> None:
    from pipeline_runs import have

    (results / "projects/stock_lstm").mkdir(parents=True)

    assert have("stock_lstm_again")
    assert len(ran) == 2, "the run before it is run first"


@pytest.mark.parametrize(
    ("typed", "arguments"),
    [
        (["forecasters"], [["forecasters.py", "--again"]]),
        (["pipeline_runs"], [["pipeline_runs.py", "--again"]]),
        (["gans"], [["gans.py"]]),
        (["--quick", "forecasters"], [["forecasters.py", "--again", "ours"]]),
    ],
)
def test_what_is_named_is_measured_again(
    typed: list[str],
    arguments: list[list[str]],
    results: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import run_all

    asked: list[list[str]] = []

    def run(command: Sequence[str | Path], *, check: bool) -> CompletedProcess[str]:
        asked.append([Path(command[1]).name, *map(str, command[2:])])
        return CompletedProcess(list(map(str, command)), 0)

    monkeypatch.setattr(run_all.subprocess, "run", run)
    monkeypatch.setattr(run_all, "show", lambda *, write: None)
    monkeypatch.setattr(run_all, "FOLDER", results / "quick")  # as its own process sees it
    monkeypatch.setattr("sys.argv", ["run_all", *typed])

    assert run_all.main() == 0
    assert asked == arguments
