"""Gateways that are told to stop, that are killed, and that share a file: real processes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.audit import AuditOptions, AuditQuery, open_audit_log, search, verify
from gateway.audit.shelter import ENDING
from gateway.database import Database, open_database
from gateway.privacy.gateway_key import GatewayKey
from tests.conftest import ROOT
from tests.gateway.audit.waiting import until

SECRET = bytes(range(32)).hex()
SLACK_S = 2.0
"""A process may be kept from running for so long on a busy machine."""


@contextmanager
def writer(url: str) -> Iterator[subprocess.Popen[str]]:
    """A process that notes calls; killed on leaving, if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.gateway.audit.writer_process", url, SECRET],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def noted(process: subprocess.Popen[str], count: int) -> list[tuple[int, float]]:
    """Number and time of the next `count` calls that it noted; of all that are left for 0."""
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(count)] if count else process.stdout.readlines()
    told = [line.split() for line in lines if line.endswith("\n")]
    return [(int(number), float(at)) for number, at in told if number.isdigit()]


def written(database: Database) -> list[int]:
    """Numbers of the calls in the log, in its order."""
    rows: list[int] = []
    query: int | None = None
    while True:
        page = search(database, AuditQuery(before=query, limit=1000))
        rows.extend(int(entry.call_id.removeprefix("infer-")) for entry in page.entries)
        query = page.next
        if query is None:
            return rows[::-1]


@pytest.mark.slow
def test_a_gateway_that_is_told_to_stop_loses_nothing(sqlite_url: str) -> None:
    """SIGTERM: every call that was noted is a row, once and in order."""
    with writer(sqlite_url) as process:
        told = noted(process, 200)
        process.send_signal(signal.SIGTERM)
        last = [*told, *noted(process, 0)][-1][0]
        assert process.wait(SLACK_S + 20) == 0
    with open_database(sqlite_url) as database:
        assert written(database) == list(range(1, last + 1))
        assert verify(database, GatewayKey(bytes.fromhex(SECRET))).intact


@pytest.mark.slow
def test_a_gateway_that_is_killed_loses_the_last_flush_interval(sqlite_url: str) -> None:
    """SIGKILL: what came earlier is written, the chain holds, and the next start goes on with it."""
    with writer(sqlite_url) as process:
        noted(process, 1)
        until_s = time.monotonic() + SLACK_S + 0.5
        told = []
        while time.monotonic() < until_s:
            told += noted(process, 20)
        killed_at = time.monotonic()
        process.kill()
        told += noted(process, 0)
    safe = [number for number, at in told if at < killed_at - AuditOptions().flush_s - SLACK_S]
    with open_database(sqlite_url) as database:
        rows = written(database)
        assert safe and rows == list(range(1, len(rows) + 1)) and rows[-1] >= safe[-1]
        assert verify(database, GatewayKey(bytes.fromhex(SECRET))).intact


@pytest.mark.slow
def test_a_gateway_that_is_killed_while_its_database_is_locked_loses_no_more(sqlite_url: str, tmp_path: Path) -> None:
    """What waited on disk is taken up by the next gateway, each call once."""
    with writer(sqlite_url) as process:
        noted(process, 100)
        other = sqlite3.connect(tmp_path / "gateway.sqlite", isolation_level=None, timeout=10)
        other.execute("BEGIN IMMEDIATE")
        until_s = time.monotonic() + SLACK_S + 3
        told = []
        while time.monotonic() < until_s:
            told += noted(process, 20)
        killed_at = time.monotonic()
        process.kill()
        told += noted(process, 0)
        other.execute("ROLLBACK")
        other.close()
    options = AuditOptions()
    safe = [number for number, at in told if at < killed_at - options.flush_s - options.stalled_s - SLACK_S]
    key = GatewayKey(bytes.fromhex(SECRET))
    with open_database(sqlite_url) as database:
        assert list(tmp_path.glob(f"*{ENDING}"))
        log = open_audit_log(database, key)
        until(lambda: not list(tmp_path.glob(f"*{ENDING}")))
        log.close()
        rows = written(database)
        assert safe and len(rows) == len(set(rows)) and set(range(1, safe[-1] + 1)) <= set(rows)
        assert verify(database, key).intact


@pytest.mark.slow
def test_two_gateways_share_one_file(sqlite_url: str) -> None:
    """Both write into one chain, and neither loses anything to the other."""
    with writer(sqlite_url) as one, writer(sqlite_url) as two:
        told = [noted(process, 150) for process in (one, two)]
        for process in (one, two):
            process.send_signal(signal.SIGTERM)
        last = [[*before, *noted(process, 0)][-1][0] for before, process in zip(told, (one, two), strict=True)]
        assert one.wait(SLACK_S + 20) == two.wait(SLACK_S + 20) == 0
    with open_database(sqlite_url) as database:
        assert sorted(written(database)) == sorted([*range(1, last[0] + 1), *range(1, last[1] + 1)])
        assert verify(database, GatewayKey(bytes.fromhex(SECRET))).intact
