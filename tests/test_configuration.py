from typing import Any

import pytest
import yaml
from kedro.framework.project import pipelines
from kedro.io import AbstractDataset

from dl_pipelines.configuration import ProjectConfigLoader
from dl_pipelines.errors import SettingError
from dl_pipelines.resolvers import folder_of, own_or
from dl_pipelines.session import ProjectSession
from tests.real_project import RealProject, register_project
from tests.toy_project import ToyProject


class Guarded(AbstractDataset[Any, Any]):
    """A dataset with credentials."""

    def __init__(self, credentials: dict[str, str]) -> None:
        self.credentials = credentials

    def load(self) -> Any:
        raise AssertionError

    def save(self, data: Any) -> None:
        raise AssertionError

    def _describe(self) -> dict[str, Any]:
        return {}


class Wrapping(Guarded):
    def __init__(self, dataset: dict[str, Any], credentials: dict[str, str]) -> None:
        super().__init__(credentials)
        self.inner = dataset


@pytest.fixture
def project(tmp_path, monkeypatch):
    return ToyProject.sized(tmp_path, monkeypatch.setattr)


@pytest.mark.parametrize(
    ("params", "wrong", "right"),
    [
        ({"toyy": {"size": {"length": 3}}}, "toyy", "toy"),
        ({"toy": {"sise": {"length": 3}}}, "toy.sise", "toy.size"),
        ({"traking": {"required": False}}, "traking", "tracking"),
    ],
)
def test_a_misspelt_parameter_is_named_with_a_guess(project, params, wrong, right):
    expected = f"there is no parameter '{wrong}'; did you mean '{right}'?"
    assert project.failure(**params) == expected


def test_a_parameter_that_resembles_none_is_answered_with_the_groups(project):
    expected = "there is no parameter 'zzzzzz'; choose one of cache, toy, tracking."
    assert project.failure(zzzzzz=1) == expected


def test_a_parameter_is_also_guessed_by_its_last_part(project):
    expected = "there is no parameter 'sise'; did you mean 'toy.size'?"
    assert project.failure(sise={"length": 1}) == expected


def test_a_setting_of_another_group_is_guessed_where_the_group_resembles_none(project):
    expected = "there is no parameter 'zzzzzz.length'; did you mean 'toy.size.length'?"
    assert project.failure(zzzzzz={"length": 1}) == expected


def test_the_old_names_of_the_providers_settings_are_answered_with_the_new(fresh):
    register_project()
    given = {"tushare": {"end_date": "2026-06-30"}}
    sentence = "there is no parameter 'tushare.end_date'; did you mean 'stock.end_date'?"
    with (
        ProjectSession.create(fresh.root, runtime_params=given) as session,
        pytest.raises(SettingError) as told,
    ):
        session.load_context()
    assert str(told.value) == sentence


def test_credentials_of_an_entry_within_an_entry_are_found(project):
    inner = {"type": "tests.test_configuration.Guarded", "credentials": "tushare"}
    entry = {"type": "tests.test_configuration.Wrapping", "dataset": inner, "credentials": "other"}
    project.configure(catalog={"bars": entry})
    project.configure("local", credentials={"tushare": {"token": "t"}})
    with project.session() as session:
        bars = session.load_context().catalog["bars"]
    assert (bars.inner["credentials"], bars.credentials) == ({"token": "t"}, {})


def test_a_parameter_misspelt_in_the_project_itself_is_missed(project):
    tracking = {"enabled": False}
    project.configure(parameters={"tracking": tracking, "toy": {"sise": {"length": 2}}})
    expected = "the parameter 'toy.size' is missing; did you mean 'toy.sise'?"
    assert project.failure() == expected


def test_a_misspelt_parameter_of_an_environment_is_found_too(project):
    project.configure("local", parameters={"toy": {"sise": 1}})
    assert "there is no parameter 'toy.sise'" in project.failure()


def test_an_environment_changes_one_setting_and_leaves_its_neighbours(project):
    project.configure("local", parameters={"toy": {"size": {"width": 5}}})
    with project.session() as session:
        size = session.load_context().params["toy"]["size"]
    assert (size.length, size.width) == (2, 5)


@pytest.mark.parametrize("env", [None, "local", "tushare"])
def test_local_credentials_are_found_in_every_environment(project, env):
    project.configure("tushare")
    project.configure("local", credentials={"tushare": {"token": "t"}})
    with project.session(env) as session:
        assert session.load_context().config_loader["credentials"]["tushare"] == {"token": "t"}


