"""Appends calls to the log: a batch is one transaction, in which the chain goes on from where it stands.

The head of the chain is one row, locked by whoever appends. So any number of gateways on one database make one chain,
and none can be left out of it unseen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, case, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from gateway.audit.entry import BEFORE_THE_FIRST, digest, head_signature, kind_of, linked, pseudonym
from gateway.audit.pending import PendingCall
from gateway.audit.tables import CALLS, HEAD, HOURS, KIND_FIELDS, KINDS, TAKEN, prepare
from gateway.database import Database
from gateway.errors import GatewayError
from gateway.privacy.gateway_key import GatewayKey
from gateway.privacy.subject import Subject
from gateway.privacy.subject_keys import SubjectKeys

HOUR_MS = 3_600_000
_REMEMBERED_KINDS = 20_000
_PATIENCE = text(
    "SELECT set_config('lock_timeout', '5s', true), set_config('statement_timeout', '30s', true),"
    " set_config('idle_in_transaction_session_timeout', '10s', true)"
)
"""For PostgreSQL: a gateway that stands still in the middle of a batch lets the others go on."""


class AuditStore:
    """The log in one database. Blocking, and for one thread at a time."""

    def __init__(self, database: Database, gateway_key: GatewayKey, clock: Callable[[], float] = time.time) -> None:
        """Makes the tables. `clock` gives the time of day, in seconds. Raises `GatewayError`."""
        prepare(database)
        self.database = database
        self.gateway_key = gateway_key
        self.subject_keys = SubjectKeys(database, gateway_key)
        self._clock = clock
        self._kinds: dict[tuple[Any, ...], int] = {}
        _begin_chain(database, gateway_key)

    def append(self, calls: Sequence[PendingCall], source: str, position: int) -> None:
        """Write `calls`, unless those of this `source` were written up to `position` before.

        Raises `DatabaseError`; then nothing is written, or all of it is, and to repeat the call puts that right.
        """
        try:
            with self.database.writing() as connection:
                self._lock(connection)
                if self._taken(connection, source) < position:
                    if calls:
                        self._append(connection, calls)
                    self._take(connection, source, position)
        except BaseException:
            self._kinds.clear()
            self.subject_keys.forget()
            raise

    def taken(self, source: str) -> int:
        """How far calls of `source` have been written; 0 for one that is not known."""
        with self.database.reading() as connection:
            return self._taken(connection, source)

    def forget_source(self, source: str) -> None:
        """`source` will offer nothing again."""
        with self.database.writing() as connection:
            connection.execute(delete(TAKEN).where(TAKEN.c.source == source))

    def _lock(self, connection: Connection) -> None:
        if not self.database.is_sqlite:
            connection.execute(_PATIENCE)
        connection.execute(select(HEAD.c.id).with_for_update())

    def _taken(self, connection: Connection, source: str) -> int:
        return connection.scalar(select(TAKEN.c.position).where(TAKEN.c.source == source)) or 0

    def _take(self, connection: Connection, source: str, position: int) -> None:
        noted = {"position": position, "at_ms": int(self._clock() * 1000)}
        if connection.execute(update(TAKEN).where(TAKEN.c.source == source).values(noted)).rowcount == 0:
            connection.execute(insert(TAKEN).values(source=source, **noted))

    def _append(self, connection: Connection, calls: Sequence[PendingCall]) -> None:
        head = connection.execute(select(HEAD.c.sequence, HEAD.c.hash)).one_or_none()
        if head is None:
            raise GatewayError(f"{self.database.name}: the head of the audit log is gone; put a backup in its place")
        sequence, previous = head
        keys = self.subject_keys.keys(connection, _earliest(calls))
        rows, hours = [], dict[int, list[int]]()
        for call in calls:
            sequence += 1
            kind = kind_of(call)
            number = self._kinds.get(kind) or self._number(connection, kind)
            row = _row(call, keys[call.subject], sequence, previous)
            previous = row["hash"]
            rows.append(row | {"kind": number})
            hours.setdefault(call.started_ms // HOUR_MS, []).append(sequence)
        connection.execute(insert(CALLS), rows)
        _note_hours(connection, hours)
        signature = head_signature(self.gateway_key, sequence, previous)
        connection.execute(update(HEAD).values(sequence=sequence, hash=previous, signature=signature))

    def _number(self, connection: Connection, kind: tuple[Any, ...]) -> int:
        """The kind's number, given now if it has none."""
        if len(self._kinds) >= _REMEMBERED_KINDS:
            self._kinds.clear()
        fields = dict(zip(KIND_FIELDS, kind, strict=True))
        same = [KINDS.c[name] == value for name, value in fields.items()]
        number = connection.scalar(select(KINDS.c.kind).where(*same))
        if number is None:
            number = int(connection.scalar(insert(KINDS).values(fields).returning(KINDS.c.kind)) or 0)
        self._kinds[kind] = number
        return number


