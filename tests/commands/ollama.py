"""A small real server that speaks as Ollama does, for the gateway in front of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from tests.commands.loopback import LoopbackServer, QuietHandler


@dataclass
class OllamaServer(LoopbackServer):
    """Answers every chat with the same thought and answer, and keeps what it was asked; a context manager."""

    answer: str = "Because of the light."
    thought: str = "Hm."
    bodies: list[dict[str, Any]] = field(default_factory=list)
    answering: Event = field(default_factory=Event)
    """Cleared, it keeps whoever asks waiting."""

    def __post_init__(self) -> None:
        self.answering.set()

    @property
    def target(self) -> str:
        """What `--r1` takes."""
        return f"ollama:{self.address}"

    def handler(self) -> type[QuietHandler]:
        outer = self

        class Handler(QuietHandler):
            def do_GET(self) -> None:  # noqa: N802  the library's name
                self.send(json.dumps({"models": [{"name": "deepseek-r1:7b"}]}), "application/json")

            def do_POST(self) -> None:  # noqa: N802  the library's name
                outer.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                outer.answering.wait(60)
                messages = [{"thinking": outer.thought}, {"content": outer.answer}, {}]
                lines = [
                    {"model": "deepseek-r1:7b", "message": {"role": "assistant", **message}, "done": not message}
                    for message in messages
                ]
                counts = {"done_reason": "stop", "prompt_eval_count": 5, "eval_count": 7}
                self.send("".join(json.dumps(line | counts) + "\n" for line in lines), "application/x-ndjson")

        return Handler
