"""What the registry keeps in the database. Times are whole seconds since 1970, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

ROOM = "access"
VERSION = 1

METADATA = MetaData()

CLIENTS = Table(
    "access_clients",
    METADATA,
    Column("client_id", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("role", String(20), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("requests_per_minute", BigInteger),
    Column("tokens_per_minute", BigInteger),
    Column("tokens_per_day", BigInteger),
    Column("calls_at_once", BigInteger),
    Column("generation", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sealed_previous", LargeBinary),
    Column("previous_until", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("rotated_at", BigInteger),
    Column("revoked_at", BigInteger),
)
_NOT_REVOKED = CLIENTS.c.revoked_at.is_(None)
Index("access_clients_name", CLIENTS.c.name, unique=True, sqlite_where=_NOT_REVOKED, postgresql_where=_NOT_REVOKED)

SIGNING_KEYS = Table(
    "access_signing_keys",
    METADATA,
    Column("kid", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("signs_from", BigInteger, nullable=False),
    Column("verifies_until", BigInteger),
)

REVOKED_TOKENS = Table(
    "access_revoked_tokens",
    METADATA,
    Column("token_id", String(64), primary_key=True),
    Column("dead_at", BigInteger, nullable=False),
)

CHANGES = Table(
    "access_changes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("count", BigInteger, nullable=False),
)
"""One row. It counts every change, so that a running gateway sees with one small query that there is something new."""
