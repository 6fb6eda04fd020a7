"""Replies as they stand on the wire: steps that a `FaultServer` takes one after another, good and bad."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from tests.r1.upstream import DONE, data, guide_event, openai_event


class Move(enum.Enum):
    """What a server does with its connection instead of going on to the next request."""

    CLOSE = enum.auto()
    """Ends it in good order (FIN)."""
    RESET = enum.auto()
    """Breaks it off (RST)."""
    HOLD = enum.auto()
    """Keeps it open and says nothing more."""


@dataclass(frozen=True, slots=True)
class Every:
    """The same bytes again and again, for ever."""

    part: bytes
    seconds: float
    """Between two of them."""
    heeds_close: bool = True
    """False: goes on although the peer has closed, until writing fails."""


@dataclass(frozen=True, slots=True)
class Listened:
    """Until here the server answered without having read the request's body; now it reads it."""


Step = bytes | float | Move | Every | Listened
"""Bytes are written, a number is a pause in seconds."""

Reply = tuple[Step, ...]
"""After the last step the connection waits for its next request, unless a `Move` ended it."""

THOUGHTS = "Add the items. 380 加 40."
ANSWER = "The total is 420 €, 总额 420。"
ANSWER_TOKENS = ("The total ", "is 420", " €, 总", "额 420。")
COUNTS = {
    "prompt_tokens": 9,
    "completion_tokens": 21,
    "total_tokens": 30,
    "completion_tokens_details": {"reasoning_tokens": 11},
}
Channel = Literal["reasoning_content", "reasoning", "reasoning_details", "tags", "closing tag"]


# -- HTTP


def head(status: int = 200, reason: str = "OK", **headers: str) -> bytes:
    """A status line and headers; underscores in their names stand for hyphens."""
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def whole(status: int, body: str | bytes = b"", content_type: str = "application/json", **headers: str) -> Reply:
    """A reply that comes at once, with its right length."""
    encoded = body.encode() if isinstance(body, str) else body
    length = str(len(encoded))
    return (head(status, "Reply", content_type=content_type, content_length=length, **headers) + encoded,)


def refused(status: int, message: str = "no", field: str = "", **headers: str) -> Reply:
    """An error as the guide words it."""
    error = {"message": message} | ({"field": field} if field else {})
    return whole(status, json.dumps({"error": error}), **headers)


def chunk(part: bytes) -> bytes:
    """One chunk of chunked encoding (RFC 9112, 7.1)."""
    return b"%x\r\n%b\r\n" % (len(part), part)


LAST_CHUNK = b"0\r\n\r\n"


def streamed(*parts: Step | str, content_type: str = "text/event-stream", ends: bool = True) -> Reply:
    """A reply in chunks, one a part. `ends`: the last chunk says that it was the last."""
    steps: list[Step] = [head(content_type=content_type, transfer_encoding="chunked")]
    for part in parts:
        if isinstance(part, Every):
            steps.append(Every(chunk(part.part), part.seconds, part.heeds_close))
        elif isinstance(part, bytes | str):
            steps.append(chunk(part.encode() if isinstance(part, str) else part))
        else:
            steps.append(part)
    return (*steps, LAST_CHUNK) if ends else tuple(steps)


def until_closed(*parts: Step | str, content_type: str = "text/event-stream") -> Reply:
    """A reply that ends with its connection, as from a server without chunked encoding."""
    steps = tuple(part.encode() if isinstance(part, str) else part for part in parts)
    return (head(content_type=content_type, connection="close"), *steps, Move.CLOSE)


def slowly(part: bytes | str, seconds: float = 0.0) -> tuple[bytes | float, ...]:
    """One byte at a time, with a pause after each."""
    encoded = part.encode() if isinstance(part, str) else part
    return tuple(step for number in encoded for step in (bytes([number]), seconds))


# -- events


def spoken(tokens: Iterable[str] = ANSWER_TOKENS, **additions: Any) -> list[str]:
    """Events of the guide's API with a piece of the answer each."""
    return data(*(guide_event(token, "", **additions) for token in tokens))


def thought(tokens: Iterable[str] = ("Add the items.", " 380 加 40.")) -> list[str]:
    """Events of the guide's API with a piece of a thought each."""
    return data(*(guide_event("", token) for token in tokens))


def finished(reason: str = "stop") -> list[str]:
    """The guide's last event, with the counts, and the end mark."""
    return [*data(guide_event("", "", reason, usage=COUNTS)), DONE]


def good(answer: Iterable[str] = ANSWER_TOKENS) -> list[str]:
    """A whole stream of the guide's API: thoughts, answer, end."""
    return [*thought(), *spoken(answer), *finished()]


GOOD = streamed(*good())


def chat(channel: Channel = "reasoning_content", reason: str = "stop") -> list[str]:
    """A whole stream of chat completions with its thoughts in `channel`, as the servers in use differ."""
    answer = [{"content": token} for token in ANSWER_TOKENS]
    thoughts: list[dict[str, Any]]
    if channel in {"tags", "closing tag"}:
        text = f"{THOUGHTS}</think>\n\n" if channel == "closing tag" else f"<think>\n{THOUGHTS}</think>\n\n"
        thoughts = [{"content": text[start : start + 7]} for start in range(0, len(text), 7)]
    elif channel == "reasoning_details":
        parts = [{"type": "reasoning.text", "text": "Add the items."}, {"type": "reasoning.summary", "summary": " 380"}]
        rest = [{"type": "reasoning.encrypted", "data": "Zm9v"}, {"type": "reasoning.text", "text": " 加 40."}]
        thoughts = [{"content": "", channel: parts}, {"content": "", channel: rest}]
    else:
        thoughts = [{"content": None, channel: token} for token in ("Add the items.", " 380 加 40.")]
    deltas = [{"role": "assistant", "content": ""}, *thoughts, *answer]
    usage = {"model": "deepseek-r1", "choices": [], "usage": COUNTS}
    return [*data(*map(openai_event, deltas), openai_event({}, reason), usage), DONE]


def token(token: str = "token-canary-1", expires_in: float | str | None = 86400, **headers: str) -> Reply:
    """What `/auth/token` answers."""
    return whole(200, json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": expires_in}), **headers)


def models(*names: str) -> Reply:
    """What `/v1/models` answers."""
    return whole(200, json.dumps({"object": "list", "data": [{"id": name} for name in names]}))


def at_once() -> bytes:
    """The guide's reply as a server gives it that does not stream, with the thoughts in a field of their own."""
    event = guide_event(ANSWER, THOUGHTS, "stop", usage=COUNTS)
    return json.dumps(event, ensure_ascii=False).encode()


def chat_at_once() -> bytes:
    """The same of chat completions."""
    message = {"role": "assistant", "content": ANSWER, "reasoning_content": THOUGHTS}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({"model": "deepseek-r1", "choices": [choice], "usage": COUNTS}, ensure_ascii=False).encode()
