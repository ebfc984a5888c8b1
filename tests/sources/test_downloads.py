"""Downloads: addresses in turn, restarts, what is kept and what is kept aside."""

import contextlib
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
def silent_urls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The addresses of servers that accept a connection and say nothing, for 0.3 seconds."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(downloads, "ANSWER_SECONDS", 0.3)
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        yield [f"http://127.0.0.1:{server.getsockname()[1]}/a.csv" for server in servers]


def seconds_to_fail(take: Callable[..., Path], *urls: str) -> float:
    begin = time.monotonic()
    with pytest.raises(
        DownloadError, match=", ".join(f"{url} did not answer in time" for url in urls)
    ):
        take(*urls)
    return time.monotonic() - begin


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


def test_a_download_without_end_is_ended(
    take: Callable[..., Path],
    cache: Path,
    file_server: FileServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(ConnectionError):
            while True:
                handler.wfile.write(bytes(2**16))

    monkeypatch.setattr(downloads, "MOST_BYTES", 2**20)
    file_server.fault = endless
    with pytest.raises(DownloadError) as caught:
        take(file_server.url)
    assert str(caught.value) == f"{file_server.url} sent more than 1,048,576 bytes"
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


def test_servers_without_a_word_cost_little_time_and_only_once(
    take: Callable[..., Path], silent_urls: list[str]
) -> None:
    assert 0.3 <= seconds_to_fail(take, *silent_urls) < 0.6  # asked at the same time
    assert seconds_to_fail(take, *reversed(silent_urls)) < 0.2


def test_a_server_without_a_word_is_asked_again_later(
    take: Callable[..., Path], silent_urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "REMEMBERED_SECONDS", 0.0)
    for _ in range(2):
        assert seconds_to_fail(take, silent_urls[0]) >= 0.3


def test_a_server_without_a_word_does_not_hold_up_the_one_before(
    take: Callable[..., Path], silent_urls: list[str], file_server: FileServer
) -> None:
    begin = time.monotonic()
    assert take(file_server.url, *silent_urls).read_text() == CONTENT
    assert time.monotonic() - begin < 0.25


def test_a_cache_that_cannot_be_written_is_told(
    take: Callable[..., Path], cache: Path, file_server: FileServer
) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(DownloadError, match="could not be saved in the cache folder"):
        take(file_server.url)
