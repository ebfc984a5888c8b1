"""Public files: what is taken first, what is verified, and what is said when there is none."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from dl_pipelines.errors import DataError, SourceError
from dl_pipelines.sources.files import RemoteFile, in_mirror, locate, own_file
from tests.sources.file_server import FileServer
from tests.sources.server import send, status


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def remote(file_server: FileServer) -> RemoteFile:
    return RemoteFile("house/a.csv", (file_server.url,), digest(file_server.text))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Where there is no own file."""
    return tmp_path / "raw" / "a.csv"


@pytest.fixture
def mirrored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_server: FileServer) -> Path:
    """The mirror's file."""
    path = tmp_path / "mirror" / "house" / "a.csv"
    path.parent.mkdir(parents=True)
    path.write_text(file_server.text)
    monkeypatch.setenv("DL_PIPELINES_DATA", str(tmp_path / "mirror"))
    return path


def test_the_users_own_file_comes_first_whatever_it_holds(
    remote: RemoteFile, own: Path, mirrored: Path, file_server: FileServer
) -> None:
    own.parent.mkdir()
    own.write_text("mine")
    located = locate(own, remote)
    assert located.path == own
    assert located.source == f"own file a.csv, sha256 {digest('mine')[:16]}"
    assert own_file(own) == located
    assert own_file(own.with_name("none.csv")) is None
    assert file_server.requests == 0


def test_an_own_file_that_cannot_be_read_is_not_passed_over(
    remote: RemoteFile, own: Path, mirrored: Path
) -> None:
    own.mkdir(parents=True)
    with pytest.raises(DataError, match=r"a\.csv cannot be read \(Is a directory\)"):
        locate(own, remote)


def test_the_mirror_comes_before_a_download(
    remote: RemoteFile, own: Path, mirrored: Path, file_server: FileServer
) -> None:
    located = locate(own, remote)
    assert located.path == mirrored == in_mirror(remote)
    assert located.source == f"mirror house/a.csv, sha256 {remote.digest[:16]}"
    assert file_server.requests == 0


def test_a_changed_file_of_the_mirror_is_refused(
    remote: RemoteFile, own: Path, mirrored: Path, file_server: FileServer
) -> None:
    mirrored.write_text("changed")
    # The bytes count even where a download may differ.
    for file in (remote, replace(remote, is_same=lambda _: True)):
        with pytest.raises(DataError) as caught:
            locate(own, file)
        for words in (str(mirrored), digest("changed"), remote.digest, "copy the file"):
            assert words in str(caught.value)
    assert file_server.requests == 0


@pytest.mark.parametrize("folder", [None, "", "empty", "missing"])
def test_without_a_mirror_it_is_downloaded_once(
    *,
    remote: RemoteFile,
    own: Path,
    cache: Path,
    tmp_path: Path,
    file_server: FileServer,
    monkeypatch: pytest.MonkeyPatch,
    folder: str | None,
) -> None:
    (tmp_path / "empty").mkdir()
    if folder is not None:
        monkeypatch.setenv("DL_PIPELINES_DATA", str(tmp_path / folder) if folder else "")
    assert in_mirror(remote) is None
    located = locate(own, remote, cache=cache)
    assert located.path.read_text() == file_server.text
    assert located.path.parent == cache
    assert located.source == f"{file_server.url}, sha256 {remote.digest[:16]}"
    assert locate(own, remote, cache=cache) == located
    assert file_server.requests == 1


def test_a_failure_names_the_own_file_and_the_mirror(
    remote: RemoteFile, own: Path, cache: Path, file_server: FileServer
) -> None:
    file_server.fault = status(404)
    with pytest.raises(SourceError) as caught:
        locate(own, remote, cache=cache)
    assert str(caught.value) == (
        f"{file_server.url} answered with the HTTP status 404, and DL_PIPELINES_DATA is not set: "
        f"try again with a network, or put the file at {own} or set DL_PIPELINES_DATA to a folder "
        "that holds house/a.csv."
    )


def test_no_server_and_a_mirror_without_the_file(
    remote: RemoteFile,
    cache: Path,
    tmp_path: Path,
    file_server: FileServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file_server.close()
    monkeypatch.setenv("DL_PIPELINES_DATA", str(tmp_path))
    with pytest.raises(SourceError) as caught:
        locate(None, remote, cache=cache)
    assert str(caught.value) == (
        f"{file_server.url} cannot be reached or broke off, and DL_PIPELINES_DATA = {tmp_path} "
        "holds no house/a.csv: try again with a network, or set DL_PIPELINES_DATA to a folder that "
        "holds house/a.csv."
    )


def test_other_bytes_are_refused(remote: RemoteFile, cache: Path, file_server: FileServer) -> None:
    file_server.text = "<html>please log in</html>"
    rejected = cache / "house-a.csv.rejected"
    with pytest.raises(SourceError) as caught:
        locate(None, remote, cache=cache)
    assert (
        f"sent other bytes than expected (the sha256 differs), kept aside as {rejected}, and "
        "DL_PIPELINES_DATA is not set"
    ) in str(caught.value)
    assert list(cache.iterdir()) == [rejected]


def test_the_first_address_names_the_source(
    remote: RemoteFile, cache: Path, file_server: FileServer
) -> None:
    file_server.fault = lambda handler: (
        status(404)(handler) if handler.path == "/gone" else send(handler, file_server.text)
    )
    gone = f"{file_server.root}/gone"
    several = replace(remote, urls=(gone, file_server.url))
    located = locate(None, several, cache=cache)
    assert located.source == f"{gone}, sha256 {remote.digest[:16]}"
    assert locate(None, several, cache=cache) == located
    assert file_server.requests == 2


def test_other_bytes_of_the_same_data_are_taken(
    remote: RemoteFile, cache: Path, file_server: FileServer
) -> None:
    same = replace(remote, is_same=lambda path: "100" in path.read_text())
    file_server.text = '"price","area"\r\n100,50\r\n'
    located = locate(None, same, cache=cache)
    assert located.source == f"{file_server.url}, sha256 {digest(file_server.text)[:16]}"


def test_other_data_is_refused_and_not_kept(
    remote: RemoteFile, cache: Path, file_server: FileServer
) -> None:
    same = replace(remote, is_same=lambda path: "100" in path.read_text())
    text, file_server.text = file_server.text, "price,area\n7,50\n"
    with pytest.raises(SourceError, match="sent other data than expected, kept aside as"):
        locate(None, same, cache=cache)
    file_server.text = text
    assert locate(None, same, cache=cache).path.read_text() == text
