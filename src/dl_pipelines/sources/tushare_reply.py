"""Replies to tushare's client that are neither longer nor slower than replies are.

The client (1.4.29) takes whatever comes for as long as it comes, follows the server to any other
address with the token, and guesses at the encoding.
"""

import time
from typing import Any

MOST_BYTES = 64 * 2**20  # of a reply, unpacked; a page of bars has less than one MiB
TIMEOUTS = 10  # that a whole reply may take
_CHUNK_BYTES = 2**16


class BoundedRequests:
    """Stands for the module `requests` in the client, which calls `post` alone."""

    @staticmethod
    def post(url: str, *, json: Any, timeout: float) -> Any:
        """Send a request and read the reply to its end.

        Args:
            url: The address.
            json: The body.
            timeout: Longest silence of the server, seconds.

        Returns:
            The reply, its text in UTF-8.

        Raises:
            requests.RequestException: If there is none, it names another address, or takes longer
                than ten time-outs.
            ValueError: If it has more than `MOST_BYTES`.
        """
        import requests  # noqa: PLC0415 - heavy: imported when used

        end = time.monotonic() + TIMEOUTS * timeout
        content = bytearray()
        with requests.post(
            url, json=json, timeout=timeout, stream=True, allow_redirects=False
        ) as reply:
            if reply.is_redirect:
                raise requests.TooManyRedirects
            for chunk in reply.iter_content(_CHUNK_BYTES):
                content += chunk
                if len(content) > MOST_BYTES:
                    raise ValueError
                if time.monotonic() > end:
                    raise requests.Timeout
        reply._content, reply.encoding = bytes(content), "utf-8"
        return reply
