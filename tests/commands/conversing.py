"""What tests of conversations share: an R1 that answers from its prompt, piece by piece, and stored conversations."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pipeline.events import Line, Page
from pipeline.open_conversation import OpenConversation
from pipeline.records import TurnOutcome, TurnState
from text.prompt import parse_prompt

SUMMARISE = "Summarise the conversation"
"""Begins the request for a summary."""

PATIENCE_S = 60.0


@dataclass
class TalkingR1:
    """A chat-completions server on loopback whose answer is made of the prompt; a context manager."""

    answer: Callable[[str], Iterator[str] | Sequence[str]]
    """The pieces of the answer to a prompt, sent as they come."""
    prompts: list[str] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)
    """For answers that wait for the test; set in the end."""

    def __enter__(self) -> TalkingR1:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def flags(self) -> tuple[str, ...]:
        """What makes `ask` use this one."""
        return ("--r1", f"openai:http://127.0.0.1:{self._server.server_port}/v1", "--model", "deepseek-r1")


class _Server(ThreadingHTTPServer):
    def __init__(self, r1: TalkingR1) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.r1 = r1


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._send({"data": [{"id": "deepseek-r1"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = body["messages"][0]["content"]
        self.server.r1.prompts.append(prompt)
        try:
            if body.get("stream"):
                self._stream(prompt)
            else:
                message = {"role": "assistant", "content": "".join(self.server.r1.answer(prompt))}
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                self._send({"model": "deepseek-r1", "choices": [choice]})
        except OSError:  # whoever asked is gone, or the test wants it to look so
            self.close_connection = True

    def _send(self, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, prompt: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self._event({"reasoning_content": "Let me see."}, None)  # else nothing is spoken before its end
        for piece in self.server.r1.answer(prompt):
            self._event({"content": piece}, None)
        self._event({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, delta: dict[str, str], finish_reason: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        self.wfile.write(f"data: {json.dumps({'model': 'deepseek-r1', 'choices': [choice]})}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        pass


def from_memory(prompt: str) -> Sequence[str]:
    """Answers as a model with no knowledge of its own would: from the summary in its prompt, and nothing else."""
    if prompt.startswith(SUMMARISE):
        return ["The user's sister is called Maria. The assistant said that it is noted."]
    told = re.search(r"sister is called (\w+)", parse_prompt(prompt).summary)
    return [f"She is called {told[1]}." if told else "Noted."]


def say(conversation: OpenConversation, question: str, answer: str = "Noted.") -> int:
    """A whole turn, written as a session writes it."""
    number = conversation.begin(f"turn{question}", question, cold=False)
    conversation.end(number, TurnOutcome(TurnState.DONE, answer, served_by="reader", finish_reason="stop"))
    return number


def page(document: str, *texts: str, number: int = 1, count: int = 1) -> Page:
    """A page with those lines."""
    return Page(document, number, count, tuple(Line(place, text) for place, text in enumerate(texts, start=1)))
