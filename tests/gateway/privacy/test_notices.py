"""Gateways on one database tell each other of erasures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from gateway.database import Database, DatabaseError
from gateway.privacy import GatewayKey, Privacy, Subject
from gateway.privacy.notices import LIFE_MS, NOTICES, ErasureNotices
from tests.gateway.audit.records import CANARY

MEI = Subject("home", "user", f"{CANARY}-mei")
TOM = Subject("home", "client", f"{CANARY}-tom")


class Held:
    """A store that holds something in its process."""

    name = "held"

    def __init__(self) -> None:
        self.forgotten: list[Subject] = []
        self.fault: Exception | None = None

    async def export(self, _subject: Subject) -> Sequence[Mapping[str, Any]]:
        return ()

    async def erase(self, _subject: Subject) -> int:
        return 1

    async def forget(self, subject: Subject) -> None:
        self.forgotten.append(subject)
        if self.fault is not None:
            raise self.fault


class Gateway:
    """One process's part of it."""

    def __init__(self, database: Database, key: GatewayKey, clock: Any = None) -> None:
        self.held = Held()
        self.notices = ErasureNotices(database, key, clock) if clock else ErasureNotices(database, key)
        self.privacy = Privacy([self.held], key, notices=self.notices)
        self.privacy.heed_others()


def test_what_one_gateway_erases_the_others_let_go_of(database: Database, key: GatewayKey) -> None:
    """Once each; not the one that erased, and not one that began later. The receipt says that they were told."""
    one, two, three = (Gateway(database, key) for _ in range(3))

    async def main() -> None:
        receipt = await one.privacy.erase(MEI)
        assert [(store.store, store.fault) for store in receipt.stores] == [("held", ""), ("gateways", "")]
        await two.privacy.erase(TOM)
        late = Gateway(database, key)
        for _ in range(2):
            for gateway in (one, two, three, late):
                await gateway.notices.look()
        assert (one.held.forgotten, two.held.forgotten) == ([TOM], [MEI])
        assert (three.held.forgotten, late.held.forgotten) == ([MEI, TOM], [])

    asyncio.run(main())


def test_no_name_stands_in_the_database(database: Database, key: GatewayKey) -> None:
    """The subject is sealed."""
    asyncio.run(Gateway(database, key).privacy.erase(MEI))
    with database.reading() as connection:
        (row,) = connection.execute(select(NOTICES)).all()
    assert CANARY.encode() not in row.sealed and CANARY not in repr(row)


def test_notices_go_after_a_day(database: Database, key: GatewayKey) -> None:
    """Their numbers go on, so that nobody misses a later one."""
    now = [1_000_000.0]
    one, two = Gateway(database, key, lambda: now[0]), Gateway(database, key)

    async def main() -> None:
        for days in range(4):
            now[0] = 1_000_000.0 + days * (LIFE_MS / 1000 + 1)
            await one.privacy.erase(MEI)
            with database.reading() as connection:
                assert len(connection.execute(select(NOTICES)).all()) <= 2
        await two.notices.look()
        await one.privacy.erase(TOM)
        await two.notices.look()
        assert two.held.forgotten[-1] == TOM

    asyncio.run(main())


def test_a_store_that_fails_keeps_the_others_from_nothing(database: Database, key: GatewayKey) -> None:
    """And the watch goes on."""
    one, two = Gateway(database, key), Gateway(database, key)
    two.held.fault = ConnectionError(CANARY)

    async def main() -> None:
        await one.privacy.erase(MEI)
        await two.notices.look()
        await one.privacy.erase(TOM)
        await two.notices.look()

    asyncio.run(main())
    assert two.held.forgotten == [MEI, TOM]


def test_a_database_that_is_away_is_said_once(
    database: Database, key: GatewayKey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """To whoever erases, in the receipt; to whoever looks, in the log; what was missed is found afterwards."""
    one, two = Gateway(database, key), Gateway(database, key)

    def away(*_: object) -> Any:
        raise DatabaseError("sqlite:///x", "locked", "database is locked")

    async def main() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(one.notices, "_post", away)
            receipt = await one.privacy.erase(MEI)
            assert not receipt.complete and "database is locked" in receipt.stores[-1].fault
        with monkeypatch.context() as patched:
            patched.setattr(two.notices, "_unseen", away)
            for _ in range(3):
                await two.notices.look()
        await one.privacy.erase(MEI)
        await two.notices.look()
        assert two.held.forgotten == [MEI]

    with caplog.at_level(logging.INFO, "gateway.privacy"):
        asyncio.run(main())
    heard = [record.message.partition(":")[0] for record in caplog.records if "heard of" in record.message]
    assert heard == ["erasures at other gateways are not heard of", "erasures at other gateways are heard of again"]


def test_gateways_with_different_keys_are_told_of_it(
    database: Database, key: GatewayKey, caplog: pytest.LogCaptureFixture
) -> None:
    """In the log, with what to do."""
    one, two = Gateway(database, key), Gateway(database, GatewayKey(b"x" * 32))

    async def main() -> None:
        await one.privacy.erase(MEI)
        await two.notices.look()

    asyncio.run(main())
    assert "give all of them the same file" in caplog.text


def test_a_gateway_by_itself_needs_none(key: GatewayKey) -> None:
    """Then nothing is told, and nothing heeded."""
    held = Held()
    privacy = Privacy([held], key)
    privacy.heed_others()
    receipt = asyncio.run(privacy.erase(MEI))
    assert [store.store for store in receipt.stores] == ["held"]
