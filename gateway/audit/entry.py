"""One row of the log, and how it is tied to the row before it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select

from gateway.audit.pending import PendingCall, moment
from gateway.audit.tables import CALLS, KINDS
from gateway.privacy.gateway_key import GatewayKey

BEFORE_THE_FIRST = bytes(32)
"""Stands for the hash of the row before the first."""
_FORM = "r1-audit-1"
"""Begins what is hashed, so that a later form can never be taken for this one."""
_JSON = json.JSONEncoder(separators=(",", ":"))
PSEUDONYM_BYTES = 16
HEAD, ANCHOR = "audit head", "audit anchor"
"""What the gateway's key signs."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A call as the log keeps it. The fields, in this order and without the hash, are what is hashed."""

    sequence: int
    """From 1, without a gap: the order in which calls were written, whatever the clocks said."""
    started_ms: int
    """Milliseconds since 1970, UTC."""
    call_id: str
    client_id: str
    tenant: str
    role: str
    user_pseudonym: str
    """Hexadecimal, as digests are; empty when the caller named no user."""
    session_pseudonym: str
    method: str
    route: str
    status: int
    error_class: str
    request_digest: str
    """HMAC-SHA256, under the subject's key, of the content's SHA-256; empty when there was no content."""
    response_digest: str
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
    hash: bytes

    def linked(self, previous: bytes) -> bytes:
        """The hash that this row must have after a row with the hash `previous`: SHA-256 of that and the fields."""
        return linked(previous, [getattr(self, name) for name in HASHED])

    def to_object(self) -> dict[str, Any]:
        """For JSON: the time as text, latencies in milliseconds."""
        told: dict[str, Any] = {}
        for name in HASHED:
            value = getattr(self, name)
            if name == "started_ms":
                told["started_at"] = moment(value)
            elif name.endswith("_us"):
                told[f"{name.removesuffix('_us')}_ms"] = None if value is None else value / 1000
            else:
                told[name] = value
        return told | {"hash": self.hash.hex()}


HASHED = tuple(field.name for field in fields(AuditEntry))[:-1]
_BYTES = frozenset({"user_pseudonym", "session_pseudonym", "request_digest", "response_digest"})

ENTRIES = select(*(CALLS.c[name] if name in CALLS.c else KINDS.c[name] for name in (*HASHED, "hash"))).select_from(
    CALLS.outerjoin(KINDS, CALLS.c.kind == KINDS.c.kind)
)
"""Selects what `entry_of` takes. A row whose kind is gone comes with None in its place."""


def entry_of(row: Sequence[Any]) -> AuditEntry:
    """A row of `ENTRIES`."""
    values: list[Any] = [
        _hex(row[place]) if name in _BYTES else row[place] for place, name in enumerate((*HASHED, "hash"))
    ]
    return AuditEntry(*values)


def linked(previous: bytes, values: Sequence[Any]) -> bytes:
    """The hash of a row, by its fields in their order."""
    canonical = _JSON.encode([_FORM, *values]).encode()
    return hashlib.sha256(previous + canonical).digest()


def pseudonym(key: bytes, what: str, name: str) -> bytes | None:
    """Of a user or a session, under the subject's key; None for an empty name."""
    return hmac.digest(key, f"{what}\0{name}".encode(), hashlib.sha256)[:PSEUDONYM_BYTES] if name else None


def digest(key: bytes, what: str, content_hash: str) -> bytes | None:
    """HMAC-SHA256 of `what` ("request" or "response"), a zero byte, and the SHA-256 of the content in hexadecimal.

    None when there was no content.
    """
    return hmac.digest(key, f"{what}\0{content_hash}".encode(), hashlib.sha256) if content_hash else None


def kind_of(call: PendingCall) -> tuple[Any, ...]:
    """The fields that stand in `audit_kinds`, in the order of `KIND_FIELDS`."""
    return (
        call.client_id, call.tenant, call.role, call.method, call.route, call.status, call.error_class, call.served_by,
        call.streamed, call.cache,
    )  # fmt: skip


def head_signature(key: GatewayKey, sequence: int, row_hash: bytes) -> bytes:
    """Vouches that the log went so far: rows cut off its end are missed."""
    return key.sign(HEAD, f"{sequence}:{row_hash.hex()}".encode())


def anchor_signature(key: GatewayKey, anchor: Sequence[Any]) -> bytes:
    """Vouches for rows that were removed. `anchor`: sequence, hash, removed, removed_at_ms, before_ms."""
    sequence, row_hash, *counts = anchor
    return key.sign(ANCHOR, json.dumps([sequence, row_hash.hex(), *counts]).encode())


def _hex(value: bytes | None) -> str:
    return "" if value is None else value.hex()
