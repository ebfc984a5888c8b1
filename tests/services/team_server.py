"""The team's server of `deploy/compose.yaml`, without Docker."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import requests

from tests.services.compose import DEPLOY, Compose
from tests.services.programs import database_server, free_port, process, psql, s3_command

ADMIN = "admin"


@dataclass
class TeamServer:
    """Where it is, and what opens it.

    Attributes:
        compose: The file that was started.
        ports: Of `postgres`, `s3` and `mlflow`, here.
        folder: Where its files are.
    """

    compose: Compose
    ports: dict[str, int]
    folder: Path

    @property
    def address(self) -> str:
        """What MLFLOW_TRACKING_URI has to be."""
        return f"http://127.0.0.1:{self.ports['mlflow']}"

    @property
    def log(self) -> Path:
        """What MLflow's server says."""
        return self.folder / "mlflow.log"

    def secret(self, name: str) -> str:
        """A value of `.env`."""
        return self.compose.variables[name]

    def client(self, user: str = ADMIN, password: str | None = None) -> dict[str, str]:
        """The variables that a user of the server sets."""
        return {
            "MLFLOW_TRACKING_URI": self.address,
            "MLFLOW_TRACKING_USERNAME": user,
            "MLFLOW_TRACKING_PASSWORD": password or self.secret("MLFLOW_ADMIN_PASSWORD"),
        }

    def add_user(self, name: str, password: str) -> dict[str, str]:
        """Create a user as docs/server.md says; returns what that user sets."""
        answer = requests.post(
            f"{self.address}/api/2.0/mlflow/users/create",
            json={"username": name, "password": password},
            auth=(ADMIN, self.secret("MLFLOW_ADMIN_PASSWORD")),
            timeout=10,
        )
        answer.raise_for_status()
        return self.client(name, password)

    def psql(self, database: str, statement: str) -> str:
        """What the database answers."""
        secret = self.secret("POSTGRES_PASSWORD")
        port = self.ports["postgres"]
        return psql(port, secret, "--dbname", database, "--command", statement).strip()

    def store(self) -> Any:
        """A client of the store of files, with the server's own keys."""
        import boto3  # of an extra

        given = self.environment("mlflow")
        return boto3.client(
            "s3",
            endpoint_url=given["AWS_ENDPOINT_URL_S3"],
            region_name=given["AWS_DEFAULT_REGION"],
            aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
        )

    def file(self, key: str) -> bytes:
        """A file of MLflow's bucket."""
        return self.store().get_object(Bucket="mlflow", Key=key)["Body"].read()

    def here(self, text: str) -> str:
        """Text of the file with the hosts and ports of this machine."""
        moved = {
            "postgres:5432": f"127.0.0.1:{self.ports['postgres']}",
            "s3:8333": f"127.0.0.1:{self.ports['s3']}",
            "0.0.0.0": "127.0.0.1",  # noqa: S104 - this is what is replaced
        }
        for there, here in moved.items():
            text = text.replace(there, here)
        return text

    def words(self, service: str) -> list[str]:
        """What starts a service, here."""
        words = [self.here(word) for word in self.compose.command(service)]
        words = [str(self._files(service).get(word, word)) for word in words]
        if "--port" in words:
            words[words.index("--port") + 1] = str(self.ports[service])
        program = {"python": [sys.executable], "mlflow": [sys.executable, "-m", "mlflow"]}
        return [*program[words[0]], *words[1:]]

    def environment(self, service: str) -> dict[str, str]:
        """The variables of a service, here."""
        files = self._files(service)
        given = self.compose.environment(service)
        return {k: str(files.get(v, self.here(v))) for k, v in given.items()}

    @contextmanager
    def mlflow(self) -> Iterator[None]:
        """MLflow's own server while the others run."""
        health = f"{self.address}/health"
        with process(self.words("mlflow"), self.environment("mlflow"), health, self.log):
            yield

    def _files(self, service: str) -> dict[str, Path]:
        """The files that are mounted: their paths there → copies with the hosts of here."""
        copies: dict[str, Path] = {}
        for there, file in self.compose.mounted(service).items():
            copies[there] = self.folder / file.name
            copies[there].write_text(self.here(file.read_text()))
        return copies


@contextmanager
def team_server(variables: Mapping[str, str], folder: Path) -> Iterator[TeamServer]:
    """Start all of it.

    Args:
        variables: What `.env` gives.
        folder: Where its files are.
    """
    compose = Compose(variables)
    of_database = compose.environment("postgres")
    user, password = of_database["POSTGRES_USER"], of_database["POSTGRES_PASSWORD"]
    with ExitStack() as stack:
        ports = {"postgres": stack.enter_context(database_server(user, password))}
        ports |= {"s3": free_port(), "mlflow": free_port()}
        ask = partial(psql, ports["postgres"], password, "--set", "ON_ERROR_STOP=1")
        ask("--dbname", "postgres", "--command", f"CREATE DATABASE {of_database['POSTGRES_DB']}")
        ask("--dbname", of_database["POSTGRES_DB"], "--file", str(DEPLOY / "databases.sql"))
        server = TeamServer(compose, ports, folder)
        store = f"http://127.0.0.1:{ports['s3']}/moto-api/"
        stack.enter_context(process(s3_command(ports["s3"]), {}, store, folder / "s3.log"))
        for _ in range(2):  # a second time, as after a restart
            environment = os.environ | server.environment("bucket")
            subprocess.run(server.words("bucket"), env=environment, check=True)
        stack.enter_context(server.mlflow())
        yield server
