"""A small real server of chat completions on loopback, for tests of the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class OpenAIServer:
    """Answers every call with the same thought and answer, and keeps what it was asked; a context manager."""

    answer: str
    thought: str = ""
    model: str = "deepseek-r1"
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> OpenAIServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """What `openai:` is put before."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(json.dumps({"data": [{"id": outer.model}]}), "application/json")

            def do_POST(self) -> None:
                outer.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                deltas = [{"reasoning_content": outer.thought}, {"content": outer.answer}, {}]
                events = [
                    {
                        "model": outer.model,
                        "choices": [{"index": 0, "delta": delta, "finish_reason": None if delta else "stop"}],
                    }
                    for delta in deltas
                ]
                lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
                self._send(f"{lines}data: [DONE]\n\n", "text/event-stream")

            def _send(self, body: str, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
                pass

        return Handler
