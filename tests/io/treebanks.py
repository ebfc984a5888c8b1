"""A small treebank: in a folder, on a server, in a mirror."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dl_pipelines.sources.treebanks import ENDINGS, EWT
from tests.io.conllu_files import SMALL, conllu
from tests.sources.file_server import FileServer

TEXTS = {
    "train": SMALL,
    "valid": conllu([[("\u6211", "PRON"), ("\u7231", "VERB"), ("\u5317 \u4eac", "PROPN")]]),
    "test": conllu([[("fish", "NOUN")], [("swim", "VERB"), ("!", "PUNCT")]]),
}


def write_treebank(folder: Path, name: str, parts: Sequence[str] = tuple(TEXTS)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for part in parts:
        (folder / f"{name}{ENDINGS[part]}").write_text(TEXTS[part], encoding="utf-8")
    return folder


def short(part: str) -> str:
    return f"sha256 {hashlib.sha256(TEXTS[part].encode()).hexdigest()[:16]}"


@pytest.fixture
def ewt_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file_server: FileServer
) -> FileServer:
    """A server that has a small treebank under the names of EWT's files."""
    for part, remote in EWT.items():
        content = TEXTS[part].encode()
        name = Path(remote.mirror).name
        file_server.files[name] = content
        urls = (f"{file_server.root}/{name}",)
        digest = hashlib.sha256(content).hexdigest()
        monkeypatch.setitem(EWT, part, replace(remote, urls=urls, digest=digest))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return file_server


@pytest.fixture
def ewt_mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ewt_server: FileServer) -> Path:
    """A mirror that has it too."""
    monkeypatch.setenv("DL_PIPELINES_DATA", str(tmp_path / "mirror"))
    return write_treebank(tmp_path / "mirror" / "pos", "en_ewt")
