"""Reads the whole log once and says whether it is as it was written, and if not, where.

Without the gateway's key the rows are checked against each other; with it, also that none were cut off at either end.
Memory stays the same however long the log is. Somebody who can put an older copy of the whole database in its place is
found out only by a head that was noted elsewhere: see `Witness`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import Connection, select

from gateway.audit.entry import (
    BEFORE_THE_FIRST,
    ENTRIES,
    AuditEntry,
    anchor_signature,
    entry_of,
    head_signature,
)
from gateway.audit.store import HOUR_MS
from gateway.audit.tables import ANCHORS, CALLS, HEAD, HOURS, prepare
from gateway.database import Database
from gateway.errors import GatewayError
from gateway.privacy.gateway_key import GatewayKey

READ_AT_ONCE = 5_000
"""Rows."""
MOST_FAULTS = 100
"""That are told one by one; the rest is counted."""

FaultKind = Literal["changed", "missing", "inserted", "cut off", "anchor", "head", "index", "witness"]


@dataclass(frozen=True, slots=True)
class Witness:
    """A head of the log as somebody noted it at the time: the row of that number must still have that hash."""

    sequence: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Something that is not as it was written."""

    sequence: int
    """The row at fault, or the first of several."""
    kind: FaultKind
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found."""

    first: int
    """Sequence of the first row that was read; 0 when there are none."""
    last: int
    rows: int
    head: Witness
    """To be noted where nobody who can change the database can change it too."""
    removed: int
    """Rows that retention has taken away."""
    faults: tuple[ChainFault, ...]
    fault_count: int
    signatures: bool
    """Whether a key was there to check them with."""

    @property
    def intact(self) -> bool:
        """Whether all is as it was written."""
        return self.fault_count == 0


@dataclass
class _Findings:
    faults: list[ChainFault] = field(default_factory=list)
    count: int = 0

    def add(self, sequence: int, kind: FaultKind, what: str) -> None:
        self.count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(ChainFault(sequence, kind, what))


def verify(
    database: Database,
    gateway_key: GatewayKey | None = None,
    witness: Witness | None = None,
    on_rows: Callable[[int], None] = lambda _: None,
) -> Verification:
    """Check the log as it stands at this moment. `on_rows` hears how many rows have been read. Blocks.

    Takes twenty seconds for a million rows. Raises `DatabaseError`, and `GatewayError` when the row of the witness
    has been removed by retention.
    """
    prepare(database)
    findings = _Findings()
    with database.reading() as connection:
        sequence, previous, removed = _anchor(connection, gateway_key, findings)
        if witness is not None and witness.sequence < sequence:
            raise GatewayError(
                f"row {witness.sequence}, which was noted elsewhere, has outlived its keeping: the log begins after "
                f"row {sequence} now; compare with a head that was noted later"
            )
        head = _head(connection, gateway_key, findings)
        walk = _Walk(sequence, previous, head, witness, findings)
        for portion in _portions(connection):
            for entry in portion:
                walk.step(entry)
            on_rows(walk.rows)
        walk.finish()
        _check_hours(connection, walk.hours, findings)
    return Verification(
        first=walk.first,
        last=walk.sequence if walk.rows else 0,
        rows=walk.rows,
        head=head,
        removed=removed,
        faults=tuple(findings.faults),
        fault_count=findings.count,
        signatures=gateway_key is not None,
    )


class _Walk:
    """From row to row, with what is known of the one before."""

    def __init__(
        self, sequence: int, previous: bytes, head: Witness, witness: Witness | None, findings: _Findings
    ) -> None:
        self.sequence = sequence
        self.rows = self.first = 0
        self.hours: dict[int, list[int]] = {}
        self._start = Witness(sequence, previous)
        self._previous: bytes | None = previous
        """None after a gap: nobody knows the hash of the row that was there."""
        self._last_hash = previous
        self._head = head
        self._witness = witness
        self._findings = findings

    def step(self, entry: AuditEntry) -> None:
        """Check one row against the one before."""
        self.rows += 1
        self.first = self.first or entry.sequence
        if entry.sequence > self._head.sequence:
            self._findings.add(entry.sequence, "inserted", f"row {entry.sequence} stands after the end of the log")
        else:
            span = self.hours.setdefault(entry.started_ms // HOUR_MS, [entry.sequence, entry.sequence])
            span[1] = entry.sequence
        if entry.sequence <= self._start.sequence:
            self._findings.add(entry.sequence, "inserted", f"row {entry.sequence} stands where retention removed all")
        elif entry.sequence != self.sequence + 1:
            self._note_gap(entry.sequence)
        if self._previous is not None and entry.linked(self._previous) != entry.hash:
            self._findings.add(
                entry.sequence,
                "changed",
                f"row {entry.sequence} is not the one that was written after row {entry.sequence - 1}",
            )
        if self._witness is not None and self._witness.sequence == entry.sequence:
            self._check_witness(entry.hash)
        self.sequence, self._previous, self._last_hash = entry.sequence, entry.hash, entry.hash

    def finish(self) -> None:
        """Compare the last row with the head."""
        if self.sequence < self._head.sequence:
            what = f"rows {self.sequence + 1} to {self._head.sequence}, the last ones, are gone"
            self._findings.add(self.sequence + 1, "cut off", what)
        elif self.sequence == self._head.sequence and self._last_hash != self._head.hash:
            what = f"row {self.sequence} is not the one that was written last"
            self._findings.add(self.sequence, "head", what)
        if self._witness is not None and self._witness.sequence > self.sequence:
            what = f"the log ends before row {self._witness.sequence}, which was noted elsewhere"
            self._findings.add(self._witness.sequence, "witness", what)
        if self._witness is not None and self._witness.sequence == self._start.sequence:
            self._check_witness(self._start.hash)

    def _note_gap(self, found: int) -> None:
        expected = self.sequence + 1
        gone = f"row {expected} is" if found == expected + 1 else f"rows {expected} to {found - 1} are"
        self._findings.add(expected, "missing", f"{gone} gone, so that row {found} can be checked against none")
        self._previous = None

    def _check_witness(self, found: bytes) -> None:
        assert self._witness is not None
        if found != self._witness.hash:
            sequence = self._witness.sequence
            what = f"row {sequence} is not the one that was noted elsewhere: the log was written anew"
            self._findings.add(sequence, "witness", what)


def _anchor(connection: Connection, key: GatewayKey | None, findings: _Findings) -> tuple[int, bytes, int]:
    """Where the log begins: the last row that was removed, its hash, and how many were."""
    sequence, row_hash, removed = 0, BEFORE_THE_FIRST, 0
    for *signed, signature in connection.execute(select(ANCHORS).order_by(ANCHORS.c.sequence)):
        if key is not None and anchor_signature(key, signed) != signature:
            what = f"the anchor that stands for the rows up to {signed[0]} was not left by this gateway"
            findings.add(signed[0], "anchor", what)
        sequence, row_hash, removed = signed[0], signed[1], removed + signed[2]
    return sequence, row_hash, removed


def _head(connection: Connection, key: GatewayKey | None, findings: _Findings) -> Witness:
    found = connection.execute(select(HEAD.c.sequence, HEAD.c.hash, HEAD.c.signature)).one_or_none()
    if found is None:
        findings.add(0, "head", "the head of the log is gone")
        return Witness(0, BEFORE_THE_FIRST)
    sequence, row_hash, signature = found
    if key is not None and head_signature(key, sequence, row_hash) != signature:
        findings.add(sequence, "head", f"the head of the log, at row {sequence}, was not left by this gateway")
    return Witness(sequence, row_hash)


def _portions(connection: Connection) -> Iterator[list[AuditEntry]]:
    after = -1
    while True:
        query = ENTRIES.where(CALLS.c.sequence > after).order_by(CALLS.c.sequence).limit(READ_AT_ONCE)
        portion = [entry_of(row) for row in connection.execute(query)]
        if not portion:
            return
        yield portion
        after = portion[-1].sequence


def _check_hours(connection: Connection, hours: dict[int, list[int]], findings: _Findings) -> None:
    """The table of hours must show searches all rows; where retention cut an hour, it may show more."""
    shown = {row.hour: row for row in connection.execute(select(HOURS))}
    for hour, (first, last) in sorted(hours.items()):
        entry = shown.get(hour)
        if entry is None or entry.first_sequence > first or entry.last_sequence < last:
            what = f"searches by time miss rows between {first} and {last}: the table of hours was changed"
            findings.add(first, "index", what)
