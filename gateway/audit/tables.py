"""The tables of the audit log. What few calls differ in stands once, in `audit_kinds`; a call names its kind.

So every search, whatever it asks for, walks one index for each kind that fits, newest first; and rows are small.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from gateway.database import Database

ROOM, VERSION = "audit", 1
METADATA = MetaData()
_BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite's own row number is an INTEGER, of 64 bits all the same

KIND_FIELDS = (
    "client_id", "tenant", "role", "method", "route", "status", "error_class", "served_by", "streamed", "cache",
)  # fmt: skip
KINDS = Table(
    "audit_kinds",
    METADATA,
    Column("kind", Integer, primary_key=True),
    Column("client_id", String(200), nullable=False),
    Column("tenant", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("method", String(10), nullable=False),
    Column("route", String(200), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("error_class", String(200), nullable=False),
    Column("served_by", String(200), nullable=False),
    Column("streamed", Boolean, nullable=False),
    Column("cache", String(10), nullable=False),
    UniqueConstraint(*KIND_FIELDS, name="audit_kinds_once"),
)
CALLS = Table(
    "audit_calls",
    METADATA,
    Column("sequence", _BIG, primary_key=True, autoincrement=False),
    Column("kind", Integer, ForeignKey(KINDS.c.kind), nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("call_id", String(200), nullable=False),
    Column("user_pseudonym", LargeBinary(16)),
    Column("session_pseudonym", LargeBinary(16)),
    Column("request_digest", LargeBinary(32)),
    Column("response_digest", LargeBinary(32)),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("reasoning_tokens", Integer, nullable=False),
    Column("cached_tokens", Integer, nullable=False),
    Column("latency_us", BigInteger, nullable=False),
    Column("queued_us", BigInteger),
    Column("address", String(50), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
Index("audit_calls_by_kind", CALLS.c.kind, CALLS.c.sequence, CALLS.c.started_ms)
Index(
    "audit_calls_by_user",
    CALLS.c.user_pseudonym,
    CALLS.c.sequence,
    sqlite_where=CALLS.c.user_pseudonym.is_not(None),
    postgresql_where=CALLS.c.user_pseudonym.is_not(None),
)
HOURS = Table(
    "audit_hours",
    METADATA,
    Column("hour", Integer, primary_key=True, autoincrement=False),  # since 1970, of `started_ms`
    Column("first_sequence", BigInteger, nullable=False),
    Column("last_sequence", BigInteger, nullable=False),
)
"""Where in the log the calls of an hour stand: nearly in order, but for long calls and clocks set back."""
HEAD = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True),  # one row, 1: locked by whoever appends
    Column("sequence", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(32), nullable=False),
)
ANCHORS = Table(
    "audit_anchors",
    METADATA,
    Column("sequence", _BIG, primary_key=True, autoincrement=False),  # the last row that was removed
    Column("hash", LargeBinary(32), nullable=False),
    Column("removed", BigInteger, nullable=False),
    Column("removed_at_ms", BigInteger, nullable=False),
    Column("before_ms", BigInteger, nullable=False),  # calls that began earlier had outlived their keeping
    Column("signature", LargeBinary(32), nullable=False),
)
TAKEN = Table(
    "audit_taken",
    METADATA,
    # A writer and the number of its last batch, or a file of calls that waited and the bytes read of it: what is
    # offered again after a failure is known by it.
    Column("source", String(80), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)


def prepare(database: Database) -> None:
    """Make the tables, once. Raises as `Database.prepare` does."""
    database.prepare(METADATA, ROOM, VERSION)
