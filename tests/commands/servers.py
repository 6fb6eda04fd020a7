"""A small real server of chat completions on loopback, for tests of the command line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.commands.loopback import LoopbackServer, QuietHandler


@dataclass
class OpenAIServer(LoopbackServer):
    """Answers every call with the same thought and answer, and keeps what it was asked; a context manager."""

    answer: str
    thought: str = ""
    model: str = "deepseek-r1"
    bodies: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """What `openai:` is put before."""
        return f"{self.address}/v1"

    def handler(self) -> type[QuietHandler]:
        outer = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:  # noqa: N802  the library's name
                self.send(json.dumps({"data": [{"id": outer.model}]}), "application/json")

            def do_POST(self) -> None:  # noqa: N802  the library's name
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
                self.send(f"{lines}data: [DONE]\n\n", "text/event-stream")

        return Handler
