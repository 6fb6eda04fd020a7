"""The audit log of ten million rows: what searches, checking, removing and writing take: `python -m benchmarks.audit`.

The rows are generated straight into SQLite (3 GB on disk, removed afterwards), with a true chain of hashes: half a year
of calls of 200 clients, some of whom call a thousand times as often as others. Each search is timed cold (a new
connection, though the file may be in the system's memory) and again; the goal is one second for the slower of the two.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

GOAL_S = 1.0
HALF_A_YEAR_MS = 182 * 86_400_000
NOW_MS = 1_780_000_000_000
BYTES_A_ROW = 700
"""With indexes and the log beside the file; more than it takes, so that nobody's disk is filled."""
PORTION = 50_000
INFER = "/v1/models/r1/infer"
_NETWORK = "203.0.113.0/24"
ROUTES = (INFER, "/v1/chat/completions", "/v1/models", "/v1/models/r1/status", "/auth/token", "/v1/feedback")
ERRORS = (
    (200, "", 9000), (400, "invalid_parameter", 300), (401, "unauthorised", 200), (429, "overloaded", 300),
    (429, "rate_limited", 150), (499, "client_gone", 30), (503, "engine_unavailable", 15), (500, "internal", 1),
)  # fmt: skip


def kinds(chance: random.Random) -> tuple[list[tuple[Any, ...]], list[float]]:
    """Every mixture of client, route and outcome, and how often it comes."""
    made, weights = [], []
    for client in range(200):
        rate = 1000 ** chance.random()
        for route, (status, error, share) in itertools.product(ROUTES, ERRORS):
            for served_by, streamed, cache in itertools.product(("r1-east", "r1-west"), (0, 1), ("hit", "miss")):
                answers = route in ROUTES[:2]
                if not answers and (served_by, streamed, cache) != ("r1-east", 0, "hit"):
                    continue
                told = (served_by, streamed, cache) if answers else ("", 0, "off")
                made.append(
                    (f"key-{client:03}", f"tenant-{client % 20:02}", "developer", "POST", route, status, error, *told)
                )
                weights.append(rate * share * (4 if route == INFER else 1))
    return made, weights


