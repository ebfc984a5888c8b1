"""A local HTTP server that speaks tushare's protocol, faults included."""
# The messages are tushare's own, with Chinese punctuation, and the token is none:
# ruff: noqa: RUF001, S105

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

TOKEN = "5ecret0token1of2the3tests"
FIELDS = ["ts_code", "trade_date", "open", "high", "low", "close", "vol", "amount"]
RATE = "抱歉，您每分钟最多访问该接口200次，权限的具体详情访问：https://tushare.pro/document/1?doc_id=108。"
PERMISSION = (
    "抱歉，您没有接口访问权限，权限的具体详情访问：https://tushare.pro/document/1?doc_id=108。"
)
QUOTA = "抱歉，您每天最多访问该接口2次"
SYSTEM_ERROR = "抱歉系统错误，\n请反馈我们"
WRONG_TOKEN = "您的token不对，请确认。"

Fault = Callable[[BaseHTTPRequestHandler], None]


def row(day: str, close: float = 100.0, *, vol: float = 30.0, amount: float | None = 4.0) -> list:
    """A sound daily bar as tushare sends it: lots and thousand yuan."""
    return ["000300.SH", day, close - 1, close + 2, close - 2, close, vol, amount]


class TushareServer:
    """Serves `rows` (any order; newest first on the wire) at `POST /dataapi/index_daily`.

    Attributes:
        rows: The rows there are.
        tables: Name of another call, e.g. `adj_factor` → its rows.
        limit: Rows a reply holds at most.
        faults: What to do to the next requests instead, one fault each.
        always: What to do to all requests after these.
        requests: The bodies received.
    """

    def __init__(self) -> None:
        self.rows: list[list] = []
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.limit = 8000
        self.faults: list[Fault | None] = []
        self.always: Fault | None = None
        self.requests: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/dataapi"

    @property
    def spans(self) -> list[tuple[str, str]]:
        """The date ranges that were asked for."""
        return [(r["params"]["start_date"], r["params"]["end_date"]) for r in self.requests]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        if body["token"] != TOKEN:
            return {"code": 40101, "msg": WRONG_TOKEN, "data": None}
        own = [dict(zip(FIELDS, r, strict=True)) for r in self.rows]
        rows = self.tables.get(body["api_name"], own)
        return {"code": 0, "msg": "", "data": self.table(rows, body["params"], body["fields"])}

    def table(self, rows: list[dict], query: dict[str, str], fields: str) -> dict[str, Any]:
        same = [key for key in ("ts_code", "index_code") if key in query]
        found = [
            r
            for r in sorted(rows, key=lambda r: r["trade_date"], reverse=True)
            if query["start_date"] <= r["trade_date"] <= query["end_date"]
            and all(r[key] == query[key] for key in same)
        ]
        wanted = fields.split(",")
        return {"fields": wanted, "items": [[r[f] for f in wanted] for r in found[: self.limit]]}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                # A proxy is asked for the whole address.
                assert urlsplit(self.path).path == f"/dataapi/{body['api_name']}"
                server.requests.append(body)
                fault = server.faults.pop(0) if server.faults else server.always
                if fault:
                    fault(self)
                else:
                    send(self, json.dumps(server.answer(body)))

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def send(
    handler: BaseHTTPRequestHandler, text: str | bytes, *, status: int = 200, missing: int = 0
) -> None:
    """Send a reply; `missing` bytes are announced but never sent."""
    body = text.encode() if isinstance(text, str) else text
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) + missing))
    handler.end_headers()
    handler.wfile.write(body)
    handler.close_connection = True


def status(code: int) -> Fault:
    return lambda handler: send(handler, "error", status=code)


def refusal(message: str, code: int = 40203) -> Fault:
    return lambda handler: send(handler, json.dumps({"code": code, "msg": message, "data": None}))


def text(body: str) -> Fault:
    return lambda handler: send(handler, body)


def cut(handler: BaseHTTPRequestHandler) -> None:
    send(handler, '{"code": 0, "msg": "", "data": {"fields": ["trade_d', missing=500)


def reset(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def slow(handler: BaseHTTPRequestHandler) -> None:
    """Answer after the client's patience is over."""
    time.sleep(0.3)
    reset(handler)


def data(fields: list[str], *rows: list) -> Fault:
    return text(json.dumps({"code": 0, "msg": "", "data": {"fields": fields, "items": list(rows)}}))
