"""A small real server that speaks as Ollama does, for the gateway in front of it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class OllamaServer:
    """Answers every chat with the same thought and answer, and keeps what it was asked; a context manager."""

    answer: str = "Because of the light."
    thought: str = "Hm."
    bodies: list[dict[str, Any]] = field(default_factory=list)
    answering: Event = field(default_factory=Event)
    """Cleared, it keeps whoever asks waiting."""

    def __enter__(self) -> OllamaServer:
        self.answering.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def target(self) -> str:
        """What `--r1` takes."""
        return f"ollama:http://127.0.0.1:{self._server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(json.dumps({"models": [{"name": "deepseek-r1:7b"}]}), "application/json")

            def do_POST(self) -> None:
                outer.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                outer.answering.wait(60)
                messages = [{"thinking": outer.thought}, {"content": outer.answer}, {}]
                lines = [
                    {"model": "deepseek-r1:7b", "message": {"role": "assistant", **message}, "done": not message}
                    for message in messages
                ]
                counts = {"done_reason": "stop", "prompt_eval_count": 5, "eval_count": 7}
                self._send("".join(json.dumps(line | counts) + "\n" for line in lines), "application/x-ndjson")

            def _send(self, body: str, kind: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(ConnectionError):  # whoever asked may be gone
                    self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
                pass

        return Handler
