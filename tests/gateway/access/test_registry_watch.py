"""A running gateway sees what changes in the registry, and bears a database that is away."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.access import Access
from gateway.access.registry import TAKE_OVER_SECONDS, Registry
from gateway.access.registry_watch import WatchedRegistry, WatchOptions
from gateway.access.sealing import KeyFile, Seal
from gateway.database import Database, DatabaseError, open_database
from gateway.errors import ApiError
from tests.gateway.access.clock import Clock
from tests.gateway.access.signing import assertion_of

SEEN_S = 1.0
"""How soon a running gateway must know."""


@pytest.fixture
def watch(registry: Registry, clock: Clock) -> WatchedRegistry:
    """Looks only when it is told to."""
    return WatchedRegistry(registry, clock=clock, wall_clock=clock)


def access_of(watch: WatchedRegistry, clock: Clock) -> Access:
    return Access(watch, clock=clock)


def test_a_registered_client_gets_in(registry: Registry, watch: WatchedRegistry, clock: Clock) -> None:
    """As what the registry says, once the change was seen."""
    client, secret = registry.add("kitchen", "auditor", "home")
    access = access_of(watch, clock)
    with pytest.raises(ApiError):
        access.exchange(assertion_of(client, secret, clock))
    watch.refresh()
    caller = access.caller(access.exchange(assertion_of(client, secret, clock)))
    assert (caller.client_id, caller.name, caller.role, caller.tenant) == (
        client.client_id,
        "kitchen",
        "auditor",
        "home",
    )


def test_a_revoked_client_is_out_with_its_tokens(registry: Registry, watch: WatchedRegistry, clock: Clock) -> None:
    """Neither a new token nor an old one."""
    client, secret = registry.add("kitchen", "developer")
    watch.refresh()
    access = access_of(watch, clock)
    token = access.exchange(assertion_of(client, secret, clock))
    access.caller(token)
    registry.revoke("kitchen")
    watch.refresh()
    with pytest.raises(ApiError, match="no longer known"):
        access.caller(token)
    with pytest.raises(ApiError, match="not valid"):
        access.exchange(assertion_of(client, secret, clock))


def test_a_role_is_looked_up_at_every_call(registry: Registry, watch: WatchedRegistry, clock: Clock) -> None:
    """A token got as administrator is a developer's when the registry says so; tenant and limits likewise."""
    client, secret = registry.add("kitchen", "administrator")
    watch.refresh()
    access = access_of(watch, clock)
    token = access.exchange(assertion_of(client, secret, clock))
    assert access.caller(token).role == "administrator"
    registry.change("kitchen", role="developer", tenant="other")
    watch.refresh()
    assert (access.caller(token).role, access.caller(token).tenant) == ("developer", "other")


def test_both_secrets_count_during_a_rotation(registry: Registry, watch: WatchedRegistry, clock: Clock) -> None:
    """The old one and its tokens until its time, and then neither; the new one goes on."""
    client, first = registry.add("kitchen", "developer")
    watch.refresh()
    access = access_of(watch, clock)
    before = access.exchange(assertion_of(client, first, clock))
    _, second = registry.rotate("kitchen", old_secret_s=3600)
    watch.refresh()
    clock.now += 3599
    watch.refresh()
    by_old = access.exchange(assertion_of(client, first, clock))
    by_new = access.exchange(assertion_of(client, second, clock))
    for token in (before, by_old, by_new):
        assert access.caller(token).client_id == client.client_id
    clock.now += 1
    access.caller(by_new)
    for token in (before, by_old):
        with pytest.raises(ApiError, match="replaced"):
            access.caller(token)
    with pytest.raises(ApiError, match="not valid"):
        access.exchange(assertion_of(client, first, clock))


def test_a_leaked_secret_can_be_cut_off_at_once(registry: Registry, watch: WatchedRegistry, clock: Clock) -> None:
    """With the tokens that were got with it."""
    client, leaked = registry.add("kitchen", "developer")
    watch.refresh()
    access = access_of(watch, clock)
    stolen = access.exchange(assertion_of(client, leaked, clock))
    _, secret = registry.rotate("kitchen", old_secret_s=0)
    watch.refresh()
    with pytest.raises(ApiError):
        access.caller(stolen)
    with pytest.raises(ApiError):
        access.exchange(assertion_of(client, leaked, clock))
    assert access.exchange(assertion_of(client, secret, clock))