def _begin_chain(database: Database, gateway_key: GatewayKey) -> None:
    start = {"sequence": 0, "hash": BEFORE_THE_FIRST, "signature": head_signature(gateway_key, 0, BEFORE_THE_FIRST)}
    try:
        with database.writing() as connection:
            # A head that is gone from a log with rows is not made anew: that would hide the loss.
            empty = connection.scalar(select(CALLS.c.sequence).limit(1)) is None
            if empty and connection.scalar(select(HEAD.c.id)) is None:
                connection.execute(insert(HEAD).values(id=1, **start))
    except IntegrityError:
        return  # another gateway was first


def _earliest(calls: Sequence[PendingCall]) -> dict[Subject, int]:
    earliest: dict[Subject, int] = {}
    for call in calls:
        subject = call.subject
        earliest[subject] = min(call.started_ms, earliest.get(subject, call.started_ms))
    return earliest


def _row(call: PendingCall, key: bytes, sequence: int, previous: bytes) -> dict[str, Any]:
    user = pseudonym(key, "user", call.user_id)
    session = pseudonym(key, "session", call.session_id)
    request, response = digest(key, "request", call.request_hash), digest(key, "response", call.response_hash)
    # In the order of `AuditEntry`.
    hashed = [
        sequence, call.started_ms, call.call_id, call.client_id, call.tenant, call.role, _hex(user), _hex(session),
        call.method, call.route, call.status, call.error_class, _hex(request), _hex(response),
        call.prompt_tokens, call.completion_tokens, call.reasoning_tokens, call.cached_tokens,
        call.latency_us, call.queued_us, call.served_by, call.streamed, call.cache, call.address,
    ]  # fmt: skip
    return {
        "sequence": sequence,
        "started_ms": call.started_ms,
        "call_id": call.call_id,
        "user_pseudonym": user,
        "session_pseudonym": session,
        "request_digest": request,
        "response_digest": response,
        "prompt_tokens": call.prompt_tokens,
        "completion_tokens": call.completion_tokens,
        "reasoning_tokens": call.reasoning_tokens,
        "cached_tokens": call.cached_tokens,
        "latency_us": call.latency_us,
        "queued_us": call.queued_us,
        "address": call.address,
        "hash": linked(previous, hashed),
    }


def _note_hours(connection: Connection, hours: dict[int, list[int]]) -> None:
    known = {row.hour for row in connection.execute(select(HOURS.c.hour).where(HOURS.c.hour.in_(hours)))}
    noted = [{"which": hour, "first": min(numbers), "last": max(numbers)} for hour, numbers in hours.items()]
    new = [entry for entry in noted if entry["which"] not in known]
    old = [entry for entry in noted if entry["which"] in known]
    if new:
        rows = [
            {"hour": entry["which"], "first_sequence": entry["first"], "last_sequence": entry["last"]} for entry in new
        ]
        connection.execute(insert(HOURS), rows)
    if old:
        first = bindparam("first", type_=BigInteger)
        last = bindparam("last", type_=BigInteger)
        connection.execute(
            update(HOURS)
            .where(HOURS.c.hour == bindparam("which"))
            .values(
                first_sequence=case((HOURS.c.first_sequence > first, first), else_=HOURS.c.first_sequence),
                last_sequence=case((HOURS.c.last_sequence < last, last), else_=HOURS.c.last_sequence),
            ),
            old,
        )


def _hex(value: bytes | None) -> str:
    return "" if value is None else value.hex()
