"""The audit log as one of the stores that keep something of a user."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from gateway.audit.entry import ENTRIES, entry_of, pseudonym
from gateway.audit.log import AuditLog
from gateway.audit.tables import CALLS, KINDS
from gateway.privacy.subject import Subject
from gateway.privacy.subject_keys import SubjectKeys
from gateway.privacy.tables import SUBJECT_KEYS

MOST = 100_000
"""Entries of an export, the newest."""
FLUSH_SECONDS = 2.0
_ROWS = CALLS.join(KINDS, CALLS.c.kind == KINDS.c.kind)


class AuditData:
    """`SubjectData`. The rows of an erased subject stay, for the chain's sake: with its key they lose their meaning.

    `clock` gives the time of day, in seconds.
    """

    name = "audit"

    def __init__(self, log: AuditLog, clock: Callable[[], float] = time.time) -> None:
        self._log = log
        self._database = log.store.database
        self._clock = clock

    async def export(self, subject: Subject) -> Sequence[dict[str, Any]]:
        return await asyncio.to_thread(self._export, subject)

    async def erase(self, subject: Subject) -> int:
        return await asyncio.to_thread(self._erase, subject)

    def _export(self, subject: Subject) -> list[dict[str, Any]]:
        self._log.flush(FLUSH_SECONDS)
        keys = self._keys()
        with self._database.reading() as connection:
            key = keys.find(connection, subject)
            if key is None:
                return []
            theirs = ENTRIES.where(_is_theirs(subject, key)).order_by(CALLS.c.sequence.desc()).limit(MOST)
            return [entry_of(row).to_object() for row in connection.execute(theirs)]

    def _erase(self, subject: Subject) -> int:
        # What is still on its way, here or in another gateway, gets a key that nobody keeps.
        self._log.flush(FLUSH_SECONDS)
        keys = self._keys()
        with self._database.writing() as connection:
            key = keys.find(connection, subject)
            rows = 0
            if key is not None:
                counted = select(func.count()).select_from(_ROWS).where(_is_theirs(subject, key))
                rows = connection.scalar(counted) or 0
            keys.destroy(connection, subject, int(self._clock() * 1000))
        self._database.scrub(SUBJECT_KEYS)
        return rows

    def _keys(self) -> SubjectKeys:
        # The writer's own are for its thread alone.
        return SubjectKeys(self._database, self._log.store.gateway_key)


def _is_theirs(subject: Subject, key: bytes) -> ColumnElement[bool]:
    if subject.kind == "user":
        return CALLS.c.user_pseudonym == pseudonym(key, "user", subject.name)
    return and_(KINDS.c.client_id == subject.name, KINDS.c.tenant == subject.tenant, CALLS.c.user_pseudonym.is_(None))
