"""A login to baostock, kept safe from what its client leaves open.

The client (0.9.4) keeps its connection in a variable of a module, takes a page that failed for the
end of the data, raises whatever a strange reply makes it raise, and prints.
"""

import logging
import threading
from contextlib import suppress
from typing import Any

import pandas as pd

from dl_pipelines.errors import ProviderRefusedError
from dl_pipelines.sources.asking import Fault
from dl_pipelines.sources.baostock_faults import NONSENSE, UNKNOWN_SYMBOL, explain
from dl_pipelines.sources.baostock_line import BoundedZlib, Line

logger = logging.getLogger(__name__)

_SUCCESS = "0"
_MOST_ROWS = 100_000  # of a query; a share has fewer than 10,000 days
# The client's connection is a variable of its module: one request at a time in a process.
_CLIENT = threading.Lock()


class Session:
    """A login, made when it is needed and again after a failure."""

    def __init__(self, user: str, password: str, timeout_seconds: float) -> None:
        """Keep what is needed to log in.

        Args:
            user: Name of the user.
            password: Their password; it appears in no error and no log line.
            timeout_seconds: Longest silence of the server.

        Raises:
            ProviderRefusedError: If the baostock package is not installed.
        """
        self._client = _import_client()
        self._user, self._password = user, password
        self._timeout = timeout_seconds
        self._line: Line | None = None

    def rows(self, query: str, *arguments: str, **settings: str) -> pd.DataFrame | Fault:
        """All rows that a query yields, page by page; or why there are none.

        Args:
            query: A function of the client, e.g. `query_hs300_stocks`.
            *arguments: Its positional arguments.
            **settings: Its keyword arguments.

        Returns:
            The rows in the order of the reply, every cell as text.
        """
        with _CLIENT:
            self._line = line = self._line or Line(self._timeout)
            reply = self._logged_in(line) or self._answer(line, query, *arguments, **settings)
            if isinstance(reply, Fault) and (line.fault or reply is not UNKNOWN_SYMBOL):
                self._hang_up()
            return reply

    def close(self) -> None:
        """Log out, if logged in."""
        with _CLIENT:
            if self._line:
                self._take_over(self._line)
                with suppress(Exception):  # all that was wanted has come
                    self._client.logout()
            self._hang_up()

    def _logged_in(self, line: Line) -> Fault | None:
        """Log in, unless that is done; or why it failed."""
        from baostock.util.socketutil import SocketUtil  # noqa: PLC0415 - an extra

        if line.connected:
            return None
        # The client connects by this one object, which it would make at its first login.
        SocketUtil.instance = line
        try:
            reply = self._client.login(self._user, self._password)
        except Exception:  # it takes the reply apart without a look
            return line.fault or NONSENSE
        return line.fault or _fault_of(reply)

    def _answer(
        self, line: Line, query: str, *arguments: str, **settings: str
    ) -> pd.DataFrame | Fault:
        self._take_over(line)
        try:
            reply = getattr(self._client, query)(*arguments, **settings)
            rows = _all_rows(reply)
        except Exception:  # it takes the reply apart without a look
            return line.fault or NONSENSE
        return line.fault or _fault_of(reply) or rows

    def _take_over(self, line: Line) -> None:
        """Another session may have asked in the meantime."""
        from baostock.common import context  # noqa: PLC0415 - an extra

        context.default_socket, context.user_id = line, self._user

    def _hang_up(self) -> None:
        if self._line:
            self._line.close()
        self._line = None


def _all_rows(reply: Any) -> pd.DataFrame:
    """The rows of a reply and of the pages after it.

    Raises:
        ValueError: If a row has another length than the fields, or the pages have no end.
    """
    from baostock.common.contants import BAOSTOCK_PER_PAGE_COUNT  # noqa: PLC0415 - an extra

    rows: list[list[str]] = []
    while _fault_of(reply) is None and reply.next():
        rows.append(reply.get_row_data())
        if len(rows) > _MOST_ROWS:
            raise ValueError
    # The data end with a page that is not full; a full one was not turned.
    if len(reply.data) == BAOSTOCK_PER_PAGE_COUNT and _fault_of(reply) is None:
        raise ValueError
    return pd.DataFrame(rows, columns=reply.fields, dtype="str")


def _fault_of(reply: Any) -> Fault | None:
    success = reply.error_code == _SUCCESS
    return None if success else explain(str(reply.error_code), str(reply.error_msg))


def _import_client() -> Any:
    """The client; what it prints goes to the log.

    Raises:
        SourceError: If it is not installed.
    """
    try:
        import baostock  # noqa: PLC0415 - an extra
        from baostock.data import resultset  # noqa: PLC0415
        from baostock.login import loginout  # noqa: PLC0415
        from baostock.security import history, sectorinfo  # noqa: PLC0415
        from baostock.util import socketutil  # noqa: PLC0415
    except ImportError:
        raise ProviderRefusedError(
            "the baostock package is not installed: run pip install 'dl_pipelines[baostock]', or "
            "choose another stock.source."
        ) from None
    for module in (resultset, loginout, history, sectorinfo, socketutil):
        vars(module)["print"] = logger.debug
    vars(socketutil)["zlib"] = BoundedZlib
    return baostock
