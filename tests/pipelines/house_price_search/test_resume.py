"""A search that is killed while it tries settings, and run again."""

import json
import os
import sqlite3
from contextlib import closing, suppress

import pandas as pd
import pytest

from tests.pipelines.house_price_search.conftest import NAME, UNTRACKED, trials_of
from tests.real_project import RealProject

pytestmark = pytest.mark.slow  # whole searches

DATABASE = f"data/06_models/{NAME}/trials.db"


def finished_trials(project: RealProject) -> int:
    file = project.root / DATABASE
    if not file.exists():
        return 0
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT count(*) FROM trials").fetchone()[0]
    return 0  # its tables are being made


@pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL")
def test_a_killed_search_goes_on_to_the_same_trials(fresh, searched):
    (fresh.root / "conf/local/parameters.yml").write_text(json.dumps(UNTRACKED))
    fresh.kill_once(lambda: finished_trials(fresh) >= 2, "--pipeline", NAME)
    before = finished_trials(fresh)
    assert 2 <= before < 7

    fresh.run(pipeline=NAME)
    assert finished_trials(fresh) == 7
    resumed, whole = trials_of(fresh), trials_of(searched)
    for method, frame in resumed.items():
        pd.testing.assert_frame_equal(
            frame.drop(columns="seconds"), whole[method].drop(columns="seconds"), check_exact=True
        )
    best = "conf/searched_boston/parameters_house_price.yml"
    assert (fresh.root / best).read_bytes() == (searched.root / best).read_bytes()