def test_tokens_outlive_a_restart(
    registry: Registry, watch: WatchedRegistry, database: Database, key_file: Path, clock: Clock
) -> None:
    """The keys are in the database; and another gateway on it knows them too."""
    client, secret = registry.add("kitchen", "developer")
    watch.refresh()
    token = access_of(watch, clock).exchange(assertion_of(client, secret, clock))
    again = WatchedRegistry(Registry(database, Seal(KeyFile(key_file)), clock), clock=clock, wall_clock=clock)
    assert access_of(again, clock).caller(token).client_id == client.client_id


def test_signing_keys_change_without_a_gap(registry: Registry, watch: WatchedRegistry, clock: Clock) -> None:
    """At no moment is there a token that another gateway, which looked a second ago, does not know the key of."""
    client, secret = registry.add("kitchen", "developer")
    watch.refresh()
    other = WatchedRegistry(registry, clock=clock, wall_clock=clock)
    access, elsewhere = access_of(watch, clock), access_of(other, clock)
    before = access.exchange(assertion_of(client, secret, clock))
    registry.renew_signing_key()
    watch.refresh()  # the other one has not looked yet
    elsewhere.caller(access.exchange(assertion_of(client, secret, clock)))
    clock.now += TAKE_OVER_SECONDS
    other.refresh()
    after = access.exchange(assertion_of(client, secret, clock))
    assert after.split(".")[0] != before.split(".")[0]
    assert elsewhere.caller(after) == elsewhere.caller(before)


def test_a_key_that_is_gone_takes_its_tokens_along(registry: Registry, watch: WatchedRegistry, clock: Clock) -> None:
    """Also those whose signature was checked before."""
    client, secret = registry.add("kitchen", "developer")
    watch.refresh()
    access = access_of(watch, clock)
    token = access.exchange(assertion_of(client, secret, clock))
    access.caller(token)
    registry.renew_signing_key()
    watch.refresh()
    access.caller(token)
    clock.now += 2 * 86_400
    watch.refresh()
    with pytest.raises(ApiError, match="another key"):
        access.caller(token)


def test_the_signing_key_renews_itself_in_time(registry: Registry, clock: Clock) -> None:
    """While the gateway runs; the thread does it."""
    options = WatchOptions(every_s=0.01, signing_key_s=1000)
    clock.now += 1001
    with WatchedRegistry(registry, options, wall_clock=clock) as watch:
        wait_until(lambda: len(registry.snapshot().keys) == 2)
        wait_until(lambda: watch.signing_key(newest(registry)) is not None)
        time.sleep(0.05)
    assert len(registry.snapshot().keys) == 2


def newest(registry: Registry) -> str:
    return max(registry.snapshot().keys.values(), key=lambda key: key.signs_from).kid


def test_a_clock_that_was_ahead_leaves_a_key_that_signs(registry: Registry, clock: Clock) -> None:
    """Even if every key was made in what is now the future."""
    clock.now -= 10_000
    watch = WatchedRegistry(registry, clock=clock, wall_clock=clock)
    assert watch.signs_with().secret


def test_a_token_can_be_revoked_alone(
    registry: Registry, watch: WatchedRegistry, database: Database, key_file: Path, clock: Clock
) -> None:
    """At once here, at the next look elsewhere; the client's others go on."""
    client, secret = registry.add("kitchen", "developer")
    watch.refresh()
    access = access_of(watch, clock)
    lost, kept = (access.exchange(assertion_of(client, secret, clock)) for _ in range(2))
    access.revoke(lost)
    for told in (watch, WatchedRegistry(Registry(database, Seal(KeyFile(key_file))), clock=clock, wall_clock=clock)):
        with pytest.raises(ApiError, match="revoked"):
            access_of(told, clock).caller(lost)
        access_of(told, clock).caller(kept)


