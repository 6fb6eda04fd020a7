"""Small real servers on loopback that stand for others: what they share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self


class QuietHandler(BaseHTTPRequestHandler):
    """Sends whole bodies, and logs nothing."""

    def send(self, body: str, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        with suppress(ConnectionError):  # whoever asked may be gone
            self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        pass


class LoopbackServer(ABC):
    """Serves on a free port while its context is open."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @abstractmethod
    def handler(self) -> type[QuietHandler]:
        """What answers."""