def rows(count: int, chance: random.Random, state: dict[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of `audit_calls` by the portion; the head and the hours are left in `state`."""
    from gateway.audit.entry import BEFORE_THE_FIRST, linked
    from gateway.audit.store import HOUR_MS

    made, weights = kinds(chance)
    previous, hours = BEFORE_THE_FIRST, dict[int, list[int]]()
    cumulated = list(itertools.accumulate(weights))
    for start in range(1, count + 1, PORTION):
        portion = []
        chosen = chance.choices(range(len(made)), cum_weights=cumulated, k=min(PORTION, count - start + 1))
        for sequence, number in enumerate(chosen, start):
            client, tenant, role, method, route, status, error, served_by, streamed, cache = made[number]
            started_ms = NOW_MS - HALF_A_YEAR_MS + sequence * HALF_A_YEAR_MS // count - chance.randrange(60_000)
            digests = [chance.randbytes(size) for size in (16, 16, 32, 32)]
            user, session, request, response = digests
            figures = (chance.randrange(4000), chance.randrange(2000), 700, 0, chance.randrange(30_000_000), 120)
            call_id = f"infer-{sequence:012x}"
            hashed = [
                sequence, started_ms, call_id, client, tenant, role, user.hex(), session.hex(), method, route, status,
                error, request.hex(), response.hex(), *figures, served_by, bool(streamed), cache, _NETWORK,
            ]  # fmt: skip
            previous = linked(previous, hashed)
            portion.append(
                (
                    sequence,
                    number + 1,
                    started_ms,
                    call_id,
                    user,
                    session,
                    request,
                    response,
                    *figures,
                    _NETWORK,
                    previous,
                )
            )
            hours.setdefault(started_ms // HOUR_MS, [sequence, sequence])[1] = sequence
        state.update(head=previous, hours=hours)
        yield portion


def generate(database: Any, key: Any, count: int) -> None:
    """Fill an empty log."""
    from gateway.audit.entry import head_signature
    from gateway.audit.store import AuditStore
    from gateway.audit.tables import KIND_FIELDS

    AuditStore(database, key)
    chance, state = random.Random(1), dict[str, Any]()
    connection = database.engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("PRAGMA cache_size = -400000")
    cursor.execute("BEGIN IMMEDIATE")
    fields = ", ".join(KIND_FIELDS)
    places = ", ".join("?" * len(KIND_FIELDS))
    cursor.executemany(f"INSERT INTO audit_kinds ({fields}) VALUES ({places})", kinds(random.Random(1))[0])
    started = time.perf_counter()
    for done, portion in enumerate(rows(count, chance, state), 1):
        cursor.executemany(f"INSERT INTO audit_calls VALUES ({', '.join('?' * 16)})", portion)
        if done % 20 == 0:
            cursor.execute("COMMIT")
            cursor.execute("BEGIN IMMEDIATE")
            print(f"{done * PORTION:>12,} rows after {time.perf_counter() - started:.0f} s", file=sys.stderr)
    cursor.executemany(
        "INSERT INTO audit_hours VALUES (?, ?, ?)", [(hour, *span) for hour, span in state["hours"].items()]
    )
    signature = head_signature(key, count, state["head"])
    cursor.execute("UPDATE audit_head SET sequence = ?, hash = ?, signature = ?", (count, state["head"], signature))
    cursor.execute("COMMIT")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    database.engine.dispose()


def searches(count: int) -> dict[str, Any]:
    """Everything that can be asked, and the mixtures that are hard: of what is common, but rare together."""
    from gateway.audit import AuditQuery

    day_ms = 86_400_000
    middle_ms = NOW_MS - HALF_A_YEAR_MS // 2
    one_hour = AuditQuery(since_ms=middle_ms, until_ms=middle_ms + 3_600_000)
    return {
        "newest": AuditQuery(),
        "newest 1000": AuditQuery(limit=1000),
        "an hour, months ago": one_hour,
        "a day, months ago, 1000": AuditQuery(since_ms=middle_ms, until_ms=middle_ms + day_ms, limit=1000),
        "caller": AuditQuery(client_id="key-007"),
        "caller, an hour": replace(one_hour, client_id="key-007"),
        "tenant": AuditQuery(tenant="tenant-07"),
        "tenant, 1000": AuditQuery(tenant="tenant-07", limit=1000),
        "route": AuditQuery(route=INFER),
        "route, an hour": replace(one_hour, route=INFER),
        "status 200": AuditQuery(status=200),
        "status 200, 1000": AuditQuery(status=200, limit=1000),
        "status 200, oldest page": AuditQuery(status=200, before=500),
        "status 500": AuditQuery(status=500),
        "status 500, an hour": replace(one_hour, status=500),
        "error rate_limited": AuditQuery(error_class="rate_limited"),
        "caller, error internal": AuditQuery(client_id="key-007", error_class="internal"),
        "tenant, route, error, a month": AuditQuery(
            since_ms=middle_ms, until_ms=middle_ms + 30 * day_ms, tenant="tenant-07", route="/v1/models", status=429
        ),
        "tenant and caller of another": AuditQuery(tenant="tenant-08", client_id="key-007"),
        "all fields": AuditQuery(NOW_MS - 7 * day_ms, NOW_MS, "key-007", "tenant-07", INFER, 200, "", count, 1000),
        "before the log began": AuditQuery(until_ms=NOW_MS - 2 * HALF_A_YEAR_MS),
    }


def time_searches(url: str, count: int) -> dict[str, dict[str, float]]:
    """Seconds and entries for each."""
    from gateway.audit import search
    from gateway.database import open_database

    results = {}
    for name, query in searches(count).items():
        with open_database(url) as database:
            times, found = [], 0
            for _ in range(4):
                started = time.perf_counter()
                found = len(search(database, query).entries)
                times.append(time.perf_counter() - started)
        results[name] = {"cold_s": times[0], "warm_s": statistics.median(times[1:]), "entries": found}
        cold_ms, warm_ms = times[0] * 1000, results[name]["warm_s"] * 1000
        verdict = "" if max(times) < GOAL_S else "   TOO SLOW"
        print(f"{name:32} {found:5} entries  cold {cold_ms:8.1f} ms  again {warm_ms:8.1f} ms{verdict}")
    return results


def time_writing(folder: Path) -> dict[str, float]:
    """What `note` costs the caller, and the process in all, for a call of two kilobytes; on a new log."""
    from gateway.audit import open_audit_log
    from gateway.calls import Caller, CallRecord, CallTiming, CallTokens
    from gateway.database import open_database
    from gateway.privacy import open_gateway_key

    caller = Caller("key-1", "kitchen", "developer", "home")
    body, figures = b"x" * 1000, (CallTiming(400.0, 1.0, 50.0, 90.0, 390.0), CallTokens(200, 300, 100))
    with open_database(f"sqlite:///{folder / 'writing.sqlite'}") as database:
        log = open_audit_log(database, open_gateway_key(folder / "key"))
        noting, count = [], 8000
        cpu = time.process_time()
        for number in range(count):
            record = CallRecord(
                f"infer-{number}", datetime.now(UTC), "POST", INFER, 200, "", caller, f"user-{number % 500}", "session",
                "::1", *figures, "r1-east", "miss", True, body, body,
            )  # fmt: skip
            started = time.perf_counter()
            log.note(record)
            noting.append(time.perf_counter() - started)
            time.sleep(0.0005)
        log.close()
        cpu = time.process_time() - cpu
    noting.sort()
    result = {
        "note_p50_us": noting[count // 2] * 1e6,
        "note_p99_us": noting[count * 99 // 100] * 1e6,
        "cpu_us_a_call": cpu / count * 1e6,
    }
    print(f"note: p50 {result['note_p50_us']:.0f} us, p99 {result['note_p99_us']:.0f} us")
    print(f"CPU of all threads, this loop's own included: {result['cpu_us_a_call']:.0f} us a call")
    return result


def time_upkeep(url: str, key: Any, count: int) -> dict[str, float]:
    """Checking all of it, and removing a twentieth."""
    from gateway.audit import retain, verify
    from gateway.database import open_database

    gc.collect()
    with open_database(url) as database:
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        found = verify(database, key)
        verify_s = time.perf_counter() - started
        assert found.intact and found.rows == count
        started = time.perf_counter()
        removed = retain(database, key, days=182 * 0.95, clock=lambda: NOW_MS / 1000)
        retain_s = time.perf_counter() - started
        grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) / 1024
    print(f"verify: {count / verify_s:,.0f} rows a second ({verify_s:.0f} s); memory grew by {grown_mb:.1f} MB")
    print(f"retain: {removed:,} rows removed, {removed / max(retain_s, 1e-9):,.0f} a second")
    return {"verify_s": verify_s, "retain_rows_a_s": removed / max(retain_s, 1e-9), "memory_grown_mb": grown_mb}


def main() -> None:
    """Parse, generate, measure, print; the figures also as JSON where asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, help="where the rows are generated; by default, a temporary one")
    parser.add_argument("--json", type=Path, help="write the figures there")
    options = parser.parse_args()

    from gateway.database import open_database
    from gateway.privacy import open_gateway_key

    with tempfile.TemporaryDirectory(dir=options.folder, prefix="audit-rows-") as name:
        folder = Path(name)
        if shutil.disk_usage(folder).free < options.rows * BYTES_A_ROW:
            sys.exit(f"{folder} has no room for {options.rows:,} rows: give --rows or --folder")
        url, key = f"sqlite:///{folder / 'gateway.sqlite'}", open_gateway_key(folder / "key")
        with open_database(url) as database:
            generate(database, key, options.rows)
        size = (folder / "gateway.sqlite").stat().st_size
        print(f"{options.rows:,} rows, {size / options.rows:.0f} bytes each, {size / 1e9:.2f} GB")
        figures: dict[str, Any] = {"rows": options.rows, "bytes": size, "searches": time_searches(url, options.rows)}
        figures |= {"writing": time_writing(folder), "upkeep": time_upkeep(url, key, options.rows)}
        if options.json:
            options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        slow = [name for name, times in figures["searches"].items() if max(times["cold_s"], times["warm_s"]) >= GOAL_S]
        print(f"searches over {GOAL_S:g} s: {', '.join(slow) or 'none'}")


if __name__ == "__main__":
    main()
