"""The tables of the subjects' keys. No name of a user stands in them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table

ROOM, VERSION = "privacy", 1
METADATA = MetaData()

SUBJECT_KEYS = Table(
    "subject_keys",
    METADATA,
    # HMAC of tenant, kind and name under the gateway's key: found by whoever knows the name, and tells nobody else.
    Column("lookup", LargeBinary(32), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),  # AES-256-GCM under the gateway's key
)
ERASED_SUBJECTS = Table(
    "erased_subjects",
    METADATA,
    Column("lookup", LargeBinary(32), primary_key=True),
    Column("erased_at_ms", BigInteger, nullable=False),
)
ERASURES = Table(
    "erasures",
    METADATA,
    Column("id", Integer, primary_key=True),  # one row, 1
    # Grows with each erasure: who holds keys in memory sees by it that some are no longer valid.
    Column("count", Integer, nullable=False),
)
