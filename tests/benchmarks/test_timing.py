"""How benchmarks take time."""

import json
import sys
from pathlib import Path

import pytest


def test_programs_take_turns_after_a_round_that_warms_up() -> None:
    from timing import interleave

    turns: list[str] = []
    seconds = interleave({name: lambda name=name: turns.append(name) for name in "ab"}, 2)

    assert turns == ["a", "b"] * 3
    assert {name: len(own.wall) for name, own in seconds.items()} == {"a": 2, "b": 2}


def test_a_ratio_is_the_median_of_those_of_the_rounds() -> None:
    from timing import Seconds, compared

    # a busy second round slows both; the ratio of the medians would be 5
    ours, bare = Seconds([2.0, 20.0, 10.0], []), Seconds([1.0, 10.0, 2.0], [])

    first, second = compared({"bare": bare, "ours": ours}, "bare", label="x: {}", scale=10.0)

    assert (first.figure, first.value, first.ratio) == ("x: bare", 20.0, 1.0)
    assert (second.value, second.ratio, second.reference) == (100.0, 2.0, "bare")


def test_published_rows_are_printed_and_kept(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from results import Row, publish

    publish("steps", "a step", [Row("ours", 12.345, "ms", 1.02, "bare"), Row("memory", 7.0, "MiB")])

    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "a step"
    assert printed[3:] == [
        "| ours   | 12.35 | ms   | 1.020 | bare |",
        "| memory | 7     | MiB  |       |      |",
    ]
    kept = json.loads((results / "steps.json").read_text())
    assert kept["rows"][0]["value"] == 12.345
    assert {"measured", "load", "machine", "about"} <= set(kept)


def test_the_cost_of_a_command_counts_its_children(tmp_path: Path) -> None:
    from commands import measure

    block = "x = bytearray(80 * 2**20); import time; time.sleep(0.8)"
    child = f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', {block!r}]))"
    cost = measure([sys.executable, "-c", child], tmp_path)
    failed = measure([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, tmp_path / "out.txt")

    assert cost.exit_code == 0
    assert cost.seconds >= 0.8
    assert cost.peak_mb > 80
    assert failed.exit_code == 3
