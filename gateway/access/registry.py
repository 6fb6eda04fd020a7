"""The registry: clients, signing keys and revoked tokens in the gateway's database.

Every method blocks for the database. A running gateway looks things up in `registry_watch`, which blocks for nothing.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from gateway.access.access import LEEWAY_SECONDS, TOKEN_SECONDS
from gateway.access.clients import (
    DEFAULT_TENANT,
    NO_LIMITS,
    Client,
    ClientError,
    ClientLimits,
    checked_name,
    checked_role,
    checked_tenant,
    looks,
    shown,
)
from gateway.access.sealing import Seal
from gateway.access.signing_keys import SigningKey, new_signing_key
from gateway.access.tables import CHANGES, CLIENTS, METADATA, REVOKED_TOKENS, ROOM, SIGNING_KEYS, VERSION
from gateway.database import Database
from gateway.roles import ROLES
from r1.credentials import Secret

SECRET_BYTES = 48
OLD_SECRET_SECONDS = 86_400
"""How long a secret counts beside the one that replaced it."""
LONGEST_OLD_SECRET_SECONDS = 30 * 86_400
TAKE_OVER_SECONDS = 10
"""A new signing key signs only after that, when every gateway on this database knows it."""


@dataclass(frozen=True, slots=True)
class SealedSecrets:
    """A client's secrets as they lie in the database."""

    current: bytes = field(repr=False)
    previous: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that `Access` asks for, at one moment."""

    changes: int
    """How often the registry had been changed."""
    clients: Mapping[str, Client]
    """Those that are not revoked."""
    sealed: Mapping[str, SealedSecrets]
    keys: Mapping[str, SigningKey]
    revoked_tokens: frozenset[str]


class Registry:
    """Clients of one gateway database. `clock` gives seconds since 1970.

    Raises `GatewayError` when the database cannot be used, or the seal's key is not the one that belongs to it.
    """

    def __init__(self, database: Database, seal: Seal, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        database.prepare(METADATA, ROOM, VERSION)
        with database.reading() as connection:
            begun = connection.execute(select(CHANGES)).first()
            keys = connection.execute(select(SIGNING_KEYS)).all()
        for row in keys[:1]:
            self.open(row.sealed, _key_place(row.kid))
        if not begun:
            with suppress(IntegrityError), database.writing() as connection:  # another gateway may be first
                connection.execute(insert(CHANGES).values(id=1, count=0))
        if not keys:
            with self._changing() as connection:
                if not connection.execute(select(SIGNING_KEYS.c.kid)).first():
                    self._add_key(connection, new_signing_key(self._now()))

    def __repr__(self) -> str:
        return f"Registry({self._database.name!r})"

    def open(self, sealed: bytes, place: str) -> bytes:
        """A sealed secret. Raises `SealingError`."""
        return self._seal.open(sealed, place)

    # Clients

    def add(
        self, name: str, role: str, tenant: str = DEFAULT_TENANT, limits: ClientLimits = NO_LIMITS
    ) -> tuple[Client, Secret]:
        """A new client, and its secret, which is not shown again. Raises `ClientError`."""
        client = Client(
            client_id=f"r1-{secrets.token_hex(8)}",
            name=checked_name(name),
            role=checked_role(role),
            tenant=checked_tenant(tenant),
            limits=limits,
            created_at=self._now(),
        )
        secret = Secret(secrets.token_urlsafe(SECRET_BYTES))
        sealed = self._seal.seal(secret.reveal().encode(), client_place(client.client_id))
        with self._changing() as connection:
            _refuse_double(connection, client.name)
            connection.execute(insert(CLIENTS).values(sealed=sealed, sealed_previous=None, **_columns(client)))
        return client, secret

    def clients(self) -> list[Client]:
        """All, also revoked ones, in the order in which they were added."""
        with self._database.reading() as connection:
            rows = connection.execute(select(CLIENTS).order_by(CLIENTS.c.created_at, CLIENTS.c.name)).all()
        return [_client(row) for row in rows]

    def find(self, name: str) -> Client:
        """The client with this API key or name that is not revoked. Raises `ClientError`, which says what there is."""
        known = [client for client in self.clients() if client.revoked_at is None]
        for client in known:
            if client.client_id == name:
                return client
        for client in known:
            if client.name == name:
                return client
        names = ", ".join(client.name for client in known[:20]) + ("…" if len(known) > 20 else "")
        there = f"there are: {names}" if names else "none is registered"
        raise ClientError(f"there is no client {shown(name)}; {there}")

    def rotate(self, name: str, old_secret_s: int = OLD_SECRET_SECONDS) -> tuple[Client, Secret]:
        """A new secret for a client. The one before, and tokens got with it, count for `old_secret_s` more.

        0 is for a secret that leaked: then nothing got with it counts any more. Raises `ClientError`.
        """
        if not 0 <= old_secret_s <= LONGEST_OLD_SECRET_SECONDS:
            days = LONGEST_OLD_SECRET_SECONDS // 86_400
            raise ClientError(f"the old secret can count for 0 seconds to {days} days more, not for {old_secret_s} s")
        client_id, now = self.find(name).client_id, self._now()
        secret = Secret(secrets.token_urlsafe(SECRET_BYTES))
        sealed = self._seal.seal(secret.reveal().encode(), client_place(client_id))
        with self._changing() as connection:
            changed = connection.execute(
                update(CLIENTS)
                .where(CLIENTS.c.client_id == client_id, CLIENTS.c.revoked_at.is_(None))
                .values(
                    generation=CLIENTS.c.generation + 1,
                    sealed=sealed,
                    sealed_previous=CLIENTS.c.sealed if old_secret_s else None,
                    previous_until=now + old_secret_s if old_secret_s else 0,
                    rotated_at=now,
                )
            )
        self._met(changed.rowcount, name)
        return self.find(client_id), secret

    def revoke(self, name: str) -> Client:
        """From now on the client counts no more, nor do its tokens; its secrets are erased. Raises `ClientError`."""
        client, now = self.find(name), self._now()
        with self._changing() as connection:
            gone = {"revoked_at": now, "sealed": b"", "sealed_previous": None, "previous_until": 0}
            same = (CLIENTS.c.client_id == client.client_id, CLIENTS.c.revoked_at.is_(None))
            changed = connection.execute(update(CLIENTS).where(*same).values(**gone))
        self._met(changed.rowcount, name)
        return replace(client, revoked_at=now, previous_until=0)

    def change(
        self, name: str, role: str | None = None, tenant: str | None = None, limits: ClientLimits | None = None
    ) -> Client:
        """Another role, tenant or limits for a client; None leaves what it has. Raises `ClientError`."""
        client = self.find(name)
        values: dict[str, Any] = {}
        if role is not None:
            values["role"] = checked_role(role)
        if tenant is not None:
            values["tenant"] = checked_tenant(tenant)
        if limits is not None:
            values |= asdict(limits)
        if values:
            with self._changing() as connection:
                same = (CLIENTS.c.client_id == client.client_id, CLIENTS.c.revoked_at.is_(None))
                changed = connection.execute(update(CLIENTS).where(*same).values(**values))
            self._met(changed.rowcount, name)
        return self.find(client.client_id)

    # Keys and tokens

    def renew_signing_key(self, older_than_s: int = 0) -> bool:
        """A new key for tokens, if the newest is at least so old; whether it was. Tokens of the old ones live on."""
        now = self._now()
        with self._changing() as connection:
            created = connection.scalars(select(SIGNING_KEYS.c.created_at)).all()
            if created and now - max(created) < older_than_s:
                return False
            until = now + TAKE_OVER_SECONDS + TOKEN_SECONDS + LEEWAY_SECONDS
            last = SIGNING_KEYS.c.verifies_until.is_(None)
            connection.execute(update(SIGNING_KEYS).where(last).values(verifies_until=until))
            connection.execute(delete(SIGNING_KEYS).where(SIGNING_KEYS.c.verifies_until < now))
            self._add_key(connection, new_signing_key(now + TAKE_OVER_SECONDS))
        return True

    def revoke_token(self, token_id: str, dead_at: int) -> None:
        """The access token with this `jti` counts no more; it is forgotten once it would have died."""
        with self._changing() as connection:
            connection.execute(delete(REVOKED_TOKENS).where(_dead(self._now(), token_id)))
            connection.execute(insert(REVOKED_TOKENS).values(token_id=token_id, dead_at=dead_at))

    def renew_seal(self) -> int:
        """Seal everything anew with a new key, and forget the old one; the number of secrets. Raises `GatewayError`.

        If it is broken off, both keys stand, everything can be opened, and it can be begun again.
        """
        with self._seal.source.renewal():
            self._seal.reload()
            with self._changing() as connection:
                return self._seal_anew(connection)

    def _seal_anew(self, connection: Connection) -> int:
        count = 0
        for row in connection.execute(select(CLIENTS).where(CLIENTS.c.revoked_at.is_(None))).all():
            place = client_place(row.client_id)
            anew = [self._anew(sealed, place) for sealed in (row.sealed, row.sealed_previous)]
            values = dict(zip(("sealed", "sealed_previous"), anew, strict=True))
            connection.execute(update(CLIENTS).where(CLIENTS.c.client_id == row.client_id).values(**values))
            count += sum(sealed is not None for sealed in anew)
        for row in connection.execute(select(SIGNING_KEYS)).all():
            sealed = self._anew(row.sealed, _key_place(row.kid))
            connection.execute(update(SIGNING_KEYS).where(SIGNING_KEYS.c.kid == row.kid).values(sealed=sealed))
            count += 1
        return count

    # For whoever watches

    def changes(self) -> int:
        """How often the registry has been changed: one small query."""
        with self._database.reading() as connection:
            return connection.scalar(select(CHANGES.c.count)) or 0

    def snapshot(self) -> Snapshot:
        """Everything, at one moment."""
        with self._database.reading() as connection:
            changes = connection.scalar(select(CHANGES.c.count)) or 0
            rows = connection.execute(select(CLIENTS).where(CLIENTS.c.revoked_at.is_(None))).all()
            keys = connection.execute(select(SIGNING_KEYS)).all()
            revoked = connection.scalars(select(REVOKED_TOKENS.c.token_id)).all()
        return Snapshot(
            changes=changes,
            clients={row.client_id: _client(row) for row in rows},
            sealed={row.client_id: SealedSecrets(row.sealed, row.sealed_previous) for row in rows},
            keys={row.kid: self._key(row) for row in keys},
            revoked_tokens=frozenset(revoked),
        )

    def _now(self) -> int:
        return int(self._clock())

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """A transaction that counts as a change. It takes the counter's row first, so that writers take turns."""
        with self._database.writing() as connection:
            connection.execute(update(CHANGES).values(count=CHANGES.c.count + 1))
            yield connection

    def _add_key(self, connection: Connection, key: SigningKey) -> None:
        connection.execute(
            insert(SIGNING_KEYS).values(
                kid=key.kid,
                sealed=self._seal.seal(key.secret, _key_place(key.kid)),
                created_at=self._now(),
                signs_from=key.signs_from,
                verifies_until=key.verifies_until,
            )
        )

    def _key(self, row: Any) -> SigningKey:
        return SigningKey(row.kid, self.open(row.sealed, _key_place(row.kid)), row.signs_from, row.verifies_until)

    def _anew(self, sealed: bytes | None, place: str) -> bytes | None:
        return None if sealed is None else self._seal.seal(self.open(sealed, place), place)

    def _met(self, count: int, name: str) -> None:
        if not count:
            raise ClientError(f"the client {shown(name)} was revoked in this moment; `list` shows what there is")


