"""A scripted R1 behind `httpx.MockTransport`: it records what it was asked and answers as told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from r1 import Completion, Delta, InferParameters, R1Client, R1Options, RetryPolicy, Timeouts

KEY = "key-canary-7f3a"
SECRET = "secret-canary-9b1d-0123456789abcdef0123456789"
DONE = "data: [DONE]\n\n"

Answer = httpx.Response | Exception
Handler = Callable[[httpx.Request], Answer]


def guide_options(
    timeouts: Timeouts | None = None, retry: RetryPolicy | None = None, audience: str = "r1"
) -> R1Options:
    """Options for the guide's API at an address that nothing listens on."""
    return R1Options(
        "http://r1.test",
        KEY,
        SECRET,
        audience=audience,
        timeouts=timeouts or Timeouts(),
        retry=retry or RetryPolicy(),
    )


def openai_options(model: str = "deepseek-r1") -> R1Options:
    """Options for an OpenAI-style server."""
    return R1Options("http://openai.test/v1", KEY, dialect="openai", model=model)


def guide_event(
    text: str = "", reasoning: str | None = None, finish_reason: str | None = None, **additions: Any
) -> dict[str, Any]:
    """One event of the guide's stream."""
    choice: dict[str, Any] = {"text": text, "index": 0, "logprobs": None, "finish_reason": finish_reason}
    if reasoning is not None:
        choice["reasoning"] = reasoning
    return {"id": "infer-1", "object": "text_completion", "model": "r1-standard", "choices": [choice], **additions}


def openai_event(delta: dict[str, Any], finish_reason: str | None = None, **additions: Any) -> dict[str, Any]:
    """One chunk of chat completions."""
    return {
        "model": "deepseek-r1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
        **additions,
    }


def data(*events: dict[str, Any]) -> list[str]:
    """Each event as a `data:` line with its blank line."""
    return [f"data: {json.dumps(event, ensure_ascii=False)}\n\n" for event in events]


def answering(*texts: str) -> list[str]:
    """A whole stream in the guide's form that says `texts` and stops."""
    return [*data(*(guide_event(text, "") for text in texts), guide_event("", "", "stop")), DONE]


class Chunks(httpx.AsyncByteStream):
    """A body in chunks; a number is a pause in seconds, an exception is raised. Notes whether it was closed."""

    def __init__(self, parts: Iterable[str | bytes | float | Exception]) -> None:
        self._parts = list(parts)
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            if isinstance(part, Exception):
                raise part
            if isinstance(part, int | float):
                await asyncio.sleep(part)
            else:
                yield part.encode() if isinstance(part, str) else part

    async def aclose(self) -> None:
        self.closed = True


class Streamed(httpx.Response):
    """An event stream that can be sent more than once."""

    def __init__(self, parts: Iterable[str | bytes | float | Exception], headers: dict[str, str]) -> None:
        self._made_of = (list(parts), headers)
        super().__init__(200, headers=headers, stream=Chunks(self._made_of[0]))

    def again(self) -> Streamed:
        """The same once more."""
        return Streamed(*self._made_of)


def stream(parts: Iterable[str | bytes | float | Exception], **headers: str) -> httpx.Response:
    """An event stream."""
    return Streamed(parts, {"content-type": "text/event-stream", **headers})


def token_reply(token: str = "token-canary-1", expires_in: float | None = 86400) -> httpx.Response:
    """What `/auth/token` answers."""
    return httpx.Response(200, json={"access_token": token, "token_type": "Bearer", "expires_in": expires_in})


@dataclass
class Upstream:
    """Answers each infer call with the next of `infer`, the last one repeating; token and status always the same."""

    infer: Sequence[Answer | Handler]
    token: Handler = lambda _: token_reply()
    status: Handler = lambda _: httpx.Response(200, json={"ready": True, "engine": "test", "queued": 2})
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path == "/auth/token":
            answer: Answer | Handler = self.token
        elif request.method == "GET":
            answer = self.status
        else:
            answer = self.infer[min(self.count("POST") - 1, len(self.infer) - 1)]
        made = answer(request) if callable(answer) else answer
        if isinstance(made, Exception):
            raise made
        return made.again() if isinstance(made, Streamed) and made.is_closed else made

    def count(self, method: str = "", path: str = "") -> int:
        """How many requests came with `method` (not counting token exchanges), or to `path`."""
        if path:
            return sum(request.url.path == path for request in self.requests)
        return sum(request.method == method and request.url.path != "/auth/token" for request in self.requests)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The JSON of each infer call."""
        posts = (request for request in self.requests if request.method == "POST" and request.url.path != "/auth/token")
        return [json.loads(request.content) for request in posts]

    def client(self, options: R1Options | None = None) -> R1Client:
        """A client that speaks to this upstream."""
        return R1Client(options or guide_options(), transport=httpx.MockTransport(self))


async def gather(
    client: R1Client, prompt: str = "Why?", parameters: InferParameters | None = None, phases: list[str] | None = None
) -> tuple[list[Delta], Completion]:
    """All deltas of one call, and its completion; phases are appended to `phases` as they begin."""
    deltas: list[Delta] = []
    completion: Completion | None = None
    on_phase = None if phases is None else phases.append
    async for item in client.stream(prompt, parameters, on_phase=on_phase):
        if isinstance(item, Delta):
            deltas.append(item)
        else:
            assert completion is None, "only one completion, and last"
            completion = item
    assert completion is not None
    return deltas, completion


def said(deltas: Iterable[Delta], kind: str = "answer") -> str:
    """The deltas of one kind, joined."""
    return "".join(delta.text for delta in deltas if delta.kind == kind)
