"""What runs again, in a project of four nodes, when one thing has changed."""

import json
import os
import shutil

import pytest
from kedro.pipeline import Node
from kedro.runner import SequentialRunner, ThreadRunner

from dl_pipelines.reuse import code
from tests.reuse.bakery import ALL, CALLS, Bakery

AFTER_BREAD = ["bread", "report"]


def test_nothing_runs_if_nothing_has_changed(bakery):
    assert bakery.run() == []


def test_a_parameter_runs_its_dependants(bakery):
    assert bakery.run(toy={"oven": {"heat": 180}}) == AFTER_BREAD
    assert json.loads(bakery.file("report.json").read_text())["bread"] == "rye and 1 cups at 180"


def test_a_parameter_that_cannot_change_a_result_runs_nothing(bakery):
    assert bakery.run(toy={"oven": {"trays": 7}}) == []


def test_a_default_that_is_written_out_runs_nothing(bakery):
    bakery.configure(parameters={"oven": {"heat": 200}})
    assert bakery.run() == []


def test_an_input_runs_its_dependants(bakery):
    bakery.file("flour.txt").write_text("oat")
    assert bakery.run() == ALL


def test_a_file_that_was_only_touched_runs_nothing(bakery):
    os.utime(bakery.file("flour.txt"))
    assert bakery.run() == []


@pytest.mark.parametrize("output", ALL)
def test_an_output_that_was_deleted_is_made_again_and_nothing_else(bakery, output):
    bakery.file(f"{output}.json").unlink()
    assert bakery.run() == [output]


def test_an_output_that_was_edited_is_made_again(bakery):
    before, stat = bakery.file("bread.json").read_bytes(), bakery.file("bread.json").stat()
    bakery.file("bread.json").write_bytes(before.replace(b"rye", b"tea"))
    os.utime(bakery.file("bread.json"), ns=(stat.st_atime_ns, stat.st_mtime_ns))  # well hidden
    assert bakery.run() == ["bread"]
    assert bakery.file("bread.json").read_bytes() == before


def test_code_of_a_module_runs_its_nodes(bakery):
    bakery.edit("nodes", "it burns", "it is burnt")
    assert bakery.run() == ALL
    assert bakery.run() == []


def test_code_that_a_function_imports_from_what_it_imports_counts(bakery):
    bakery.edit("water", "cups", "mugs")
    assert bakery.run() == ALL


class Typist(list[str]):
    """Calls of nodes; the first one of `crumbs` finds their code edited."""

    def __init__(self, bakery: Bakery) -> None:
        super().__init__()
        self._bakery = bakery

    def append(self, name: str) -> None:
        super().append(name)
        if name == "crumbs" and "mugs" not in self._bakery.module("water").read_text():
            self._bakery.edit("water", "cups", "mugs")


@pytest.mark.parametrize(
    "how",
    [
        {"choice": {"node_names": ["crumbs"]}},
        {"choice": {"to_nodes": ["crumbs"]}, "cache": False},
        {"cache": False},
        {"choice": {"runner": ThreadRunner()}, "cache": False},
        {"toy": {"water": {"cups": 2}}},
    ],
    ids=["named", "up to it", "all anew", "threads", "another setting"],
)
def test_code_that_is_edited_while_a_node_runs_did_not_make_its_result(bakery, monkeypatch, how):
    calls = Typist(bakery)
    monkeypatch.setattr("tests.reuse.bakery.CALLS", calls)
    assert "crumbs" in bakery.run(**how)
    same = {"toy": how["toy"]} if "toy" in how else {}
    assert bakery.run(**same) == ALL
    assert "mugs" in json.loads(bakery.file("dough.json").read_text())["dough"]
    assert bakery.run(**same) == []


@pytest.mark.parametrize("text", [b"def (", b"x = '\xff'", b"match x:"])
def test_a_file_that_nobody_imports_stops_no_run_but_nothing_tells_who_imports_what(bakery, text):
    bakery.module("unfinished").write_bytes(text)
    assert bakery.run() == ALL
    assert bakery.run() == ALL
    bakery.module("unfinished").write_text("x = 1")
    assert bakery.run() == []


def test_comments_docstrings_and_layout_run_nothing(bakery):
    bakery.edit("nodes", '    """Knead."""', '    """Knead well."""  # by hand\n')
    assert bakery.run() == []


def test_another_version_of_a_package_runs_all(bakery, monkeypatch):
    monkeypatch.setattr(code, "version", lambda package: "0.0.1")
    code.package_versions.cache_clear()  # as in another process
    try:
        assert bakery.run() == ALL
    finally:
        code.package_versions.cache_clear()