def _refuse_double(connection: Connection, name: str) -> None:
    """Raises `ClientError` when a client in use has this name, or one that a reader would take for it."""
    known = connection.execute(select(CLIENTS.c.client_id, CLIENTS.c.name).where(CLIENTS.c.revoked_at.is_(None)))
    for client_id, other in known:
        if looks(other) == looks(name):
            alike = "" if other == name else f", which looks like {shown(name)}"
            raise ClientError(
                f"there is a client {shown(other)} already ({client_id}){alike}: give the new one another name, or "
                "rotate or revoke that one"
            )


def client_place(client_id: str) -> str:
    """What a client's secrets are sealed for."""
    return f"client {client_id}"


def _key_place(kid: str) -> str:
    return f"signing key {kid}"


def _dead(now: int, token_id: str) -> Any:
    return or_(REVOKED_TOKENS.c.dead_at < now, REVOKED_TOKENS.c.token_id == token_id)


def _columns(client: Client) -> dict[str, Any]:
    columns = {entry.name: getattr(client, entry.name) for entry in fields(client) if entry.name != "limits"}
    return columns | asdict(client.limits)


def _client(row: Any) -> Client:
    figures = (row.requests_per_minute, row.tokens_per_minute, row.tokens_per_day, row.calls_at_once)
    return Client(
        client_id=row.client_id,
        name=row.name,
        role=row.role if row.role in ROLES else checked_role(row.role),
        tenant=row.tenant,
        limits=NO_LIMITS if figures == (None,) * len(figures) else ClientLimits(*figures),
        generation=row.generation,
        previous_until=row.previous_until,
        created_at=row.created_at,
        rotated_at=row.rotated_at,
        revoked_at=row.revoked_at,
    )
