"""The project's configuration: how often it is read, and where credentials are found."""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kedro.config import MissingConfigException, OmegaConfigLoader
from kedro.framework.project import settings

from dl_pipelines.files import atomic_write
from dl_pipelines.layers import with_layers

_KEPT = 6  # resolved configurations a kind: some environments and command lines


class ProjectConfigLoader(OmegaConfigLoader):
    """Kedro's loader, which finds the credentials of `conf/local` in every environment.

    `kedro run --env tushare` reads `conf/base` and `conf/tushare`; secrets belong into the one
    folder that git ignores, whatever the environment. Credentials that a catalog entry names but
    no file holds are empty: its dataset knows where else to look, or what to say.

    Files are read once: a run asks a dozen times, which took most of its start. And what they say
    is kept as JSON for the next run with the same files and the same parameters of the command
    line, because reading YAML takes a second. Credentials are never kept.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of Kedro's loader."""
        self._loaded: dict[str, Any] = {}
        self._arguments = kwargs
        super().__init__(*args, **kwargs)

    def __getitem__(self, key: str) -> Any:
        """Load a kind of configuration, e.g. `parameters`; the caller may change what it gets."""
        if key not in self._loaded:
            self._loaded[key] = self._load(key)
        return deepcopy(self._loaded[key])

    def __setitem__(self, key: str, value: Any) -> None:
        """Set a kind of configuration instead of loading it."""
        self._loaded.pop(key, None)
        super().__setitem__(key, value)

    def _load(self, key: str) -> Any:
        if key == "catalog":
            return with_layers(self._kept(key))
        if key != "credentials":
            return self._kept(key)
        empty: dict[str, Any] = {name: {} for name in _credentials_of(self["catalog"])}
        return empty | self._local_credentials() | self._credentials()

    def _kept(self, key: str) -> Any:
        """A kind of configuration as an earlier run has resolved it, else as the files say."""
        folder = Path(self.conf_source)
        root = folder.parent
        # Set by hand; in an archive, whose files `_digest` does not see; or not a project's.
        if key in self or not folder.is_dir() or not (root / "pyproject.toml").is_file():
            return super().__getitem__(key)
        file = root / "data/.reuse/configuration" / f"{self._digest()}-{key}.json"
        with suppress(OSError, ValueError):
            loaded = json.loads(file.read_bytes())
            with suppress(OSError):  # of a folder that is only read
                os.utime(file)  # the one that was used longest ago goes first
            return loaded
        loaded = super().__getitem__(key)
        text = json.dumps(loaded, default=str)
        if json.loads(text) == loaded:
            atomic_write(file, lambda stream: stream.write(text.encode()))
            with suppress(FileNotFoundError):  # a run beside this one tidies up, too
                kept = file.parent.glob(f"*-{key}.json")
                for old in sorted(kept, key=lambda kept: kept.stat().st_mtime)[:-_KEPT]:
                    old.unlink(missing_ok=True)
        return loaded

    def _digest(self) -> str:
        """Of all that decides on what is loaded: whatever kind of file a pattern may name."""
        resolvers = self._arguments.get("custom_resolvers") or {}
        places = {name: (part.__module__, part.__qualname__) for name, part in resolvers.items()}
        versions = [version(package) for package in ("kedro", "omegaconf")]
        told = [self._arguments | {"custom_resolvers": places}, self.runtime_params, versions]
        digest = hashlib.sha256(repr(told).encode())
        modules = sorted({__name__, *(module for module, _ in places.values())})
        files = [Path(sys.modules[module].__file__ or "") for module in modules]
        for environment in (self.base_env, self.env or self.default_run_env):
            found = Path(self.conf_source, environment).rglob("*")
            files += sorted(file for file in found if file.is_file())
        for file in files:
            with suppress(OSError):  # of an editor, gone meanwhile; the loader says of others
                digest.update(f"{file}\n".encode() + file.read_bytes())
        return digest.hexdigest()

    def _credentials(self) -> dict[str, Any]:
        try:
            return dict(super().__getitem__("credentials"))
        except MissingConfigException:
            return {}

    def _local_credentials(self) -> dict[str, Any]:
        folder = str(Path(self.conf_source) / self.default_run_env)
        patterns = self.config_patterns["credentials"]
        try:
            # The last argument: credentials may refer to environment variables.
            found = self.load_and_merge_dir_config(folder, patterns, "credentials", set(), True)
        except MissingConfigException:
            return {}
        return dict(found)


def _credentials_of(entries: Mapping[str, Any]) -> Iterator[str]:
    """The names of the credentials of catalog entries, and of entries within them."""
    for key, value in entries.items():
        if key == "credentials" and isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from _credentials_of(value)


def base_settings(conf_source: str) -> dict[str, dict[str, Any]]:
    """What the project declares, without an environment or a command line.

    Args:
        conf_source: The folder of the configuration.

    Returns:
        The `parameters` and the `globals`.
    """
    arguments = settings.CONFIG_LOADER_ARGS
    loader = ProjectConfigLoader(conf_source, arguments["base_env"], **arguments)
    return {kind: dict(loader[kind]) for kind in ("parameters", "globals")}
