"""`deploy/` read as text: what starts, and what must not be there."""

import configparser
import re
import subprocess

import pytest
import yaml

from tests.real_project import ROOT
from tests.services.compose import DEPLOY, Compose, example_variables, made_variables

RAW = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = RAW["services"]
SECRET = re.compile(r"PASSWORD|SECRET|ACCESS_KEY")
LOCK = (ROOT / "requirements.lock").read_text()


def locked(package: str) -> str:
    return re.search(rf"^{package}==(\S+)", LOCK, re.MULTILINE)[1]


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_has_a_whole_version(service):
    name, _, tag = SERVICES[service]["image"].partition(":")
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?(-[a-z]+)?", tag), name


def test_the_image_of_mlflow_is_the_locked_one():
    for service in ("mlflow", "bucket"):
        assert SERVICES[service]["image"].endswith(f":{locked('mlflow')}")
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    assert re.search(r"^FROM python:3\.\d+\.\d+-slim-\w+$", dockerfile, re.MULTILINE)
    assert "--constraint /srv/requirements.lock" in dockerfile
    assert re.search(r"^USER (?!root)\w+$", dockerfile, re.MULTILINE)


@pytest.mark.parametrize("service", ["postgres", "s3", "mlflow"])
def test_a_server_is_watched_and_started_again(service):
    check = SERVICES[service]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= check.keys()
    assert SERVICES[service]["restart"] == "unless-stopped"


def test_what_is_needed_is_waited_for():
    wanted = {"postgres": "service_healthy", "bucket": "service_completed_successfully"}
    needed = SERVICES["mlflow"]["depends_on"]
    assert {name: need["condition"] for name, need in needed.items()} == wanted
    assert SERVICES["bucket"]["depends_on"]["s3"]["condition"] == "service_healthy"


def test_only_mlflow_is_reached_and_only_from_this_machine():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"mlflow"}
    ports = Compose(made_variables()).content["services"]["mlflow"]["ports"]
    assert ports == ["127.0.0.1:5000:5000"]
    assert RAW["networks"]["stores"]["internal"]
    assert SERVICES["postgres"]["networks"] == SERVICES["s3"]["networks"] == ["stores"]


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_is_in_the_file_or_has_a_default(service):
    for name, value in SERVICES[service]["environment"].items():
        if SECRET.search(name):
            assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), name


def test_nothing_starts_without_every_secret():
    given = made_variables()
    assert Compose(given).content
    for name in given:
        with pytest.raises(KeyError, match=name):
            Compose(given | {name: ""}).content  # noqa: B018 - reading it is what fails


def test_the_example_gives_no_secret_and_git_never_takes_the_real_one():
    assert example_variables()
    assert set(example_variables().values()) == {""}
    ignored = ["git", "check-ignore", "--quiet", "deploy/.env"]
    assert subprocess.run(ignored, cwd=ROOT, check=False).returncode == 0
    assert subprocess.run([*ignored[:-1], "deploy/.env.example"], cwd=ROOT, check=False).returncode


def test_authentication_is_on_and_its_passwords_are_elsewhere():
    words = Compose(made_variables()).command("mlflow")
    assert words[words.index("--app-name") + 1] == "basic-auth"
    assert words[words.index("--artifacts-destination") + 1].startswith("s3://")
    assert "--no-serve-artifacts" not in words
    settings = configparser.ConfigParser()
    settings.read(DEPLOY / "basic_auth.ini")
    assert "admin_password" not in settings["mlflow"]
    for address in (
        settings["mlflow"]["database_uri"],
        words[words.index("--backend-store-uri") + 1],
    ):
        assert re.match(r"postgresql\+psycopg2://mlflow@postgres:5432/", address)  # no password
    assert settings["mlflow"]["database_uri"].endswith("/mlflow_auth")
    assert "CREATE DATABASE mlflow_auth" in (DEPLOY / "databases.sql").read_text()


def test_what_is_mounted_is_there():
    declared = set(RAW["volumes"])
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            there = (DEPLOY / source).is_file() if source.startswith("./") else source in declared
            assert there, volume
