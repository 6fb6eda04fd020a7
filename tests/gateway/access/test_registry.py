"""The registry: clients, their secrets, signing keys and revoked tokens in the database."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.access import TOKEN_SECONDS
from gateway.access.clients import ClientError, ClientLimits
from gateway.access.registry import TAKE_OVER_SECONDS, Registry, client_place
from gateway.access.sealing import KeyFile, Seal, SealingError
from gateway.access.tables import CLIENTS, SIGNING_KEYS
from gateway.database import Database, open_database
from gateway.errors import GatewayError
from r1.credentials import Secret
from tests.gateway.access.clock import Clock


def secret_of(registry: Registry, client_id: str) -> str:
    """What the database opens to."""
    sealed = registry.snapshot().sealed[client_id].current
    return registry.open(sealed, client_place(client_id)).decode()


def test_a_client_gets_a_key_and_a_secret(registry: Registry) -> None:
    """The secret has 48 random bytes, does not show itself, and opens from the database."""
    client, secret = registry.add("kitchen", "developer", "家", ClientLimits(requests_per_minute=60))
    assert isinstance(secret, Secret)
    assert len(secret.reveal()) == 64
    assert secret.reveal() not in repr((client, secret))
    assert secret_of(registry, client.client_id) == secret.reveal()
    assert registry.clients() == [client]
    assert registry.find("kitchen") == registry.find(client.client_id) == client
    assert (client.role, client.tenant, client.limits.requests_per_minute) == ("developer", "家", 60)


def test_names_are_taken_once(registry: Registry) -> None:
    """Also in another composition of the same letters; a revoked one's name is free again."""
    registry.add("é", "developer")
    with pytest.raises(ClientError, match="already"):
        registry.add("e\u0301", "developer")
    registry.revoke("é")
    registry.add("é", "auditor")
    assert [client.role for client in registry.clients()] == ["developer", "auditor"]


def test_what_cannot_be_is_refused(registry: Registry) -> None:
    """And nothing is kept of it."""
    for name, role, tenant in (("a\nb", "developer", "t"), ("a", "king", "t"), ("a", "developer", "t:u")):
        with pytest.raises(ClientError):
            registry.add(name, role, tenant)
    assert registry.clients() == []
    with pytest.raises(ClientError, match="none is registered"):
        registry.find("a")


def test_who_is_unknown_is_answered_with_who_is_there(registry: Registry) -> None:
    """By name, in bounds; what was asked for cannot forge a line."""
    for number in range(30):
        registry.add(f"client {number}", "developer")
    with pytest.raises(ClientError, match="there are: client") as caught:
        registry.rotate("nobody\nforged")
    assert "\n" not in str(caught.value)
    assert "…" in str(caught.value)


def test_rotation_leaves_the_old_secret_for_a_while(registry: Registry, clock: Clock) -> None:
    """A day, unless told otherwise; the one before that is gone."""
    client, first = registry.add("kitchen", "developer")
    rotated, second = registry.rotate("kitchen")
    assert second.reveal() != first.reveal()
    assert rotated.generation == client.generation + 1
    assert rotated.previous_until == clock.now + 86_400
    sealed = registry.snapshot().sealed[client.client_id]
    assert sealed.previous is not None
    assert registry.open(sealed.previous, client_place(client.client_id)) == first.reveal().encode()
    _, third = registry.rotate(client.client_id, 0)
    sealed = registry.snapshot().sealed[client.client_id]
    assert sealed.previous is None
    assert secret_of(registry, client.client_id) == third.reveal()


@pytest.mark.parametrize("seconds", [-1, 31 * 86_400, 10**30])
def test_an_old_secret_counts_for_a_month_at_most(registry: Registry, seconds: int) -> None:
    """And not for less than nothing."""
    registry.add("kitchen", "developer")
    with pytest.raises(ClientError, match="30 days"):
        registry.rotate("kitchen", seconds)


def test_revocation_erases_the_secret(registry: Registry, database: Database) -> None:
    """The row stays, so that the log's key has a name."""
    client, _ = registry.add("kitchen", "developer")
    revoked = registry.revoke("kitchen")
    assert revoked.revoked_at is not None
    assert registry.clients() == [revoked]
    assert client.client_id not in registry.snapshot().clients
    with database.reading() as connection:
        assert connection.execute(select(CLIENTS.c.sealed, CLIENTS.c.sealed_previous)).one() == (b"", None)
    for again in (registry.revoke, registry.rotate, registry.find):
        with pytest.raises(ClientError, match="no client"):
            again("kitchen")


