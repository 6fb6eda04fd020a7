"""Removes calls that have been kept long enough: the beginning of the log, some rows at a time.

What is left of it is a signed anchor with the hash of the last row removed, from which the chain goes on. Rows go in
the order they were written in: the first one that must stay keeps all after it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.audit.entry import anchor_signature
from gateway.audit.store import HOUR_MS
from gateway.audit.tables import ANCHORS, CALLS, HEAD, HOURS, TAKEN, prepare
from gateway.database import Database
from gateway.errors import GatewayError
from gateway.privacy.gateway_key import GatewayKey

_log = logging.getLogger("gateway.audit")

DAYS = 180
DAY_MS = 86_400_000
ROWS_AT_ONCE = 2_000
PAUSE_SECONDS = 0.05
"""Between portions: whoever writes gets the lock of a SQLite file in it."""
EVERY_SECONDS = 86_400


class _StoppedError(Exception):
    """Nobody waits for the rest of the removal."""


@dataclass(frozen=True, slots=True)
class Outlived:
    """What has been kept long enough."""

    before_ms: int
    """Calls that began earlier may go. UTC."""
    last: int
    """Sequence of the last row that goes; 0 for none."""
    rows: int
    """How many rows that is."""


def outlived(database: Database, days: float = DAYS, clock: Callable[[], float] = time.time) -> Outlived:
    """What `retain` would remove now, to the call. Blocks. Raises `GatewayError`."""
    if not 0 <= days < 100_000:
        raise GatewayError(f"calls cannot be kept for {days:g} days: give a number of days from 0 on")
    prepare(database)
    now_ms = int(clock() * 1000)
    before_ms = now_ms - int(days * DAY_MS)
    with database.reading() as connection:
        end = _first_that_stays(connection, before_ms, now_ms)
        if end is None:
            end = (connection.scalar(select(HEAD.c.sequence)) or 0) + 1
        last = end - 1
        first = connection.scalar(select(func.min(CALLS.c.sequence)))
    rows = last - first + 1 if first is not None and first <= last else 0
    return Outlived(before_ms, last if rows else 0, rows)


def retain(
    database: Database,
    gateway_key: GatewayKey,
    days: float = DAYS,
    clock: Callable[[], float] = time.time,
    on_rows: Callable[[int], None] = lambda _: None,
) -> int:
    """Remove what is older than `days`; how many rows that was. `on_rows` hears of each portion. Blocks.

    May be broken off at any moment, and run by several gateways at once. Raises `GatewayError`.
    """
    going = outlived(database, days, clock)
    removed = 0
    while going.rows:
        with database.writing() as connection:
            portion = _remove_some(connection, gateway_key, going, int(clock() * 1000))
        if portion == 0:
            break
        removed += portion
        on_rows(removed)
        time.sleep(PAUSE_SECONDS)
    with database.writing() as connection:
        # Writers that are no more, and files that were taken up by one that died just then.
        connection.execute(delete(TAKEN).where(TAKEN.c.at_ms < min(going.before_ms, int(clock() * 1000) - 30 * DAY_MS)))
    return removed


async def retain_daily(database: Database, gateway_key: GatewayKey, days: float = DAYS) -> None:
    """Do so now and every day, until cancelled. A failure is logged, and tried again the next day."""
    stopped = threading.Event()

    def heed(_rows: int) -> None:
        if stopped.is_set():
            raise _StoppedError

    try:
        while True:
            try:
                removed = await asyncio.to_thread(partial(retain, database, gateway_key, days, on_rows=heed))
            except GatewayError as error:
                _log.error("old calls could not be removed from the audit log: %s", error)
            else:
                if removed:
                    _log.info("%d calls older than %g days were removed from the audit log", removed, days)
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        stopped.set()  # the thread ends after the portion under way, and holds up nobody's shutdown


def _first_that_stays(connection: Connection, before_ms: int, now_ms: int) -> int | None:
    """Sequence of the first call that is young enough; None when none is."""
    hour = before_ms // HOUR_MS
    # Calls from the future, of a clock that was wrong, keep nothing from going.
    after = connection.scalar(
        select(func.min(HOURS.c.first_sequence)).where(HOURS.c.hour > hour, HOURS.c.hour <= now_ms // HOUR_MS + 24)
    )
    span = connection.execute(select(HOURS.c.first_sequence, HOURS.c.last_sequence).where(HOURS.c.hour == hour)).first()
    within = None
    if span is not None:
        young = CALLS.c.started_ms.between(before_ms, (hour + 1) * HOUR_MS - 1)
        first = select(CALLS.c.sequence).where(CALLS.c.sequence.between(*span), young).order_by(CALLS.c.sequence)
        within = connection.scalar(first.limit(1))
    return min((each for each in (after, within) if each is not None), default=None)


def _remove_some(connection: Connection, key: GatewayKey, going: Outlived, now_ms: int) -> int:
    # As whoever appends does, so that of two gateways one waits for the other.
    connection.execute(select(HEAD.c.id).with_for_update())
    rows = (
        select(CALLS.c.sequence, CALLS.c.hash)
        .where(CALLS.c.sequence <= going.last)
        .order_by(CALLS.c.sequence)
        .limit(ROWS_AT_ONCE)
    )
    portion = connection.execute(rows).all()
    if not portion:
        return 0
    last, row_hash = portion[-1]
    connection.execute(delete(CALLS).where(CALLS.c.sequence <= last))
    connection.execute(delete(HOURS).where(HOURS.c.last_sequence <= last))
    _leave_anchor(connection, key, (last, row_hash, len(portion), now_ms, going.before_ms))
    return len(portion)


def _leave_anchor(connection: Connection, key: GatewayKey, anchor: tuple[int, bytes, int, int, int]) -> None:
    """One for each day's removal: portions of it go on in the same anchor."""
    last, row_hash, removed, now_ms, before_ms = anchor
    newest = connection.execute(select(ANCHORS).order_by(ANCHORS.c.sequence.desc()).limit(1)).one_or_none()
    goes_on = newest is not None and newest.before_ms == before_ms
    if newest is not None and goes_on:
        removed += newest.removed
    values = {"sequence": last, "hash": row_hash, "removed": removed, "removed_at_ms": now_ms, "before_ms": before_ms}
    values["signature"] = anchor_signature(key, list(values.values()))
    if newest is not None and goes_on:
        connection.execute(update(ANCHORS).where(ANCHORS.c.sequence == newest.sequence).values(values))
    else:
        connection.execute(insert(ANCHORS).values(values))
