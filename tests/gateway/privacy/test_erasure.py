"""Everything that is kept of a subject, handed out or removed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gateway.audit import AuditData, AuditLog, AuditOptions, AuditQuery, search, verify
from gateway.audit.shelter import Shelter
from gateway.audit.store import AuditStore
from gateway.database import DatabaseError
from gateway.privacy import GatewayKey, Privacy, Subject, SubjectData
from pipeline.testing import VirtualClock
from tests.gateway.audit.records import CANARY, START_MS, Kind, record

ANA = Subject("home", "user", f"{CANARY}-ana")


@dataclass
class Notes:
    """A store that keeps notes of users, and fails when told to."""

    name: str = "notes"
    kept: dict[Subject, list[str]] = field(default_factory=dict)
    fault: Exception | None = None
    delay_s: float = 0.0

    async def export(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        await self._answer()
        return [{"note": note} for note in self.kept.get(subject, [])]

    async def erase(self, subject: Subject) -> int:
        await self._answer()
        return len(self.kept.pop(subject, []))

    async def _answer(self) -> None:
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if self.fault is not None:
            raise self.fault


class Lent(Notes):
    """One that has handed something on."""

    async def submitted(self, subject: Subject) -> Sequence[Mapping[str, Any]]:
        return [{"file_id": "file-1"}] if subject in self.kept else []


@pytest.fixture
def log(store: AuditStore, tmp_path: Path) -> Iterator[AuditLog]:
    opened = AuditLog(store, Shelter(tmp_path / "waiting", "audit", store.gateway_key), AuditOptions(flush_s=0.01))
    yield opened
    opened.close()


def data_of(log: AuditLog, at_ms: int = START_MS + 10_000_000) -> SubjectData:
    return AuditData(log, clock=lambda: at_ms / 1000)


def privacy(*stores: SubjectData) -> Privacy:
    return Privacy(stores, GatewayKey(bytes(range(32))), clock=lambda: 1_780_000_000.25)


def test_a_user_gets_what_is_kept_of_them(log: AuditLog) -> None:
    """From every store by its name; of the log their own calls, the newest first, and nobody else's."""
    for number, user in ((1, "ana"), (2, "bo"), (3, "ana")):
        log.note(record(number, user=user))
    log.note(record(4, Kind(tenant="office"), user="ana"))
    notes = Notes(kept={ANA: ["likes tea"]})
    export = asyncio.run(privacy(notes, data_of(log)).export(ANA)).to_object()
    assert export["complete"] and export["stores"]["notes"] == [{"note": "likes tea"}]
    assert [entry["call_id"] for entry in export["stores"]["audit"]] == ["infer-3", "infer-1"]
    json.dumps(export)


def test_erasing_makes_digests_meaningless_while_the_chain_verifies(log: AuditLog) -> None:
    """The rows stay as they were written; what tied them to the user is gone, and other users' are untouched."""
    for number, user in ((1, "ana"), (2, "bo"), (3, "ana")):
        log.note(record(number, user=user))
    assert log.flush(20)
    before = search(log.store.database, AuditQuery()).entries
    notes = Notes(kept={ANA: ["likes tea"]})
    receipt = asyncio.run(privacy(notes, data_of(log)).erase(ANA))
    assert {store.store: store.entries for store in receipt.stores} == {"notes": 1, "audit": 2} and receipt.complete
    assert search(log.store.database, AuditQuery()).entries == before
    found = verify(log.store.database, log.store.gateway_key)
    assert found.intact and found.rows == 3
    export = asyncio.run(privacy(notes, data_of(log)).export(ANA))
    assert export.stores == {"notes": [], "audit": []}
    bo = asyncio.run(privacy(data_of(log)).export(Subject("home", "user", f"{CANARY}-bo")))
    assert len(bo.stores["audit"]) == 1


