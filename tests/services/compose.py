"""`deploy/compose.yaml` as Docker Compose reads it, so that tests start what it says."""

import os
import re
import shlex
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tests.real_project import ROOT

DEPLOY = ROOT / "deploy"

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>[^}]*))?\}")


class Compose:
    """The file with its variables filled in.

    Attributes:
        variables: What `.env` gives.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables

    @cached_property
    def content(self) -> dict[str, Any]:
        """The whole file."""
        return self._filled(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))

    def command(self, service: str) -> list[str]:
        """The words of a service's command."""
        return shlex.split(self.content["services"][service]["command"])

    def environment(self, service: str) -> dict[str, str]:
        """The variables of a service."""
        return {k: str(v) for k, v in self.content["services"][service]["environment"].items()}

    def mounted(self, service: str) -> dict[str, Path]:
        """Files of the folder `deploy` that a service has: its own path → the file."""
        volumes = (text.split(":") for text in self.content["services"][service]["volumes"])
        return {there: DEPLOY / here for here, there, *_ in volumes if here.startswith("./")}

    def _filled(self, part: Any) -> Any:
        """Put in variables: `${A:-default}`, `${A:?message}` and `${A}`, none of them nested."""
        if isinstance(part, dict):
            return {key: self._filled(value) for key, value in part.items()}
        if isinstance(part, list):
            return [self._filled(value) for value in part]
        return _VARIABLE.sub(self._value, part) if isinstance(part, str) else part

    def _value(self, variable: re.Match[str]) -> str:
        given = self.variables.get(variable["name"], "")
        if not given and variable["kind"] == "?":
            raise KeyError(f"{variable['name']}: {variable['text']}")
        return given or variable["text"] or ""


def example_variables() -> dict[str, str]:
    """What `.env.example` asks for, each with its value; those in comments are left out."""
    lines = (DEPLOY / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def made_variables() -> dict[str, str]:
    """A `.env` of a test's own, with passwords that would break an address or a shell."""
    secrets = {name: os.urandom(12).hex() for name in example_variables()}
    odd = {name: f"@:/%#'$ {text}" for name, text in secrets.items() if "PASSWORD" in name}
    return secrets | odd
