"""The cache in a real Redis: expiry, tidying, a server that dies, and a client that is not installed."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from r1 import SettingsError
from r1.cache import GuardedCache, cache_key, open_cache
from r1.cache.redis import MOST_FIELDS, RedisCache
from r1.request import Caller
from tests.r1.cache.answers import CANARY, Clock, key_of, reply_of
from tests.r1.cache.redis_server import RedisServer


async def _asked(cache: RedisCache, *command: str) -> Any:
    return await cache._redis.execute_command(*command)


def test_the_hash_lives_as_long_as_its_last_answer(shared_redis: RedisServer) -> None:
    """A shorter life never shortens it, a longer one extends it, and it never lives for good."""

    async def main() -> None:
        cache = RedisCache(shared_redis.url, Clock())
        await _asked(cache, "FLUSHALL")
        lives = []
        for model, ttl_s in (("a", 100.0), ("b", 10.0), ("c", 1000.0)):
            await cache.put(key_of(model=model), reply_of(), ttl_s)
            lives.append(await _asked(cache, "PTTL", key_of().key))
        assert 90_000 < lives[0] <= 100_000
        assert 90_000 < lives[1] <= 100_000
        assert 990_000 < lives[2] <= 1_000_000
        assert await _asked(cache, "DBSIZE") == 1
        await cache.close()

    asyncio.run(main())


def test_a_hash_with_many_answers_is_tidied(shared_redis: RedisServer) -> None:
    """The same words said again in one session, each time in another context, do not pile up."""

    async def main() -> None:
        cache = RedisCache(shared_redis.url, Clock())
        await _asked(cache, "FLUSHALL")
        keys = [cache_key(Caller(), "continue", {"context": str(number)}) for number in range(3 * MOST_FIELDS)]
        for number, key in enumerate(keys):
            await cache.put(key, reply_of(), 100.0 + number)
            assert await _asked(cache, "HLEN", key.key) <= MOST_FIELDS
        assert await cache.get(keys[-1]) == reply_of()
        assert await cache.get(keys[0]) is None
        await cache.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    "value", [b"", b"nonsense", b"\xff\n{}", b"FIELD\n{}", b"FIELD x\n{}", b"FIELD 9e9\n{}", b"FIELD nan\n{}"]
)
def test_a_value_that_cannot_be_read_is_a_miss(shared_redis: RedisServer, value: bytes) -> None:
    """Whoever wrote it."""

    async def main() -> None:
        cache = RedisCache(shared_redis.url, Clock())
        field = key_of().field
        await cache._redis.execute_command("HSET", key_of().key, field, value.replace(b"FIELD", field.encode()))
        assert await cache.get(key_of()) is None
        await cache.close()

    asyncio.run(main())


def test_an_answer_to_another_question_is_never_given(shared_redis: RedisServer) -> None:
    """Should a value ever come from the wrong place, as from a connection that mixed up its replies."""

    async def main() -> None:
        cache = RedisCache(shared_redis.url, Clock())
        await cache.put(key_of("theirs"), reply_of("theirs"), 60.0)
        value = await cache._redis.execute_command("HGET", key_of("theirs").key, key_of("theirs").field)
        await cache._redis.execute_command("HSET", key_of("mine").key, key_of("mine").field, value)
        assert await cache.get(key_of("mine")) is None
        await cache.close()

    asyncio.run(main())


def test_other_programs_keys_stay(shared_redis: RedisServer) -> None:
    """Erasing touches only what begins as ours do."""

    async def main() -> None:
        cache = RedisCache(shared_redis.url, Clock())
        await _asked(cache, "FLUSHALL")
        await _asked(cache, "SET", "acme:ann:1", "theirs")
        await cache.put(key_of(user="ann"), reply_of(), 60.0)
        assert await cache.erase_user("acme", "ann") == 1
        assert await _asked(cache, "KEYS", "*") == [b"acme:ann:1"]
        await cache.close()

    asyncio.run(main())


def test_erasing_goes_through_many_keys(shared_redis: RedisServer) -> None:
    """More than one step of the scan."""

    async def main() -> None:
        cache = RedisCache(shared_redis.url)
        await _asked(cache, "FLUSHALL")
        await asyncio.gather(
            *(cache.put(key_of(f"p{number}", user=f"u{number % 2}"), reply_of("x"), 60.0) for number in range(2400))
        )
        assert await cache.erase_user("acme", "u1") == 1200
        assert await _asked(cache, "DBSIZE") == 1200
        await cache.close()

    asyncio.run(main())


def test_a_server_that_dies_is_a_cache_without_answers(mortal_redis: RedisServer) -> None:
    """Killed among a hundred calls: hits before, misses after, no errors; when it is back, it is used again."""

    async def main() -> None:
        cache = GuardedCache(RedisCache(mortal_redis.url), patience_s=20.0, rest_s=0.2)
        await cache.put(key_of(), reply_of(), 60.0)
        assert await cache.get(key_of()) == reply_of()
        calls = [asyncio.create_task(cache.get(key_of())) for _ in range(100)]
        await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        mortal_redis.kill()
        assert {await call for call in calls} <= {None, reply_of()}
        for _ in range(3):
            assert await cache.get(key_of()) is None
            await cache.put(key_of(), reply_of(), 60.0)
        assert cache.failures["ConnectionError"] >= 1
        mortal_redis.start()
        async with asyncio.timeout(60):
            while await cache.get(key_of()) is None:  # the new server is empty
                await asyncio.sleep(0.05)
                await cache.put(key_of(), reply_of(), 60.0)
        await cache.close()

    asyncio.run(main())


def test_a_connection_that_the_server_closed_is_made_anew(shared_redis: RedisServer) -> None:
    """Without a miss: the server is well."""

    async def main() -> None:
        cache = RedisCache(shared_redis.url)
        await cache.put(key_of(), reply_of(), 60.0)
        admin = RedisCache(shared_redis.url)
        await _asked(admin, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        assert await cache.get(key_of()) == reply_of()
        for each in (cache, admin):
            await each.close()

    asyncio.run(main())


def test_a_server_that_hangs_holds_no_call_up(mortal_redis: RedisServer) -> None:
    """It is waited for as long as the guard's patience lasts, and then left alone."""

    async def main() -> None:
        cache = GuardedCache(RedisCache(mortal_redis.url), patience_s=0.3, rest_s=60.0)
        other = RedisCache(mortal_redis.url)
        await _asked(other, "CLIENT", "PAUSE", "60000", "ALL")
        loop = asyncio.get_running_loop()
        started = loop.time()
        assert await cache.get(key_of()) is None
        assert 0.2 < loop.time() - started < 4.0
        for _ in range(100):
            assert await cache.get(key_of()) is None
        assert dict(cache.failures) == {"TimeoutError": 1}
        await cache.close()
        await other.close()

    asyncio.run(main())


