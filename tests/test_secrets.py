"""A token and a password come out nowhere: not in the terminal, logs, files, or MLflow."""

import json
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import click
import pytest
import yaml

from tests.faults.server import TrackingServer
from tests.pipelines.stock_lstm.test_bad_input import LIVE, UNTIL, live
from tests.real_project import QUICK, RealProject
from tests.secrets_found import Watch, forms, holders
from tests.sources import server as wire
from tests.sources.conftest import server
from tests.sources.server import TOKEN, TushareServer

__all__ = ["live", "server"]

USER, PASSWORD = "mona", "pa55-of/the-tests"
CREDENTIALS = "conf/local/credentials.yml"
NONSENSE = '{"code": 0, "msg": "", "data": {"fields": ["open", "open"], "items": [[1, [2]]]}}'
CELLS = [*wire.row("20260105")[:2], "TOKEN", *wire.row("x")[3:]]
ESCAPED = json.dumps(
    {"code": 0, "msg": "", "data": {"fields": wire.FIELDS, "items": [CELLS], "has_more": False}}
).replace('"TOKEN"', '"' + "".join(f"\\u{ord(each):04x}" for each in TOKEN) + '"')
FAULTS = {
    "a refusal that repeats the token": wire.refusal(f"no such user: {TOKEN}"),
    "wrong token": wire.refusal(f"{wire.WRONG_TOKEN} {TOKEN}", 40101),
    "no permission": wire.refusal(wire.PERMISSION),
    "rate": wire.refusal(wire.RATE),
    "quota": wire.refusal(wire.QUOTA),
    "status": wire.status(500),
    "page": wire.text(f"<html>{TOKEN}</html>"),
    "nonsense": wire.text(NONSENSE),
    "cell": wire.data(wire.FIELDS, [*wire.row("20260105")[:2], TOKEN, *wire.row("x")[3:]]),
    "cell in JSON's escapes": wire.text(ESCAPED),
    "cut": wire.cut,
    "reset": wire.reset,
}


