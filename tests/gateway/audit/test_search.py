"""Searching the log."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.audit import AuditEntry, AuditQuery, search
from gateway.audit.pending import PendingCall, pending_of
from gateway.audit.search import MOST, of_each_kind
from gateway.audit.store import HOUR_MS, AuditStore
from gateway.audit.tables import CALLS
from tests.gateway.audit.records import INFER, START, START_MS, Kind, calls, record

KINDS = [
    Kind(client, tenant, route, status, error_class)
    for client, tenant in (("key-1", "home"), ("key-2", "home"), ("key-3", "office"))
    for route in (INFER, "/v1/models")
    for status, error_class in ((200, ""), (429, "overloaded"), (400, "invalid_parameter"))
]


def mixed(seed: int, count: int) -> list[PendingCall]:
    """Calls of all kinds over some days, nearly in order, with one clock that is set back and one set forward."""
    chance = random.Random(seed)
    made = []
    for number in range(1, count + 1):
        at = START + timedelta(minutes=10 * number + chance.uniform(-30, 30))
        if chance.random() < 0.02:
            at += timedelta(days=chance.choice((-20, 20)))
        made.append(pending_of(record(number, chance.choice(KINDS), at)))
    return made


def fits(query: AuditQuery, entry: AuditEntry) -> bool:
    """What a search must find, said as plainly as can be."""
    asked = {
        "client_id": query.client_id,
        "tenant": query.tenant,
        "route": query.route,
        "status": query.status,
        "error_class": query.error_class,
    }
    return (
        (query.since_ms is None or entry.started_ms >= query.since_ms)
        and (query.until_ms is None or entry.started_ms < query.until_ms)
        and (query.before is None or entry.sequence < query.before)
        and all(value is None or getattr(entry, name) == value for name, value in asked.items())
    )


def some_query(chance: random.Random) -> AuditQuery:
    """Any mixture of what can be asked, also for what is not there."""

    def perhaps(*values: object) -> object:
        return chance.choice(values) if chance.random() < 0.4 else None

    since = perhaps(*(START_MS + hour * HOUR_MS for hour in range(-500, 500, 7)))
    until = perhaps(*(START_MS + hour * HOUR_MS for hour in range(-500, 500, 7)))
    return AuditQuery(
        since_ms=since,  # type: ignore[arg-type]  # chosen from whole numbers
        until_ms=until,  # type: ignore[arg-type]  # as above
        client_id=perhaps("key-1", "key-2", "nobody"),  # type: ignore[arg-type]  # as above
        tenant=perhaps("home", "office", "away"),  # type: ignore[arg-type]  # as above
        route=perhaps(INFER, "/v1/models"),  # type: ignore[arg-type]  # as above
        status=perhaps(200, 429, 400, 500),  # type: ignore[arg-type]  # as above
        error_class=perhaps("", "overloaded", "invalid_parameter"),  # type: ignore[arg-type]  # as above
        before=perhaps(1, 50, 150, 10_000),  # type: ignore[arg-type]  # as above
        limit=chance.choice((1, 3, 20, 1000)),
    )


def test_every_search_finds_what_a_plain_comparison_finds(store: AuditStore) -> None:
    """Whatever is asked together, newest first, and with a mark for the next page exactly when there is more."""
    store.append(mixed(1, 400), "writer", 1)
    everything = search(store.database, AuditQuery(limit=MOST)).entries
    assert len(everything) == 400
    chance = random.Random(2)
    for _ in range(200):
        query = some_query(chance)
        expected = [entry for entry in everything if fits(query, entry)]
        page = search(store.database, query)
        assert list(page.entries) == expected[: query.limit], query
        assert page.next == (page.entries[-1].sequence if len(expected) > query.limit else None)


def test_pages_go_through_all_of_it_once(store: AuditStore) -> None:
    """Also while new calls come: they belong before the first page."""
    store.append(mixed(3, 95), "writer", 1)
    query, seen = AuditQuery(tenant="home", limit=7), list[int]()
    while True:
        page = search(store.database, query)
        seen.extend(entry.sequence for entry in page.entries)
        store.append(calls(2), "another", len(seen))
        if page.next is None:
            break
        query = replace(query, before=page.next)
    expected = [call for call in mixed(3, 95) if call.tenant == "home"]
    assert len(seen) == len(set(seen)) == len(expected) and seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (10**9, MOST)])
def test_a_page_has_bounds(asked: int, given: int) -> None:
    """Nobody can have the whole log in memory at once."""
    assert AuditQuery(limit=asked).most == given


def test_an_empty_log_has_nothing(store: AuditStore) -> None:
    """And no more pages."""
    for query in (AuditQuery(), AuditQuery(status=200), AuditQuery(since_ms=0)):
        page = search(store.database, query)
        assert page.entries == () and page.next is None


def test_words_of_a_query_are_values_and_never_sql(store: AuditStore) -> None:
    """Whatever a caller types is compared as it is."""
    store.append(calls(2, Kind(tenant="o'hara; DROP TABLE audit_calls")), "writer", 1)
    assert search(store.database, AuditQuery(tenant="' OR 1=1 --")).entries == ()
    assert len(search(store.database, AuditQuery(tenant="o'hara; DROP TABLE audit_calls")).entries) == 2


def test_what_is_rare_is_found_kind_by_kind(store: AuditStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the newest rows do not fill a page; the same pages come out of it."""
    for name, value in (("LEAST_NEAR", 1), ("NEAR_A_ROW", 0), ("KINDS_AT_ONCE", 4)):
        monkeypatch.setattr(sys.modules[of_each_kind.__module__], name, value)
    test_every_search_finds_what_a_plain_comparison_finds(store)


def test_sqlite_goes_through_the_kinds_first(store: AuditStore) -> None:
    """In any other order it would read the whole log for a rare error."""
    if not store.database.is_sqlite:
        pytest.skip("PostgreSQL has LATERAL, which says the order")
    store.append(mixed(1, 50), "writer", 1)
    query = of_each_kind("sqlite", list(range(1, 1000)), [CALLS.c.sequence.between(1, 50)], 100)
    words = str(query.compile(store.database.engine, compile_kwargs={"literal_binds": True}))
    with store.database.reading() as connection:
        plan = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}")]
    assert plan[0].startswith("SEARCH audit_kinds USING INTEGER PRIMARY KEY")
    assert any("COVERING INDEX audit_calls_by_kind (kind=? AND sequence>? AND sequence<?)" in step for step in plan)
    assert not any(step.startswith("SCAN") for step in plan)
