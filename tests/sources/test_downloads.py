"""Downloads: addresses in turn, restarts, what is kept and what is kept aside."""

import socket
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from dl_pipelines.sources import downloads
from dl_pipelines.sources.downloads import DownloadError, download
from tests.sources.file_server import FileServer
from tests.sources.server import Fault, cut, reset, send, slow, status

CONTENT = "price,area\n100,50\n"  # what the fixture serves


def objection(path: Path) -> str | None:
    return None if path.read_text() == CONTENT else "sent other bytes than expected"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def take(cache: Path) -> Callable[..., Path]:
    """Download `a.csv` from some addresses."""
    return lambda *urls: download(urls, "a.csv", objection=objection, cache=cache)


@pytest.fixture
def second_server() -> Iterator[FileServer]:
    server = FileServer(CONTENT)
    yield server
    server.close()


@pytest.fixture
def silent_url() -> Iterator[str]:
    """The address of a server that accepts a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/a.csv"


def once(fault: Fault) -> Fault:
    """A fault of the first request only."""
    requests: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        requests.append(handler.path)
        if len(requests) == 1:
            fault(handler)
        else:
            send(handler, CONTENT)

    return answer


FAILURES = [
    (status(404), "answered with the HTTP status 404"),
    (status(503), "answered with the HTTP status 503"),
    (cut, "sent only a part of the file"),
    (reset, "cannot be reached or broke off"),
    (slow, "did not answer in time"),
]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "SILENCE_SECONDS", 0.1)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("fault", "finding"), FAILURES)
def test_a_download_that_fails_is_explained_and_leaves_nothing(
    take: Callable[..., Path], cache: Path, file_server: FileServer, fault: Fault, finding: str
) -> None:
    file_server.fault = fault
    with pytest.raises(DownloadError) as caught:
        take(file_server.url)
    assert str(caught.value) == f"{file_server.url} {finding}"
    assert list(cache.iterdir()) == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("fault", "finding"), FAILURES)
def test_the_next_address_is_taken_and_the_first_one_reported(
    *,
    take: Callable[..., Path],
    cache: Path,
    file_server: FileServer,
    second_server: FileServer,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    finding: str,
) -> None:
    file_server.fault = fault
    assert take(file_server.url, second_server.url).read_text() == CONTENT
    assert [path.name for path in cache.iterdir()] == ["a.csv"]
    assert [record.getMessage() for record in caplog.records] == [
        f"{file_server.url} {finding}; {second_server.url} has the file."
    ]


def test_every_address_is_told_when_all_fail(
    take: Callable[..., Path], file_server: FileServer, second_server: FileServer
) -> None:
    file_server.fault = status(404)
    second_server.close()
    with pytest.raises(DownloadError) as caught:
        take(file_server.url, second_server.url)
    assert str(caught.value) == (
        f"{file_server.url} answered with the HTTP status 404, "
        f"{second_server.url} cannot be reached or broke off"
    )


def test_the_cache_serves_whatever_address_filled_it(
    take: Callable[..., Path], file_server: FileServer, second_server: FileServer
) -> None:
    file_server.fault = status(503)
    path = take(file_server.url, second_server.url)
    asked = file_server.requests
    assert take(file_server.url, second_server.url) == path
    assert (file_server.requests, second_server.requests) == (asked, 1)


def test_a_download_that_dies_half_way_is_started_anew(
    take: Callable[..., Path], cache: Path, file_server: FileServer
) -> None:
    file_server.fault = once(lambda handler: send(handler, CONTENT[:7], missing=11))
    assert take(file_server.url).read_text() == CONTENT
    assert file_server.requests == 2
    assert [path.name for path in cache.iterdir()] == ["a.csv"]


def test_another_file_is_kept_aside_named_and_not_used(
    take: Callable[..., Path], cache: Path, file_server: FileServer
) -> None:
    file_server.text = "<html>please log in</html>"
    rejected = cache / "a.csv.rejected"
    for _ in range(2):  # what was kept aside is no file of the cache
        with pytest.raises(DownloadError, match=f"than expected, kept aside as {rejected}$"):
            take(file_server.url)
        assert list(cache.iterdir()) == [rejected]
        assert rejected.read_text() == file_server.text
    assert file_server.requests == 2


def test_after_another_file_the_next_address_is_tried(
    *,
    take: Callable[..., Path],
    cache: Path,
    file_server: FileServer,
    second_server: FileServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    file_server.text = "other"
    assert take(file_server.url, second_server.url).read_text() == CONTENT
    assert (cache / "a.csv.rejected").read_text() == "other"
    assert str(cache / "a.csv.rejected") in caplog.text


def test_a_changed_file_of_the_cache_is_kept_aside_and_downloaded_again(
    take: Callable[..., Path],
    cache: Path,
    file_server: FileServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = take(file_server.url)
    path.write_text("changed")
    assert take(file_server.url) == path
    assert path.read_text() == CONTENT
    assert (cache / "a.csv.rejected").read_text() == "changed"
    assert str(cache / "a.csv.rejected") in caplog.text


def test_a_server_without_a_word_costs_little_time(
    take: Callable[..., Path], silent_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(downloads, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(downloads, "SILENCE_SECONDS", 1)
    begin = time.monotonic()
    with pytest.raises(DownloadError, match="did not answer in time"):
        take(silent_url)
    assert time.monotonic() - begin < 0.9


def test_a_cache_that_cannot_be_written_is_told(
    take: Callable[..., Path], cache: Path, file_server: FileServer
) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(DownloadError, match="could not be saved in the cache folder"):
        take(file_server.url)
