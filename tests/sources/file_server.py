"""A local HTTP server of files, faults included."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.sources.server import Fault, send


class FileServer:
    """Serves `files` by the last part of a path, and `text` at any other path.

    Attributes:
        text: The content of a file that is not in `files`.
        files: Name of a file → its content.
        fault: What to do instead of serving it.
        requests: How many requests there were.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.files: dict[str, bytes] = {}
        self.fault: Fault | None = None
        self.requests = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.root}/house.csv"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests += 1
                if server.fault:
                    server.fault(self)
                else:
                    name = self.path.rpartition("/")[2]
                    send(self, server.files.get(name, server.text))

            def log_message(self, *_: object) -> None:
                pass

        return Handler
