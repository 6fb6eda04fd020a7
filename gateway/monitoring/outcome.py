"""How a call ended, in the four ways that matter to whoever watches, and which calls are watched at all."""

from __future__ import annotations

from typing import Literal, get_args

from gateway.calls import CallRecord

Outcome = Literal["answered", "refused", "failed", "gone"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

ASKING_ROUTES = frozenset({"/v1/models/r1/infer", "/v1/chat/completions"})
"""Calls that ask the engine: rates, times and tokens are of these."""
WATCHING_ROUTES = frozenset(
    {
        "/health",
        "/metrics",
        "/panel",
        "/panel/data",
        "/panel/passes",
        "/panel/session",
        "/v1/models/r1/status",
    }
)
"""Those who watch are no load: the panel would otherwise show itself."""

_GONE = 499
_OURS = frozenset({"overloaded", "engine_busy", "engine_unavailable", "engine_failed", "internal"})
"""Error classes that are no fault of the caller's. A stream that fails on its way has one of them beside status 200."""


def outcome_of(record: CallRecord) -> Outcome:
    """`failed` is the gateway's or the engine's fault, also too much load; `refused` the caller's; `gone` nobody's."""
    if record.status == _GONE or record.error_class == "client_gone":
        return "gone"
    if record.status >= 500 or record.error_class in _OURS:
        return "failed"
    if record.status >= 400 or record.error_class:
        return "refused"
    return "answered"
