"""Whether a body that somebody holds is the one that a call of the log had: by its digest, which is all that is kept.

What is compared is every byte, as it went over the wire; of a stream all its events, comments that kept it alive too.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal

from gateway.audit.entry import ENTRIES, AuditEntry, digest, entry_of, pseudonym
from gateway.audit.tables import CALLS
from gateway.database import Database
from gateway.privacy.gateway_key import GatewayKey
from gateway.privacy.subject import Subject, subject_of
from gateway.privacy.subject_keys import SubjectKeys

Verdict = Literal["request", "response", "other", "no_key"]
"""Which body of the call it is, or none of them; "no_key": that cannot be known, since the subject was erased."""


def find_call(database: Database, name: str) -> AuditEntry | None:
    """The call with this sequence, or this id (the newest, should there be several). Blocks; by id it reads the log."""
    is_sequence = name.isascii() and name.isdigit() and len(name) < 19  # which any database's integers hold
    wanted = CALLS.c.sequence == int(name) if is_sequence else CALLS.c.call_id == name
    with database.reading() as connection:
        row = connection.execute(ENTRIES.where(wanted).order_by(CALLS.c.sequence.desc()).limit(1)).first()
    return None if row is None else entry_of(row)


def check_body(database: Database, gateway_key: GatewayKey, entry: AuditEntry, body: bytes, user_id: str) -> Verdict:
    """Whether `body` is one of the call's. `user_id` is whom the call named, empty for one that named nobody.

    A wrong name cannot be told from an erased one: both give "no_key". Blocks. Raises `DatabaseError`.
    """
    key = _key(database, gateway_key, subject_of(entry.tenant, entry.client_id, user_id))
    if key is None or (pseudonym(key, "user", user_id) or b"").hex() != entry.user_pseudonym:
        return "no_key"
    content = hashlib.sha256(body).hexdigest()
    for what, kept in (("request", entry.request_digest), ("response", entry.response_digest)):
        made = digest(key, what, content)
        if made is not None and kept and hmac.compare_digest(made.hex(), kept):
            return "request" if what == "request" else "response"
    return "other"


def _key(database: Database, gateway_key: GatewayKey, subject: Subject) -> bytes | None:
    keys = SubjectKeys(database, gateway_key)
    with database.reading() as connection:
        return keys.find(connection, subject)
