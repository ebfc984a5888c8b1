"""The programs that `deploy/compose.yaml` starts in containers, started without them."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

_START_SECONDS = 120
_STOP_SECONDS = 20
_USER = "postgres"  # PostgreSQL refuses to run as root


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def postgresql(program: str) -> str | None:
    """The path of one of PostgreSQL's programs; None if Debian's package is not installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin: int(bin.parts[-2]))
    return shutil.which(program, path=os.pathsep.join(map(str, reversed(versions))))


@contextmanager
def database_server(user: str, password: str) -> Iterator[int]:
    """PostgreSQL in a new folder; gives its port.

    Args:
        user: Its first user.
        password: That user's.
    """
    with tempfile.TemporaryDirectory(prefix="postgres") as name:
        folder, port = Path(name), free_port()
        secret = folder / "password"
        secret.write_text(password)
        if os.geteuid() == 0:
            for path in (folder, secret):
                shutil.chown(path, _USER)
        data = str(folder / "data")
        _as_user([
            postgresql("initdb"), "--pgdata", data, "--username", user, "--pwfile", str(secret),
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync",
        ])  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={name}"
        control = [postgresql("pg_ctl"), "--pgdata", data, "--wait"]
        log = str(folder / "log")
        _as_user([*control, "--log", log, "--options", f"{options} -c fsync=off", "start"])
        try:
            yield port
        finally:
            _as_user([*control, "--mode", "immediate", "stop"])


def psql(port: int, password: str, *arguments: str) -> str:
    """What PostgreSQL's client answers, as the user `mlflow`."""
    return database_program("psql", port, password, "--no-psqlrc", "--tuples-only", *arguments)


def database_program(program: str, port: int, password: str, *arguments: str) -> str:
    """The output of one of PostgreSQL's client programs, run as the user `mlflow`."""
    where = ["--host", "127.0.0.1", "--port", str(port), "--username", "mlflow"]
    secret = os.environ | {"PGPASSWORD": password}
    return _output([postgresql(program), *where, *arguments], env=secret)


@contextmanager
def process(
    command: Sequence[str], env: Mapping[str, str], health: str, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a process of its own, once it answers.

    Args:
        command: What starts it.
        env: Variables beside those of this process.
        health: An address that it answers.
        log: A file for what it says.
    """
    with log.open("ab") as out:
        server = subprocess.Popen(
            command, env=os.environ | dict(env), stdout=out, stderr=out, start_new_session=True
        )
    try:
        _wait(server, health, log)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()


def s3_command(port: int) -> list[str]:
    """What starts a store that speaks S3."""
    return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]


def _wait(server: subprocess.Popen[bytes], health: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            if requests.get(health, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)


def _as_user(command: Sequence[str | None]) -> None:
    """Run a program of PostgreSQL's server, not as root."""
    user = _USER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    change = ["runuser", "--user", user, "--"] if os.geteuid() == 0 else []
    # Its output is no pipe: the server that pg_ctl starts would hold it open.
    with tempfile.TemporaryFile("w+") as out:
        done = subprocess.run([*change, *command], cwd="/", stdout=out, stderr=out, check=False)
        out.seek(0)
        assert done.returncode == 0, out.read()


def _output(command: Sequence[str | None], env: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
