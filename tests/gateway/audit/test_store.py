"""Batches of calls, appended to the chain."""

from __future__ import annotations

import hashlib
import hmac
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from gateway.audit import AuditQuery, search, verify
from gateway.audit.pending import pending_of
from gateway.audit.store import AuditStore
from gateway.audit.tables import CALLS, HEAD, KINDS
from gateway.database import Database, open_database
from gateway.errors import GatewayError
from gateway.privacy.gateway_key import GatewayKey
from gateway.privacy.subject import Subject
from tests.gateway.audit.records import CANARY, INFER, START, Kind, calls, question, record


def test_every_field_is_kept(store: AuditStore) -> None:
    """What the guide asks of an audit log, and no content."""
    store.append(calls(1), "writer", 1)
    (entry,) = search(store.database, AuditQuery()).entries
    told = entry.to_object()
    assert {name: told[name] for name in told if not name.endswith(("digest", "pseudonym", "hash"))} == {
        "sequence": 1,
        "started_at": "2026-03-01T12:00:01.123Z",
        "call_id": "infer-1",
        "client_id": "key-1",
        "tenant": "home",
        "role": "developer",
        "method": "POST",
        "route": INFER,
        "status": 200,
        "error_class": "",
        "prompt_tokens": 20,
        "completion_tokens": 30,
        "reasoning_tokens": 12,
        "cached_tokens": 4,
        "latency_ms": 412.25,
        "queued_ms": 3.5,
        "served_by": "reader",
        "streamed": True,
        "cache": "miss",
        "address": "203.0.113.0/24",
    }
    assert CANARY not in repr(told)


def test_a_digest_proves_what_was_asked_to_whoever_has_the_key(store: AuditStore) -> None:
    """HMAC-SHA256, under the subject's key, of the content's SHA-256, which is hashed once."""
    given = record(1)
    store.append([pending_of(given)], "writer", 1)
    with store.database.reading() as connection:
        key = store.subject_keys.find(connection, Subject("home", "user", given.user_id))
    assert key is not None
    content = hashlib.sha256(question(1)).hexdigest().encode()
    digest = hmac.digest(key, b"request\0" + content, hashlib.sha256)
    assert search(store.database, AuditQuery()).entries[0].request_digest == digest.hex()


def test_pseudonyms_tell_users_and_tenants_apart(store: AuditStore) -> None:
    """One user has one pseudonym; the same name at another tenant, or as a session, has another."""
    other = Kind(tenant="office")
    given = [record(1), record(2), record(3, other), record(4, user="bo"), record(5, user="")]
    store.append([pending_of(each) for each in given], "writer", 1)
    entries = search(store.database, AuditQuery()).entries[::-1]
    users = [entry.user_pseudonym for entry in entries]
    assert users[0] == users[1] and len({*users}) == 4 and users[4] == ""
    assert len({entry.session_pseudonym for entry in entries}) == 4


def test_a_batch_that_is_offered_again_is_written_once(store: AuditStore) -> None:
    """After a failure nobody knows whether the database took it: to offer it again puts that right."""
    store.append(calls(3), "writer", 1)
    store.append(calls(3), "writer", 1)
    store.append(calls(1, first=4), "writer", 2)
    store.append(calls(1, first=5), "another", 1)
    assert [entry.sequence for entry in search(store.database, AuditQuery()).entries] == [5, 4, 3, 2, 1]
    assert (store.taken("writer"), store.taken("nobody")) == (2, 0)


def test_kinds_stand_once(store: AuditStore, key: GatewayKey) -> None:
    """Also when another writer comes, which knows nothing of them."""
    store.append([*calls(2), *calls(2, Kind(status=500, error_class="internal"))], "writer", 1)
    AuditStore(store.database, key).append(calls(2), "another", 1)
    with store.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(KINDS)) == 2


def test_a_clock_set_back_changes_no_order(store: AuditStore) -> None:
    """Rows stand in the order in which they were written, and a search by time still finds them."""
    early = pending_of(record(2, at=START - timedelta(days=3)))
    store.append(calls(1), "writer", 1)
    store.append([early], "writer", 2)
    store.append(calls(1, first=3), "writer", 3)
    assert [entry.call_id for entry in search(store.database, AuditQuery()).entries] == [
        "infer-3",
        "infer-2",
        "infer-1",
    ]
    found = search(store.database, AuditQuery(until_ms=early.started_ms + 1)).entries
    assert [entry.call_id for entry in found] == ["infer-2"]
    assert verify(store.database).intact


def test_several_gateways_make_one_chain(database: Database, key: GatewayKey) -> None:
    """However their batches fall between each other, no row is lost and the chain holds."""
    writers = [(AuditStore(database, key), f"writer-{number}") for number in range(4)]
    failures: list[BaseException] = []

    def write(store: AuditStore, source: str) -> None:
        try:
            for batch in range(1, 11):
                store.append(calls(7), source, batch)
        except BaseException as error:  # noqa: BLE001  whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=write, args=writer) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify(database, key)
    assert failures == [] and found.intact and found.rows == 4 * 10 * 7


def test_several_processes_open_one_file_at_once(sqlite_url: str, key: GatewayKey) -> None:
    """Each with a connection of its own, as processes have them, into a file that was not there."""

    def write(number: int) -> None:
        with open_database(sqlite_url) as own:
            AuditStore(own, key).append(calls(20), f"writer-{number}", 1)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_database(sqlite_url) as database:
        found = verify(database, key)
    assert found.intact and found.rows == 80


def test_nothing_of_a_batch_stays_when_it_fails(store: AuditStore) -> None:
    """Neither rows, nor keys, nor kinds; and the next batch goes on as if it had not been."""
    bad = replace(calls(1)[0], status=None)  # type: ignore[arg-type]  # what no database column takes
    with pytest.raises(Exception, match=r"null|NULL"):
        store.append([*calls(1, Kind(client="new")), bad], "writer", 1)
    store.append(calls(1, Kind(client="new")), "writer", 1)
    found = verify(store.database, store.gateway_key)
    assert found.intact and found.rows == 1


def test_a_log_without_its_head_is_not_gone_on_with(store: AuditStore, key: GatewayKey) -> None:
    """A head that was taken away would hide that rows are gone; it is never made anew where rows stand."""
    store.append(calls(2), "writer", 1)
    with store.database.writing() as connection:
        connection.execute(delete(HEAD))
    with pytest.raises(GatewayError, match="head of the audit log is gone"):
        AuditStore(store.database, key).append(calls(1), "writer", 2)
    with store.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(CALLS)) == 2
