"""The connection to baostock's server, in the place of its client's socket.

The client (0.9.4) waits without a time-out and reads for ever once the server has closed the
connection, and unpacks whatever it is sent. Whatever goes wrong it turns into one code; the line
remembers what it was.
"""

import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from dl_pipelines.sources.asking import CUT, TIME_OUT, Fault
from dl_pipelines.sources.baostock_faults import NONSENSE, UNREACHABLE

_MOST_BYTES = 8 * 2**20  # of a reply; a page of bars has less than one MiB, packed or not
_TIMEOUTS = 10  # that a whole reply may take


class Line:
    """A connection with time-outs.

    It has the methods of the client's `SocketUtil` (`connect`) and those of the socket that this
    would make (`send`, `recv`, `close`).

    Attributes:
        fault: What went wrong; None so far. The line is of no use after that.
        connected: Whether a connection was made, or at least tried.
    """

    def __init__(self, timeout_seconds: float) -> None:
        """Set the longest silence of the server."""
        self.fault: Fault | None = None
        self.connected = False
        self._timeout = timeout_seconds
        self._socket: socket.socket | None = None
        self._received = 0
        self._end = 0.0  # when a reply should have come, by the monotonic clock

    def connect(self, _api_key: str) -> None:
        """Connect to the public server, and be the client's connection from now on."""
        from baostock.common import contants, context  # noqa: PLC0415 - an extra

        context.default_socket = self
        self.connected = True
        address = (contants.BAOSTOCK_SERVER_IP, contants.BAOSTOCK_SERVER_PORT)
        try:
            self._socket = socket.create_connection(address, timeout=self._timeout)
        except OSError:
            self.fault = UNREACHABLE

    def send(self, message: bytes) -> None:
        """Send a whole request.

        Raises:
            ConnectionError: If that fails; `fault` says why.
        """
        self._received = 0
        self._end = time.monotonic() + _TIMEOUTS * self._timeout
        with self._watched() as line:
            line.sendall(message)

    def recv(self, size: int) -> bytes:
        """Receive some bytes of a reply.

        Raises:
            ConnectionError: If there are none, more than any reply has, or not all of them within
                ten time-outs; `fault` says why.
        """
        with self._watched() as line:
            if time.monotonic() > self._end:
                raise TimeoutError
            data = line.recv(size)
        self._received += len(data)
        if not data or self._received > _MOST_BYTES:
            self.fault = NONSENSE if data else CUT
            raise ConnectionError
        return data

    def close(self) -> None:
        """Close the connection; again is no mistake."""
        if self._socket:
            self._socket.close()

    @contextmanager
    def _watched(self) -> Iterator[socket.socket]:
        if self._socket is None or self.fault:
            raise ConnectionError
        try:
            yield self._socket
        except OSError as error:
            self.fault = TIME_OUT if isinstance(error, TimeoutError) else CUT
            raise ConnectionError from None


class BoundedZlib:
    """Stands for the module `zlib` where the client unpacks a reply."""

    @staticmethod
    def decompress(packed: bytes) -> bytes:
        """Unpack a reply.

        Raises:
            zlib.error: If it is none, or holds more than any reply does.
        """
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(packed, _MOST_BYTES)
        if not unpacking.eof:
            raise zlib.error
        return content