def test_credentials_of_the_environment_itself_go_first(project):
    project.configure("local", credentials={"tushare": {"token": "local"}})
    project.configure("tushare", credentials={"tushare": {"token": "own"}})
    with project.session("tushare") as session:
        found = session.load_context().config_loader["credentials"]
    assert found == {"tushare": {"token": "own"}}


def test_missing_credentials_are_left_to_the_dataset(project):
    entry = {"type": "tests.test_configuration.Guarded", "credentials": "tushare"}
    project.configure(catalog={"bars": entry})
    with project.session() as session:
        assert session.load_context().catalog["bars"].credentials == {}


@pytest.fixture
def of_pictures(tmp_path) -> RealProject:
    """A project with the settings of the pipelines of pictures."""
    return RealProject(tmp_path, "mnist")


def chosen_pictures(project: RealProject, **params: Any) -> tuple[str, str, int]:
    """The data set of the parameters and of the catalog, and the recipe's epochs."""
    register_project()
    pipelines.set_requested(["mnist_cnn"])  # as `kedro run --pipeline mnist_cnn` does
    with ProjectSession.create(project.root, runtime_params=params) as session:
        context = session.load_context()
    read = context.catalog["mnist_cnn.images_source"]._describe()["dataset"]
    parameters = context.config_loader["parameters"]
    return parameters["mnist"]["dataset"], read, parameters["mnist_cnn"]["training"]["epochs"]


def test_settings_of_the_globals_and_of_the_command_line_reach_the_catalog(of_pictures):
    _, _, epochs = chosen_pictures(of_pictures)
    local = of_pictures.root / "conf/local/globals.yml"
    local.write_text(yaml.safe_dump({"mnist": (choice := {"dataset": "fashion", "cnn": "best"})}))
    from_globals = chosen_pictures(of_pictures)
    local.unlink()
    assert from_globals == chosen_pictures(of_pictures, mnist=choice)
    assert from_globals[:2] == ("fashion", "fashion")
    assert from_globals[2] != epochs


@pytest.mark.parametrize(
    ("name", "value", "file"),
    [
        ("mnist.cnn", "best", "parameters_own.yml"),
        ("stock.end_date", "2026-06-30", "parameters.yml"),
    ],
)
def test_a_setting_that_the_catalog_reads_too_must_be_in_the_globals(fresh, name, value, file):
    group, key = name.split(".")
    (fresh.root / "conf/local" / file).write_text(yaml.safe_dump({group: {key: value}}))
    sentence = (
        f"conf/local/{file} sets '{name}' to {value}, which the catalog does not see: set it in "
        "conf/local/globals.yml instead."
    )
    register_project()
    with ProjectSession.create(fresh.root) as session, pytest.raises(SettingError) as told:
        session.load_context()
    assert str(told.value) == sentence


def test_a_misspelt_name_of_the_globals_is_found(fresh):
    (fresh.root / "conf/local/globals.yml").write_text("mnist: {datset: fashion}")
    sentence = r"^there is no setting 'mnist.datset' for globals.yml; did you mean 'mnist.dataset'"
    with pytest.raises(SettingError, match=sentence):
        chosen_pictures(fresh)


def test_the_command_line_goes_before_a_file_of_parameters(of_pictures):
    (of_pictures.root / "conf/local/parameters.yml").write_text("mnist: {dataset: digits}")
    assert chosen_pictures(of_pictures, mnist={"dataset": "fashion"})[:2] == ("fashion", "fashion")


def test_a_configuration_is_read_once_and_belongs_to_its_reader(tmp_path):
    file = tmp_path / "base/parameters.yml"
    file.parent.mkdir()
    (tmp_path / "local").mkdir()
    file.write_text("toy: {size: 1}")
    loader = ProjectConfigLoader(str(tmp_path), base_env="base", default_run_env="local")
    loader["parameters"]["toy"]["size"] = 2
    file.write_text("toy: {size: 3}")
    assert loader["parameters"] == {"toy": {"size": 1}}
    loader["parameters"] = {"toy": {"size": 4}}
    assert loader["parameters"] == {"toy": {"size": 4}}


def test_a_folder_of_ones_own_data_belongs_to_its_path():
    folders = {path: folder_of(path, "book") for path in (None, "bank", "./bank/", "a/bank", 2024)}
    assert folders[None] == "book" and folders["bank"] == folders["./bank/"]
    assert len(set(folders.values())) == 4
    assert folders["a/bank"].startswith("own-bank-") and folders[2024].startswith("own-2024-")
    assert [own_or(path, "book") for path in (None, "bank")] == ["book", "own"]
