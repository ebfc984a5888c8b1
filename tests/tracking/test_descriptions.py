"""What the pages of MLflow say of themselves."""

import re
from pathlib import Path

import click
import pandas as pd
import pytest
from kedro.pipeline import Node

from dl_pipelines import pipelines
from dl_pipelines.errors import DataError
from dl_pipelines.tracking.commands import Repetition
from dl_pipelines.tracking.descriptions import NOTE, about, table_block
from dl_pipelines.tracking.run_note import RunNote

ROOT = Path(__file__).parents[2]
PIPELINES = sorted(path.parent.name for path in Path(*pipelines.__path__).glob("*/__init__.py"))
SCORES = pd.DataFrame({"model": ["lstm", "a*"], "RMSE": [1234.567, float("nan")]})


def note_of(**known) -> RunNote:
    return RunNote(["stock_lstm"], Repetition("kedro run --pipeline stock_lstm", ""), {}, **known)


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_pipeline_says_what_to_look_at_and_where_it_is_documented(pipeline):
    what, look = about(pipeline).split("\n\n")
    assert what.endswith(".") and "\n" not in what
    assert look.startswith("Look first at ")
    (page,) = re.findall(r"docs/\w+\.md", look)
    assert (ROOT / page).is_file()


@pytest.fixture
def judged(project):
    """A project with a verdict, a table, a verdict of a part, and a node that comes after."""
    text = {"type": "text.TextDataset", "metadata": {"mlflow": "note", "terminal": "text"}}
    table = {"type": "pandas.CSVDataset", "save_args": {"index": False}}
    project.configure(
        parameters={"tracking": project.tracking},
        catalog={
            "stock_lstm.verdict": {**text, "filepath": "data/verdict.txt"},
            "stock_lstm.part.verdict": {**text, "filepath": "data/part.txt"},
            "stock_lstm.comparison": {
                **table,
                "filepath": "data/comparison.csv",
                "metadata": {"mlflow": "table", "terminal": "table"},
            },
        },
    )
    project.register(makers())
    return project


def verdict() -> str:
    return "lstm beats 3 * 4 points."


def part_verdict() -> str:
    return "The part is fine."


def comparison() -> pd.DataFrame:
    return SCORES


def makers() -> list[Node]:
    made = {"verdict": verdict, "part.verdict": part_verdict, "comparison": comparison}
    return [Node(f, None, f"stock_lstm.{name}", name=name) for name, f in made.items()]


def top(tracked):
    return next(run for run in tracked() if run.parent is None)


def test_a_finished_run_begins_with_what_it_is_and_its_verdict(judged, tracked, client):
    judged.run()
    told = top(tracked).tags[NOTE].split("\n\n")
    assert told[0] == about("stock_lstm").partition("\n\n")[0]
    assert told[1:3] == [r"lstm beats 3 \* 4 points.", "The part is fine."]
    assert told[3].splitlines()[1:3] == ["model      RMSE", "lstm   1,234.57"]
    assert "kedro run --pipeline stock_lstm" in told[5]
    (part,) = [run for run in tracked() if run.parent]
    assert part.tags[NOTE].startswith("The part is fine.\n\n`part` of [stock_lstm 2")
    assert f"/runs/{top(tracked).id})" in part.tags[NOTE]


def test_a_run_that_reuses_all_says_the_same_and_names_the_run_before(judged, tracked):
    judged.run()
    first = top(tracked)
    judged.run()
    again = next(run for run in tracked() if run.parent is None and run.id != first.id)
    own, reused = again.tags[NOTE].split("**Reused:**")
    assert own.strip() == first.tags[NOTE]
    assert f"/runs/{first.id})" in reused
    assert "`comparison`, `part.verdict`, `verdict`" in reused


def test_a_failed_run_says_where_and_why_and_what_it_had_found(judged, tracked):
    def fail(text: str) -> None:
        raise DataError("no rows; get some.")

    failing = Node(fail, "stock_lstm.verdict", "x", name="fail")
    judged.register([*makers(), failing])
    with pytest.raises(click.ClickException):
        judged.run()
    told = top(tracked).tags[NOTE].split("\n\n")
    assert told[1] == "**It failed** in the node `fail`: no rows; get some."
    assert told[2] == r"lstm beats 3 \* 4 points."
    assert "**Repeat it:**" in told


def test_an_interrupted_run_says_so(judged, tracked):
    def interrupt() -> None:
        raise KeyboardInterrupt

    judged.register([Node(interrupt, None, "x", name="interrupt")])
    with pytest.raises(KeyboardInterrupt):
        judged.run()
    assert "**It is still going on**" in top(tracked).tags[NOTE]
    judged.register(makers())
    judged.run()
    (killed,) = [run for run in tracked() if run.status == "KILLED"]
    assert "**It was interrupted.**" in killed.tags[NOTE]


def test_an_experiment_is_described_once_and_the_description_may_be_edited(judged, client):
    judged.configure(parameters={"tracking": {"enabled": True}})
    judged.run()
    experiment = client.get_experiment_by_name("stock_lstm")
    assert experiment.tags[NOTE].startswith(about("stock_lstm"))
    client.set_experiment_tag(experiment.experiment_id, NOTE, "Mine.")
    judged.run()
    assert client.get_experiment_by_name("stock_lstm").tags[NOTE] == "Mine."


def test_settings_of_conf_local_and_a_dirty_tree_are_owned_up_to(judged, tracked):
    judged.configure("local", parameters={"toy": {"size": 1}})
    judged.configure(parameters={"tracking": judged.tracking, "toy": {"size": 2}})
    judged.run()
    assert "Settings of `conf/local` took part" in top(tracked).tags[NOTE]
    dirty = RunNote(["toy"], Repetition("x", ""), {"git.commit": "abc", "git.dirty": "true"})
    assert "```\ngit checkout abc\nx\n```\n\nThe files differed" in dirty.text("FINISHED")


def test_settings_that_belong_into_a_file_are_shown_as_one():
    note = RunNote(["toy"], Repetition("kedro run", "toy:\n  seeds:\n  - 0\n"), {})
    assert "```\ntoy:\n  seeds:\n  - 0\n```" in note.text("FINISHED")


def test_what_was_registered_is_linked():
    told = {"model": "stock_lstm", "version": "3", "alias": "challenger", "reason": "it is worse"}
    note = note_of(registered={f"registered.{name}": text for name, text in told.items()})
    assert "[version 3](#/models/stock_lstm/versions/3)" in note.text("FINISHED")
    assert "challenger, for it is worse." in note.text("FINISHED")


def test_a_run_of_another_store_is_named_without_a_link():
    note = note_of(reused={"abc": ["stock_lstm.train", "other.make"]})
    assert "by abc, which is not in this store: `train`, `other.make`" in note.text("FINISHED")


def test_tables_that_do_not_fit_are_left_out():
    wide = pd.DataFrame({"name": ["x" * 400] * 20})
    told = note_of(tables=[SCORES, wide], verdicts={"verdict": "Good."}).text("FINISHED")
    assert len(told) <= 8000
    assert "1,234.57" in told and "xxx" not in told and "Repeat it" in told
    assert len(note_of(verdicts={"verdict": "x" * 9000}).text("FINISHED")) == 8000


def test_of_a_long_table_the_first_rows_are_shown():
    block = table_block(pd.DataFrame({"row": range(1030)})).splitlines()
    assert block[2].strip() == "0"
    assert block[-2] == "… 1,005 more rows"
    assert len(block) == 25 + 4
