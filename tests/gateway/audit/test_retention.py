"""Calls that have been kept long enough go, and the rest still verifies."""

from __future__ import annotations

import asyncio
import logging
import threading
import tracemalloc
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gateway.audit import AuditQuery, outlived, retain, retain_daily, search, verify
from gateway.audit import retention as module
from gateway.audit.pending import pending_of
from gateway.audit.retention import DAY_MS
from gateway.audit.store import AuditStore
from gateway.audit.tables import ANCHORS, CALLS, HOURS
from gateway.database import DatabaseError
from gateway.errors import GatewayError
from tests.gateway.audit.records import START, START_MS, Kind, calls, record


@pytest.fixture(autouse=True)
def _small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 8)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.0)


def days_after(days: float) -> Callable[[], float]:
    """The clock, so many days after the first call."""
    return lambda: (START_MS + days * DAY_MS) / 1000


def write_days(store: AuditStore, days: int, a_day: int = 10) -> None:
    """So many calls on each day from `START` on."""
    made = [
        pending_of(record(day * a_day + number, at=START + timedelta(days=day, seconds=number)))
        for day in range(days)
        for number in range(1, a_day + 1)
    ]
    store.append(made, "writer", 1)


def test_old_calls_go_in_portions_and_the_rest_verifies(store: AuditStore) -> None:
    """What began earlier goes; the anchor says how much that was."""
    write_days(store, 5)
    going = outlived(store.database, 2, days_after(4.5))
    assert (going.rows, going.last) == (30, 30)
    heard: list[int] = []
    assert retain(store.database, store.gateway_key, 2, days_after(4.5), heard.append) == 30
    assert heard == [8, 16, 24, 30]
    found = verify(store.database, store.gateway_key)
    assert found.intact and (found.first, found.last, found.removed) == (31, 50, 30)
    with store.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(ANCHORS)) == 1
        assert connection.scalar(select(func.count()).select_from(HOURS)) == 2


def test_a_second_time_there_is_nothing_to_do(store: AuditStore) -> None:
    """And no anchor is left for nothing."""
    write_days(store, 3)
    retain(store.database, store.gateway_key, 1, days_after(2.5))
    assert retain(store.database, store.gateway_key, 1, days_after(2.5)) == 0
    assert verify(store.database, store.gateway_key).intact


def test_the_log_goes_on_after_each_removal(store: AuditStore) -> None:
    """Day by day, with an anchor for each; also when all of it was old."""
    for day in range(4):
        store.append(
            [pending_of(record(number, at=START + timedelta(days=day))) for number in range(10)], "writer", day + 1
        )
        retain(store.database, store.gateway_key, 0.5, days_after(day + 0.9))
        found = verify(store.database, store.gateway_key)
        assert found.intact and found.removed == 10 * (day + 1) and found.rows == 0
    with store.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(ANCHORS)) == 4


def test_nothing_goes_before_its_time(store: AuditStore) -> None:
    """180 days, if nothing else is said."""
    write_days(store, 2)
    assert outlived(store.database, clock=days_after(179)).rows == 0
    assert retain(store.database, store.gateway_key, clock=days_after(179)) == 0
    assert outlived(store.database, clock=days_after(181.5)).rows == 20


def test_it_can_be_broken_off_and_taken_up(store: AuditStore) -> None:
    """Each portion leaves the log whole."""
    write_days(store, 3)

    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retain(store.database, store.gateway_key, 1, days_after(2.5), stop)
    found = verify(store.database, store.gateway_key)
    assert found.intact and found.removed == 8
    assert retain(store.database, store.gateway_key, 1, days_after(2.5)) == 12


def test_a_young_call_keeps_older_ones_that_stand_after_it(store: AuditStore) -> None:
    """A clock that was set back for a while takes nothing with it: only a beginning of the log goes."""
    store.append([pending_of(record(1, at=START + timedelta(days=9)))], "writer", 1)
    store.append([pending_of(record(2, at=START))], "writer", 2)
    assert outlived(store.database, 5, days_after(10)).rows == 0


def test_a_call_from_the_future_keeps_nothing(store: AuditStore) -> None:
    """A clock that was a year ahead for a minute does not stop retention for a year."""
    store.append([pending_of(record(1, at=START + timedelta(days=365)))], "writer", 1)
    store.append(calls(5), "writer", 2)
    store.append([pending_of(record(2, at=START + timedelta(days=9)))], "writer", 3)
    assert retain(store.database, store.gateway_key, 5, days_after(10)) == 6
    assert verify(store.database, store.gateway_key).intact


