"""A log that was tampered with, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from gateway.audit import Witness, verify
from gateway.audit.entry import anchor_signature, head_signature
from gateway.audit.retention import DAY_MS, retain
from gateway.audit.store import AuditStore
from gateway.audit.tables import ANCHORS, CALLS, HEAD, HOURS, KINDS
from gateway.errors import GatewayError
from gateway.privacy.gateway_key import GatewayKey
from tests.gateway.audit.records import START_MS, Kind, calls

ROWS = 20
STRANGER = GatewayKey(bytes(32))
Tamper = Callable[[Connection], object]


@pytest.fixture
def written(store: AuditStore) -> AuditStore:
    store.append(calls(ROWS // 2), "writer", 1)
    store.append(calls(ROWS // 2, Kind(status=429, error_class="overloaded"), ROWS // 2 + 1), "writer", 2)
    return store


def found(store: AuditStore, tamper: Tamper, witness: Witness | None = None) -> list[tuple[int, str]]:
    """Row and kind of each fault after `tamper`."""
    with store.database.writing() as connection:
        tamper(connection)
    result = verify(store.database, store.gateway_key, witness)
    assert result.intact == (not result.faults)
    return [(fault.sequence, fault.kind) for fault in result.faults]


def test_a_log_as_it_was_written_is_intact(written: AuditStore) -> None:
    """With key and without, and the head is told to be noted."""
    result = verify(written.database, written.gateway_key)
    assert result.intact and (result.first, result.last, result.rows) == (1, ROWS, ROWS)
    assert result.signatures and result.head.sequence == ROWS
    assert not verify(written.database).signatures
    assert verify(written.database, written.gateway_key, result.head).intact


def test_an_empty_log_is_intact(store: AuditStore) -> None:
    """There is a beginning, and it is signed."""
    result = verify(store.database, store.gateway_key)
    assert result.intact and (result.first, result.last, result.rows) == (0, 0, 0)


def test_rows_are_told_as_they_are_read(written: AuditStore) -> None:
    """For a progress bar."""
    heard: list[int] = []
    verify(written.database, on_rows=heard.append)
    assert heard == [ROWS]


@pytest.mark.parametrize("sequence", [1, 7, ROWS])
@pytest.mark.parametrize(
    "change",
    [{"prompt_tokens": 999}, {"started_ms": START_MS + 1}, {"queued_us": None}, {"call_id": "infer-x"}, {"kind": 2}],
)
def test_a_changed_row_is_found(written: AuditStore, sequence: int, change: dict[str, object]) -> None:
    """Whichever field it was; the rows around it are not blamed."""
    if change == {"kind": 2} and sequence == ROWS:
        change = {"kind": 1}
    with written.database.writing() as connection:
        kinds = list(connection.scalars(select(KINDS.c.kind).order_by(KINDS.c.kind)))
    if "kind" in change:
        change = {"kind": kinds[1] if sequence <= ROWS // 2 else kinds[0]}
    tampered = update(CALLS).where(CALLS.c.sequence == sequence).values(change)
    faults = found(written, lambda connection: connection.execute(tampered))
    assert (sequence, "changed") in faults and {row for row, _ in faults} == {sequence}


def test_a_changed_row_with_a_hash_that_fits_is_found_by_the_next(written: AuditStore) -> None:
    """Whoever makes the hash anew breaks the link to the row after it."""

    def forge(connection: Connection) -> None:
        connection.execute(update(CALLS).where(CALLS.c.sequence == 7).values(hash=b"\7" * 32))

    assert found(written, forge) == [(7, "changed"), (8, "changed")]


def test_a_changed_kind_is_found_in_each_of_its_rows(written: AuditStore) -> None:
    """What rows have in common is part of each row's hash."""
    renamed = update(KINDS).where(KINDS.c.status == 429).values(client_id="somebody-else")
    faults = found(written, lambda connection: connection.execute(renamed))
    assert faults == [(row, "changed") for row in range(ROWS // 2 + 1, ROWS + 1)]


def test_removed_rows_are_found(written: AuditStore) -> None:
    """Which ones; what follows is intact."""
    removed = delete(CALLS).where(CALLS.c.sequence.in_([5, 6, 12]))
    assert found(written, lambda connection: connection.execute(removed)) == [(5, "missing"), (12, "missing")]


def test_rows_cut_off_at_the_end_are_found(written: AuditStore) -> None:
    """By the head, which says how far the log went."""
    cut = delete(CALLS).where(CALLS.c.sequence > 15)
    assert found(written, lambda connection: connection.execute(cut)) == [(16, "cut off")]


def test_a_head_moved_back_is_found(written: AuditStore) -> None:
    """Only the gateway's key can sign a head."""

    def cut_with_head(connection: Connection) -> None:
        connection.execute(delete(CALLS).where(CALLS.c.sequence > 15))
        row_hash = connection.scalar(select(CALLS.c.hash).where(CALLS.c.sequence == 15))
        assert row_hash is not None
        signature = head_signature(STRANGER, 15, row_hash)
        connection.execute(update(HEAD).values(sequence=15, hash=row_hash, signature=signature))

    assert found(written, cut_with_head) == [(15, "head")]


def test_an_older_copy_of_the_whole_is_found_by_a_head_noted_elsewhere(written: AuditStore) -> None:
    """Nothing inside the database could tell."""
    noted = verify(written.database).head

    def roll_back(connection: Connection) -> None:
        connection.execute(delete(CALLS).where(CALLS.c.sequence > 15))
        row_hash = connection.scalar(select(CALLS.c.hash).where(CALLS.c.sequence == 15))
        assert row_hash is not None
        signature = head_signature(written.gateway_key, 15, row_hash)
        connection.execute(update(HEAD).values(sequence=15, hash=row_hash, signature=signature))

    assert found(written, roll_back) == []
    assert found(written, lambda _: None, noted) == [(ROWS, "witness")]
    assert found(written, lambda _: None, Witness(10, noted.hash)) == [(10, "witness")]


def test_rows_cut_off_at_the_beginning_are_found(written: AuditStore) -> None:
    """Without an anchor none may be missing there, and only the gateway's key can sign an anchor."""
    cut = delete(CALLS).where(CALLS.c.sequence <= 4)
    assert found(written, lambda connection: connection.execute(cut)) == [(1, "missing")]


def test_an_anchor_of_somebody_else_is_found(written: AuditStore) -> None:
    """It is told as such, even though the rows go on from it."""

    def cut_with_anchor(connection: Connection) -> None:
        row_hash = connection.scalar(select(CALLS.c.hash).where(CALLS.c.sequence == 4))
        anchor = {"sequence": 4, "hash": row_hash, "removed": 4, "removed_at_ms": START_MS, "before_ms": START_MS}
        signature = anchor_signature(STRANGER, list(anchor.values()))
        connection.execute(insert(ANCHORS).values(**anchor, signature=signature))
        connection.execute(delete(CALLS).where(CALLS.c.sequence <= 4))

    assert found(written, cut_with_anchor) == [(4, "anchor")]


def test_a_row_put_in_after_the_end_is_found(written: AuditStore) -> None:
    """The head does not know it."""

    def insert_row(connection: Connection) -> None:
        row = connection.execute(select(CALLS).where(CALLS.c.sequence == ROWS)).one()._asdict()
        connection.execute(insert(CALLS).values(row | {"sequence": ROWS + 1}))

    assert found(written, insert_row) == [(ROWS + 1, "inserted"), (ROWS + 1, "changed")]


def test_a_row_put_in_between_is_found(written: AuditStore) -> None:
    """To make room the later rows must be renumbered, and a row's number is part of its hash."""

    def insert_row(connection: Connection) -> None:
        for sequence in range(ROWS, 10, -1):
            moved = update(CALLS).where(CALLS.c.sequence == sequence).values(sequence=sequence + 1)
            connection.execute(moved)
        row = connection.execute(select(CALLS).where(CALLS.c.sequence == 10)).one()._asdict()
        connection.execute(insert(CALLS).values(row | {"sequence": 11}))

    assert found(written, insert_row)[0] == (11, "changed")


def test_rows_that_changed_places_are_found(written: AuditStore) -> None:
    """Both, and the ones after them that were tied to another row."""

    def swap(connection: Connection) -> None:
        for before, after in ((3, -1), (8, 3), (-1, 8)):
            connection.execute(update(CALLS).where(CALLS.c.sequence == before).values(sequence=after))

    faults = found(written, swap)
    assert faults == [(3, "changed"), (4, "changed"), (8, "changed"), (9, "changed")]


def test_a_row_hidden_from_searches_is_found(written: AuditStore) -> None:
    """The table of hours is no part of the chain, but it is checked against it."""
    assert found(written, lambda connection: connection.execute(delete(HOURS))) == [(1, "index")]


def test_only_so_many_faults_are_told(store: AuditStore) -> None:
    """The rest is counted: a log that was written anew from the start gives no endless list."""
    store.append(calls(300), "writer", 1)
    with store.database.writing() as connection:
        connection.execute(update(KINDS).values(tenant="elsewhere"))
    result = verify(store.database, store.gateway_key)
    assert len(result.faults) == 100 and result.fault_count == 300


def test_a_row_noted_elsewhere_that_has_outlived_its_keeping_cannot_be_compared(written: AuditStore) -> None:
    """To say "intact" would be a lie."""
    noted = Witness(5, bytes(32))
    retain(written.database, written.gateway_key, 1, clock=lambda: (START_MS + 3 * DAY_MS) / 1000)
    with pytest.raises(GatewayError, match=r"row 5.*outlived its keeping"):
        verify(written.database, written.gateway_key, noted)


def test_faults_say_where_in_words(written: AuditStore) -> None:
    """For whoever reads the report."""
    with written.database.writing() as connection:
        connection.execute(delete(CALLS).where(CALLS.c.sequence.in_([5, 6])))
    (fault,) = verify(written.database).faults
    assert asdict(fault)["what"] == "rows 5 to 6 are gone, so that row 7 can be checked against none"