@pytest.fixture(params=["environment", "credentials"])
def planted(
    live: RealProject, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> RealProject:
    """A project that asks the local server with a token from one of the two places."""
    if request.param == "credentials":
        monkeypatch.delenv("TUSHARE_TOKEN")
        (live.root / CREDENTIALS).write_text(yaml.safe_dump({"tushare": {"token": TOKEN}}))
    return live


@pytest.fixture
def shown(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """All that came to the terminal and to the logs, at the level of debugging."""
    caplog.set_level(logging.DEBUG)
    return lambda: "".join(capfd.readouterr()) + caplog.text


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_failure_of_the_provider_tells_the_token(
    planted: RealProject, server: TushareServer, shown: Callable[[], str], fault: wire.Fault
) -> None:
    server.always = fault
    with pytest.raises(click.ClickException) as caught:
        planted.run(UNTIL, **LIVE)
    assert {request["token"] for request in server.requests} == {TOKEN}
    told = "".join(traceback.format_exception(caught.value)) + caught.value.message
    assert TOKEN not in told + shown()
    assert (planted.root / "mlflow.db").is_file()
    assert holders(planted.root, forms(TOKEN), but=(CREDENTIALS,)) == []


@pytest.fixture
def tracking(tmp_path: Path, empty_store: Path) -> Iterator[TrackingServer]:
    """A tracking server; it asks for no password, and is sent one."""
    (tmp_path / "store").mkdir()
    server = TrackingServer(tmp_path / "store", empty_store)
    server.start()
    yield server
    server.kill()


def logging_of_everything(folder: Path) -> Path:
    """A logging configuration that writes all there is, of every library, to a file."""
    file = folder / "everything.yml"
    handlers = {"file": {"class": "logging.FileHandler", "filename": str(folder / "debug.log")}}
    root = {"level": "DEBUG", "handlers": ["file"]}
    content = {"version": 1, "disable_existing_loggers": False, "handlers": handlers, "root": root}
    file.write_text(yaml.safe_dump(content))
    return file


@dataclass(frozen=True)
class Outside:
    """A project whose run starts processes; around it a provider and a tracking server.

    Attributes:
        project: The project.
        provider: What stands behind tushare's address.
        tracking: Where it is tracked.
        folder: Where its logs go.
        jobs: Where all temporary files go.
    """

    project: RealProject
    provider: TushareServer
    tracking: TrackingServer
    folder: Path
    jobs: Path

    def run(self, secrets: set[bytes], **variables: str) -> tuple[int, bytes, Watch]:
        """Exit code, what the terminal shows, and what the temporary files held."""
        settings = {**QUICK, "stock": {"end_date": "2026-01-05"}}
        settings["compute"] = {"device": "cpu", "backend": "loky", "workers": 2}
        own = self.project.root / "conf/local/parameters.yml"
        own.write_text(yaml.safe_dump(settings))
        self.folder.mkdir()
        environment = {
            "KEDRO_LOGGING_CONFIG": str(logging_of_everything(self.folder)),
            "HTTP_PROXY": self.provider.url.removesuffix("/dataapi"),
            "NO_PROXY": "127.0.0.1",
            "TMPDIR": str(self.jobs),
            "PYTHONPATH": str(self.project.root / "src"),
        }
        command = [sys.executable, "-m", "kedro", "run", "--pipelines", "stock_lstm"]
        command += ["--env", "tushare", "--runner", "ParallelRunner"]
        with Watch(self.jobs, secrets) as watch:
            run = subprocess.run(
                command,
                cwd=self.project.root,
                env=os.environ | environment | variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
        return run.returncode, run.stdout, watch


@pytest.fixture
def outside(
    live: RealProject, server: TushareServer, tracking: TrackingServer, tmp_path: Path
) -> Iterator[Outside]:
    # The address of a Unix socket has at most 107 characters, fewer than `tmp_path` leaves.
    with TemporaryDirectory() as jobs:
        yield Outside(live, server, tracking, tmp_path / "outside", Path(jobs))


@pytest.mark.slow
@pytest.mark.parametrize("place", ["address", "environment"])
@pytest.mark.parametrize("state", ["answers", "refuses"])
def test_a_run_in_processes_tells_neither_token_nor_password(
    outside: Outside, place: str, state: str
) -> None:
    secrets = forms(TOKEN) | forms(PASSWORD, USER)
    if state == "refuses":
        outside.provider.always = wire.refusal(f"no such user: {TOKEN}")
    # A password in an address is escaped, as whoever writes it there has to.
    login = f"//{USER}:{quote(PASSWORD, safe='')}@"
    variables = {"MLFLOW_TRACKING_URI": outside.tracking.uri.replace("//", login)}
    if place == "environment":
        variables = {"MLFLOW_TRACKING_URI": outside.tracking.uri, "MLFLOW_TRACKING_USERNAME": USER}
        variables["MLFLOW_TRACKING_PASSWORD"] = PASSWORD
    code, output, watch = outside.run(secrets, **variables)
    assert (code == 0) == (state == "answers"), output[-3000:].decode()
    assert {request["token"] for request in outside.provider.requests} == {TOKEN}
    assert not [secret for secret in secrets if secret in output]
    assert (outside.folder / "debug.log").stat().st_size > 0
    for kept in (outside.project.root, outside.folder, outside.jobs, outside.tracking.folder):
        assert holders(kept, secrets) == []
    assert watch.found == set()
    if state == "answers":
        assert watch.seen
        assert [*outside.tracking.folder.rglob("*.png")]


@pytest.mark.slow
def test_what_is_planted_is_found(tmp_path: Path) -> None:
    import gzip
    import zipfile

    secrets = forms(PASSWORD, USER)
    for number, secret in enumerate(sorted(secrets)):
        (tmp_path / f"{number}.txt").write_bytes(b"before " + secret + b" after")
    (tmp_path / "a.gz").write_bytes(gzip.compress(PASSWORD.encode()))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("member", PASSWORD)
    (tmp_path / "nothing.txt").write_text("nothing")
    found = holders(tmp_path, secrets)
    assert found == sorted([*(f"{n}.txt" for n in range(len(secrets))), "a.gz", "a.zip"])
