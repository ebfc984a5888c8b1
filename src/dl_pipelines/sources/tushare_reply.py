"""Replies to tushare's client that are neither longer nor slower than replies are.

The client (1.4.29) takes whatever comes for as long as it comes, follows the server to any other
address with the token, and guesses at the encoding.
"""

import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from threading import Thread
from typing import Any

MOST_BYTES = 8 * 2**20  # of a reply, unpacked; a page of bars has less than one MiB
TIMEOUTS = 10  # that a whole reply may take
_CHUNK_BYTES = 2**16


class BoundedRequests:
    """Stands for the module `requests` in the client, which calls `post` alone."""

    @staticmethod
    def post(url: str, *, json: Any, timeout: float) -> Any:
        """Send a request and read the reply to its end.

        Args:
            url: The address.
            json: The body; its `token` is the user's.
            timeout: Longest silence of the server, seconds.

        Returns:
            The reply, its text in UTF-8; where it repeats the token stands `<token>`.

        Raises:
            requests.RequestException: If there is none, it names another address, or takes longer
                than ten time-outs.
            ValueError: If it has more than `MOST_BYTES`.
        """
        import requests  # noqa: PLC0415 - heavy: imported when used

        reply: Future[Any] = Future()

        def ask() -> None:
            try:
                reply.set_result(_reply(url, json, timeout))
            except Exception as error:
                reply.set_exception(error)

        # In a thread, to be left behind: while headers, interim replies, sizes of chunks or
        # trailers drip in, `requests` looks at no clock.
        Thread(target=ask, daemon=True).start()
        try:
            return reply.result(TIMEOUTS * timeout)
        except FutureTimeoutError:
            raise requests.Timeout from None


def _reply(url: str, json: Any, timeout: float) -> Any:
    # heavy: imported when used
    import requests  # noqa: PLC0415

    end = time.monotonic() + TIMEOUTS * timeout
    with requests.post(
        url, json=json, timeout=timeout, stream=True, allow_redirects=False
    ) as reply:
        if reply.is_redirect:
            raise requests.TooManyRedirects
        content = _read(reply.raw, end)
    # Whatever is quoted of a reply then holds no token, should the service repeat it.
    told = content.replace(json["token"].encode(), b"<token>")
    reply._content, reply.encoding = told, "utf-8"
    return reply


def _read(raw: Any, end: float) -> bytes:
    """All of a reply, as it comes: `iter_content` would wait until a whole chunk is there."""
    # heavy: imported when used
    import requests  # noqa: PLC0415
    from urllib3 import exceptions  # noqa: PLC0415

    content = bytearray()
    try:
        while chunk := raw.read1(_CHUNK_BYTES, decode_content=True):
            content += chunk
            if len(content) > MOST_BYTES:
                raise ValueError
            if time.monotonic() > end:
                raise requests.Timeout
    except exceptions.ReadTimeoutError:
        raise requests.Timeout from None
    except exceptions.ProtocolError:
        raise requests.exceptions.ChunkedEncodingError from None
    except exceptions.HTTPError:  # it cannot be unpacked
        raise ValueError from None
    return bytes(content)
