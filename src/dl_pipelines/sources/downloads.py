"""A file from the first of its public addresses that has it, judged before it is kept."""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 3  # until a server's first sign, from looking up its name
REMEMBERED_SECONDS = 60  # of a server that gave none
SILENCE_SECONDS = 20  # of a server in the middle of an answer
CHUNK_BYTES = 2**16
MOST_BYTES = 2**28  # 256 MiB; the images of Fashion-MNIST have 26
STARTS = 2  # of a download that breaks off half-way


class DownloadError(Exception):
    """No address gave the file; the message tells of each in a clause."""


class _RejectedError(Exception):
    """A download is not the file expected; the message is a predicate of the address."""


def download(
    urls: Sequence[str],
    name: str,
    *,
    objection: Callable[[Path], str | None],
    cache: Path | None = None,
) -> Path:
    """Take a file from the cache, else from the first address that has it.

    A file enters the cache whole and unobjectionable or not at all; one that is objected to is
    kept aside as `<name>.rejected` for the user to look at. A download that breaks off is started
    anew, and the next address is tried after any failure.

    Args:
        urls: The addresses, in this order; each should give the same file.
        name: The file's name in the cache, the same for all addresses.
        objection: Says what is wrong with a file, as a predicate of its address (`sent …`), or
            None.
        cache: Folder of downloads; the user's cache folder if None.

    Returns:
        Path of the file in the cache.

    Raises:
        DownloadError: If no address gave the file.
        DataError: If `objection` cannot read the file in the cache.
    """
    import pooch  # noqa: PLC0415  heavy: imported when used

    pooch.get_logger().setLevel("WARNING")  # its lines tell paths of the cache
    kept = Path(cache or pooch.os_cache("dl_pipelines")) / name
    if kept.is_file() and objection(kept) is None:
        return kept
    findings: list[str] = []
    servers = [_Server(url) for url in urls]  # all are asked at once: silence costs time only once
    for url, server in zip(urls, servers, strict=True):
        try:
            server.require_answer()
            _fetch(url, kept, objection)
        except (OSError, _RejectedError) as error:
            findings.append(f"{url} {_finding(error)}")
            continue
        for finding in findings:
            logger.warning("%s; %s has the file.", finding, url)
        return kept
    raise DownloadError(", ".join(findings))


def _fetch(url: str, kept: Path, objection: Callable[[Path], str | None]) -> None:
    """Download one address into the cache, from the beginning again if it breaks off."""
    import pooch  # noqa: PLC0415  heavy: imported when used
    import requests  # noqa: PLC0415  heavy: imported when used

    def fetch_verified(url: str, temporary: str, _: object) -> None:
        http = pooch.HTTPDownloader(
            progressbar=_Bound(),
            timeout=(ANSWER_SECONDS, SILENCE_SECONDS),
            chunk_size=CHUNK_BYTES,
        )
        http(url, temporary, None)
        if finding := objection(Path(temporary)):
            rejected = _put_aside(Path(temporary), kept)
            raise _RejectedError(f"{finding}, kept aside as {rejected}")

    if kept.exists():  # and was objected to: pooch would take it as it is
        logger.warning("%s was changed and is kept aside as %s.", kept, _put_aside(kept, kept))
    for start in range(1, STARTS + 1):
        try:
            # No hash is given, for pooch deletes what does not match it.
            pooch.retrieve(
                url, known_hash=None, fname=kept.name, path=kept.parent, downloader=fetch_verified
            )
            return
        except requests.exceptions.ChunkedEncodingError:
            if start == STARTS:
                raise


class _Bound:
    """Ends a download that is longer than any file should be; for pooch it is a progress bar."""

    total = 0  # what the server promises; pooch sets it

    def __init__(self) -> None:
        self._left = MOST_BYTES

    def update(self, count: int) -> None:
        """Another chunk has come, of at most `count` bytes."""
        self._left -= count
        if self._left < 0:
            raise _RejectedError(f"sent more than {MOST_BYTES:,} bytes")

    def reset(self) -> None:
        """All has come."""

    def close(self) -> None:
        """Nothing is to be closed."""


class _Server:
    """Whether the server of an address gives a sign in time, asked from its construction on.

    The time-out of a connection alone can add up to minutes where a firewall swallows everything:
    it does not count the name server's, and each of a host's addresses may use it up.
    """

    silent_since: ClassVar[dict[str, float]] = {}  # by a server's name

    def __init__(self, url: str) -> None:
        self._url = url
        self._name = urlsplit(url).netloc
        self._start = time.monotonic()
        self._sign = threading.Event()
        silence = self._start - self.silent_since.get(self._name, -math.inf)
        self._asked = silence >= REMEMBERED_SECONDS
        if self._asked:
            threading.Thread(target=self._ask, daemon=True).start()

    def require_answer(self) -> None:
        """Raise ConnectTimeout if there is no sign in time, or was none a little while ago."""
        import requests  # noqa: PLC0415  heavy: imported when used

        if self._asked and self._sign.wait(self._start + ANSWER_SECONDS - time.monotonic()):
            return
        if self._asked:
            self.silent_since[self._name] = time.monotonic()
        raise requests.ConnectTimeout(self._url)

    def _ask(self) -> None:
        import requests  # noqa: PLC0415  heavy: imported when used

        try:
            requests.head(self._url, timeout=ANSWER_SECONDS, allow_redirects=True)
        except requests.RequestException as error:  # the download tells what is wrong
            if isinstance(error, requests.Timeout):
                return
        self._sign.set()


def _put_aside(path: Path, kept: Path) -> Path:
    return path.replace(kept.with_name(f"{kept.name}.rejected"))


def _finding(error: OSError | _RejectedError) -> str:
    """What went wrong, as a predicate of the address."""
    import requests  # noqa: PLC0415  heavy: imported when used

    if isinstance(error, _RejectedError):
        return str(error)
    if isinstance(error, requests.HTTPError):
        return f"answered with the HTTP status {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "sent only a part of the file"
    if isinstance(error, requests.RequestException):
        return "cannot be reached or broke off"
    return f"could not be saved in the cache folder ({error.strerror or error})"