def test_neither_password_nor_content_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """Not by a wrong password, not by a server out of memory, not by one that is gone; to no log, in no error."""
    caplog.set_level(0)
    server = RedisServer("--requirepass", "right", "--maxmemory", "1", "--maxmemory-policy", "noeviction")

    async def main() -> None:
        for password in (f"wrong-{CANARY}", "right"):
            cache = GuardedCache(RedisCache(f"unix://:{password}@{server.socket}"), patience_s=20.0, rest_s=0.0)
            await cache.put(key_of(), reply_of(), 60.0)
            assert await cache.get(key_of()) is None
            assert cache.failures
            await cache.close()
        server.kill()
        cache = GuardedCache(RedisCache(f"redis://:{CANARY}@127.0.0.1:1/0"), patience_s=20.0, rest_s=0.0)
        assert await cache.get(key_of()) is None
        with pytest.raises(Exception, match="could not erase") as caught:
            await cache.erase_user("acme", CANARY)
        assert CANARY not in str(caught.value) and caught.value.__cause__ is None
        await cache.close()

    try:
        asyncio.run(main())
    finally:
        server.stop()
    assert any(record.name == "r1.cache" for record in caplog.records)
    assert CANARY not in caplog.text


@pytest.mark.parametrize("url", [f"redis://:{CANARY}@host:port", f"redis://h/0?socket_timeout={CANARY}"])
def test_an_address_that_is_none_is_refused_without_being_repeated(url: str) -> None:
    """It may hold a password."""
    with pytest.raises(SettingsError, match="no Redis URL") as caught:
        open_cache(url)
    assert CANARY not in str(caught.value) and caught.value.__cause__ is None


def test_a_missing_client_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is optional."""
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(SettingsError, match=r"pip install '\.\[redis\]'"):
        open_cache("redis://localhost/0")
