"""What a call was, told once when it has ended: to the audit log, the meters, and whoever else must know.

A sink must not block and must not raise; what it does at length it does elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from gateway.roles import Role

CacheUse = Literal["hit", "miss", "off"]


@dataclass(frozen=True, slots=True)
class Caller:
    """A client whose credential held."""

    client_id: str
    """The API key, which is public."""
    name: str
    role: Role
    tenant: str
    """Callers of one tenant see each other's feedback, and what is kept of the users they share; of others, nothing."""


@dataclass(frozen=True, slots=True)
class CallTiming:
    """Milliseconds, on a clock that never goes back. None for what did not happen."""

    total_ms: float
    """From the first byte of the request to the last of the reply."""
    queued_ms: float | None = None
    """For a place in front of the engine."""
    first_event_ms: float | None = None
    """From the start of the request to the engine's first piece, thought or answer."""
    first_answer_ms: float | None = None
    engine_ms: float | None = None
    """With the engine, the wait for a place left out."""

    @property
    def overhead_ms(self) -> float:
        """What the gateway itself took: all that was neither waiting for a place nor the engine's."""
        return max(0.0, self.total_ms - (self.queued_ms or 0.0) - (self.engine_ms or 0.0))


@dataclass(frozen=True, slots=True)
class CallTokens:
    """As in `usage`."""

    prompt: int = 0
    completion: int = 0
    """Thoughts and answer together."""
    reasoning: int = 0
    cached: int = 0
    """Of `prompt`, what the engine had in its own cache."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call, allowed or denied, answered or failed."""

    call_id: str
    """As the reply's `id`, or made for the call where there is none."""
    started_at: datetime
    """UTC."""
    method: str
    route: str
    """The pattern, such as "/v1/users/{user_id}/data", never the path with its values."""
    status: int
    """HTTP; 499 when the caller went away."""
    error_class: str
    """`ApiError.kind`, such as "unauthorised" or "invalid_parameter"; empty when all went well."""
    caller: Caller | None
    """None when no credential held."""
    user_id: str
    """Whom the caller asked for, by the caller's own name for them; empty when it said nothing."""
    session_id: str
    remote_address: str
    timing: CallTiming
    tokens: CallTokens = CallTokens()
    served_by: str = ""
    cache: CacheUse = "off"
    streamed: bool = False
    request: bytes = field(default=b"", repr=False)
    """SHA-256 of the body; empty where there was none. A hash of a short text can be reversed, so a sink keeps none of
    it as it is: it keys it (HMAC)."""
    response: bytes = field(default=b"", repr=False)


class CallSink(Protocol):
    """Whoever is told of calls."""

    def note(self, record: CallRecord) -> None:
        """Take the record of a call that has ended. Returns at once; raises nothing."""
        ...
