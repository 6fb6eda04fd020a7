"""The audit log as a sink of calls, while all is well."""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.audit import AuditLog, AuditOptions, AuditQuery, open_audit_log, search, verify
from gateway.audit.shelter import ENDING, Shelter
from gateway.audit.store import AuditStore
from gateway.calls import CallSink
from gateway.database import Database, open_database
from gateway.errors import GatewayError
from gateway.privacy.gateway_key import GatewayKey
from tests.gateway.audit.records import CANARY, Kind, calls, record
from tests.gateway.audit.waiting import until

LOSE_S = 20.0
"""Longer than anything here takes."""


@pytest.fixture
def opened(database: Database, key: GatewayKey, tmp_path: Path) -> Iterator[Callable[[AuditOptions], AuditLog]]:
    logs: list[AuditLog] = []

    def open_one(options: AuditOptions) -> AuditLog:
        logs.append(open_audit_log(database, key, tmp_path / "waiting", options))
        return logs[-1]

    yield open_one
    for log in logs:
        log.close()


def test_calls_are_written_without_being_told_to(opened: Callable[[AuditOptions], AuditLog]) -> None:
    """Within the flush interval, in the order in which they ended."""
    log: AuditLog = opened(AuditOptions(flush_s=0.02))
    sink: CallSink = log
    for number in range(30):
        sink.note(record(number))
    until(lambda: len(search(log.store.database, AuditQuery()).entries) == 30)
    entries = search(log.store.database, AuditQuery()).entries
    assert [entry.call_id for entry in entries[::-1]] == [f"infer-{number}" for number in range(30)]
    until(lambda: log.health.waiting == 0)
    assert (log.health.sheltered, log.health.lost, log.health.fault) == (0, 0, "")


def test_a_full_batch_does_not_wait(opened: Callable[[AuditOptions], AuditLog]) -> None:
    """It is written at once, and the rest when the interval is over."""
    log = opened(AuditOptions(flush_s=3600, batch=10))
    for number in range(10):
        log.note(record(number))
    assert log.flush(LOSE_S)
    assert len(search(log.store.database, AuditQuery()).entries) == 10


def test_flushing_waits_for_what_was_noted(opened: Callable[[AuditOptions], AuditLog]) -> None:
    """And for no longer than it is told."""
    log = opened(AuditOptions(flush_s=0.05))
    log.note(record(1))
    assert log.flush(LOSE_S)
    assert len(search(log.store.database, AuditQuery()).entries) == 1
    slow = opened(AuditOptions(flush_s=3600))
    slow.note(record(2))
    assert not slow.flush(0.01)


def test_closing_writes_what_is_left(opened: Callable[[AuditOptions], AuditLog]) -> None:
    """All of it, however much; a second time it does nothing."""
    log = opened(AuditOptions(flush_s=3600, batch=10_000))
    for number in range(1234):
        log.note(record(number))
    log.close()
    log.close()
    found = verify(log.store.database, log.store.gateway_key)
    assert found.intact and found.rows == 1234


def test_a_call_after_closing_is_told_and_harms_nothing(
    opened: Callable[[AuditOptions], AuditLog], caplog: pytest.LogCaptureFixture
) -> None:
    """A sink raises nothing."""
    log = opened(AuditOptions())
    log.close()
    log.note(record(1))
    assert "came after the audit log was closed" in caplog.text and CANARY not in caplog.text


def test_a_record_that_is_none_is_told_and_harms_nothing(
    opened: Callable[[AuditOptions], AuditLog], caplog: pytest.LogCaptureFixture
) -> None:
    """The error names the route, and nothing that came from the caller."""
    log = opened(AuditOptions(flush_s=0.01))
    log.note(replace(record(1), call_id=None))  # type: ignore[arg-type]  # a fault of whoever makes records
    log.note(record(2))
    assert log.flush(LOSE_S)
    assert "cannot be kept in the audit log (TypeError)" in caplog.text and CANARY not in caplog.text
    assert [entry.call_id for entry in search(log.store.database, AuditQuery()).entries] == ["infer-2"]


def test_denied_calls_are_kept_too(opened: Callable[[AuditOptions], AuditLog]) -> None:
    """Of somebody without a credential nothing but address, route and answer is known."""
    log = opened(AuditOptions(flush_s=0.01))
    log.note(record(1, Kind(client="", status=401, error_class="unauthorised")))
    log.note(record(2, Kind(status=403, error_class="forbidden")))
    assert log.flush(LOSE_S)
    denied, nobody = search(log.store.database, AuditQuery()).entries
    assert (nobody.client_id, nobody.status, nobody.error_class, nobody.user_pseudonym) == ("", 401, "unauthorised", "")
    assert (denied.client_id, denied.status) == ("key-1", 403)


def test_no_content_is_written_anywhere(
    sqlite_url: str, key: GatewayKey, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither prompt, answer, user nor session stand in the database, its log, the shelter, or what is logged."""
    with caplog.at_level(logging.DEBUG), open_database(sqlite_url) as database:
        store, folder = AuditStore(database, key), tmp_path / "waiting"
        log = AuditLog(store, Shelter(folder, "audit", key), AuditOptions(flush_s=0.01))
        for number in range(50):
            log.note(record(number))
        assert log.flush(LOSE_S)
        other = Shelter(folder, "audit", key)
        other.put(calls(50))
        written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        log.close()
        other.close()
    assert b"infer-49" in written and CANARY.encode() not in written
    assert CANARY not in caplog.text and CANARY not in repr(log.health)


def test_what_an_earlier_process_left_is_taken_up_at_the_start(
    opened: Callable[[AuditOptions], AuditLog], key: GatewayKey, tmp_path: Path
) -> None:
    """Before anything new comes."""
    left = Shelter(tmp_path / "waiting", "audit", key)
    left.put(calls(20))
    left.close()
    stem = "gateway.sqlite"
    for path in (tmp_path / "waiting").iterdir():
        path.rename(path.with_name(path.name.replace("audit", stem, 1)))
    log = opened(AuditOptions(flush_s=0.01))
    if log.store.database.file is None:
        pytest.skip("files beside PostgreSQL have another name; tested in test_postgres")
    until(lambda: len(search(log.store.database, AuditQuery()).entries) == 20)
    assert not list((tmp_path / "waiting").glob(f"*{ENDING}"))


def test_calls_wait_beside_a_sqlite_file(sqlite_url: str, key: GatewayKey, tmp_path: Path) -> None:
    """Unless another folder is named; with PostgreSQL one must be."""
    with open_database(sqlite_url) as database:
        open_audit_log(database, key).close()
        assert stat.S_IMODE((tmp_path / "gateway.sqlite").stat().st_mode) == 0o600


@pytest.mark.slow
def test_with_postgres_a_folder_must_be_named(postgres_url: str, key: GatewayKey) -> None:
    """Otherwise calls would have nowhere to wait."""
    with open_database(postgres_url) as database, pytest.raises(GatewayError, match="needs a folder"):
        open_audit_log(database, key)
