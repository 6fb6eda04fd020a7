"""One key for each subject: made when it is first needed, destroyed when the subject is erased.

All of it happens inside a transaction of the caller's, so that a row and the key that it was made with are there
together or not at all.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.database import Database
from gateway.errors import GatewayError
from gateway.privacy.gateway_key import GatewayKey
from gateway.privacy.subject import Subject
from gateway.privacy.tables import ERASED_SUBJECTS, ERASURES, METADATA, ROOM, SUBJECT_KEYS, VERSION

KEY_BYTES = 32
REMEMBERED = 10_000
"""Keys that are kept in memory."""
_NONCE_BYTES = 12
_ASKED_AT_ONCE = 500


class SubjectKeys:
    """The keys in one database. Not for several threads at once: each writer has one of its own."""

    def __init__(self, database: Database, gateway_key: GatewayKey) -> None:
        """Makes the tables. Raises `GatewayError`."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        database.prepare(METADATA, ROOM, VERSION)
        with suppress(IntegrityError), database.writing() as connection:  # another gateway may be first
            if connection.scalar(select(ERASURES.c.count)) is None:
                connection.execute(insert(ERASURES).values(id=1, count=0))
        self._gateway_key = gateway_key
        self._wrap = AESGCM(gateway_key.derived("subject key"))
        self._known: dict[bytes, bytes] = {}
        self._erasures = 0

    def forget(self) -> None:
        """Drop what is in memory: after a transaction that came to nothing, keys made in it are none."""
        self._known.clear()

    def keys(self, connection: Connection, subjects: Mapping[Subject, int]) -> dict[Subject, bytes]:
        """The key of each subject, made where there is none; with each the time (UTC, ms) of its earliest call.

        A call that began before its subject was erased, and is written only now, gets a key that nobody keeps.
        """
        self._heed_erasures(connection)
        if len(self._known) > REMEMBERED:
            self._known.clear()
        lookups = {subject: self._lookup(subject) for subject in subjects}
        self._known.update(self._stored(connection, [one for one in lookups.values() if one not in self._known]))
        return {
            subject: self._known.get(lookup) or self._made(connection, lookup, subjects[subject])
            for subject, lookup in lookups.items()
        }

    def find(self, connection: Connection, subject: Subject) -> bytes | None:
        """The subject's key, if it has one."""
        lookup = self._lookup(subject)
        return self._stored(connection, [lookup]).get(lookup)

    def destroy(self, connection: Connection, subject: Subject, now_ms: int) -> bool:
        """Remove the subject's key for good; whether there was one."""
        lookup = self._lookup(subject)
        connection.execute(update(ERASURES).values(count=ERASURES.c.count + 1))  # first: writers wait for it
        there = connection.execute(delete(SUBJECT_KEYS).where(SUBJECT_KEYS.c.lookup == lookup)).rowcount > 0
        connection.execute(delete(ERASED_SUBJECTS).where(ERASED_SUBJECTS.c.lookup == lookup))
        connection.execute(insert(ERASED_SUBJECTS).values(lookup=lookup, erased_at_ms=now_ms))
        self._known.pop(lookup, None)
        return there

    def _heed_erasures(self, connection: Connection) -> None:
        # Shared: erasing waits until this transaction has ended, and is seen by the next.
        erasures = connection.scalar(select(ERASURES.c.count).with_for_update(read=True))
        if erasures != self._erasures:
            self._known.clear()
            self._erasures = erasures or 0

    def _lookup(self, subject: Subject) -> bytes:
        identity = json.dumps([subject.tenant, subject.kind, subject.name]).encode()
        return self._gateway_key.sign("subject", identity)

    def _stored(self, connection: Connection, lookups: list[bytes]) -> dict[bytes, bytes]:
        from cryptography.exceptions import InvalidTag

        found: dict[bytes, bytes] = {}
        for start in range(0, len(lookups), _ASKED_AT_ONCE):
            asked = SUBJECT_KEYS.c.lookup.in_(lookups[start : start + _ASKED_AT_ONCE])
            for lookup, wrapped in connection.execute(select(SUBJECT_KEYS).where(asked)):
                try:
                    found[lookup] = self._wrap.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], lookup)
                except InvalidTag:
                    raise GatewayError(
                        "a subject's key cannot be unwrapped: the gateway's key is not the one it was wrapped with; "
                        "put that key file back"
                    ) from None
        return found

    def _made(self, connection: Connection, lookup: bytes, earliest_ms: int) -> bytes:
        key = secrets.token_bytes(KEY_BYTES)
        erased_at_ms = connection.scalar(
            select(ERASED_SUBJECTS.c.erased_at_ms).where(ERASED_SUBJECTS.c.lookup == lookup)
        )
        if erased_at_ms is not None and earliest_ms <= erased_at_ms:
            return key
        nonce = secrets.token_bytes(_NONCE_BYTES)
        wrapped = nonce + self._wrap.encrypt(nonce, key, lookup)
        connection.execute(insert(SUBJECT_KEYS).values(lookup=lookup, wrapped=wrapped))
        self._known[lookup] = key
        return key
