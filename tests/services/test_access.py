"""Who is let in, and that nothing is lost or told where somebody is not."""

import pytest

from tests.real_project import RealProject
from tests.services.conftest import ANN, PASSWORD, is_parent, runs_of

pytestmark = [pytest.mark.slow, pytest.mark.services]


@pytest.fixture
def project(tmp_path) -> RealProject:
    return RealProject(tmp_path, "curve")


def ran(project) -> tuple[int, str]:
    """Run `curve_fit` as a user does; its exit code and what it printed."""
    run = project.start("--pipeline", "curve_fit")
    printed = run.communicate(timeout=300)[0]
    return run.returncode, printed


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        (None, None, "asks for a user and a password (401)"),
        (ANN, "wrong password", "does not know the user 'ann'"),
    ],
)
def test_without_the_password_nothing_runs(team, project, monkeypatch, *, name, password, told):
    monkeypatch.setenv("HOME", str(project.root))  # no ~/.mlflow/credentials
    monkeypatch.setenv("MLFLOW_TRACKING_URI", team.address)
    for variable, value in (("USERNAME", name), ("PASSWORD", password)):
        if value:
            monkeypatch.setenv(f"MLFLOW_TRACKING_{variable}", value)
    code, printed = ran(project)
    assert code == 1
    sentence = printed[printed.index("Error: ") :]
    assert told in " ".join(sentence.split())
    assert team.address in sentence
    assert "Traceback" not in printed
    assert not (project.root / "data/08_reporting").exists()
    if password:
        assert password not in printed


def test_untracked_is_a_choice_and_is_said(team, project, monkeypatch):
    monkeypatch.setenv("HOME", str(project.root))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", team.address)
    local = project.root / "conf/local/parameters.yml"
    local.write_text("tracking: {required: false}\n")
    code, printed = ran(project)
    assert code == 0
    assert "goes on untracked" in printed
    assert (project.root / "data/08_reporting/curve_fit/metrics.json").is_file()


@pytest.mark.parametrize("where", ["file", "address"])
def test_a_password_may_be_in_a_file_or_in_the_address_and_is_never_shown(
    team, project, as_user, monkeypatch, *, where
):
    client = as_user(ANN)
    before = {run.info.run_id for run in runs_of(client, "curve_fit")}
    for variable in ("USERNAME", "PASSWORD"):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{variable}")
    secret = PASSWORD.replace(" ", "%20")
    if where == "file":
        monkeypatch.setenv("HOME", str(project.root))
        folder = project.root / ".mlflow"
        folder.mkdir()
        text = (
            f"[mlflow]\nmlflow_tracking_username = {ANN}\nmlflow_tracking_password = {PASSWORD}\n"
        )
        (folder / "credentials").write_text(text)
    else:
        uri = team.address.replace("//", f"//{ANN}:{secret}@")
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    code, printed = ran(project)
    assert code == 0, printed
    as_user(ANN)
    made = [run for run in runs_of(client, "curve_fit") if run.info.run_id not in before]
    assert [run.info.status for run in made if is_parent(run)] == ["FINISHED"]
    shown = printed + "".join(str(run.to_dictionary()) for run in made) + team.log.read_text()
    for password in (PASSWORD, secret, team.secret("MLFLOW_ADMIN_PASSWORD")):
        assert password not in shown
    for file in (project.root / "data").rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert PASSWORD.encode() not in content
        assert secret.encode() not in content
