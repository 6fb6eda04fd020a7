"""The audit log on a PostgreSQL that dies, stands still, and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.audit import AuditLog, AuditOptions, open_audit_log, verify
from gateway.audit.shelter import ENDING
from gateway.audit.tables import HEAD
from gateway.database import open_database
from gateway.privacy.gateway_key import GatewayKey
from tests.gateway.audit.records import record
from tests.gateway.audit.waiting import until
from tests.gateway.postgres import PASSWORD, PostgresServer

pytestmark = pytest.mark.slow

LOSE_S = 20.0
FAST = AuditOptions(flush_s=0.02, stalled_s=0.3, retry_s=0.1, longest_retry_s=0.3)


def note(log: AuditLog, first: int, last: int) -> None:
    for number in range(first, last):
        log.note(record(number))
    assert log.flush(LOSE_S)


def test_a_server_that_is_killed_loses_nothing(
    mortal_postgres: PostgresServer, key: GatewayKey, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Calls wait on disk until it is back; its password stands in no message."""
    with open_database(mortal_postgres.url) as database:
        log = open_audit_log(database, key, tmp_path, FAST)
        note(log, 0, 50)
        mortal_postgres.kill()
        note(log, 50, 150)
        until(lambda: bool(log.health.fault))
        assert list(tmp_path.glob(f"*{ENDING}"))
        mortal_postgres.start()
        until(lambda: log.health.fault == "" and not list(tmp_path.glob(f"*{ENDING}")))
        note(log, 150, 200)
        log.close()
        found = verify(database, key)
    assert found.intact and found.rows == 200 and log.health.lost == 0
    assert PASSWORD not in caplog.text and "cannot be written" in caplog.text


def test_a_server_that_stands_still_holds_nobody_up(
    mortal_postgres: PostgresServer, key: GatewayKey, tmp_path: Path
) -> None:
    """Calls go to the disk after a moment; when it goes on, each is there once."""
    with open_database(mortal_postgres.url) as database:
        log = open_audit_log(database, key, tmp_path, FAST)
        note(log, 0, 10)
        mortal_postgres.pause()
        try:
            note(log, 10, 60)
            assert log.health.sheltered >= 50
        finally:
            mortal_postgres.go_on()
        until(lambda: not list(tmp_path.glob(f"*{ENDING}")))
        log.close()
        found = verify(database, key)
    assert found.intact and found.rows == 60


def test_a_gateway_that_holds_the_head_is_waited_for_elsewhere(
    postgres_url: str, key: GatewayKey, tmp_path: Path
) -> None:
    """Another gateway that stopped in the middle of a batch: this one's calls are safe meanwhile."""
    with open_database(postgres_url) as database, open_database(postgres_url) as other:
        log = open_audit_log(database, key, tmp_path, FAST)
        with other.writing() as connection:
            connection.execute(select(HEAD.c.id).with_for_update())
            note(log, 0, 30)
            assert log.health.sheltered == 30
        until(lambda: not list(tmp_path.glob(f"*{ENDING}")))
        log.close()
        found = verify(database, key)
    assert found.intact and found.rows == 30
