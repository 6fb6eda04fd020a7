"""The room's tables. Every row that holds or counts anything of a tenant's says whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from gateway.database import Database

ROOM, VERSION = "feedback", 1

METADATA = MetaData()

CORRECTIONS = Table(
    "feedback_corrections",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(200), nullable=False),
    Column("client_id", String(200), nullable=False),
    Column("user_id", String(200), nullable=False),
    Column("answer_id", String(200), nullable=False),
    Column("language", String(20), nullable=False),
    Column("created_at", String(30), nullable=False),
    Column("day", String(10), nullable=False),
    Column("consent", Boolean(), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("original", Text, nullable=False),
    Column("corrected", Text, nullable=False),
    Column("served_by", String(200), nullable=False),
    Column("model", String(200), nullable=False),
    Column("parameters", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    UniqueConstraint("tenant", "digest"),
    CheckConstraint("consent", name="feedback_only_consented"),
    Index("feedback_by_user", "tenant", "user_id", "client_id", "day"),
    Index("feedback_in_order", "tenant", "created_at", "id"),
)

BANDS = Table(
    "feedback_bands",
    METADATA,
    Column("tenant", String(200), nullable=False),
    Column("band", BigInteger, nullable=False),
    Column("correction_id", ForeignKey(CORRECTIONS.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Index("feedback_by_band", "tenant", "band", "correction_id"),
)
"""Where nearly the same corrections meet: see `near`."""

COUNTS = Table(
    "feedback_counts",
    METADATA,
    Column("tenant", String(200), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("language", String(20), primary_key=True),
    Column("reason", String(30), primary_key=True),
    Column("number", Integer, nullable=False),
)
"""Kept ("kept") and rejected, without content and without users."""

SUBMISSIONS = Table(
    "feedback_submissions",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("tenant", String(200), nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("model", String(200), nullable=False),
    Column("form", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("file_id", String(200), nullable=False),
    Column("job_id", String(200), nullable=False),
    Column("result_model", String(200), nullable=False),
    Column("error", Text, nullable=False),
    Column("created_at", String(30), nullable=False),
    Column("updated_at", String(30), nullable=False),
    Column("held_by", String(40), nullable=False),
    Column("held_until", Float, nullable=False),
    Index("feedback_submissions_in_order", "tenant", "created_at", "id"),
)

SUBMITTED = Table(
    "feedback_submitted",
    METADATA,
    Column("submission_id", ForeignKey(SUBMISSIONS.c.id, ondelete="CASCADE"), primary_key=True),
    Column("correction_id", ForeignKey(CORRECTIONS.c.id, ondelete="CASCADE"), primary_key=True, index=True),
)
"""Which corrections a submission holds; those erased since are no longer named."""


def prepare(database: Database) -> None:
    """Make the tables, once. Raises as `Database.prepare` does."""
    database.prepare(METADATA, ROOM, VERSION)
