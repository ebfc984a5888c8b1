import pytest
from kedro.pipeline import Node

from dl_pipelines.params import Settings
from tests.toy_project import ToyProject


class Word(Settings):
    """What both nodes take."""

    text: str


def for_one(word: Word) -> str:
    """Runs where the setting is null."""
    return f"one {word.text}"


def for_many(word: Word) -> str:
    """Runs where it is given."""
    return f"many {word.text}"


def always(word: Word) -> str:
    """Runs in any case."""
    return word.text


@pytest.fixture
def project(tmp_path, monkeypatch):
    toy = ToyProject(tmp_path, monkeypatch.setattr)
    toy.configure(
        parameters={
            "tracking": {"enabled": False},
            "toy": {"word": {"text": "a"}},
            "stock": "${globals:stock}",
        },
        globals={"stock": {"universe": None}},
    )
    toy.register(
        [
            Node(for_one, "params:toy.word", "one", name="one", tags="unless.stock.universe"),
            Node(for_many, "params:toy.word", "many", name="many", tags="if.stock.universe"),
            Node(always, "params:toy.word", "both", name="both"),
        ]
    )
    return toy


def made(project, **params):
    nodes = params.pop("node_names", None)
    with project.session(**params) as session:
        return set(session.run(pipeline_names=[], node_names=nodes))


def test_a_null_setting_chooses_the_nodes_without_it(project):
    assert made(project) == {"one", "both"}


def test_the_command_line_chooses_the_nodes_with_it(project):
    assert made(project, stock={"universe": "hs300"}) == {"many", "both"}


def test_a_file_of_globals_chooses_them_too(project):
    project.configure("local", globals={"stock": {"universe": ["600519.SH"]}})
    assert made(project) == {"many", "both"}


def test_a_node_that_is_named_runs_whatever_the_setting(project):
    assert made(project, node_names=["many"]) == {"many"}
