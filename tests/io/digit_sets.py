"""Small data sets in the shape of MNIST: on servers, in a mirror, and what is told of them."""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dl_pipelines.sources.mnist import FILES, PUBLIC_SETS
from tests.io.idx_files import digits, idx
from tests.sources.file_server import FileServer

SETS = {"digits": "mnist", "fashion": "fashion"}  # and their folders in a mirror


@pytest.fixture(params=SETS)
def chosen(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Folder of the user's own files."""
    return tmp_path / "data" / "01_raw"


@pytest.fixture
def digit_servers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file_server: FileServer
) -> Iterator[list[FileServer]]:
    """Two servers that have small data sets under the names of the public ones."""
    second = FileServer("")
    contents = {key: gzip.compress(idx(array), mtime=0) for key, array in digits().items()}
    files = {f"{FILES[key]}.gz": content for key, content in contents.items()}
    for server in (file_server, second):
        server.files = dict(files)
    for name in SETS:
        small = replace(
            PUBLIC_SETS[name],
            addresses=(f"{file_server.root}/{name}", f"{second.root}/{name}"),
            digests={key: hashlib.sha256(content).hexdigest() for key, content in contents.items()},
        )
        monkeypatch.setitem(PUBLIC_SETS, name, small)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield [file_server, second]
    second.close()


@pytest.fixture
def offline(digit_servers: list[FileServer]) -> list[str]:
    """The roots of two servers that do not answer."""
    for server in digit_servers:
        server.close()
    return [server.root for server in digit_servers]


@pytest.fixture
def digit_mirror(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digit_servers: list[FileServer]
) -> Path:
    """A mirror folder with both small data sets."""
    for folder in SETS.values():
        path = tmp_path / "mirror" / folder
        path.mkdir(parents=True)
        for file, content in digit_servers[0].files.items():
            (path / file).write_bytes(content)
    monkeypatch.setenv("DL_PIPELINES_DATA", str(tmp_path / "mirror"))
    return tmp_path / "mirror"


def short(content: bytes) -> str:
    return f"sha256 {hashlib.sha256(content).hexdigest()[:16]}"


def small_digest(server: FileServer) -> str:
    return short(server.files["train-images-idx3-ubyte.gz"])


def assert_small(loaded: dict[str, Any], source: str) -> None:
    """All of the small data set, from `source`."""
    assert set(loaded) == {*FILES, "source", "sample"}
    for key, array in digits().items():
        np.testing.assert_array_equal(loaded[key], array, strict=True)
    assert str(loaded["source"]) == source
    assert not loaded["sample"]
