"""An assertion that names itself is accepted once."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.access.replays import MOST_FOR_A_CLIENT, SET_BACK_SECONDS, SWEEP_SECONDS, MemoryReplays, RedisReplays
from gateway.errors import ApiError, GatewayError
from tests.gateway.access.clock import Clock
from tests.r1.cache.redis_server import RedisServer


def test_an_assertion_is_first_once() -> None:
    """Of each client: two may use the same name."""
    replays = MemoryReplays(Clock())
    assert replays.first("a", "1", 300)
    assert not replays.first("a", "1", 300)
    assert replays.first("b", "1", 300)
    assert replays.first("a", "2", 300)


def test_what_has_expired_is_forgotten_later() -> None:
    """An hour later than it must, so that a clock that is set back opens nothing; then it takes no memory."""
    clock = Clock()
    replays = MemoryReplays(clock)
    for number in range(1000):
        replays.first("a", str(number), 300)
    clock.now += 300 + SET_BACK_SECONDS - 1
    assert not replays.first("a", "7", 300)
    clock.now += SWEEP_SECONDS + 2
    assert replays.first("a", "7", 300)
    assert len(replays) == 1


def test_one_client_s_flood_shuts_out_nobody_else() -> None:
    """It is refused itself, and others are not."""
    replays = MemoryReplays(Clock())
    for number in range(MOST_FOR_A_CLIENT):
        replays.first("a", str(number), 300)
    with pytest.raises(ApiError) as caught:
        replays.first("a", "one more", 300)
    assert caught.value.status == 429
    assert replays.first("b", "1", 300)


def test_of_many_at_once_one_is_first() -> None:
    """Replays that race each other, on threads."""
    replays = MemoryReplays()
    with ThreadPoolExecutor(8) as threads:
        for number in range(50):
            answers = list(threads.map(lambda _, name=str(number): replays.first("a", name, 300), range(8)))
            assert answers.count(True) == 1


def test_names_of_any_length_and_letters() -> None:
    """Only a digest is kept."""
    replays = MemoryReplays(Clock())
    assert replays.first("a", "x" * 8000, 300)
    assert replays.first("a", "\ud800", 300)
    assert not replays.first("a", "\ud800", 300)


def test_an_address_that_is_none_is_refused() -> None:
    """Without being repeated, since it may hold a password."""
    with pytest.raises(GatewayError, match="redis://") as caught:
        RedisReplays("postgres://user:canary@host/0")
    assert "canary" not in str(caught.value)


@pytest.mark.slow
def test_gateways_share_what_they_have_seen(shared_redis: RedisServer) -> None:
    """Through Redis; and a gateway that was restarted knows it still."""
    one, two = RedisReplays(shared_redis.url), RedisReplays(shared_redis.url)
    assert one.first("a", "shared", 300)
    assert not two.first("a", "shared", 300)
    assert not RedisReplays(shared_redis.url).first("a", "shared", 300)
    one.close()
    two.close()


@pytest.mark.slow
def test_without_redis_each_gateway_remembers_alone(
    mortal_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so once, and again when Redis is back."""
    caplog.set_level(logging.INFO)
    replays = RedisReplays(mortal_redis.url)
    assert replays.first("a", "before", 300)
    mortal_redis.kill()
    assert replays.first("a", "1", 300)
    assert not replays.first("a", "1", 300)
    assert not replays.first("a", "before", 300)
    assert replays.first("a", "2", 300)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    mortal_redis.start()
    assert replays.first("a", "3", 300)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    replays.close()
