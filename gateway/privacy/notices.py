"""Erasures as the gateways on one database tell each other: each also holds things in its own memory, and calls.

Who erases a subject leaves a notice; the others find it with their next look, and do their part. In the database the
subject is sealed with the gateway's key, and the notice goes after a day.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
)

from gateway.database import Database
from gateway.errors import GatewayError
from gateway.privacy.gateway_key import GatewayKey
from gateway.privacy.subject import Subject

ROOM, VERSION = "erasure notices", 1
METADATA = MetaData()
NOTICES = Table(
    "erasure_notices",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("sender", String(32), nullable=False),  # one gateway process
    Column("sealed", LargeBinary, nullable=False),  # the subject, AES-256-GCM under the gateway's key
    Column("at_ms", BigInteger, nullable=False),
)
EVERY_S = 0.4
"""Between two looks: what is erased at one gateway is gone from the others within a second."""
LIFE_MS = 86_400_000
_NONCE_BYTES = 12
_WHERE = b"erasure notice"

_log = logging.getLogger("gateway.privacy")
Heed = Callable[[Subject], Awaitable[None]]


class ErasureNotices:
    """`SubjectData` that keeps nothing: to erase is to tell the other gateways. `clock` gives the time of day, in s.

    Makes its table. Raises `GatewayError`.
    """

    name = "gateways"

    def __init__(self, database: Database, gateway_key: GatewayKey, clock: Callable[[], float] = time.time) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        database.prepare(METADATA, ROOM, VERSION)
        self._database = database
        self._seal = AESGCM(gateway_key.derived("erasure notice"))
        self._clock = clock
        self._sender = secrets.token_hex(16)
        self._away = False
        self._heed: Heed | None = None
        with database.reading() as connection:
            self._seen = _last(connection)  # what was erased before this process began, it does not hold

    async def export(self, _subject: Subject) -> Sequence[Mapping[str, Any]]:
        """Nothing."""
        return ()

    async def erase(self, subject: Subject) -> int:
        """Tell the others. Raises `DatabaseError`."""
        if subject.kind != "nobody":
            await asyncio.to_thread(self._post, subject)
        return 0

    def heeded_by(self, heed: Heed) -> None:
        """From now on each subject that another gateway erased is handed to `heed`, which raises nothing."""
        self._heed = heed

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Hand on what has come since the last look."""
        if self._heed is None:
            return
        try:
            found = await asyncio.to_thread(self._unseen)
        except GatewayError as error:
            if not self._away:
                _log.warning("erasures at other gateways are not heard of: %s", error)
            self._away = True
            return
        if self._away:
            _log.info("erasures at other gateways are heard of again")
        self._away = False
        for subject in found:
            await self._heed(subject)

    def _post(self, subject: Subject) -> None:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._seal.encrypt(nonce, json.dumps(asdict(subject)).encode(), _WHERE)
        now_ms = int(self._clock() * 1000)
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                # One after another, so that no number comes after a higher one was seen.
                connection.execute(text("LOCK TABLE erasure_notices IN EXCLUSIVE MODE"))
            # The newest stays, whatever its age: numbers go on from it.
            number = _last(connection)
            old = NOTICES.c.at_ms < now_ms - LIFE_MS
            connection.execute(delete(NOTICES).where(old, NOTICES.c.number < number))
            values = {"number": number + 1, "sender": self._sender, "sealed": sealed, "at_ms": now_ms}
            connection.execute(insert(NOTICES).values(values))

    def _unseen(self) -> list[Subject]:
        with self._database.reading() as connection:
            rows = connection.execute(
                select(NOTICES.c.number, NOTICES.c.sender, NOTICES.c.sealed)
                .where(NOTICES.c.number > self._seen)
                .order_by(NOTICES.c.number)
            ).all()
        if rows:
            self._seen = rows[-1].number
        return [self._opened(row.sealed) for row in rows if row.sender != self._sender]

    def _opened(self, sealed: bytes) -> Subject:
        from cryptography.exceptions import InvalidTag

        try:
            told = json.loads(self._seal.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _WHERE))
        except InvalidTag:
            raise GatewayError(
                "another gateway on this database has another audit key: give all of them the same file"
            ) from None
        return Subject(**told)


def _last(connection: Connection) -> int:
    return connection.scalar(select(func.max(NOTICES.c.number))) or 0
