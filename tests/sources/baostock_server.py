"""A local TCP server that speaks baostock's protocol, faults included.

A message is a header of 21 characters (version, type, length of the body), a body and a checksum,
their parts separated by a byte 1. Requests end with a line feed, replies with `<![CDATA[]]>` and a
line feed; bodies of daily bars are compressed.
"""

import json
import socketserver
import threading
import zlib
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pandas as pd

HEADER = 21  # characters
SPLIT, END = "\1", b"<![CDATA[]]>\n"
LOGIN, LOGOUT, BARS, MEMBERS = "00", "02", "95", "61"
USER, PASSWORD = "anonymous", "123456"
FIELDS = ["date", "code", "open", "high", "low", "close", "volume", "amount", "tradestatus"]
PAGE = 2000

Fault = Callable[["Connection"], None]


def bar(day: str, close: float = 100.0, **others: str) -> dict[str, str]:
    """A sound daily bar as baostock sends it: text, shares and yuan."""
    prices = {"open": close - 1, "high": close + 2, "low": close - 2, "close": close}
    row = {name: f"{price:.4f}" for name, price in prices.items()}
    return {
        "date": day,
        **row,
        "volume": "3000",
        "amount": "4000.0000",
        "tradestatus": "1",
    } | others


def bars(days: int, start: str = "2006-01-05") -> list[dict[str, str]]:
    """Sound daily bars of some working days in a row."""
    dates = pd.bdate_range(start, periods=days).strftime("%Y-%m-%d")
    return [bar(day, 1000.0 + row) for row, day in enumerate(dates)]


class BaostockServer:
    """Serves `bars` and `members` to whoever has logged in.

    Attributes:
        bars: baostock's code → its daily bars, ascending.
        members: baostock's codes of the CSI 300.
        faults: Type of message → what to do to the next of them instead, one fault each.
        always: Type of message → what to do to all of them after these.
        requests: The bodies received, each split, with the type in front.
    """

    def __init__(self) -> None:
        self.bars: dict[str, list[dict[str, str]]] = {}
        self.members: list[str] = []
        self.faults: dict[str, list[Fault | None]] = defaultdict(list)
        self.always: dict[str, Fault] = {}
        self.requests: list[list[str]] = []
        self.ended = threading.Event()
        server = self

        class Handler(Connection):
            exchange = server

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def asked(self, kind: str) -> list[list[str]]:
        """The bodies of one type of message."""
        return [request[1:] for request in self.requests if request[0] == kind]

    def close(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Connection(socketserver.StreamRequestHandler):
    """One client, until it or a fault hangs up."""

    exchange: BaostockServer
    user: str | None = None
    over = False

    def handle(self) -> None:
        while not self.over and (line := self.rfile.readline()):
            message, _, checksum = line.decode().rstrip("\n").rpartition(SPLIT)
            assert int(checksum) == zlib.crc32(message.encode())
            _, kind, length = message[:HEADER].split(SPLIT)
            assert int(length) == len(message[HEADER:])
            self.exchange.requests.append([kind, *message[HEADER:].split(SPLIT)])
            queue = self.exchange.faults[kind]
            fault = queue.pop(0) if queue else self.exchange.always.get(kind)
            (fault or {LOGIN: self.log_in, LOGOUT: self.log_out}.get(kind, self.answer))(self)

    def log_in(self, _: object) -> None:
        _, user, password, _ = self.exchange.requests[-1][1:]
        if (user, password) != (USER, PASSWORD):
            self.reply("10001002", "用户名或密码错误")
            return
        self.user = user
        self.reply("0", "success", "login", user)

    def log_out(self, _: object) -> None:
        self.reply("0", "success", "logout", USER)

    def answer(self, _: object) -> None:
        kind, _, user, *query = self.exchange.requests[-1]
        if user != self.user:
            self.reply("10001001", "用户未登录")
        elif kind == MEMBERS:
            rows = [["2026-01-05", code, f"name of {code}"] for code in self.exchange.members]
            fields = "updateDate, code, code_name"
            self.reply("0", "success", "query", user, "1", "2000", records(rows), query[2], fields)
        else:
            self.send_bars(*query)

    def send_bars(self, page: str, size: str, code: str, fields: str, *rest: str) -> None:
        start, end, frequency, flag = rest
        if code not in self.exchange.bars:
            self.reply("10004011", "无效的证券代码", packed=True)
            return
        wanted = fields.split(",")
        found = [row for row in self.exchange.bars[code] if start <= row["date"] <= end]
        first = (int(page) - 1) * int(size)
        rows = [[row[name] for name in wanted] for row in found[first : first + int(size)]]
        echo = [code, fields, start, end, frequency, flag]
        self.reply("0", "success", "query", USER, page, size, records(rows), *echo, packed=True)

    def reply(self, *parts: str, packed: bool = False) -> None:
        self.wfile.write(encoded(*parts, packed=packed) + END)


def records(rows: list[list[str]]) -> str:
    return json.dumps({"record": rows}) if rows else ""


def encoded(*parts: str, packed: bool = False) -> bytes:
    """A reply without its end."""
    body = SPLIT.join(parts)
    kind = "96" if packed else "01"
    content = zlib.compress(f"{body}\n".encode()) if packed else f"{body}{SPLIT}".encode()
    return SPLIT.join(["00.9.40", kind, f"{len(content):010}"]).encode() + content


def refusal(code: str, message: str = "失败") -> Fault:
    return lambda connection: connection.reply(code, message, packed=True)


def hang(connection: Connection) -> None:
    """Say nothing until the test is over."""
    connection.exchange.ended.wait(5)
    connection.over = True


def cut(connection: Connection) -> None:
    """Hang up in the middle of a reply."""
    connection.wfile.write(encoded("0", "success", "query", packed=True)[:30])
    connection.over = True


def reset(connection: Connection) -> None:
    """Hang up without a word."""
    connection.over = True


def text(content: bytes) -> Fault:
    return lambda connection: _write(connection, content + END)


def body(*parts: Any) -> Fault:
    """A reply of the right form with anything in it."""
    return lambda connection: connection.reply(*parts, packed=True)


def endless(connection: Connection) -> None:
    """Send for ever."""
    try:
        while not connection.exchange.ended.is_set():
            connection.wfile.write(b"x" * 2**16)
    except OSError:
        connection.over = True


def _write(connection: Connection, content: bytes) -> None:
    connection.wfile.write(content)
