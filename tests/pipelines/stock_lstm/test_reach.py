"""The default run reaches what it is meant to; it trains in full, so it is slow."""

import json

import pytest

from tests.real_project import RealProject

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def metrics(tmp_path_factory) -> dict[str, float]:
    project = RealProject(tmp_path_factory.mktemp("full"))
    project.run({"tracking": {"enabled": False}})
    return json.loads((project.reports / "metrics.json").read_text())


def test_the_seeds_beat_the_references(metrics):
    assert metrics["lstm.rmse"] <= 36.4
    assert metrics["lstm.skill_vs_persistence"] >= 0.184
    assert metrics["lstm.skill_vs_close_naive"] >= 0.073
    assert metrics["lstm.rmse"] <= metrics["har_ridge.rmse"]


def test_their_average_beats_the_ridge_in_absolute_errors(metrics):
    assert metrics["lstm.ensemble.rmse"] <= 36.2
    assert metrics["lstm.ensemble.mae"] < metrics["har_ridge.mae"]
    assert metrics["lstm.dm_p_abs_vs_har_ridge"] < 0.05


def test_the_intervals_hold_what_they_say(metrics):
    assert 0.88 <= metrics["lstm.interval_coverage"] <= 0.92


def test_on_the_books_days_ours_has_skill_and_the_books_has_none(metrics):
    assert metrics["lstm_book_window.skill_vs_persistence"] >= 0.14
    assert metrics["textbook.skill_vs_persistence"] < 0
