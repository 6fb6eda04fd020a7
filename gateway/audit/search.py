"""Finds calls in the log, newest first, a page at a time.

What is common is found among the newest rows; what is rare by the kinds of call that fit, which are few beside the
rows, and an index that leads to the newest of each. A time range becomes a range of rows by the table of hours. So what
a search costs follows the page, not the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, func, select, true

from gateway.audit.entry import ENTRIES, AuditEntry, entry_of
from gateway.audit.store import HOUR_MS
from gateway.audit.tables import CALLS, HOURS, KINDS
from gateway.database import Database

MOST = 1000
"""Entries on a page."""
LEAST_NEAR, NEAR_A_ROW = 20_000, 100
"""So many of the newest rows are looked through first, or so many for each entry wanted, if that is more."""
KINDS_AT_ONCE = 1000

Conditions = Sequence[ColumnElement[bool]]
_LAST = select(func.max(CALLS.c.sequence))


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What to look for; all that is given must hold together."""

    since_ms: int | None = None
    """Calls that began then or later. UTC."""
    until_ms: int | None = None
    """Calls that began earlier."""
    client_id: str | None = None
    tenant: str | None = None
    route: str | None = None
    """The pattern, as routes are logged."""
    status: int | None = None
    error_class: str | None = None
    """Empty for calls that went well."""
    before: int | None = None
    """Entries of a lower sequence: the `next` of the page before."""
    limit: int = 100
    """1 to `MOST`; what lies outside is brought inside."""

    @property
    def most(self) -> int:
        """The limit, inside its bounds."""
        return min(max(self.limit, 1), MOST)


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some entries, newest first."""

    entries: tuple[AuditEntry, ...]
    next: int | None
    """For `AuditQuery.before`; None when there are no more."""


def search(database: Database, query: AuditQuery) -> AuditPage:
    """The newest calls that fit. Blocks. Raises `DatabaseError`."""
    wanted = query.most + 1
    with database.reading() as connection:
        span = _span(connection, query)
        if span is None:
            return AuditPage((), None)
        rows, kinds = _rows(query), _kinds(query)
        if kinds:
            sequences = _newest_of_kinds(connection, span, rows, kinds, wanted)
        else:
            sequences = _newest(connection, span, rows, wanted)
        found = ENTRIES.where(CALLS.c.sequence.in_(sequences[: query.most])).order_by(CALLS.c.sequence.desc())
        entries = tuple(entry_of(row) for row in connection.execute(found))
    return AuditPage(entries, sequences[query.most - 1] if len(sequences) == wanted else None)


@dataclass(frozen=True, slots=True)
class _Span:
    """Sequences between which all that can fit stands, both included."""

    first: int
    last: int

    def holds(self) -> ColumnElement[bool]:
        return CALLS.c.sequence.between(self.first, self.last)


def _span(connection: Connection, query: AuditQuery) -> _Span | None:
    """By the times and the page that are asked for; None when nothing can fit."""
    first, last = connection.scalar(select(func.min(CALLS.c.sequence))), connection.scalar(_LAST)
    if query.before is not None:
        last = min(last or 0, query.before - 1)
    hours: list[ColumnElement[bool]] = []
    if query.since_ms is not None:
        hours.append(HOURS.c.hour >= query.since_ms // HOUR_MS)
    if query.until_ms is not None:
        hours.append(HOURS.c.hour <= (query.until_ms - 1) // HOUR_MS)
    if hours and first is not None and last is not None:
        from_hour, to_hour = connection.execute(
            select(func.min(HOURS.c.first_sequence), func.max(HOURS.c.last_sequence)).where(*hours)
        ).one()
        if from_hour is None:
            return None
        first, last = max(first, from_hour), min(last, to_hour)
    return None if first is None or last is None or first > last else _Span(first, last)


def _rows(query: AuditQuery) -> list[ColumnElement[bool]]:
    """What rows must fulfil beside their place and kind."""
    conditions: list[ColumnElement[bool]] = []
    if query.since_ms is not None:
        conditions.append(CALLS.c.started_ms >= query.since_ms)
    if query.until_ms is not None:
        conditions.append(CALLS.c.started_ms < query.until_ms)
    return conditions


def _kinds(query: AuditQuery) -> list[ColumnElement[bool]]:
    """What their kinds must fulfil."""
    asked = {
        "client_id": query.client_id,
        "tenant": query.tenant,
        "route": query.route,
        "status": query.status,
        "error_class": query.error_class,
    }
    return [KINDS.c[name] == value for name, value in asked.items() if value is not None]


def _newest(connection: Connection, span: _Span, conditions: Conditions, wanted: int) -> list[int]:
    newest = select(CALLS.c.sequence).where(span.holds(), *conditions).order_by(CALLS.c.sequence.desc()).limit(wanted)
    return list(connection.scalars(newest))


def _newest_of_kinds(
    connection: Connection, span: _Span, rows: Conditions, kinds: Conditions, wanted: int
) -> list[int]:
    """First among the newest rows, where what is common fills a page; what is rare is then found kind by kind."""
    near = _Span(max(span.first, span.last - max(LEAST_NEAR, NEAR_A_ROW * wanted)), span.last)
    # Adding 0 keeps the database from the index by kind, which is of no use for what is common.
    of_kinds = (CALLS.c.kind + 0).in_(select(KINDS.c.kind).where(*kinds))
    sequences = _newest(connection, near, [*rows, of_kinds], wanted)
    if len(sequences) == wanted or near.first == span.first:
        return sequences
    numbers = list(connection.scalars(select(KINDS.c.kind).where(*kinds)))
    sequences, first = [], span.first
    for start in range(0, len(numbers), KINDS_AT_ONCE):
        within = [_Span(first, span.last).holds(), *rows]
        found = of_each_kind(connection.dialect.name, numbers[start : start + KINDS_AT_ONCE], within, wanted)
        sequences = sorted([*sequences, *connection.scalars(found)], reverse=True)[:wanted]
        first = sequences[-1] if len(sequences) == wanted else span.first
    return sequences


def of_each_kind(dialect: str, kinds: Sequence[int], rows: Conditions, wanted: int) -> Select[tuple[int]]:
    """The newest rows of all `kinds` together, by taking so many of each from the index by kind."""
    one = (
        select(CALLS.c.sequence)
        .where(CALLS.c.kind == KINDS.c.kind, *rows)
        .order_by(CALLS.c.sequence.desc())
        .limit(wanted)
        .correlate(KINDS)
    )
    chosen: Select[tuple[int]]
    if dialect == "sqlite":
        each = CALLS.alias("each")  # it has no LATERAL, but goes through a correlated IN the same way
        sequence = each.c.sequence
        chosen = select(sequence).select_from(KINDS.join(each, sequence.in_(one)))
    else:
        newest = one.lateral("newest")
        chosen = select(newest.c.sequence).select_from(KINDS.join(newest, true()))
        return chosen.where(KINDS.c.kind.in_(kinds)).order_by(newest.c.sequence.desc()).limit(wanted)
    # By their numbers: then SQLite cannot but begin with the kinds, where every other order would read all rows.
    return chosen.where(KINDS.c.kind.in_(kinds)).order_by(sequence.desc()).limit(wanted)
