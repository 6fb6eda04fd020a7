"""A call on its way into the log: what is kept of it, with hashes in place of content."""

from __future__ import annotations

import ipaddress
import json
import math
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from gateway.calls import CallRecord
from gateway.privacy.subject import Subject, subject_of

LONGEST_TEXT = 200
"""Characters; what is longer is cut."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER_METHOD = "OTHER"
"""For what is none of them: a caller may send any word, and each new one would stay for ever."""
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class PendingCall:
    """All but the pseudonyms and digests, which need the subject's key and so the database."""

    started_ms: int
    """UTC."""
    call_id: str
    client_id: str
    tenant: str
    role: str
    user_id: str
    session_id: str
    method: str
    route: str
    status: int
    error_class: str
    request_hash: str
    """SHA-256, hexadecimal; empty when there was no content. Never leaves memory unencrypted, since a short text can be
    found by trying.
    """
    response_hash: str
    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int
    cached_tokens: int
    latency_us: int
    queued_us: int | None
    served_by: str
    streamed: bool
    cache: str
    address: str

    @property
    def subject(self) -> Subject:
        """Whose call it was."""
        return subject_of(self.tenant, self.client_id, self.user_id)

    def to_list(self) -> list[Any]:
        """For JSON."""
        return [getattr(self, name) for name in _NAMES]


_NAMES = tuple(field.name for field in fields(PendingCall))


def pending_of(record: CallRecord) -> PendingCall:
    """What is kept of a call. Takes microseconds."""
    caller, tokens, timing = record.caller, record.tokens, record.timing
    return PendingCall(
        started_ms=milliseconds(record.started_at),
        call_id=cleaned(record.call_id),
        client_id=cleaned(caller.client_id) if caller else "",
        tenant=cleaned(caller.tenant) if caller else "",
        role=caller.role if caller else "",
        # Not cut: two long names must not become one subject.
        user_id=_sound(record.user_id) if caller else "",
        session_id=_sound(record.session_id) if caller else "",
        method=record.method if record.method in METHODS else OTHER_METHOD,
        route=cleaned(record.route),
        status=record.status,
        error_class=cleaned(record.error_class),
        request_hash=record.request.hex(),
        response_hash=record.response.hex(),
        prompt_tokens=_bounded(tokens.prompt),
        completion_tokens=_bounded(tokens.completion),
        reasoning_tokens=_bounded(tokens.reasoning),
        cached_tokens=_bounded(tokens.cached),
        latency_us=_microseconds(timing.total_ms),
        queued_us=None if timing.queued_ms is None else _microseconds(timing.queued_ms),
        served_by=cleaned(record.served_by),
        streamed=record.streamed,
        cache=record.cache,
        address=truncated(record.remote_address),
    )


def pending_from(values: list[Any]) -> PendingCall:
    """What `PendingCall.to_list` gave. Raises `TypeError` for anything else."""
    return PendingCall(*values)


def milliseconds(moment: datetime) -> int:
    """Since 1970, UTC, cut to whole ones."""
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def moment(started_ms: int) -> str:
    """ISO 8601 with milliseconds, UTC."""
    seconds, left = divmod(started_ms, 1000)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{left:03d}Z"


@lru_cache(4096)
def truncated(address: str) -> str:
    """The network of an address: /24 of IPv4, /48 of IPv6; empty for a Unix socket and anything that is no address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def cleaned(text: str) -> str:
    """One line that any database holds and no terminal obeys, cut to `LONGEST_TEXT`."""
    text = text[:LONGEST_TEXT]
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return text


def _sound(text: str) -> str:
    """`text`, also where half a character got into it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(text)
    return text


def _microseconds(time_ms: float) -> int:
    return max(0, round(time_ms * 1000)) if math.isfinite(time_ms) else 0


def _bounded(count: int) -> int:
    return min(max(count, 0), _LARGEST)
