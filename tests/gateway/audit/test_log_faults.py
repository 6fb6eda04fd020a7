"""The audit log while the database, the disk or both fail."""

from __future__ import annotations

import errno
import logging
import os
import random
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from gateway import database as database_module
from gateway.audit import AuditLog, AuditOptions, AuditQuery, search, verify
from gateway.audit.pending import PendingCall
from gateway.audit.shelter import ENDING, Shelter
from gateway.audit.store import AuditStore
from gateway.audit.tables import CALLS
from gateway.database import Database, DatabaseError, open_database
from gateway.privacy.gateway_key import GatewayKey
from tests.gateway.audit.records import calls, record
from tests.gateway.audit.waiting import until

LOSE_S = 20.0
FAST = AuditOptions(flush_s=0.01, stalled_s=0.1, retry_s=0.02, longest_retry_s=0.05, close_s=1.0)


class FaultyStore(AuditStore):
    """A real store that fails or stands still when told to."""

    def __init__(self, database: Database, key: GatewayKey) -> None:
        super().__init__(database, key)
        self.fault: Exception | None = None
        self.fault_after: Exception | None = None
        """Raised when the batch is written: as a connection that breaks while it is told of the success."""
        self.going = threading.Event()
        self.going.set()
        self.batches = 0

    def append(self, calls: Sequence[PendingCall], source: str, position: int) -> None:
        self.batches += 1
        assert self.going.wait(LOSE_S)
        if self.fault is not None:
            raise self.fault
        super().append(calls, source, position)
        if self.fault_after is not None:
            fault, self.fault_after = self.fault_after, None
            raise fault

    def taken(self, source: str) -> int:
        assert self.going.wait(LOSE_S)
        if self.fault is not None:
            raise self.fault
        return super().taken(source)


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    with open_database(sqlite_url) as opened:
        yield opened


@pytest.fixture
def store(database: Database, key: GatewayKey) -> FaultyStore:
    return FaultyStore(database, key)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "waiting"


@contextmanager
def writing(store: AuditStore, folder: Path, options: AuditOptions = FAST) -> Iterator[AuditLog]:
    log = AuditLog(store, Shelter(folder, "audit", store.gateway_key), options)
    try:
        yield log
    finally:
        log.close()


def down() -> DatabaseError:
    return DatabaseError("postgresql://u@h/d", "unreachable", "connection refused")


def assert_whole(database: Database, rows: int) -> None:
    """Every call once, and the chain holds."""
    found = verify(database)
    assert found.intact and found.rows == rows