def test_role_tenant_and_limits_can_change(registry: Registry) -> None:
    """What is not named stays."""
    registry.add("kitchen", "developer", "home", ClientLimits(calls_at_once=3))
    assert registry.change("kitchen", role="auditor").limits.calls_at_once == 3
    changed = registry.change("kitchen", tenant="office", limits=ClientLimits(tokens_per_day=5))
    assert (changed.role, changed.tenant, changed.limits) == ("auditor", "office", ClientLimits(tokens_per_day=5))
    with pytest.raises(ClientError):
        registry.change("kitchen", role="king")


def test_every_change_is_counted(registry: Registry) -> None:
    """So that who watches sees it; looking changes nothing."""
    counts = [registry.changes()]
    registry.add("kitchen", "developer")
    counts.append(registry.changes())
    registry.change("kitchen", role="auditor")
    counts.append(registry.changes())
    registry.rotate("kitchen")
    counts.append(registry.changes())
    registry.revoke_token("t", 2_000_000_000)
    counts.append(registry.changes())
    registry.revoke("kitchen")
    counts.append(registry.changes())
    assert counts == sorted(set(counts))
    registry.clients()
    assert registry.changes() == registry.snapshot().changes == counts[-1]


def test_a_restart_finds_everything(registry: Registry, database: Database, key_file: Path, clock: Clock) -> None:
    """Clients, signing keys and revoked tokens."""
    registry.add("kitchen", "developer")
    registry.revoke_token("t", 2_000_000_000)
    again = Registry(database, Seal(KeyFile(key_file)), clock).snapshot()
    assert again == registry.snapshot()
    assert again.revoked_tokens == {"t"}
    assert len(again.keys) == 1


def test_a_new_signing_key_takes_over_later(registry: Registry, clock: Clock) -> None:
    """When all gateways know it; the old one verifies until its tokens are dead, and is then removed."""
    (old,) = registry.snapshot().keys.values()
    clock.now += 1000
    assert not registry.renew_signing_key(older_than_s=1001)
    assert registry.renew_signing_key(older_than_s=1000)
    keys = registry.snapshot().keys
    assert len(keys) == 2
    (new,) = (key for kid, key in keys.items() if kid != old.kid)
    assert new.signs_from == clock.now + TAKE_OVER_SECONDS
    assert new.verifies_until is None
    until = keys[old.kid].verifies_until
    assert until is not None and until > clock.now + TAKE_OVER_SECONDS + TOKEN_SECONDS
    clock.now = until + 1
    registry.renew_signing_key()
    assert old.kid not in registry.snapshot().keys


def test_revoked_tokens_are_forgotten_when_they_would_be_dead(registry: Registry, clock: Clock) -> None:
    """And may be revoked twice."""
    registry.revoke_token("a", int(clock.now) + 10)
    registry.revoke_token("a", int(clock.now) + 10)
    clock.now += 11
    registry.revoke_token("b", int(clock.now) + 10)
    assert registry.snapshot().revoked_tokens == {"b"}


def test_renewing_the_seal_changes_every_sealed_secret(
    registry: Registry, database: Database, key_file: Path, clock: Clock
) -> None:
    """Nothing opens with the old key any more, and everything with the new one; another process goes on."""
    client, _ = registry.add("kitchen", "developer")
    _, secret = registry.rotate("kitchen")
    other = Registry(database, Seal(KeyFile(key_file)), clock)
    old_key = key_file.read_bytes()
    assert registry.renew_seal() == 3  # two secrets and a signing key
    assert key_file.read_bytes() != old_key
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert secret_of(registry, client.client_id) == secret_of(other, client.client_id) == secret.reveal()
    key_file.write_bytes(old_key)
    with pytest.raises(SealingError, match=key_file.name):
        Registry(database, Seal(KeyFile(key_file)), clock)


