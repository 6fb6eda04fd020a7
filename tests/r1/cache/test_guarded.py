"""The guard: failures and slowness are misses, a rest follows, and cancellation passes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from pipeline.testing import VirtualClock
from r1 import UnreachableError
from r1.cache import CachedReply, CacheKey, GuardedCache, MemoryCache
from tests.r1.cache.answers import CANARY, key_of, reply_of


@dataclass
class Flaky:
    """A cache that takes `seconds`, then raises `error`, if it has one."""

    error: Exception | None = None
    seconds: float = 0.0
    asked: list[str] = field(default_factory=list)
    inner: MemoryCache = field(default_factory=MemoryCache)

    async def _ask(self, what: str) -> None:
        self.asked.append(what)
        await asyncio.sleep(self.seconds)
        if self.error is not None:
            raise self.error

    async def get(self, key: CacheKey) -> CachedReply | None:
        await self._ask("get")
        return await self.inner.get(key)

    async def put(self, key: CacheKey, reply: CachedReply, ttl_s: float) -> None:
        await self._ask("put")
        await self.inner.put(key, reply, ttl_s)

    async def erase_user(self, tenant: str, user_id: str) -> int:
        await self._ask("erase")
        return await self.inner.erase_user(tenant, user_id)

    async def close(self) -> None:
        await self._ask("close")


def test_a_well_cache_is_passed_through() -> None:
    """Get, put, erase and close."""

    async def main() -> None:
        flaky = Flaky()
        cache = GuardedCache(flaky)
        await cache.put(key_of(user="ann"), reply_of(), 60.0)
        assert await cache.get(key_of(user="ann")) == reply_of()
        assert await cache.erase_user("acme", "ann") == 1
        await cache.close()
        assert flaky.asked == ["put", "get", "erase", "close"]

    VirtualClock().run(main())


def test_a_failure_is_a_miss_and_a_rest() -> None:
    """For five seconds it is not asked; then it is, and a success ends the matter."""

    async def main() -> None:
        flaky = Flaky(OSError(CANARY))
        cache = GuardedCache(flaky)
        assert await cache.get(key_of()) is None
        await asyncio.sleep(4.9)
        assert await cache.get(key_of()) is None
        await cache.put(key_of(), reply_of(), 60.0)
        assert flaky.asked == ["get"]
        flaky.error = None
        await asyncio.sleep(0.1)
        await cache.put(key_of(), reply_of(), 60.0)
        assert await cache.get(key_of()) == reply_of()
        assert flaky.asked == ["get", "put", "get"]

    VirtualClock().run(main())


def test_a_slow_answer_is_a_miss() -> None:
    """After a quarter of a second; one that comes just in time is an answer."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        flaky = Flaky(seconds=0.24)
        cache = GuardedCache(flaky)
        await cache.put(key_of(), reply_of(), 60.0)
        assert await cache.get(key_of()) == reply_of()
        flaky.seconds = 10.0
        started = loop.time()
        assert await cache.get(key_of()) is None
        assert loop.time() - started == pytest.approx(0.25)
        assert dict(cache.failures) == {"TimeoutError": 1}

    VirtualClock().run(main())


def test_after_the_rest_one_call_tries_and_the_others_go_on() -> None:
    """So that a cache that hangs holds up one call in five seconds, not all of them."""

    async def main() -> None:
        flaky = Flaky(OSError())
        cache = GuardedCache(flaky)
        await cache.get(key_of())
        flaky.error, flaky.seconds = None, 60.0
        await asyncio.sleep(5)
        await asyncio.gather(*(cache.get(key_of()) for _ in range(10)))
        assert flaky.asked == ["get", "get"]

    VirtualClock().run(main())


def test_each_kind_of_failure_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """By its kind alone, and counted every time."""
    caplog.set_level(0)

    async def main() -> None:
        flaky = Flaky(OSError(CANARY))
        cache = GuardedCache(flaky, rest_s=0.0)
        for error in (OSError(CANARY), ValueError(CANARY), OSError(CANARY)):
            flaky.error = error
            await cache.get(key_of())
            await cache.put(key_of(), reply_of(), 60.0)
        assert dict(cache.failures) == {"OSError": 4, "ValueError": 2}

    VirtualClock().run(main())
    ours = [record for record in caplog.records if record.name == "r1.cache"]
    assert [record.levelname for record in ours] == ["WARNING", "WARNING"]
    assert "Flaky failed (OSError)" in ours[0].getMessage()
    assert CANARY not in caplog.text


def test_being_cancelled_is_no_failure() -> None:
    """It passes through, and no rest follows."""

    async def main() -> None:
        flaky = Flaky(seconds=0.2)
        cache = GuardedCache(flaky)
        task = asyncio.create_task(cache.get(key_of()))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await cache.put(key_of(), reply_of(), 60.0)
        assert flaky.asked == ["get", "put"]
        assert not cache.failures

    VirtualClock().run(main())


def test_an_erasure_that_failed_is_never_taken_for_done() -> None:
    """It raises, without its cause; it waits longer than a call, and tries even while the cache rests."""

    async def main() -> None:
        flaky = Flaky(OSError(CANARY))
        cache = GuardedCache(flaky)
        await cache.get(key_of())
        with pytest.raises(UnreachableError, match="erase again") as caught:
            await cache.erase_user("acme", "ann")
        assert CANARY not in str(caught.value)
        flaky.error, flaky.seconds = None, 30.0
        assert await cache.erase_user("acme", "ann") == 0
        flaky.seconds = 1e9
        with pytest.raises(UnreachableError, match="TimeoutError"):
            await cache.erase_user("acme", "ann")

    VirtualClock().run(main())


@pytest.mark.parametrize("flaky", [Flaky(OSError()), Flaky(seconds=1e9)], ids=["fails", "hangs"])
def test_closing_neither_fails_nor_hangs(flaky: Flaky) -> None:
    """A program that ends must not be held up by its cache."""
    VirtualClock().run(GuardedCache(flaky).close())
    assert flaky.asked == ["close"]


def test_the_life_that_is_left_is_told_where_it_is_known() -> None:
    """A cache that does not tell it gives the answer with no life left."""

    async def main() -> None:
        timed, untimed = MemoryCache(), Flaky()
        for cache, life_s in ((GuardedCache(timed), 60.0), (GuardedCache(untimed), 0.0)):
            assert await cache.find(key_of()) is None
            await cache.put(key_of(), reply_of(), 60.0)
            found = await cache.find(key_of())
            assert found is not None
            assert found.reply == reply_of()
            assert found.life_s == pytest.approx(life_s, abs=5.0)

    VirtualClock().run(main())