def test_calls_wait_on_disk_while_the_database_is_down(
    store: FaultyStore, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """They come into the log when it is back, each once; that it went and came is told once each."""
    with writing(store, folder) as log:
        log.note(record(0))
        assert log.flush(LOSE_S)
        store.fault = down()
        for number in range(1, 101):
            log.note(record(number))
            if number % 20 == 0:
                assert log.flush(LOSE_S)
        until(lambda: log.health.sheltered == 100)
        assert "connection refused" in log.health.fault and list(folder.glob(f"*{ENDING}"))
        store.fault = None
        until(lambda: verify(store.database).rows == 101 and log.health.fault == "")
        log.note(record(101))
        assert log.flush(LOSE_S)
    assert_whole(store.database, 102)
    assert not list(folder.iterdir())
    assert caplog.text.count("cannot be written") == 1 and caplog.text.count("is written again") == 1


def test_nothing_waits_for_a_database_that_stands_still(store: FaultyStore, folder: Path) -> None:
    """`note` returns at once, calls go to the disk meanwhile, and the batch in the database's hands counts once."""
    with writing(store, folder) as log:
        store.going.clear()
        for number in range(50):
            log.note(record(number))
        until(lambda: store.batches == 1)
        until(lambda: log.health.sheltered >= 50)
        log.note(record(50))
        assert log.flush(LOSE_S)  # it is safe, though the database has not answered
        store.going.set()
        until(lambda: verify(store.database).rows == 51)
    assert_whole(store.database, 51)


def test_a_batch_that_failed_is_not_taken_for_written_because_later_ones_are(store: FaultyStore, folder: Path) -> None:
    """The one that waits in the shelter is known by a name of its own."""
    with writing(store, folder, AuditOptions(flush_s=0.01, batch=5, stalled_s=60, retry_s=0.01)) as log:
        for number in range(5):
            log.note(record(number))
        assert log.flush(LOSE_S)
        store.fault = down()
        for number in range(5, 10):
            log.note(record(number))
        until(lambda: log.health.sheltered == 5)
        store.fault = None
        for number in range(10, 60):
            log.note(record(number))
        until(lambda: verify(store.database).rows == 60)
    assert_whole(store.database, 60)


def test_a_batch_that_was_written_with_an_error_counts_once(store: FaultyStore, folder: Path) -> None:
    """The connection broke while the database said yes: nobody but the database knows."""
    store.fault_after = down()
    with writing(store, folder) as log:
        log.note(record(1))
        until(lambda: log.health.sheltered == 1)
        until(lambda: log.health.fault == "" and not list(folder.glob(f"*{ENDING}")))
    assert_whole(store.database, 1)


def test_closing_while_the_database_is_down_loses_nothing(store: FaultyStore, folder: Path, key: GatewayKey) -> None:
    """What is left waits for the next start."""
    with writing(store, folder) as log:
        store.fault = down()
        for number in range(30):
            log.note(record(number))
    with writing(AuditStore(store.database, key), folder):
        until(lambda: verify(store.database).rows == 30)
    assert_whole(store.database, 30)


def test_closing_while_the_database_stands_still_takes_no_longer_than_said(store: FaultyStore, folder: Path) -> None:
    """Also what is in the database's hands goes to the disk, and is not taken up if it was written after all."""
    options = AuditOptions(flush_s=0.01, stalled_s=60, close_s=0.1)
    with writing(store, folder, options) as log:
        store.going.clear()
        log.note(record(1))
        until(lambda: store.batches == 1)
        log.note(record(2))
    assert log.health.sheltered == 2 and log.health.lost == 0
    store.going.set()
    until(lambda: verify(store.database).rows == 1)
    with writing(store, folder):
        until(lambda: verify(store.database).rows == 2)
    assert_whole(store.database, 2)


def test_more_than_the_buffer_holds_goes_to_the_disk(store: FaultyStore, folder: Path) -> None:
    """A burst does not fill the memory."""
    options = AuditOptions(flush_s=0.01, buffered=100, batch=50, stalled_s=60)
    with writing(store, folder, options) as log:
        store.going.clear()
        log.note(record(0))
        until(lambda: store.batches == 1)
        for number in range(1, 1000):
            log.note(record(number))
        until(lambda: log.health.waiting <= 150)
        assert log.health.sheltered >= 850
        store.going.set()
        until(lambda: verify(store.database).rows == 1000)
    assert_whole(store.database, 1000)


def test_the_disk_may_be_full_too(
    store: FaultyStore, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Calls stay in memory, up to a bound; what is lost is counted and told."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    options = AuditOptions(flush_s=0.01, held=40, retry_s=0.02, longest_retry_s=0.05, stalled_s=60)
    with writing(store, folder, options) as log:
        with monkeypatch.context() as patched:
            patched.setattr("gateway.audit.shelter.os.fsync", full)
            store.fault = down()
            log.note(record(0))
            until(lambda: bool(log.health.fault))
            for number in range(1, 61):
                log.note(record(number))
            until(lambda: log.health.lost == 20)
            assert log.health.waiting == 41
        store.fault = None
        until(lambda: verify(store.database).rows == 41)
    assert_whole(store.database, 41)
    assert "No space left" in caplog.text and "20 calls are lost" in caplog.text
    assert caplog.text.count("make room there") == 1


def test_closing_with_neither_database_nor_disk_ends_and_tells(
    store: FaultyStore, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A gateway that is told to stop stops."""
    folder.write_text("a file where a folder should be")
    store.fault = down()
    with writing(store, folder, AuditOptions(flush_s=0.01, close_s=0.1, retry_s=0.01)) as log:
        for number in range(5):
            log.note(record(number))
    assert log.health.lost == 5 and log.health.waiting == 0 and "5 calls are lost" in caplog.text


def test_a_file_locked_by_another_process_is_waited_for_elsewhere(
    sqlite_url: str, key: GatewayKey, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own lock: calls wait on disk, and come when it is let go."""
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    with open_database(sqlite_url) as database, writing(AuditStore(database, key), folder) as log:
        other = sqlite3.connect(str(database.file), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for number in range(20):
            log.note(record(number))
        assert log.flush(LOSE_S)
        until(lambda: "locked" in log.health.fault)
        other.execute("ROLLBACK")
        other.close()
        until(lambda: verify(database).rows == 20)
        assert_whole(database, 20)


def test_a_full_disk_under_the_database_loses_nothing(sqlite_url: str, key: GatewayKey, folder: Path) -> None:
    """SQLite itself says that there is no room; when there is again, what waited is written."""
    pages = 10_000

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()

    with open_database(sqlite_url) as database:
        store = AuditStore(database, key)
        event.listen(database.engine, "connect", limit)
        with database.reading() as connection:
            pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0) + 4
        database.engine.dispose()
        with writing(store, folder) as log:
            for number in range(400):
                log.note(record(number))
                if number % 50 == 0:
                    log.flush(LOSE_S)
            until(lambda: "full" in log.health.fault)
            assert "make room on the disk" in log.health.fault
            pages = 1_000_000
            database.engine.dispose()
            until(lambda: log.health.fault == "" and verify(database).rows == 400)
        assert_whole(database, 400)


def test_a_full_file_system_loses_nothing(
    key: GatewayKey, tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A real one, of eight megabytes, under the database."""
    small = tmp_path / "small"
    small.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(small)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small file system can be mounted by root alone")
    try:
        with open_database(f"sqlite:///{small / 'gateway.sqlite'}") as database:
            with writing(AuditStore(database, key), folder) as log:
                (small / "ballast").write_bytes(bytes(8_100_000))
                for number in range(2000):
                    log.note(record(number))
                until(lambda: "disk is full" in caplog.text)
                (small / "ballast").unlink()
                until(lambda: log.health.fault == "" and verify(database).rows == 2000)
            assert_whole(database, 2000)
            assert log.health.lost == 0 and log.health.sheltered > 0
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_damaged_database_stops_the_log_and_loses_nothing(
    sqlite_url: str, key: GatewayKey, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody sets the file aside unasked: calls wait, and the log says what to do."""
    with open_database(sqlite_url) as database, caplog.at_level(logging.ERROR):
        store = AuditStore(database, key)
        store.append(calls(200), "writer", 1)
        database.scrub(CALLS)
        database.engine.dispose()
        assert database.file is not None
        content = bytearray(database.file.read_bytes())
        content[100:] = b"\xff" * (len(content) - 100)
        database.file.write_bytes(content)
        with writing(store, folder) as log:
            log.note(record(1))
            until(lambda: bool(log.health.fault))
            until(lambda: log.health.sheltered == 1)
        assert database.file.read_bytes() == bytes(content)
    assert "keep this file apart" in caplog.text


@pytest.mark.parametrize("seed", range(6))
def test_whatever_fails_when_every_call_is_there_once(
    store: FaultyStore, folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faults before and after the writing, standing still, a full disk for a moment, in any order and mixture."""
    chance = random.Random(seed)
    full = threading.Event()
    fsync = os.fsync

    def sometimes_full(descriptor: int) -> None:
        if full.is_set():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr("gateway.audit.shelter.os.fsync", sometimes_full)
    options = AuditOptions(flush_s=0.005, batch=7, buffered=20, stalled_s=0.02, retry_s=0.005, longest_retry_s=0.02)
    with writing(store, folder, options) as log:
        for number in range(400):
            log.note(record(number))
            if number % 8 == 0:
                store.fault = chance.choice((None, None, down()))
                store.fault_after = chance.choice((None, down()))
                (store.going.set if chance.random() < 0.7 else store.going.clear)()
                (full.set if chance.random() < 0.2 else full.clear)()
                time.sleep(chance.choice((0, 0.005, 0.03)))
        full.clear()
        store.fault = None
        store.going.set()
    assert log.health.lost == 0
    with writing(AuditStore(store.database, store.gateway_key), folder):
        until(lambda: not list(folder.glob(f"*{ENDING}")))
    assert_whole(store.database, 400)
    calls_in_log = search(store.database, AuditQuery(limit=1000)).entries
    assert len({entry.call_id for entry in calls_in_log}) == 400