def test_whoever_comes_back_is_somebody_new(log: AuditLog) -> None:
    """With another pseudonym; a call from before the erasure that is written late belongs to nobody."""
    log.note(record(1))
    data = data_of(log, at_ms=START_MS + 60_000)
    assert asyncio.run(data.erase(ANA)) == 1
    for number in (30, 90):  # the first began before the erasure
        log.note(record(number))
        assert log.flush(20)
    new, late, old = search(log.store.database, AuditQuery()).entries
    assert len({new.user_pseudonym, late.user_pseudonym, old.user_pseudonym}) == 3
    assert [entry["call_id"] for entry in asyncio.run(data.export(ANA))] == ["infer-90"]


def test_a_clients_own_calls_can_be_erased_too(log: AuditLog) -> None:
    """Those that named no user."""
    log.note(record(1, user=""))
    log.note(record(2))
    client, data = Subject("home", "client", "key-1"), data_of(log)
    assert [entry["call_id"] for entry in asyncio.run(data.export(client))] == ["infer-1"]
    assert asyncio.run(data.erase(client)) == 1 and asyncio.run(data.erase(client)) == 0


def test_a_receipt_is_signed() -> None:
    """Nobody can make one, or change one, without the gateway's key."""
    asked = privacy(Notes(kept={ANA: ["a", "b"]}), Lent(name="lent", kept={ANA: ["c"]}))
    told = asyncio.run(asked.erase(ANA)).to_object()
    assert told == {
        "subject": {"tenant": "home", "kind": "user", "name": ANA.name},
        "erased_at": "2026-05-28T20:26:40.250Z",
        "complete": True,
        "stores": [
            {"store": "notes", "entries": 2, "fault": "", "handed_on": []},
            {"store": "lent", "entries": 1, "fault": "", "handed_on": [{"file_id": "file-1"}]},
        ],
        "signature": told["signature"],
    }
    assert asked.is_ours(json.loads(json.dumps(told)))
    assert not asked.is_ours(told | {"complete": False})
    assert not asked.is_ours(told | {"signature": "nonsense"})
    assert not asked.is_ours({})
    assert not Privacy([], GatewayKey(bytes(32))).is_ours(told)


def test_a_store_that_fails_keeps_no_other_from_its_part() -> None:
    """The receipt says which and why; asking again repeats what is missing."""
    broken = Notes(name="cache", kept={ANA: ["x"]}, fault=DatabaseError("redis", "unreachable", "connection refused"))
    notes = Notes(kept={ANA: ["y"]})
    first = asyncio.run(privacy(broken, notes).erase(ANA))
    assert not first.complete and [store.entries for store in first.stores] == [0, 1]
    assert "connection refused" in first.stores[0].fault
    broken.fault = None
    second = asyncio.run(privacy(broken, notes).erase(ANA))
    assert second.complete and [store.entries for store in second.stores] == [1, 0]
    third = asyncio.run(privacy(broken, notes).erase(ANA))
    assert third.complete and [store.entries for store in third.stores] == [0, 0]


def test_a_fault_shows_nothing_that_may_be_content(caplog: pytest.LogCaptureFixture) -> None:
    """Of an error that is not the gateway's own, only its kind is told."""
    broken = Notes(fault=RuntimeError(CANARY))
    asked = privacy(broken)
    told = (asyncio.run(asked.erase(ANA)).to_object(), asyncio.run(asked.export(ANA)).faults)
    assert told[0]["stores"][0]["fault"] == told[1]["notes"] == "failed (RuntimeError)"
    assert CANARY not in caplog.text


def test_a_store_that_does_not_answer_is_not_waited_for() -> None:
    """It is told as failed after half a minute."""
    slow, notes = Notes(name="slow", delay_s=3600), Notes(kept={ANA: ["y"]})
    receipt = VirtualClock().run(privacy(slow, notes).erase(ANA))
    assert receipt.stores[0].fault == "did not answer within 30 s" and receipt.stores[1].entries == 1
