"""The audit log as a sink of calls: every call becomes a row, and none is lost while either database or disk takes it.

`note` puts a call in a buffer. One thread, the scribe, looks at the buffer every flush interval and decides; another
does what it is told in the database, which may take its time. While the database fails or stands still, calls wait on
disk, and come into the log when it is back, or at the next start. So a killed process loses what came in the last flush
interval or, when the database has only just begun to stand still, in the last second.

    log = open_audit_log(database, key)
    log.note(record)
    log.close()
"""

from __future__ import annotations

import logging
from pathlib import Path

from gateway.audit.pending import pending_of
from gateway.audit.scribe import AuditHealth, AuditOptions, Scribe
from gateway.audit.shelter import Shelter
from gateway.audit.store import AuditStore
from gateway.calls import CallRecord
from gateway.database import Database
from gateway.errors import GatewayError
from gateway.privacy.gateway_key import GatewayKey

_log = logging.getLogger("gateway.audit")

SHELTER_STEM = "audit"
"""Begins the names of the files in which calls wait, where the database is not a file itself."""


class AuditLog:
    """A `CallSink`; `open_audit_log` makes it. For one process; several may write to one database."""

    def __init__(self, store: AuditStore, shelter: Shelter, options: AuditOptions | None = None) -> None:
        self.store = store
        self._scribe = Scribe(store, shelter, options or AuditOptions())
        self._scribe.start()

    @property
    def health(self) -> AuditHealth:
        """How the log fares now."""
        return self._scribe.health

    def note(self, record: CallRecord) -> None:
        try:
            kept = self._scribe.give(pending_of(record))
        except Exception as error:  # noqa: BLE001  a sink raises nothing, and the message may hold content
            _log.error("a call on %s cannot be kept in the audit log (%s)", record.route, type(error).__name__)
            return
        if not kept:
            _log.error("a call on %s came after the audit log was closed", record.route)

    def flush(self, timeout_s: float) -> bool:
        """Wait until all calls noted before are in the database, or at least in the shelter. Blocks."""
        return self._scribe.settled(timeout_s)

    def close(self) -> None:
        """Write what is left, to the shelter if the database takes too long. Blocks; a second time it does nothing."""
        self._scribe.close()


def open_audit_log(
    database: Database,
    gateway_key: GatewayKey,
    shelter_folder: Path | None = None,
    options: AuditOptions | None = None,
) -> AuditLog:
    """The log in `database`, being written. Calls wait beside a SQLite file, or in `shelter_folder`.

    Raises `GatewayError` when the log cannot be begun.
    """
    file = database.file
    folder = shelter_folder or (file.parent if file else None)
    if folder is None:
        raise GatewayError("the audit log needs a folder for calls that wait while PostgreSQL is down: name one")
    stem = file.name if file else SHELTER_STEM
    return AuditLog(AuditStore(database, gateway_key), Shelter(folder, stem, gateway_key), options)