def test_what_was_known_stands_while_the_database_is_away(
    registry: Registry, watch: WatchedRegistry, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For five minutes; then calls get 503, since who was revoked cannot be known; then it goes on."""
    client, secret = registry.add("kitchen", "developer")
    watch.refresh()
    access = access_of(watch, clock)
    token = access.exchange(assertion_of(client, secret, clock))
    with monkeypatch.context() as away:
        away.setattr(Registry, "changes", broken)
        clock.now += 299
        with pytest.raises(DatabaseError):
            watch.refresh()
        access.caller(token)
        clock.now += 2
        for attempt in (lambda: access.caller(token), lambda: access.exchange(assertion_of(client, secret, clock))):
            with pytest.raises(ApiError) as caught:
                attempt()
            assert caught.value.status == 503
            assert caught.value.retry_after_s
    watch.refresh()
    access.caller(token)


def broken(_registry: Registry) -> int:
    raise DatabaseError("sqlite:///x", "locked", "database is locked")


def test_the_thread_outlives_a_database_that_is_away(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so once, when it goes and when it is back, and then sees what changed meanwhile."""
    caplog.set_level(logging.INFO)
    with WatchedRegistry(registry, WatchOptions(every_s=0.01)) as watch:
        with monkeypatch.context() as away:
            away.setattr(Registry, "changes", broken)
            wait_until(lambda: bool(caplog.records))
            time.sleep(0.05)
        client, _ = registry.add("kitchen", "developer")
        wait_until(lambda: watch.client(client.client_id) is not None)
        wait_until(lambda: len(caplog.records) == 2)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_secret_that_was_altered_lets_nobody_in(
    registry: Registry, watch: WatchedRegistry, database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """It is a refusal for the caller, and an error in the log."""
    from sqlalchemy import update

    from gateway.access.tables import CLIENTS

    client, secret = registry.add("kitchen", "developer")
    with database.writing() as connection:
        connection.execute(update(CLIENTS).values(sealed=b"\x01" + b"x" * 60))
    registry.change("kitchen", role="auditor")
    watch.refresh()
    with pytest.raises(ApiError, match="not valid"):
        access_of(watch, clock).exchange(assertion_of(client, secret, clock))
    assert "cannot be let in" in caplog.text


def wait_until(condition: Callable[[], bool]) -> float:
    """Seconds that it took, by the wall clock: threads and databases have no other."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < 20
        time.sleep(0.005)
    return time.monotonic() - started


@contextmanager
def running(url: str, key_file: Path) -> Iterator[tuple[Access, Registry]]:
    """A gateway as it runs, and, through another connection, the commands' registry."""
    with open_database(url) as its_own, open_database(url) as another:
        registry = Registry(another, Seal(KeyFile(key_file)))
        with WatchedRegistry(Registry(its_own, Seal(KeyFile(key_file)))) as watch:
            yield Access(watch), registry


def refused(access: Access, token: str) -> bool:
    try:
        access.caller(token)
    except ApiError:
        return True
    return False


def _seen_within_a_second(url: str, key_file: Path) -> None:
    times = []
    with running(url, key_file) as (access, registry):
        for number in range(3):
            client, secret = registry.add(f"client {number}", "developer")
            wait_until(lambda key=client.client_id: access.directory.client(key) is not None)  # type: ignore[misc]  # a default binds it
            token = access.exchange(assertion_of(client, secret))
            registry.change(client.client_id, role="auditor")
            times.append(wait_until(lambda held=token: access.caller(held).role == "auditor"))  # type: ignore[misc]  # as above
            registry.revoke(client.client_id)
            times.append(wait_until(lambda held=token: refused(access, held)))  # type: ignore[misc]  # as above
    assert sorted(times)[len(times) // 2] < SEEN_S


def test_revocation_and_roles_are_seen_within_a_second(url: str, key_file: Path) -> None:
    """By a gateway that runs, from another connection."""
    _seen_within_a_second(url, key_file)


@pytest.mark.slow
def test_revocation_and_roles_are_seen_within_a_second_in_postgresql(postgres_url: str, key_file: Path) -> None:
    """As in SQLite."""
    _seen_within_a_second(postgres_url, key_file)


@pytest.mark.slow
def test_postgresql_may_crash_and_come_back(mortal_postgres: object, key_file: Path) -> None:
    """Calls go on meanwhile, and what changes afterwards is seen."""
    from tests.gateway.postgres import PostgresServer

    assert isinstance(mortal_postgres, PostgresServer)
    with running(mortal_postgres.url, key_file) as (access, registry):
        client, secret = registry.add("kitchen", "developer")
        wait_until(lambda: access.directory.client(client.client_id) is not None)
        token = access.exchange(assertion_of(client, secret))
        mortal_postgres.kill()
        time.sleep(1)
        access.caller(token)
        mortal_postgres.start()
        registry.revoke("kitchen")
        wait_until(lambda: refused(access, token))
