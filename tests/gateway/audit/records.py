"""Calls for the tests of the audit log, each with a canary wherever content or a user's name stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.audit.pending import PendingCall, pending_of
from gateway.calls import Caller, CallRecord, CallTiming, CallTokens

CANARY = "canary-5f3a"
"""Stands in prompt, answer, user and session: it must never be found in what the log writes."""
START = datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)
START_MS = 1_772_366_400_123
INFER = "/v1/models/r1/infer"


@dataclass(frozen=True, slots=True)
class Kind:
    """What calls of one kind have in common."""

    client: str = "key-1"
    tenant: str = "home"
    route: str = INFER
    status: int = 200
    error_class: str = ""


def question(number: int) -> bytes:
    """The body that call `number` sent."""
    return f"{CANARY} question {number}".encode()


def answer(number: int) -> bytes:
    """The body that it got."""
    return f"{CANARY} 答案 {number}".encode()


def record(number: int, kind: Kind | None = None, at: datetime | None = None, user: str = "ana") -> CallRecord:
    """Call `number`, by default so many seconds after `START`; of an unknown caller when its client is empty."""
    kind = kind or Kind()
    return CallRecord(
        call_id=f"infer-{number}",
        started_at=at or START + timedelta(seconds=number),
        method="POST",
        route=kind.route,
        status=kind.status,
        error_class=kind.error_class,
        caller=Caller(kind.client, "kitchen", "developer", kind.tenant) if kind.client else None,
        user_id=f"{CANARY}-{user}" if user else "",
        session_id=f"{CANARY}-session",
        remote_address="203.0.113.77",
        timing=CallTiming(total_ms=412.25, queued_ms=3.5, first_event_ms=90.0, engine_ms=400.0),
        tokens=CallTokens(prompt=20, completion=30, reasoning=12, cached=4),
        served_by="reader",
        cache="miss",
        streamed=True,
        request=hashlib.sha256(question(number)).digest(),
        response=hashlib.sha256(answer(number)).digest(),
    )


def calls(count: int, kind: Kind | None = None, first: int = 1) -> list[PendingCall]:
    """The calls `first`, `first` + 1 …, as the log takes them."""
    return [pending_of(record(number, kind)) for number in range(first, first + count)]