def test_a_renewal_that_is_broken_off_can_be_begun_again(
    registry: Registry, database: Database, key_file: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both keys stand meanwhile, and everything opens."""
    client, secret = registry.add("kitchen", "developer")
    with monkeypatch.context() as broken:
        broken.setattr(Registry, "_anew", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            registry.renew_seal()
    again = Registry(database, Seal(KeyFile(key_file)), clock)
    assert secret_of(again, client.client_id) == secret.reveal()
    again.renew_seal()
    assert secret_of(Registry(database, Seal(KeyFile(key_file)), clock), client.client_id) == secret.reveal()
    assert key_file.read_bytes().count(b"\n") == 2


def test_a_key_of_another_database_is_refused_at_the_start(registry: Registry, database: Database) -> None:
    """Before anything is sealed with it; the message names where the key was taken from."""
    assert registry.clients() == []
    with pytest.raises(SealingError, match="stray"):
        Registry(database, Seal(KeyFile(Path(str(database.file)).parent / "stray")))


def test_a_secret_moved_to_another_client_does_not_open(registry: Registry, database: Database) -> None:
    """Who can write into the database cannot make one client another."""
    one, _ = registry.add("one", "developer")
    two, _ = registry.add("two", "administrator")
    sealed = registry.snapshot().sealed[one.client_id].current
    with pytest.raises(SealingError, match="altered"):
        registry.open(sealed, client_place(two.client_id))


def test_no_secret_lies_in_the_database(registry: Registry, url: str, tmp_path: Path) -> None:
    """Neither in the file nor in its log: clients' secrets, and the gateway's own keys."""
    _, first = registry.add("kitchen", "developer")
    _, second = registry.rotate("kitchen")
    (key,) = registry.snapshot().keys.values()
    contents = b"".join(file.read_bytes() for file in tmp_path.glob("gateway.sqlite*"))
    assert b"kitchen" in contents
    for secret in (first.reveal().encode(), second.reveal().encode(), key.secret):
        assert secret not in contents
    with open_database(url) as database, database.reading() as connection:
        assert key.kid in connection.scalars(select(SIGNING_KEYS.c.kid)).all()


def test_a_newer_gateway_s_tables_are_left_alone(registry: Registry, database: Database, key_file: Path) -> None:
    """It says so, instead of guessing."""
    from sqlalchemy import update

    from gateway.database import ROOMS

    assert registry.clients() == []
    with database.writing() as connection:
        connection.execute(update(ROOMS).values(version=99))
    with pytest.raises(GatewayError, match="newer"):
        Registry(database, Seal(KeyFile(key_file)))


def _together(url: str, key_file: Path) -> None:
    """Eight gateways start at once on an empty database and register the same name and others."""
    won, lost = [], []

    def start(number: int) -> None:
        with open_database(url) as database:
            registry = Registry(database, Seal(KeyFile(key_file)))
            registry.add(f"client {number}", "developer")
            try:
                registry.add("same", "developer")
                won.append(number)
            except ClientError:
                lost.append(number)

    threads = [threading.Thread(target=start, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_database(url) as database:
        registry = Registry(database, Seal(KeyFile(key_file)))
        assert len(won) == 1 and len(lost) == 7
        assert len(registry.clients()) == 9
        assert len(registry.snapshot().keys) == 1


def test_gateways_that_start_at_once_agree(url: str, key_file: Path) -> None:
    """On one signing key, and on who has a name."""
    _together(url, key_file)


@pytest.mark.slow
def test_gateways_that_start_at_once_agree_in_postgresql(postgres_url: str, key_file: Path) -> None:
    """As in SQLite."""
    _together(postgres_url, key_file)


@pytest.mark.slow
def test_postgresql_keeps_the_same(postgres_url: str, key_file: Path, clock: Clock) -> None:
    """The whole life of a client."""
    with open_database(postgres_url) as database:
        registry = Registry(database, Seal(KeyFile(key_file)), clock)
        client, secret = registry.add("厨房", "developer", "家", ClientLimits(tokens_per_day=10**9))
        with pytest.raises(ClientError, match="already"):
            registry.add("厨房", "auditor")
        assert secret_of(registry, client.client_id) == secret.reveal()
        _, second = registry.rotate("厨房")
        registry.change(client.client_id, role="auditor")
        registry.renew_signing_key()
        registry.revoke_token("t", int(clock.now) + 5)
        assert registry.renew_seal() == 4
        assert secret_of(registry, client.client_id) == second.reveal()
        assert registry.snapshot().revoked_tokens == {"t"}
        registry.revoke("厨房")
        registry.add("厨房", "auditor")
        assert [one.role for one in registry.clients()] == ["auditor", "auditor"]