def test_another_catalog_entry_runs_what_writes_and_reads_by_it(bakery):
    bakery.configure(bread={"save_args": {"indent": 2}})
    assert bakery.run() == AFTER_BREAD


def test_what_is_tracked_and_shown_of_a_dataset_runs_nothing(bakery):
    bakery.configure(bread={"metadata": {"mlflow": "artifact"}})
    assert bakery.run() == []


def test_cache_false_runs_all_and_the_next_run_reuses_it(bakery):
    assert bakery.run(cache=False) == ALL
    assert bakery.run() == []


def test_a_cache_that_is_neither_true_nor_false_is_refused(bakery):
    assert bakery.toy.failure(cache="no") == "the setting 'cache' is 'no': set it to true or false."


@pytest.mark.parametrize(
    ("choice", "ran"),
    [
        ({"node_names": ["bread"]}, ["bread"]),
        ({"from_nodes": ["bread"]}, AFTER_BREAD),
        ({"to_nodes": ["crumbs"]}, ["dough", "crumbs"]),
        ({"to_outputs": ["bread"]}, ["dough", "bread"]),
        ({"from_inputs": ["crumbs"]}, ["report"]),
    ],
)
def test_nodes_that_are_named_run(bakery, choice, ran):
    assert bakery.run(choice=choice) == ran


def test_a_node_that_ran_alone_on_other_data_runs_again(bakery):
    bakery.file("dough.json").write_text('{"dough": "sand"}')
    assert bakery.run(choice={"node_names": ["bread"]}) == ["bread"]
    assert bakery.run() == ["dough", "bread"]  # the report was never made of sand


def test_a_run_that_failed_keeps_what_had_finished(bakery):
    bakery.file("flour.txt").write_text("oat")
    with pytest.raises(ValueError, match="it burns"):
        bakery.run(toy={"oven": {"heat": 1000}})
    assert CALLS == ["dough", "bread"]
    assert bakery.run() == ["bread", "crumbs", "report"]


def test_a_file_that_was_written_without_its_record_does_not_count(bakery):
    record = next((bakery.root / "data/.reuse/nodes").glob("bread-*"))
    before = record.read_bytes()
    bakery.run(toy={"oven": {"heat": 180}})
    record.write_bytes(before)  # as if the run had been killed between the two
    assert bakery.run() == AFTER_BREAD


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"recipe": {}}'])
def test_a_damaged_record_costs_a_run(bakery, damage):
    next((bakery.root / "data/.reuse/nodes").glob("crumbs-*")).write_text(damage)
    (bakery.root / "data/.reuse/contents.json").write_text(damage)
    assert bakery.run() == ["crumbs"]


def test_outputs_elsewhere_have_records_of_their_own(bakery):
    bakery.configure(bread={"filepath": "data/second.json"})
    assert bakery.run() == AFTER_BREAD
    bakery.configure()
    assert bakery.run() == ["report"]  # which has one place for both


def test_threads_reuse_likewise(bakery):
    heat = {"oven": {"heat": 150}}
    assert bakery.run(choice={"runner": ThreadRunner()}, toy=heat) == AFTER_BREAD
    assert bakery.run(choice={"runner": ThreadRunner()}, toy=heat) == []


def test_a_runner_that_has_run_before_does_what_the_next_run_says(bakery):
    runner = SequentialRunner()
    assert bakery.run(choice={"runner": runner}) == []
    assert bakery.run(choice={"runner": runner, "node_names": ["bread"]}) == ["bread"]
    assert bakery.run(choice={"runner": runner}) == []


def test_a_function_that_is_not_a_modules_own_always_runs(bakery):
    def stirred(flour: str) -> dict[str, str]:
        CALLS.append("stirred")
        return {"dough": flour}

    for _ in range(2):
        CALLS.clear()
        bakery.toy.register([Node(stirred, "flour", "dough", name="dough")])
        bakery.toy.run()
        assert CALLS == ["stirred"]


def test_what_comes_from_outside_is_asked_again_and_judged_by_what_it_gives(bakery):
    def from_a_mill(kind: str) -> None:
        bakery.configure(flour={"type": "tests.reuse.bakery.Mill", "kind": kind, "filepath": None})

    from_a_mill("rye")
    assert bakery.run() == ["dough"]
    assert bakery.run() == ["dough"]
    from_a_mill("oat")
    assert bakery.run() == ALL


def test_a_project_that_was_moved_goes_on(bakery, tmp_path_factory, monkeypatch):
    moved = Bakery(tmp_path_factory.mktemp("moved"), monkeypatch)
    shutil.copytree(bakery.root / "data", moved.root / "data", dirs_exist_ok=True)
    assert moved.run() == []
