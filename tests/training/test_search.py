import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from statistics import median

import pytest
from filelock import FileLock

from dl_pipelines.errors import DataError, SettingError
from dl_pipelines.training.search import apply, search
from tests.training.test_sampling import GRID, SPACE


def objective(params):
    """Smallest, 0, at a learning rate of 0.1 and two layers; diverges above 0.8."""
    if params["optimizer.lr"] > 0.8:
        raise SettingError("training diverged.")
    hidden = params["network.hidden"]
    return (params["optimizer.lr"] - 0.1) ** 2 + (hidden != [32, 32])


@pytest.fixture
def run(tmp_path):
    """Search in a file of the test's own; each keyword replaces a setting."""

    def run(function=objective, **changes):
        settings = {
            "space": SPACE,
            "method": "tpe",
            "trials": 15,
            "seed": 3,
            "storage": tmp_path / "folder" / "search.db",
            "study": "toy",
        } | changes
        return search(function, settings.pop("space"), **settings)

    return run


def what(rows):
    """The rows without their seconds, which differ from run to run."""
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def test_a_grid_has_no_more_trials_than_combinations(run):
    rows = run(lambda params: params["width"], space=GRID, method="grid", trials=100)
    assert [row["number"] for row in rows] == [*range(6)]
    assert [row["value"] for row in rows] == [row["params"]["width"] for row in rows]


def test_tpe_learns_from_the_trials_before(run):
    values = [row["value"] for row in run(trials=30)]
    assert median(values[20:]) < median(values[:10]) / 2


def test_a_failed_trial_is_one_to_learn_from(run):
    def narrow(params):
        if params["optimizer.lr"] < 0.01:
            raise SettingError("training diverged.")
        return params["optimizer.lr"]

    rows = run(narrow, trials=30)
    assert all((row["state"] == "FAILED") == (row["params"]["optimizer.lr"] < 0.01) for row in rows)
    assert all((row["state"] == "FAILED") == (row["value"] == float("inf")) for row in rows)
    failures = [row["state"] == "FAILED" for row in rows]
    assert 0 < sum(failures[20:]) < sum(failures[:10])


def test_a_value_that_is_not_a_number_is_a_failure(run):
    def holed(params):
        return float("nan") if params["width"] == 8 else 1.0

    rows = run(holed, space=GRID, method="grid", trials=6)
    assert [row["state"] for row in rows].count("FAILED") == 2


def test_a_search_without_a_sound_trial_says_why(run):
    def never(params):
        raise SettingError("training diverged: lower the rate.")

    for _ in range(2):  # also one that has nothing left to do
        with pytest.raises(SettingError, match=r"all 2 trials .* diverged: lower the rate: change"):
            run(never, trials=2)


def test_a_mistake_of_another_kind_stops_the_search(run):
    def full(params):
        raise DataError("the disk is full.")

    with pytest.raises(DataError, match="the disk is full"):
        run(full)
    assert len(run(trials=1)) == 1


def test_finished_trials_are_not_repeated(run):
    calls = []

    def counted(params):
        calls.append(params)
        return objective(params)

    run(counted, trials=5)
    rows = run(counted, trials=12)
    assert [row["params"] for row in rows] == calls
    assert what(run(counted, trials=5)) == what(rows)[:5]
    assert len(calls) == 12


@pytest.mark.parametrize(
    "change", [{"study": "other"}, {"space": SPACE}, {"method": "grid"}, {"seed": 4}]
)
def test_trials_of_another_search_are_left_alone(run, change):
    first = {"space": GRID, "trials": 2}
    run(lambda params: 1.0, **first)
    second = run(lambda params: 2.0, **first | change)
    assert [row["value"] for row in second] == [2.0, 2.0]
    again = run(lambda params: 3.0, **first)
    assert [row["value"] for row in again] == [1.0, 1.0]


KILLED = textwrap.dedent("""
    import json, os, signal, sys
    from pathlib import Path
    from dl_pipelines.training.search import search
    from tests.training.test_sampling import SPACE
    from tests.training.test_search import objective

    def deadly(params):
        with open("calls.jsonl", "a") as file:
            print(json.dumps(params), file=file)
        if Path("calls.jsonl").read_text().count("\\n") == 12:
            os.kill(os.getpid(), signal.SIGKILL)
        return objective(params)

    search(deadly, SPACE, method="tpe", trials=15, seed=3, storage=Path("killed.db"), study="toy")
""")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL")
def test_a_killed_search_goes_on_to_the_same_trials(run, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", KILLED]
    done = subprocess.run(command, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    calls = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]

    def recorded(params):
        calls.append(params)
        return objective(params)

    resumed = run(recorded, storage=tmp_path / "killed.db")
    assert what(resumed) == what(run())
    params = [row["params"] for row in resumed]
    assert calls == [*params[:12], *params[11:]]  # the twelfth began twice


def test_two_searches_do_not_share_a_file_at_a_time(run, tmp_path):
    storage = tmp_path / "search.db"
    with (
        FileLock(f"{storage}.lock"),
        pytest.raises(SettingError, match=r"another process runs a search in .*search\.db"),
    ):
        run(storage=storage)
    assert len(run(storage=storage, trials=1)) == 1


def test_a_file_that_cannot_be_used_is_named(run, tmp_path):
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"no database" * 100)
    with pytest.raises(DataError, match=r"damaged\.db cannot .* \(file is not a database\)"):
        run(storage=damaged)
    with pytest.raises(DataError, match=r"x\.db cannot hold the trials .* \("):
        run(storage=damaged / "x.db")


def test_optuna_is_quiet(run, capfd):
    run(trials=1)
    assert "study" not in "".join(capfd.readouterr())


SETTINGS = {"optimizer": {"name": "adam", "lr": 0.1}, "network": {"hidden": [8]}, "epochs": 3}


def test_parameters_are_set_where_their_names_say():
    before = json.dumps(SETTINGS)
    changed = apply(SETTINGS, {"optimizer.lr": 0.5, "network.hidden": [4, 4]})
    assert changed["optimizer"] == {"name": "adam", "lr": 0.5}
    assert (changed["network"], changed["epochs"]) == ({"hidden": [4, 4]}, 3)
    assert json.dumps(SETTINGS) == before


@pytest.mark.parametrize("name", ["optimizer.lrr", "optimiser.lr", "epochs.lr", "network.hidden.0"])
def test_a_parameter_without_a_setting_is_named(name):
    with pytest.raises(SettingError, match=f"there is no setting '{name}' to search"):
        apply(SETTINGS, {name: 1})
