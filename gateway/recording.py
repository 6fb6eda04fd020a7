"""Around every call: how large it may be, what its reply must carry, and the record of it that the sinks get.

Plain ASGI, since it stands in the way of every byte. Denied, malformed and broken calls are recorded too.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.calls import CacheUse, Caller, CallRecord, CallSink, CallTiming, CallTokens
from gateway.errors import STOPPING
from gateway.generation import Place
from r1.results import Completion, Usage

MOST_BODY_BYTES = 4 * 1024 * 1024
"""Of a request; the longest prompt that an engine takes is a quarter of it."""
CLIENT_GONE = 499
"""nginx's status for a caller who went away; nobody reads it but the log."""

_SECURITY: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""On every reply that does not bring its own (OWASP REST security cheat sheet)."""
_STATE = "call"
_CACHE = "cache"
"""Who served a reply that was kept."""


@dataclass(slots=True)
class CallUnderWay:
    """What is known of a call so far. Routes fill it in; `Recorded` makes a record of it in the end."""

    call_id: str = ""
    caller: Caller | None = None
    user_id: str = ""
    session_id: str = ""
    error_class: str = ""
    cache: CacheUse = "off"
    streamed: bool = False
    places: list[Place] = field(default_factory=list)
    """One for each prompt."""
    completions: list[Completion] = field(default_factory=list)
    """One for each prompt that was answered."""
    used: list[Usage] = field(default_factory=list)
    """By the engine, for those it answered; what other calls that heard the same answer have paid is left out."""
    broken_off: list[Usage] = field(default_factory=list)
    """Estimates for prompts whose answer the engine had begun, and that got no completion."""
    first_event_at: float | None = None
    """By `time.perf_counter`."""
    first_answer_at: float | None = None

    def heard(self, kind: str) -> None:
        """A piece has come from the engine, or from the cache."""
        now = time.perf_counter()
        self.first_event_at = now if self.first_event_at is None else self.first_event_at
        if kind == "answer" and self.first_answer_at is None:
            self.first_answer_at = now

    def ended(self, completion: Completion, used: Usage | None = None) -> None:
        """A prompt is answered; `used` by the engine. The call is a hit of the cache only if all of its prompts are."""
        self.completions.append(completion)
        if used is not None:
            self.used.append(used)
        if all(each.served_by == _CACHE for each in self.completions):
            self.cache = "hit"
        elif self.cache == "hit":
            self.cache = "miss"


def call_of(scope: Scope) -> CallUnderWay:
    """The call that `scope` belongs to."""
    state: dict[str, Any] = scope.setdefault("state", {})
    call: CallUnderWay | None = state.get(_STATE)
    if call is None:
        call = state[_STATE] = CallUnderWay()
    return call


class Recorded:
    """The application with all that in front of it. Without sinks nothing is recorded, and it costs next to nothing."""

    def __init__(self, app: ASGIApp, sinks: Sequence[CallSink] = (), most_body_bytes: int = MOST_BODY_BYTES) -> None:
        self._app = app
        self._sinks = tuple(sinks)
        self._most_body_bytes = most_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        passing = _Passing(receive, send, self._most_body_bytes, digests=bool(self._sinks))
        call = call_of(scope)
        try:
            await self._app(scope, passing.receive, passing.send)
        except asyncio.CancelledError:
            passing.status = passing.status or STOPPING.status
            call.error_class = call.error_class or STOPPING.kind
            raise
        except BaseException:
            passing.status = passing.status or 500
            call.error_class = call.error_class or "internal"
            raise
        finally:
            if self._sinks:
                record = passing.record(scope, call)
                for sink in self._sinks:
                    sink.note(record)


class _Passing:
    """Looks at what passes between the server and the application."""

    def __init__(self, receive: Receive, send: Send, most_body_bytes: int, *, digests: bool) -> None:
        self._receive = receive
        self._send = send
        self._most_body_bytes = most_body_bytes
        self._started_at = datetime.now(UTC)
        self._started = time.perf_counter()
        self._size = 0
        self._sent = 0
        self._digests = (hashlib.sha256(), hashlib.sha256()) if digests else None
        self.status = 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            body = message.get("body", b"")
            self._size += len(body)
            if self._size > self._most_body_bytes:
                raise HTTPException(413, f"the request is larger than {self._most_body_bytes:,} bytes: send less")
            if self._digests is not None:
                self._digests[0].update(body)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            named = {name for name, _ in headers}
            message = {**message, "headers": [*headers, *(each for each in _SECURITY if each[0] not in named)]}
        elif self._digests is not None:
            body = message.get("body", b"")
            self._sent += len(body)
            self._digests[1].update(body)
        await self._send(message)

    def record(self, scope: Scope, call: CallUnderWay) -> CallRecord:
        """The call, now that it has ended."""
        route = scope.get("route")
        client = scope.get("client")
        assert self._digests is not None
        return CallRecord(
            call_id=call.call_id or f"call-{uuid.uuid4().hex[:12]}",
            started_at=self._started_at,
            method=scope["method"],
            route=getattr(route, "path_format", "") or getattr(route, "path", ""),
            status=self.status or CLIENT_GONE,
            error_class=call.error_class,
            caller=call.caller,
            user_id=call.user_id,
            session_id=call.session_id,
            remote_address=client[0] if client else "",
            timing=self._timing(call),
            tokens=_tokens(call),
            served_by=_served_by(call.completions),
            cache="miss" if call.broken_off and call.cache == "hit" else call.cache,
            streamed=call.streamed,
            request=self._digests[0].digest() if self._size else b"",
            response=self._digests[1].digest() if self._sent else b"",
        )

    def _timing(self, call: CallUnderWay) -> CallTiming:
        waited = [place.waited_s for place in call.places if place.waited_s is not None]
        held = [place.held_s for place in call.places if place.held_s is not None]
        return CallTiming(
            total_ms=_ms(time.perf_counter() - self._started),
            queued_ms=_ms(max(waited)) if waited else None,
            first_event_ms=None if call.first_event_at is None else _ms(call.first_event_at - self._started),
            first_answer_ms=None if call.first_answer_at is None else _ms(call.first_answer_at - self._started),
            engine_ms=_ms(max(held)) if held else None,
        )


def _ms(seconds: float) -> float:
    return round(max(0.0, seconds) * 1000, 3)


def _tokens(call: CallUnderWay) -> CallTokens:
    """Of a hit what its replies had; else what the engine used, so without prompts that the cache answered."""
    is_hit = call.cache == "hit" and not call.broken_off
    counted = [each.usage for each in call.completions] if is_hit else call.used + call.broken_off
    return CallTokens(
        prompt=sum(usage.prompt_tokens for usage in counted),
        completion=sum(usage.completion_tokens for usage in counted),
        reasoning=sum(usage.reasoning_tokens for usage in counted),
    )


def _served_by(completions: Sequence[Completion]) -> str:
    """The first that is not the cache, else the cache; empty where nobody answered."""
    names = [each.served_by for each in completions]
    return next((name for name in names if name != _CACHE), _CACHE if names else "")