def test_calls_are_written_meanwhile(store: AuditStore) -> None:
    """Neither loses anything to the other, and the chain holds."""
    write_days(store, 3, a_day=200)
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for batch in range(2, 22):
                store.append(calls(5), "another", batch)
        except BaseException as error:  # noqa: BLE001  whatever it is, the test shows it
            failures.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    removed = retain(store.database, store.gateway_key, 1, days_after(2.5))
    thread.join()
    found = verify(store.database, store.gateway_key)
    assert failures == [] and found.intact and removed == 400 and found.rows == 200 + 100


def test_two_gateways_may_remove_at_once(store: AuditStore) -> None:
    """Each row goes once."""
    write_days(store, 3, a_day=100)
    removed: list[int] = []
    threads = [
        threading.Thread(target=lambda: removed.append(retain(store.database, store.gateway_key, 1, days_after(2.5))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(store.database, store.gateway_key)
    assert sum(removed) == 200 and found.intact and found.removed == 200


def test_searches_find_what_is_left(store: AuditStore) -> None:
    """By time too, where the table of hours was cut."""
    write_days(store, 3)
    retain(store.database, store.gateway_key, 1, days_after(2.5))
    assert len(search(store.database, AuditQuery()).entries) == 10
    assert len(search(store.database, AuditQuery(since_ms=START_MS)).entries) == 10
    assert search(store.database, AuditQuery(until_ms=START_MS + DAY_MS)).entries == ()


def test_memory_does_not_grow_with_what_is_removed(store: AuditStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Verifying and removing hold some rows at a time, however many there are."""
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 100)
    peaks = []
    for rows in (300, 2400):
        store.append(calls(rows, Kind(), 1), "writer", rows)
        tracemalloc.start()
        retain(store.database, store.gateway_key, 0.1, days_after(20))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0] + 100_000


def test_what_is_old_goes_to_the_call(store: AuditStore) -> None:
    """Not to the hour: one that is young by a second stays, with all that was written after it."""
    minutes = (0, 10, 20, 30, 5, 90)
    made = [
        pending_of(record(number, at=START + timedelta(minutes=minute))) for number, minute in enumerate(minutes, 1)
    ]
    store.append(made, "writer", 1)
    at_20 = days_after(1 + 20 * 60_000 / DAY_MS)
    assert outlived(store.database, 1, at_20).rows == 2
    assert outlived(store.database, 1, lambda: at_20() + 1).rows == 3
    assert retain(store.database, store.gateway_key, 1, lambda: at_20() + 1) == 3
    assert outlived(store.database, 1, days_after(1.03)).rows == 2
    assert retain(store.database, store.gateway_key, 1, days_after(1.03)) == 2
    assert verify(store.database, store.gateway_key).intact


@pytest.mark.parametrize("days", [-1, float("nan"), float("inf"), 1e9])
def test_a_time_that_is_none_removes_nothing(store: AuditStore, days: float) -> None:
    """It is refused."""
    with pytest.raises(GatewayError, match="cannot be kept for"):
        retain(store.database, store.gateway_key, days)


def test_it_is_done_every_day(
    store: AuditStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure is logged and tried again the next day."""
    done: list[float] = []

    def fake(_database: object, _key: object, days: float, on_rows: Callable[[int], None]) -> int:
        done.append(days)
        if len(done) == 2:
            raise DatabaseError("sqlite:///x", "full", "database or disk is full")
        return 3

    async def pass_days() -> None:
        task = asyncio.create_task(retain_daily(store.database, store.gateway_key, 90))
        while len(done) < 3:
            await asyncio.sleep(0.01)
        task.cancel()

    monkeypatch.setattr(module, "retain", fake)
    monkeypatch.setattr(module, "EVERY_SECONDS", 0.0)
    with caplog.at_level(logging.INFO, "gateway.audit"):
        asyncio.run(pass_days())
    assert done[:3] == [90, 90, 90]
    assert "3 calls older than 90 days" in caplog.text and "make room on the disk" in caplog.text


def test_rows_leave_the_file_with_their_content(store: AuditStore) -> None:
    """What was removed is not left readable in free pages."""
    if store.database.file is None:
        pytest.skip("PostgreSQL clears its pages by itself, later")
    store.append([pending_of(record(77_777_777, at=START))], "writer", 1)
    retain(store.database, store.gateway_key, 1, days_after(3))
    store.database.scrub(CALLS)
    left = b"".join(path.read_bytes() for path in store.database.file.parent.iterdir())
    assert b"infer-77777777" not in left


def test_cancelling_ends_a_removal_under_way(store: AuditStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the portion that it is at: a gateway that is told to stop does not wait for hours of removing."""
    write_days(store, 2, a_day=400)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.02)

    async def cancelled() -> None:
        task = asyncio.create_task(retain_daily(store.database, store.gateway_key, 1))
        while verify(store.database).removed == 0:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())  # and this waits for the thread
    found = verify(store.database, store.gateway_key)
    assert found.intact and 0 < found.removed < 800
